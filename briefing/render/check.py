"""Takes a finished message, gives what is wrong with it: the last look before it leaves, without a browser.

Next: briefing/deliver/smtp.py.
"""

from __future__ import annotations

import re
from collections import Counter
from email import message_from_bytes, policy
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lxml import etree, html

from briefing.render.budget import HTML_BYTES
from briefing.render.clean import MARKER_HOST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

#: RFC 5322 §3.6 allows one of each; a second one is how an injected header shows.
_ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Unsubscribe", "List-ID")
_AT_MOST_ONCE = ("Reply-To", "Sender", "Cc", "Bcc", "List-Unsubscribe-Post", "Auto-Submitted", "Content-Language")
_SCHEMES = frozenset({"http", "https", "mailto"})
_ACTIVE = frozenset({"script", "iframe", "object", "embed", "form", "input", "video", "audio", "base", "link", "svg"})
_LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}|</?mj-[a-z]+|\\u\{[0-9a-f]+\}")


def check_message(message: bytes) -> tuple[str, ...]:
    """Says what would embarrass us in front of a reader, one line each; empty when the message may go."""
    parsed = message_from_bytes(message, policy=policy.default)
    parts = list(parsed.iter_parts()) if parsed.is_multipart() else []
    kinds = [part.get_content_type() for part in parts]
    problems = [*_lines(message), *_headers(parsed)]
    if kinds != ["text/plain", "text/html"]:
        return (*problems, f"parts are {', '.join(kinds) or 'missing'}, not text/plain and text/html")
    text, page = (str(part.get_content()) for part in parts)
    return (*problems, *_defects(parsed), *_leftovers(text, page), *_page(page, parsed))


def _lines(message: bytes) -> Iterator[str]:
    if re.search(rb"(?<!\r)\n|\r(?!\n)", message):
        yield "a line does not end with CRLF"
    if re.search(rb"[^\x09\x0a\x0d\x20-\x7e]", message):
        yield "a byte is not 7-bit text"
    longest = max(map(len, message.split(b"\r\n")))
    if longest > 998:
        yield f"a line has {longest} bytes; 998 is the most a server must take"


def _headers(parsed: EmailMessage) -> Iterator[str]:
    counts = Counter(name.lower() for name in parsed)
    for name in _ONCE:
        if counts[name.lower()] != 1:
            yield f"{name} stands there {counts[name.lower()]} times, not once"
    for name in _AT_MOST_ONCE:
        if counts[name.lower()] > 1:
            yield f"{name} stands there {counts[name.lower()]} times"
    one_click = "https://" in str(parsed["List-Unsubscribe"])
    if one_click != ("List-Unsubscribe-Post" in parsed):
        yield "List-Unsubscribe-Post belongs beside an https address in List-Unsubscribe, and nowhere else"


def _defects(parsed: EmailMessage) -> Iterator[str]:
    for part in parsed.walk():
        found = [*part.defects, *(defect for value in part.values() for defect in getattr(value, "defects", ()))]
        for defect in found:
            yield f"the message is not well-formed: {type(defect).__name__}"


def _leftovers(text: str, page: str) -> Iterator[str]:
    for name, body in (("text", text), ("HTML", page)):
        if MARKER_HOST in body:
            yield f"the {name} still holds a marker of {MARKER_HOST}"
    if found := _LEFTOVER.search(re.sub(r">[^<]*<", "><", page)):
        yield f"the HTML holds a leftover of its making: {found[0]}"


def _page(page: str, parsed: EmailMessage) -> Iterator[str]:
    size = len(page.encode())
    if size > HTML_BYTES:
        yield f"the HTML has {size:,} bytes, over {HTML_BYTES:,}; Gmail would clip it"
    try:
        root = html.document_fromstring(page)
    except etree.ParserError:
        yield "the HTML is empty"
        return
    yield from _structure(root)
    yield from _links(root, str(parsed["List-Unsubscribe"]))


def _structure(root: html.HtmlElement) -> Iterator[str]:
    if (titles := len(root.findall(".//h1"))) != 1:
        yield f"there are {titles} h1 headings, not one"
    for element in (root, *(root.find("body") if root.find("body") is not None else ())):
        if isinstance(element.tag, str) and not (element.get("lang") and element.get("dir")):
            yield f"<{element.tag}> lacks lang or dir"
    for element in root.iter("img", *_ACTIVE):
        if element.tag in _ACTIVE:
            yield f"<{element.tag}> is not for mail"
        elif element.get("alt") is None:
            yield "an image has no alt"
    if root.xpath('//@*[starts-with(name(), "on")]'):
        yield "an element listens to events"


def _links(root: html.HtmlElement, unsubscribe: str) -> Iterator[str]:
    addresses = root.xpath("//a/@href")
    anchors = set(root.xpath("//@id"))
    for address in addresses:
        if address.startswith("#"):
            if address[1:] not in anchors:
                yield f"the link {address} leads nowhere"
        elif urlsplit(address).scheme.lower() not in _SCHEMES:
            yield f"the link {address[:60]} is none that a mail may hold"
    offered = re.findall(r"<([^>\s]+)>", unsubscribe)
    if not any(address in offered for address in addresses):
        yield "the HTML does not show the link that unsubscribes"
