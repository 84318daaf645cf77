"""What makes a page's text: agreement, edges, bylines, walls, listings; and pages that are built to hurt."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.collect.bylines import find_bylines, is_person
from briefing.collect.documents import Documents
from briefing.collect.edges import without_edges
from briefing.collect.opinions import agreement, shingles_of
from briefing.collect.pages import parse_page, read_page
from briefing.collect.walls import before_offer, is_wall
from briefing.errors import ParseError
from briefing.model.article import Article
from tests.collect.samples import PARAGRAPHS, page, saved

URL = "https://harbour.example/ferry"


def read(html: str) -> Article:
    article = read_page(html, saved=saved(html, url=URL))
    assert article is not None
    return article


class TestAgreement:
    def test_texts_agree_with_themselves_and_not_with_others(self) -> None:
        one, other = shingles_of(PARAGRAPHS[:1]), shingles_of(PARAGRAPHS[1:2])
        assert (agreement(one, one), agreement(one, other), agreement(one, frozenset())) == (1.0, 0.0, 0.0)

    @given(st.text(max_size=80), st.text(max_size=80))
    def test_agreement_is_mutual_and_between_nought_and_one(self, one: str, other: str) -> None:
        a, b = shingles_of([one]), shingles_of([other])
        assert agreement(a, b) == agreement(b, a)
        assert 0 <= agreement(a, b) <= 1

    def test_a_short_text_is_one_shingle(self) -> None:
        assert shingles_of(["Two words"]) == {("two", "words")}


class TestEdges:
    @pytest.mark.parametrize(
        "line",
        [
            "Last updated: 14 November 2026",
            "14.11.2026 17:59",
            "November 14, 2026",
            "5 min read",
            "Temps de lecture : 4 minutes",
            "Ferry sails again",
            "Storm on the coast: The ferry to Lindholm sails again",
            "By Mara Lind",
        ],
    )
    def test_what_stands_above_the_text_goes(self, line: str) -> None:
        titles = ("Ferry sails again", "The ferry to Lindholm sails again")
        assert without_edges((line, *PARAGRAPHS), titles=titles, authors=("Mara Lind",)) == PARAGRAPHS

    @pytest.mark.parametrize(
        "line",
        [
            "Most read this week",
            "Mara Lind is a writer who lives by the sea.",
            "Mara has written about ships since 2011.",
            "Tom Okafor contributed to this report.",
            "Mara Lind may be reached at mara@harbour.example.",
            "(Reporting by Tom Okafor; editing by Mara Lind)",
            "Sign up for our daily newsletter and never miss a sailing.",
        ],
    )
    def test_what_follows_the_last_sentence_goes(self, line: str) -> None:
        assert without_edges((*PARAGRAPHS, line), titles=(), authors=("Mara Lind",)) == PARAGRAPHS

    @pytest.mark.parametrize("line", ["Nobody had asked the crane.", "「橋は安全だ」と市長は述べた。", "पुल सुरक्षित है।"])
    def test_a_last_sentence_stays(self, line: str) -> None:
        assert without_edges((*PARAGRAPHS, line), titles=(), authors=("Mara Lind",))[-1] == line

    @given(st.lists(st.text(max_size=120), max_size=8), st.lists(st.text(max_size=20), max_size=2))
    def test_most_of_any_text_stays(self, lines: list[str], names: list[str]) -> None:
        kept = without_edges(lines, titles=names, authors=names)
        assert all(line in lines for line in kept)
        assert not lines or kept


class TestBylines:
    @pytest.mark.parametrize(
        ("markup", "people"),
        [
            ('<p class="byline">By Mara Lind and Tom Okafor</p>', ("Mara Lind", "Tom Okafor")),
            ('<div class="x"><a href="/authors/mara-lind">Mara Lind</a></div>', ("Mara Lind",)),
            ("<p>Von Ilse Graber</p>", ("Ilse Graber",)),
            ('<span class="author-name">Ana de la Cruz, Madrid</span>', ("Ana de la Cruz",)),
            ('<div class="comment"><span class="author">Angry Reader</span></div>', ()),
            ('<p class="byline">By our staff</p>', ()),
            ("<p>By Thursday the ramp was gone</p>", ()),
        ],
    )
    def test_a_byline_is_told_by_its_mark(self, markup: str, people: tuple[str, ...]) -> None:
        tree = parse_page(page().replace("</h1>", f"</h1>{markup}"))
        assert tree is not None
        assert find_bylines(tree, outlet="Harbour Post") == people

    @pytest.mark.parametrize(
        ("name", "person"),
        [
            ("Mara Lind", True),
            ("Ana de la Cruz", True),
            ("View More Posts", False),
            ("Reading time 5", False),
            ("mara", False),
            ("Mara", False),
            ("Nobody asked the crane", False),
        ],
    )
    def test_a_name_is_a_few_capitalised_words(self, name: str, person: bool) -> None:
        assert is_person(name) is person

    @given(st.text(max_size=60))
    def test_any_line_is_judged_without_a_crash(self, name: str) -> None:
        assert is_person(name) in (True, False)


class TestWalls:
    @pytest.mark.parametrize(
        ("title", "body"),
        [
            ("Just a moment...", "Checking if the site connection is secure. " * 6),
            (
                "404 Not Found",
                "The page you are looking for has moved to another address or was deleted long ago. " * 3,
            ),
            ("Harbour Post", "We and our partners use cookies to personalise content and ads on this site. " * 4),
            ("Seite nicht gefunden", "Die gesuchte Seite gibt es nicht mehr, sie wurde verschoben oder gelöscht. " * 4),
            ("Sign in", "Enter your e-mail address and your password to go on reading in this browser. " * 3),
        ],
        ids=["robot check", "error", "cookies", "German error", "sign-in"],
    )
    def test_what_stands_in_front_of_an_article_is_none(self, title: str, body: str) -> None:
        html = (
            f"<html><head><title>{title}</title></head><body><main><h1>{title}</h1><p>{body}</p></main></body></html>"
        )
        assert read_page(html, saved=saved(html, url=URL)) is None

    def test_an_article_about_cookies_is_one(self) -> None:
        assert not is_wall(("Why cookies crumble",), (*PARAGRAPHS, "A regulator fined the firm over its cookies."))
        assert not is_wall(("404 people rescued from ferry",), PARAGRAPHS)

    @pytest.mark.parametrize(
        "offer",
        ["Subscribe to continue reading.", "Cet article est réservé aux abonnés.", "Jetzt weiterlesen mit Plus"],
    )
    def test_the_part_before_an_offer_is_truncated(self, offer: str) -> None:
        assert before_offer((*PARAGRAPHS, offer)) == (PARAGRAPHS, True)
        body = "".join(f"<p>{line}</p>" for line in (*PARAGRAPHS, offer))
        article = read(page(body=body))
        assert article.truncated
        assert article.text == "\n".join(PARAGRAPHS)


def listing(count: int, head: str = "") -> str:
    blocks = "".join(
        f'<div><h2><a href="/{n}.html">Headline number {n} of the harbour</a></h2><time datetime="2026-11-2{n}"></time>'
        f"<p>Teaser {n} tells in one sentence what happened at the quay.</p></div>"
        for n in range(count)
    )
    return f"<html><head><title>Harbour Post</title>{head}</head><body><main>{blocks}</main></body></html>"


class TestListings:
    def test_a_page_of_headlines_gives_an_article_for_each(self) -> None:
        html = listing(6).replace("2026-11-25", "2026-11-15")
        articles = Documents().examine(saved(html, url="https://harbour.example/news")).articles
        assert [article.title for article in articles] == [f"Headline number {n} of the harbour" for n in range(6)]
        first = articles[0]
        assert (first.url, str(first.published.at)) == ("https://harbour.example/0.html", "2026-11-20")
        assert (first.excerpt, first.truncated) == ("Teaser 0 tells in one sentence what happened at the quay.", True)

    @pytest.mark.parametrize(
        "html", [listing(4), listing(6, '<meta property="og:type" content="article">')], ids=["few", "said article"]
    )
    def test_other_pages_are_no_listing(self, html: str) -> None:
        assert len(Documents().examine(saved(html, url=URL)).articles) <= 1

    def test_an_article_with_many_related_headlines_is_one_article(self) -> None:
        related = "".join(f'<h3><a href="/{n}">Another headline number {n}</a></h3>' for n in range(9))
        html = page().replace("</article>", f"</article><aside>{related}</aside>")
        (article,) = Documents().examine(saved(html, url=URL)).articles
        assert article.text == "\n".join(PARAGRAPHS)


MEGABYTE = 1_000_000
HOSTILE = {
    "deep nesting": "<html><body>" + "<div>" * 60_000 + "x",
    "deep inline nesting": "<html><body><p>" + "<b><i>" * 30_000 + "x",
    "ten megabytes of words": "<html><body><p>" + "The ferry sailed. " * (10 * MEGABYTE // 18),
    "ten megabytes of paragraphs": "<html><body>" + "<p>The ferry sailed.</p>" * (10 * MEGABYTE // 25),
    "ten megabytes of script": "<html><head><script>" + "var a='<p>';" * (10 * MEGABYTE // 12) + "</script></head>",
    "a tag that never ends": "<html><body><p " + "a='b' " * 300_000,
    "entities": "<html><body><p>" + "&amp;&lt;&#x41;" * 200_000,
    "tables in tables": "<html><body>" + "<table><tr><td>" * 20_000,
    "JSON-LD bomb": '<html><script type="application/ld+json">' + '[{"@graph":' * 100_000 + "</script><p>x</p>",
}


@pytest.mark.slow
@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_is_over_its_deadline(html: str) -> None:
    documents, began = Documents(deadline_s=3.0), time.monotonic()
    with suppress(ParseError):
        documents.examine(saved(html, url=URL))
    assert time.monotonic() - began < 8.0


@pytest.mark.slow
@pytest.mark.parametrize("size", [50_000, 199_000])
@pytest.mark.parametrize(
    "unit", ["<div>", "<b><i>", "<table><tr><td>", "<li><p>x", '<a href="/x">By A B</a>', "<h1>T "]
)
def test_a_small_page_is_read_or_refused_in_time_however_it_nests(unit: str, size: int) -> None:
    html = "<html><body>" + unit * (size // len(unit))
    began = time.monotonic()
    with suppress(ParseError):
        Documents(deadline_s=3.0).examine(saved(html[:size], url=URL))
    assert time.monotonic() - began < 8.0


@pytest.mark.parametrize(
    "damage",
    [
        lambda html: html.replace("<p>", "<p>\0\0").encode(),
        lambda html: html.encode("utf-16"),
        lambda html: html.replace("utf-8", "shift_jis").encode(),
        lambda html: html.encode() + b"\xff\xfe\xfd" * 50,
    ],
    ids=["NULs", "UTF-16", "a wrong charset", "stray bytes"],
)
def test_damaged_bytes_still_give_the_article(damage) -> None:  # type: ignore[no-untyped-def]
    (article,) = Documents().examine(saved(damage(page()), url=URL)).articles
    assert article.text.startswith(PARAGRAPHS[0])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["<p>", "</div>", "<h1>", "<a href='/author/x'>", "By Mara Lind", PARAGRAPHS[0], "\0"]))
)
def test_any_soup_is_read_without_a_crash(pieces: list[str]) -> None:
    html = f"<html><body>{' '.join(pieces)}"
    article = read_page(html, saved=saved(html, url=URL))
    assert article is None or "\n" not in article.title
