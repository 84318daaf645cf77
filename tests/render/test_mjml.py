from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import html5lib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefing.model.article import Article, Published, Span, Summary
from briefing.model.edition import (
    Edition,
    Problem,
    Section,
    SectionKind,
    SourceReport,
    SourceState,
)
from briefing.model.settings import Look, Sender
from briefing.model.story import Area, Region, Story, Theme
from briefing.render.check import check_message
from briefing.render.clean import safe_link
from briefing.render.mjml import RenderedEdition, render_edition
from tests import make
from tests.render.samples import (
    BUILT,
    LINKS,
    MAIL_ONLY,
    SENDER,
    UKRAINE,
    addressed,
    days_ago,
    english_morning,
    french_morning,
    under,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from briefing.render.links import ReaderLinks
    from briefing.render.templates import Templates


def render(edition: Edition, templates: Templates, look: Look | None = None) -> RenderedEdition:
    return render_edition(edition, look=look or Look(), sender=SENDER, templates=templates)


def parse(html: str) -> Element:
    tree: Element = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    return tree


def text_of(element: Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext()))


def words(html: str) -> str:
    return text_of(parse(html).find("body"))  # type: ignore[arg-type]


def with_stories(*stories: Story, **fields: object) -> Edition:
    return replace(english_morning(), sections=(under(Area.EUROPE, *stories),), **fields)  # type: ignore[arg-type]


def lone(title: str = "Ferries return", **fields: object) -> Story:
    return Story(id="x", articles=(Article(id="x", title=title, **fields),))  # type: ignore[arg-type]


def test_the_subject_has_the_name_and_the_top_headlines_that_fit(templates: Templates) -> None:
    assert len(render(french_morning(), templates).subject) <= 78
    two = with_stories(lone("Ferries return"), lone("Trains too"), lone("x" * 60))
    assert render(two, templates).subject == "The Morning: Ferries return · Trains too"
    assert render(with_stories(lone("long " * 40)), templates).subject.endswith("long…")
    assert render(replace(two, sections=()), templates).subject == "The Morning · Sunday 22 November 2026"


@pytest.mark.parametrize(
    ("stories", "start"),
    [
        (
            (lone("First"), lone("Second story of the day"), lone("Third story of it")),
            "Second story of the day · Third story of it",
        ),
        (
            (replace(lone(), summary=Summary(text="A summary of one whole sentence, or a bit more.", method="lead")),),
            "A summary",
        ),
        ((lone(),), "Sunday 22 November 2026 · The Morning · 1 story · 1 minute"),
    ],
)
def test_the_preheader_adds_to_the_subject(stories: tuple[Story, ...], start: str, templates: Templates) -> None:
    rendered = render(with_stories(*stories), templates)
    assert rendered.preheader.startswith(start)
    assert 30 <= len(rendered.preheader) <= 140
    assert rendered.preheader in words(rendered.html)


def test_a_mail_has_language_and_direction_and_one_heading_of_each_kind(templates: Templates) -> None:
    page = parse(render(french_morning(), templates).html)
    body = page.find("body")
    assert body is not None
    assert (page.get("lang"), page.get("dir")) == ("fr", "ltr")
    assert all(child.get("lang") == "fr" and child.get("dir") == "ltr" for child in body)
    assert [len(list(page.iter(tag))) for tag in ("h1", "h2", "h3")] == [1, 6, 8]
    assert all(table.get("role") == "presentation" for table in page.iter("table"))
    assert {meta.get("name") for meta in page.iter("meta")} >= {"color-scheme", "supported-color-schemes", "viewport"}


def test_a_story_in_another_language_says_so_and_runs_its_own_way(templates: Templates) -> None:
    page = parse(render(english_morning(), templates).html)
    arabic = next(h3 for h3 in page.iter("h3") if h3.get("lang") == "ar")
    assert arabic.get("dir") == "rtl"
    japanese = next(h3 for h3 in page.iter("h3") if h3.get("lang") == "ja")
    assert japanese.get("dir") is None


