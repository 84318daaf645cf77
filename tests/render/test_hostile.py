"""Strangers write titles, texts, names and addresses. Whatever they write, the mail stays ours and says what they said.

Each text of `strangers.py` stands wherever a stranger has a say and goes the whole way to a reader's bytes, where
`border.py` holds the mail to what is true of all.
"""

from __future__ import annotations

import time
import unicodedata
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import cycle
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mjml import mjml2html

from briefing.model.article import Article
from briefing.model.edition import Section, SectionKind
from briefing.model.picture import PictureSize
from briefing.model.settings import Look
from briefing.model.story import Area, Story
from briefing.render.budget import HTML_BYTES
from briefing.render.check import check_message
from briefing.render.clean import attribute, clean, safe_link
from briefing.render.links import ReaderLinks
from briefing.render.page import fill_page, set_page
from briefing.render.typecase import Typecase
from tests import make
from tests.render.border import (
    CONTROLS,
    assert_only_ours,
    assert_whole,
    copy_of,
    hrefs_in,
    text_of,
    tree,
    values,
)
from tests.render.samples import LINKS, MAIL_ONLY, SENDER, crowd, under
from tests.render.strangers import TEXTS, Stranger, headed, picture, signed, written

if TYPE_CHECKING:
    from briefing.render.templates import Templates

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_wherever_strangers_write_leaves_the_mail_ours(text: str, templates: Templates) -> None:
    assert_whole(copy_of(written(text), templates, text=text))


@pytest.mark.parametrize("language", ["ar", "ja", "xx", "../../etc/passwd", "en\r\nX: y", '"><b>'])
@pytest.mark.parametrize("text", ["both ways", "override", "header", "double quote", "nothing"])
def test_it_does_so_in_a_frame_of_any_language(language: str, text: str, templates: Templates) -> None:
    assert_whole(copy_of(written(TEXTS[text], language=language), templates, text=TEXTS[text]))


@pytest.mark.parametrize("first", range(0, len(TEXTS), 8))
def test_a_page_for_browsers_stays_ours_too(first: int, templates: Templates) -> None:
    texts = list(TEXTS.values())[first : first + 8]
    edition, look, sender = written(*texts), headed(texts[0]), signed(texts[0])
    logo = picture(PictureSize.LOGO)
    page = set_page(edition, Typecase(look=look, sender=sender, templates=templates, logo=logo))
    root = tree(fill_page(page, editions="https://news.example/?a=1&b=2"))
    assert_only_ours(root)
    assert {src.partition(",")[0] for src in values(root, "src")} == {"data:image/jpeg;base64"}
    assert "https://news.example/?a=1&b=2" in values(root, "href")
    assert CONTROLS.search(page) is None


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    texts=st.lists(
        st.sampled_from([text for text in TEXTS.values() if len(text) < 80])
        | st.text(max_size=60)
        | st.text(st.characters(categories=("Mn", "Cf", "Cc", "Cs", "Zs", "Lo")), max_size=12),
        min_size=1,
        max_size=30,
    ),
    language=st.sampled_from(["en", "fr", "ar", "hi", "ja"]),
    links=st.sampled_from([LINKS, MAIL_ONLY]),
)
def test_any_texts_beside_each_other_leave_the_mail_ours(
    texts: list[str], language: str, links: ReaderLinks, templates: Templates
) -> None:
    assert_whole(copy_of(written(*texts, language=language), templates, text=texts[0], links=links), links=links)


# Addresses.

