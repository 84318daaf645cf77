"""Takes an edition, gives the copy that one reader gets, and holds it to what is true of every mail of ours.

It is read by an HTML parser and a mail parser that share no code with us.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes, policy
from xml.etree.ElementTree import Element

import html5lib

from briefing.model.edition import Edition
from briefing.model.picture import PictureSize
from briefing.model.settings import Look
from briefing.render.blocks import StoryBlock
from briefing.render.check import check_message
from briefing.render.clean import clean, composed
from briefing.render.links import ReaderLinks
from briefing.render.mjml import RenderedEdition, render_edition
from briefing.render.sheet import Sheet, make_sheet
from briefing.render.templates import Templates
from briefing.render.words import words_in
from tests.render.samples import LINKS, addressed
from tests.render.strangers import headed, picture, signed

#: Every tag and attribute that our templates and MRML write. What is not here, a stranger has smuggled in.
TAGS = {
    "html": {"lang", "dir", "xmlns", "xmlns:v", "xmlns:o"},
    "head": set(),
    "title": set(),
    "meta": {"name", "content", "http-equiv"},
    "style": {"type", "media"},
    "body": {"style"},
    "div": {"lang", "dir", "style", "class", "role", "aria-roledescription", "aria-label"},
    "table": {"role", "width", "cellpadding", "cellspacing", "border", "align", "class", "style"},
    "tbody": set(),
    "tr": set(),
    "td": {"width", "height", "valign", "align", "dir", "class", "style", "bgcolor"},
    "h1": {"class", "style"},
    "h2": {"class", "style"},
    "h3": {"class", "style", "id", "lang", "dir"},
    "p": {"class", "style", "lang", "dir"},
    "span": {"class", "style", "lang", "dir"},
    "b": {"class", "style", "lang", "dir"},
    "a": {"class", "style", "href", "lang", "dir"},
    "ol": {"style"},
    "ul": {"style"},
    "li": {"class", "style"},
    "br": set(),
    "img": {"src", "width", "height", "alt", "class", "style", "align"},
}
HEADERS = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-ID",
    "Feedback-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
]
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What one reader gets, and the sheet it was set from."""

    rendered: RenderedEdition
    sheet: Sheet
    message: bytes
    html: str
    text: str


def copy_of(
    edition: Edition, templates: Templates, *, look: Look | None = None, text: str = "", links: ReaderLinks = LINKS
) -> Copy:
    """Renders and addresses an edition; `text` is what the imprint and the reader's name say."""
    look, sender = look or headed(text), signed(text)
    rendered = render_edition(edition, look=look, sender=sender, templates=templates, logo=picture(PictureSize.LOGO))
    message = addressed(rendered, edition, links=links, sender=sender, name=text)
    words = words_in(edition.language, templates)
    return Copy(
        rendered=rendered,
        sheet=make_sheet(edition, look=look, sender=sender, words=words),
        message=message,
        html=body(message, "html"),
        text=body(message, "plain"),
    )


def body(message: bytes, kind: str) -> str:
    part = message_from_bytes(message, policy=policy.default).get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def tree(html: str) -> Element:
    root: Element = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    return root


def text_of(element: Element) -> str:
    return "".join(element.itertext())


def values(root: Element, name: str) -> Counter[str]:
    return Counter(value for element in root.iter() if (value := element.get(name)) is not None)


def hrefs_of(block: StoryBlock) -> list[str]:
    added = [block.addition.outlet] if block.addition else []
    links = [block.link, *(outlet.link for outlet in (*block.outlets, *added))]
    return [link for link in links if link]


def hrefs_in(sheet: Sheet, links: ReaderLinks) -> Counter[str]:
    """Where the mail must lead, and how often: what `safe_link` gave, and a reader's own."""
    own = [links.unsubscribe or links.unsubscribe_mail, links.preferences, links.archive, links.editions]
    own += [links.archive] if sheet.more and sheet.is_online else []
    strangers = [href for block in sheet.told for href in hrefs_of(block)]
    strangers += [block.link for block in sheet.brief if block.link]
    return Counter([*filter(None, own), *strangers, *(f"#{block.anchor}" for block in sheet.glance)])


def languages_in(sheet: Sheet) -> Counter[str]:
    """Which other languages the mail must name, and how often."""
    named = [block.language for block in (*sheet.told, *sheet.brief, *sheet.glance)]
    named += [block.language for block in sheet.told if block.sentences]
    named += [block.addition.language for block in sheet.told if block.addition]
    named += [block.unsaid.language for block in sheet.told if block.unsaid]
    named += [block.news.language for block in sheet.brief if block.news]
    return Counter(filter(None, named))


def assert_only_ours(root: Element) -> None:
    """No tag, attribute or address that our templates do not write."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue  # a comment
        assert element.tag in TAGS
        assert set(element.attrib) <= TAGS[element.tag], element.tag
    for href in values(root, "href"):
        assert re.match(r"(?:https?|mailto):[^\s\"'<>\\]+$|#s\d+$", href, re.IGNORECASE), href
    for style in values(root, "style"):
        assert not re.search(r"url\(|expression|@import|position|<", style, re.IGNORECASE)
    assert {element.get("class") for element in root.iter("body")} <= {None}


def assert_whole(copy: Copy, *, links: ReaderLinks = LINKS) -> None:
    """What holds of every mail, whoever wrote in it."""
    root, sheet = tree(copy.html), copy.sheet
    assert "; ".join(check_message(copy.message)) == ""
    assert_only_ours(root)
    assert values(root, "href") == hrefs_in(sheet, links)
    frame = {sheet.language}
    assert Counter({k: n for k, n in values(root, "lang").items() if k not in frame}) == languages_in(sheet)
    assert set(values(root, "dir")) <= {"ltr", "rtl"}
    pictures = [block.picture.alt for block in sheet.told if block.picture]
    assert Counter(image.get("alt") for image in root.iter("img")) == Counter([sheet.name, *pictures])
    assert set(values(root, "src")) == {f"cid:{name}" for name, _ in copy.rendered.pictures}
    assert text_of(next(root.iter("title"))) == sheet.title
    assert [text_of(h3) for h3 in root.iter("h3")] == [composed(block.headline) for block in sheet.told]
    assert [text_of(h2) for h2 in root.iter("h2")][: len(sheet.sections)] == [
        composed(s.title.upper()) for s in sheet.sections
    ]
    assert_headers(copy)
    assert CONTROLS.search(copy.text) is None


def assert_headers(copy: Copy) -> None:
    """No header but ours, and in those nothing that begins another."""
    parsed = message_from_bytes(copy.message, policy=policy.default)
    assert parsed.keys() == [name for name in HEADERS if name != "List-Unsubscribe-Post" or name in parsed]
    raw = message_from_bytes(copy.message, policy=policy.compat32)
    assert raw.keys() == parsed.keys()
    assert [CONTROLS.search(str(value)) for value in parsed.values()] == [None] * len(parsed)
    assert [part.get_content_type() for part in parsed.walk() if not part.is_multipart()][:2] == [
        "text/plain",
        "text/html",
    ]
    assert [one.addr_spec for one in parsed["To"].addresses] == ["lea@readers.example"]
    assert copy.rendered.subject == clean(copy.rendered.subject)
    assert len(copy.rendered.subject) <= 78
    assert len(str(parsed["Subject"])) <= 78
    assert 30 <= len(copy.rendered.preheader) <= 140