def test_the_glance_leads_to_the_stories_of_the_highest_scores(templates: Templates) -> None:
    page = parse(render(french_morning(), templates).html)
    ids = {h3.get("id"): "".join(h3.itertext()) for h3 in page.iter("h3")}
    glance = [(a.get("href"), a.text) for ol in page.iter("ol") for a in ol.iter("a")]
    assert [(text or "").replace("\u00a0", " ") for _, text in glance][:3] == [
        "Trois ports de la mer Noire rouvrent sous escorte",
        "Bruxelles chiffre son plan pour les batteries à 14 milliards",
        "Un vaccin contre la dengue efficace à 86\u202f% chez l’enfant",
    ]
    assert all(ids[(href or "").removeprefix("#")] == text for href, text in glance)


def test_a_kicker_says_nothing_twice(templates: Templates) -> None:
    story = replace(
        lone(),
        region=UKRAINE,
        theme=Theme(code="medtop:16000000", name="conflict"),
        topics=("ukraine", "Peace talks"),
        day=2,
    )
    said = words(render(with_stories(story), templates).html)
    assert "Ukraine · conflict · Peace talks · day 2" in said.replace("\u00a0", " ")
    section = Section(key="Peace talks", title="Peace talks", kind=SectionKind.TOPIC, stories=(story,))
    said = words(render(replace(english_morning(), sections=(section,)), templates).html)
    assert "Ukraine · conflict · day 2" in said.replace("\u00a0", " ")


def test_outlets_are_named_with_their_language_and_the_rest_is_counted(templates: Templates) -> None:
    said = words(render(french_morning(), templates).html).replace("\u00a0", " ")
    assert "La Dépêche du Port, The Harbour Post (en), + 4 autres · il y a 3 h" in said
    assert "+ 1 autre" not in said


def test_a_lead_without_an_outlet_is_never_shown_as_another_outlets_words(templates: Templates) -> None:
    nameless = make.article("Night trains return", source=None)
    told = make.story(nameless, make.article("Night trains are back", source="De Post"))
    assert "unknown source, De Post" in words(render(with_stories(told), templates).html)


def with_an_addition(**fields: object) -> Story:
    """A story whose last sentence is another outlet's."""
    lead = make.article("The dam holds")
    other = make.article("Dam news", source="L’Écho", **{"language": "en", "url": "https://echo.example/dam", **fields})
    spans = (Span(article=lead.id, start=0, end=14), Span(article=other.id, start=0, end=20))
    summary = Summary(text="The dam holds. 340 people are back.", method="lead", spans=spans)
    return make.story(lead, make.article("Dam, third", source="Third"), other, summary=summary)


def test_a_second_outlets_sentence_stands_by_itself_under_its_name_and_link(templates: Templates) -> None:
    page = parse(render(with_stories(with_an_addition()), templates).html)
    first, second = (p for p in page.iter("p") if "dam holds" in text_of(p) or "340" in text_of(p))
    assert (text_of(first), text_of(second)) == ("The dam holds.", "L’Écho: 340 people are back.")
    assert [a.get("href") for a in second.iter("a")] == ["https://echo.example/dam"]
    assert second.get("lang") is None


def test_the_colon_after_its_name_is_the_frames(templates: Templates) -> None:
    html = render(french_morning(), templates).html
    assert "L’Écho\u00a0:</a></span> Le Laos et la Birmanie ont commandé" in html


def test_who_added_to_a_story_is_the_second_of_its_outlets(templates: Templates) -> None:
    rendered = render(with_stories(with_an_addition()), templates)
    assert "The Harbour Post, L’Écho, Third" in words(rendered.html)
    assert "  L’Écho: 340 people are back." in rendered.text.splitlines()


def test_an_addition_says_its_own_language_and_runs_its_own_way(templates: Templates) -> None:
    page = parse(render(with_stories(with_an_addition(language="ar", url=None)), templates).html)
    added = next(p for p in page.iter("p") if "340" in text_of(p))
    assert (added.get("lang"), added.get("dir")) == ("ar", "rtl")
    assert [a.get("href") for a in added.iter("a")] == []


