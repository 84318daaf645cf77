"""Takes the HTML of a finished message, gives what is wrong with it: for mail programs, screen readers and privacy.

What strangers wrote is never held against an edition: a headline may say `{{ name }}`, and no outlet can stop a
morning by it. Only tags, styles, and what stands nowhere in the text part are ours.

Next: briefing/render/check_style.py.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lxml.etree import Comment

from briefing.render.budget import HTML_BYTES
from briefing.render.clean import MARKER_HOST
from briefing.render.seen import name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from lxml.html import HtmlElement

    from briefing.render.seen import Page

#: What a list of mail shows after the subject; below the first, programs go on with the masthead.
_PREHEADER_CHARS = (30, 140)
_ACTIVE = frozenset({
    "script", "iframe", "object", "embed", "applet", "frame", "frameset", "form", "input", "button", "select",
    "textarea", "video", "audio", "canvas", "svg", "math", "base", "link",
})  # fmt: skip
#: Attributes that make a mail program fetch something.
_FETCHING = ("src", "srcset", "background", "poster", "data", "action", "formaction", "longdesc", "lowsrc", "dynsrc")
_TEMPLATE = re.compile(r"\{\{|\}\}|\{%|%\}|</?mj-[a-z]+")
# A character that strangers wrote stands in an attribute as a numeric reference; a backslash there is MRML's own.
_ESCAPE = re.compile(r"\\(?:u\{[0-9a-f]+\}|.?)")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_FETCHES = re.compile(r"\b(?:src|background|href)\s*=|url\(|<(?:script|iframe|object)\b", re.IGNORECASE)
_FILE = re.compile(r"\s*\S+\.(?:jpe?g|png|gif|webp|svg)\s*|(?:image|img|photo)\d*", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]")


def check_page(page: Page, *, text: str, pictures: Collection[str]) -> Iterator[str]:
    """What would embarrass us in the HTML.

    Args:
        text: the text part, which tells strangers' words from leftovers of ours.
        pictures: names of the picture parts.
    """
    size = len(page.source.encode())
    if size > HTML_BYTES:
        yield f"the HTML has {size:,} bytes, over {HTML_BYTES:,}; Gmail would clip it"
    yield from controls_in(page.source, "HTML")
    yield from _leftovers(page, text)
    yield from _frame(page)
    yield from _headings(page)
    yield from _tables_and_ids(page)
    yield from _images(page, pictures)
    yield from _behaviour(page)


def controls_in(body: str, name: str) -> Iterator[str]:
    """The first character that a reader cannot see and a program may obey, if there is one."""
    if found := _CONTROL.search(body):
        yield f"the {name} holds the control character U+{ord(found[0]):04X}"


def leftovers_in(words: str, other: str) -> Iterator[str]:
    """Marks of our templates that the other part does not show: if it did, somebody wrote them to be read."""
    return (found for found in dict.fromkeys(_TEMPLATE.findall(words)) if not is_shown(found, other))


def is_shown(found: str, other: str) -> bool:
    """Whether the other part says the same, however its lines are broken."""
    return "".join(found.split()) in "".join(other.split())


def _leftovers(page: Page, text: str) -> Iterator[str]:
    if MARKER_HOST in page.source:
        yield f"the HTML still holds a marker of {MARKER_HOST}"
    tags = "".join(_TAG.findall(page.source))
    for mark in (*_ESCAPE.findall(tags), *_TEMPLATE.findall(tags), *leftovers_in(page.words, text)):
        yield f"the HTML holds a leftover of its making: {mark}"


def _frame(page: Page) -> Iterator[str]:
    root = page.root
    for element in (root, *root.find("body")):
        if isinstance(element.tag, str) and not (element.get("lang") and element.get("dir")):
            yield f"<{element.tag}> lacks lang or dir"
    if not (root.findtext("head/title") or "").strip():
        yield "the HTML has no title"
    metas = {(meta.get("name") or "").lower(): meta.get("content") or "" for meta in root.iter("meta")}
    viewport = metas.get("viewport", "")
    if not viewport or re.search(r"user-scalable\s*=\s*(?:no|0)|maximum-scale\s*=\s*[0-4](?:\.|,|\s|$)", viewport):
        yield f"the viewport is {viewport or 'not set'}; readers must be able to zoom"
    for name in ("color-scheme", "supported-color-schemes"):
        if "dark" not in metas.get(name, ""):
            yield f"the meta element {name} does not name dark"
    shortest, longest = _PREHEADER_CHARS
    if not shortest <= len(page.preheader) <= longest:
        yield f"the preheader has {len(page.preheader)} characters, not {shortest} to {longest}"


def _headings(page: Page) -> Iterator[str]:
    levels = [int(heading.tag[1]) for heading in page.headings]
    if levels.count(1) != 1:
        yield f"there are {levels.count(1)} h1 headings, not one"
    for above, heading in zip([0, *levels], page.headings, strict=False):
        name = name_of(heading)
        if int(heading.tag[1]) > above + 1:
            yield f"the heading {name[:40]!r} is <{heading.tag}> below <h{above}>: a level is skipped"
        if not name:
            yield f"an <{heading.tag}> heading is empty"


def _tables_and_ids(page: Page) -> Iterator[str]:
    for table in page.root.iter("table"):
        if table.get("role") not in {"presentation", "none"} and table.find(".//th") is None:
            yield "a layout table lacks role=presentation"
    ids = Counter(page.root.xpath("//@id", smart_strings=False))
    yield from (f"the id {name!r} stands there {count} times" for name, count in ids.items() if count > 1)


def _images(page: Page, pictures: Collection[str]) -> Iterator[str]:
    shown = set()
    for image in page.root.iter("img"):
        source = image.get("src") or ""
        if image.get("alt") is None:
            yield f"the image {source[:60]} has no alt"
        elif _FILE.fullmatch(image.get("alt")):
            yield f"the image {source[:60]} is called by a file name, {image.get('alt')[:40]}"
        if any(int(side) < 2 for side in _sides(image)) or len(_sides(image)) < 2:
            yield f"the image {source[:60]} has no width and height in pixels"
        if not source.startswith("cid:"):
            yield f"the image {source[:60]} is not in the mail; only cid: is"
        elif unquote(source[4:]) not in pictures:
            yield f"the image {source[:60]} has no part"
        shown.add(unquote(source[4:]))
    yield from (f"the picture {name} is shown nowhere" for name in pictures if name not in shown)


def _sides(image: HtmlElement) -> list[str]:
    return [side for side in (image.get("width"), image.get("height")) if side and side.isdecimal()]


def _behaviour(page: Page) -> Iterator[str]:
    for element in page.elements:
        if element.tag in _ACTIVE or (element.tag == "meta" and "refresh" in (element.get("http-equiv") or "").lower()):
            yield f"<{element.tag}> is not for mail"
        for name, address in element.items():
            if name.startswith("on"):
                yield f"<{element.tag}> listens to events: {name}"
            elif name in _FETCHING and not (element.tag == "img" and name == "src"):
                yield f"<{element.tag}> fetches its {name}: {address[:60]}"
    for comment in page.root.iter(Comment):
        if found := _FETCHES.search(comment.text or ""):
            yield f"a comment for Outlook fetches something: {found[0]}"