BACKSLASH = "https://evil.example\\@bank.example/"
ADDRESSES = {
    "https://a.example/x?y=1&z=2#q": "https://a.example/x?y=1&z=2#q",
    "HTTPS://A.Example/": "HTTPS://A.Example/",
    " https://a.example/ \n": "https://a.example/",
    "https://xn--bnk-8na.example/": "https://xn--bnk-8na.example/",
    "https://bаnk.example/": "https://bаnk.example/",  # Cyrillic а: shown as it is, not as what it looks like
    "https://пример.example/путь": "https://пример.example/путь",
    "https://a.example/<b>\"'`\\{}|^": "https://a.example/%3Cb%3E%22%27%60%5C%7B%7D%7C%5E",
    "https://a.example/?x=&quot;&lt;": "https://a.example/?x=&quot;&lt;",
    "https://a.example/?url=javascript:alert(1)": "https://a.example/?url=javascript:alert(1)",
    "https://a.example/%0d%0aBcc:x": "https://a.example/%0d%0aBcc:x",
    "https://[2001:db8::1]:8080/": "https://[2001:db8::1]:8080/",
    "mailto:desk@a.example?subject=x&bcc=y@a.example": "mailto:desk@a.example?subject=x&bcc=y@a.example",
    "javascript:alert(1)": None,
    "JaVaScRiPt:alert(1)": None,
    "java\tscript:alert(1)": None,
    "java\r\nscript:alert(1)": None,
    " \x01javascript:alert(1)": None,
    "javascript&colon;alert(1)": None,
    "&#106;avascript&#58;alert(1)": None,
    "javascript://a.example/%0aalert(1)": None,
    "jav\u200bascript:alert(1)": None,
    "ｊavascript:alert(1)": None,
    "view-source:https://a.example/": None,
    "data:text/html;base64,PHNjcmlwdD4=": None,
    "DATA:text/html,x": None,
    "vbscript:msgbox(1)": None,
    "VbScRiPt :x": None,
    "file:///etc/passwd": None,
    "FILE://a.example/x": None,
    "blob:https://a.example/x": None,
    "intent://a.example#Intent;end": None,
    "cid:part@pictures": None,
    "about:blank": None,
    "ftp://a.example/": None,
    "https://bank.example@evil.example/": None,
    "https://bank.example:443@evil.example/": None,
    "https://@evil.example/": None,
    BACKSLASH: None,
    "https://evil.example／@bank.example": None,
    "//a.example/": None,
    "/\\a.example/": None,
    "https:a.example": None,
    "https:/a.example": None,
    "https:///a.example": None,
    "https://": None,
    "https://a.example:0/": None,
    "https://a.example:65536/": None,
    "https://a.example/\x00": None,
    "https://a.example/\u202emoc.knab": None,
    "https://a.example/\ud83d": None,
    "#s1": None,
    "?x": None,
    "mailto:": None,
    "https://archive.briefing.invalid/": None,
    "https://ARCHIVE.Briefing.Invalid/": None,
    "https://a.example/" + "x" * 2_000: None,
}


@pytest.mark.parametrize(("address", "href"), ADDRESSES.items(), ids=map(ascii, ADDRESSES))
def test_an_address_is_followed_as_it_was_given_or_not_at_all(
    address: str, href: str | None, templates: Templates
) -> None:
    story = make.story(make.article(url=address), make.article("Second", source="De Post", url=address))
    copy = copy_of(make.edition(story), templates, text="x", look=Look())
    strangers = [
        a.get("href") for a in tree(copy.html).iter("a") if not (a.get("href") or "").startswith("https://news")
    ]
    assert set(strangers) == ({href} if href else set())
    assert safe_link(address) == href
    assert_whole(copy)


def test_an_address_that_looks_like_another_is_shown_beside_the_name_its_outlet_has(templates: Templates) -> None:
    nameless = make.story(make.article(url="https://bаnk.example/", source=None))
    copy = copy_of(make.edition(nameless), templates, text="x", look=Look())
    assert "bаnk.example" in text_of(tree(copy.html))
    assert "bаnk.example" in copy.text


# What comes in thousands.


def test_ten_megabytes_of_a_title_take_no_more_than_a_moment(templates: Templates) -> None:
    story = make.story(make.article("Ferries <b> é " * 700_000))
    start = time.process_time()
    copy = copy_of(make.edition(story), templates, text="x", look=Look())
    assert time.process_time() - start < 2, "it takes 0.1 s"
    assert_whole(copy)


def test_ten_thousand_marks_on_a_letter_are_cut_like_any_other_headline(templates: Templates) -> None:
    copy = copy_of(written("H" + "\u0301" * 10_000), templates, text="H" + "\u0301" * 10_000)
    assert max(len(block.headline) for block in copy.sheet.told) <= 240
    assert max(len(line) for line in copy.text.splitlines()) <= 2_100