@pytest.mark.parametrize("fields", [{"source": None, "url": None}, {"id": "another"}], ids=["nameless", "not there"])
def test_a_sentence_of_nobody_we_can_name_is_left_out(fields: dict[str, object], templates: Templates) -> None:
    story = with_an_addition()
    nameless = replace(story, articles=(*story.articles[:-1], replace(story.articles[-1], **fields)))  # type: ignore[arg-type]
    said = words(render(with_stories(nameless), templates).html)
    assert "The dam holds." in said
    assert "340" not in said


def test_the_footer_tells_the_truth(templates: Templates) -> None:
    said = words(render(french_morning(), templates).html).replace("\u00a0", " ")
    assert (
        "Sources lues : 43 sur 45. Lecture impossible : La Lettre des Alpes (depuis le 19 novembre), "
        "Radio Sud. Édition bouclée à 6 h 40 (Paris)." in said
    )
    assert "11 autres sujets" in said
    assert "incomplète" not in said


def test_who_is_missing_is_told_by_name_never_by_file_or_reason(templates: Templates) -> None:
    edition = replace(
        english_morning(),
        built_at=days_ago(1),
        sources=tuple(SourceReport(name=f"S{n}", state=SourceState.FAILED, error="HTTP 503") for n in range(42)),
        problems=(
            Problem(stage="collect", source="S1", message="HTTP 503"),
            Problem(stage="collect", source="Saved pages", file="private/token-123.html", message="is empty."),
            Problem(stage="collect", source="Saved pages", file="b.html", message="is empty."),
        ),
    )
    said = words(render(edition, templates).html)
    assert "0 of 42 sources read. Not readable: S0, S1, S2," in said
    assert "S38, S39 and 2 more." in said
    assert "Incomplete: Saved pages. Put together on 21 November at 05:40 (UTC)." in said
    assert "token" not in said
    assert "503" not in said


def test_an_edition_of_nothing_but_a_story_is_a_mail_all_the_same(templates: Templates) -> None:
    edition = replace(with_stories(lone("")), sources=())
    rendered = render(edition, templates)
    assert "Untitled" in words(rendered.html)
    assert "Untitled" in rendered.text
    assert "sources" not in words(rendered.html)
    assert check_message(addressed(rendered, edition, name=edition.name)) == ()


def test_a_headline_is_found_where_the_publisher_left_one(templates: Templates) -> None:
    story = Story(id="x", articles=(Article(id="x", title=" \u200b", excerpt="The ferries are back."),))
    assert "The ferries are back." in words(render(with_stories(story), templates).html)


def test_density_and_logo_are_the_owners_choice(templates: Templates) -> None:
    compact = render(french_morning(), templates, Look(density="compact", logo="LM"))
    assert len(compact.html) < len(render(french_morning(), templates).html)
    assert 'class="name" style="margin:2px 0 12px;font-size:28px' in compact.html
    assert ">LM</h1>" in compact.html


def test_nothing_is_fetched_and_no_compatibility_hint_is_left(templates: Templates) -> None:
    html = render(french_morning(), templates).html
    assert "fonts.googleapis" not in html
    assert "X-UA-Compatible" not in html
    assert "<img" not in html
    assert "@import" not in html


def test_the_font_cannot_leave_its_attribute(templates: Templates) -> None:
    html = render(french_morning(), templates, Look(font="\"x\"; 'Y\\Z' é")).html
    assert "\\u{" not in html
    style = next(d.get("style") for d in parse(html).iter("div") if "font-family" in (d.get("style") or ""))
    assert "font-family:\"x\"; 'Y\\Z' é;" in (style or "")