def test_five_thousand_outlets_are_counted_not_named(templates: Templates) -> None:
    voices = tuple(Article(id=str(n), title="Ferries", source=f"Post {n}", language="en") for n in range(5_000))
    edition = make.edition(Story(id="x", articles=voices))
    copy = copy_of(edition, templates, text="x", look=Look())
    assert "Post 0, Post 1, Post 2, + 4,997 others" in text_of(tree(copy.html)).replace("\u00a0", " ")
    assert_whole(copy)


def test_a_thousand_sections_fit_into_a_mail(templates: Templates) -> None:
    sections = tuple(
        Section(key=f"t{n}", title=f"Topic <{n}> " * 20, kind=SectionKind.TOPIC, stories=(make.story(),))
        for n in range(1_000)
    )
    edition = replace(make.edition(), sections=sections)
    copy = copy_of(edition, templates, text="x", look=Look())
    assert check_message(copy.message) == ()
    assert_only_ours(tree(copy.html))
    assert len(copy.html.encode()) <= HTML_BYTES
    assert set(values(tree(copy.html), "href")) <= set(hrefs_in(copy.sheet, LINKS))


@pytest.mark.parametrize("text", ["double quote", "combining marks", "long word", "tags", "reference bomb"])
def test_a_day_of_long_and_hostile_stories_is_shortened_to_fit(text: str, templates: Templates) -> None:
    stranger = Stranger(write=cycle([TEXTS[text], "Ferries return"]).__next__)
    stories = tuple(replace(stranger.story(3), region=None) for _ in range(150))
    edition = replace(crowd(0), sections=(under(Area.ASIA, *stories),), brief=stories[:20])
    copy = copy_of(edition, templates, text=TEXTS[text])
    assert check_message(copy.message) == ()
    assert_only_ours(tree(copy.html))
    assert set(values(tree(copy.html), "href")) <= set(hrefs_in(copy.sheet, LINKS)) | {LINKS.archive}


# Every character there is.

PLANES = [chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000]
CHUNK = 4_000
PRINTED = [clean("".join(PLANES[at : at + CHUNK])) for at in range(0, len(PLANES), CHUNK)]


def test_every_character_that_may_be_printed_is_among_those_tried() -> None:
    tried = set("".join(PRINTED))
    lost = {char for char in PLANES if char not in tried}
    kinds = Counter(unicodedata.category(char) for char in lost)
    assert set(kinds) <= {"Cc", "Cf", "Cn", "Zs", "Zl", "Zp"}
    assert sum(kinds[kind] for kind in ("Cf", "Cn", "Zs")) < 60


@pytest.mark.parametrize("text", PRINTED, ids=[f"from U+{ord(PLANES[at]):04X}" for at in range(0, len(PLANES), CHUNK)])
def test_every_character_stands_in_an_attribute_as_it_was_written(text: str) -> None:
    written = attribute(text)
    image = f'<a href="{written}" title="{written}"><img src="cid:x" alt="{written}" /></a>'
    html = mjml2html(
        f"<mjml><mj-body><mj-section><mj-column><mj-text>{image}</mj-text></mj-column></mj-section></mj-body></mjml>",
        fonts={},
    )
    assert [value for name, value in attributes_of(html) if name in {"href", "title", "alt"}] == [text, text, text]


def attributes_of(html: str) -> list[tuple[str, str | None]]:
    """As the standard library reads them: html5lib takes a minute for 590,000 references."""
    found: list[tuple[str, str | None]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(attrs if tag in {"a", "img"} else [])

        handle_startendtag = handle_starttag

    Reader().feed(html)
    return found


def test_every_character_stands_in_a_headline_as_it_was_written(templates: Templates) -> None:
    titles = [f"x {text[at : at + 200]}".strip() for text in PRINTED for at in range(0, len(text), 200)]
    stories = tuple(Story(id=title, articles=(Article(id="x", title=title),)) for title in titles)
    edition = replace(make.edition(), sections=(under(Area.ASIA, *stories),))
    page = set_page(edition, Typecase(look=Look(), sender=SENDER, templates=templates))
    assert [text_of(h3) for h3 in tree(page).iter("h3")] == [clean(title) for title in titles]