NASTY = st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ sheet.name }}{% endfor %}",
        "</mj-text><mj-raw>",
        "]]><!-- -->",
        "\\u{301} \\n \\",
        "\x00\x1b\ufffe\uffff\ud800",
        "\u202eRTL\u2066",
        "e\u0301 👨\u200d👩\u200d👧 क्षि \u00a0\u00ad",
        "=?utf-8?q?a=0D=0ABcc:_x@evil.example?=",
        "a\r\nBcc: x@evil.example",
        "https://unsubscribe.briefing.invalid/",
        "https://archive.briefing.invalid/",
        "字" * 90,
        "x" * 300,
        "&amp;&#0;&lt;",
        "-- ",
        "From here",
        ".",
        "{name}{0}{}",
        "%s %(x)s",
    ]
)
HOSTILE = NASTY | st.text(max_size=40) | st.lists(NASTY | st.text(max_size=8), max_size=4).map(" ".join)
MAYBE = st.none() | HOSTILE
#: The owner's own words, odd as they may be, can be seen: the check would hold a mail whose name cannot.
OWN = st.builds("The {}".format, HOSTILE)
ADDRESSES = st.none() | HOSTILE | st.builds("https://a.example/{}".format, HOSTILE)
ARTICLES = st.builds(
    Article,
    id=HOSTILE,
    title=HOSTILE,
    text=HOSTILE,
    excerpt=MAYBE,
    language=MAYBE | st.sampled_from(["ar", "fr", "pt-BR", "en"]),
    url=ADDRESSES,
    source=MAYBE,
    published=st.sampled_from(
        [Published(), Published(at=BUILT), Published(at=BUILT.date()), Published(after=days_ago(40), before=BUILT)]
    ),
)
SPANS = st.builds(Span, article=HOSTILE, start=st.integers(0, 9), end=st.integers(0, 40))
STORIES = st.builds(
    Story,
    id=HOSTILE,
    articles=st.lists(ARTICLES, min_size=1, max_size=4).map(tuple),
    copied_by=st.lists(ARTICLES, max_size=2).map(tuple),
    summary=st.none() | st.builds(Summary, text=HOSTILE, method=st.just("llm"), spans=st.lists(SPANS).map(tuple)),
    region=st.none() | st.builds(Region, code=HOSTILE, name=HOSTILE, area=st.sampled_from(Area)),
    theme=st.none() | st.builds(Theme, code=HOSTILE, name=HOSTILE),
    topics=st.lists(HOSTILE, max_size=2).map(tuple),
    day=st.integers(1, 9),
)
EDITIONS = st.builds(
    Edition,
    date=st.just(BUILT.date()),
    name=OWN,
    language=st.sampled_from(["fr", "en", "de", "xx"]) | HOSTILE,
    timezone=st.just("Europe/Paris"),
    built_at=st.just(BUILT),
    window=st.just(timedelta(hours=36)),
    sections=st.lists(
        st.builds(
            Section,
            key=HOSTILE | st.sampled_from(["europe", "other"]),
            title=HOSTILE,
            kind=st.sampled_from(SectionKind),
            stories=st.lists(STORIES, max_size=4).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    brief=st.lists(STORIES, max_size=3).map(tuple),
    sources=st.lists(
        st.builds(SourceReport, name=HOSTILE, state=st.sampled_from(SourceState), error=MAYBE), max_size=3
    ).map(tuple),
    problems=st.lists(st.builds(Problem, stage=HOSTILE, message=HOSTILE, file=MAYBE), max_size=2).map(tuple),
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(edition=EDITIONS, imprint=MAYBE, logo=st.none() | OWN, links=st.sampled_from([LINKS, MAIL_ONLY]))
def test_whatever_strangers_write_the_mail_stays_ours(
    edition: Edition, imprint: str | None, logo: str | None, links: ReaderLinks, templates: Templates
) -> None:
    sender = Sender(address=SENDER.address, imprint=imprint)
    rendered = render_edition(edition, look=Look(logo=logo), sender=sender, templates=templates)
    assert len(rendered.subject) <= 78
    assert check_message(addressed(rendered, edition, links=links, name=edition.name)) == ()
    page = parse(rendered.html)
    hrefs = {a.get("href") for a in page.iter("a")}
    for story in edition.stories:
        link = safe_link(story.lead.url)
        assert link is None or link in hrefs
    assert len(list(page.iter("h3"))) == sum(len(section.stories) for section in edition.sections)
    assert [tag for tag in ("script", "img", "form", "iframe", "svg") if page.find(f".//{tag}") is not None] == []
