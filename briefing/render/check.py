"""Takes a finished message, gives what is wrong with it: the last look before it leaves, without a browser.

Asked once per segment, of a copy that nobody gets: what is a reader's own cannot make a mail good or bad. 150 stories
take 40 ms.

Next: briefing/render/check_headers.py, then one file for each thing that is looked at.
"""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.headerregistry import HeaderRegistry
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from briefing.model.picture import PICTURE_BYTES
from briefing.render.check_headers import check_headers, check_lines
from briefing.render.check_links import check_links
from briefing.render.check_page import check_page
from briefing.render.check_style import check_style
from briefing.render.check_text import check_text
from briefing.render.seen import read_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from email.message import EmailMessage, MIMEPart

_PICTURE_TYPES = frozenset({"image/jpeg", "image/png"})
#: Reads each header line once. By itself the library reads it whenever somebody asks, Content-Type 20 times a message.
_POLICY = policy.default.clone(header_factory=lru_cache(maxsize=128)(HeaderRegistry()))


def check_message(message: bytes) -> tuple[str, ...]:
    """Says what would embarrass us in front of a reader, one line each; empty when the message may go."""
    parsed = message_from_bytes(message, policy=_POLICY)
    problems = [*check_lines(message), *_defects(parsed)]
    bodies, pictures = _parts(parsed)
    kinds = [part.get_content_type() for part in bodies]
    if kinds != ["text/plain", "text/html"]:
        problems.append(f"parts are {', '.join(kinds) or 'missing'}, not text/plain and text/html")
        return (*problems, *check_headers(parsed, preheader=""))
    problems += chain(_encoding(bodies), _pictures(pictures))
    text, source = (_decoded(part).replace("\r\n", "\n") for part in bodies)
    page = read_page(source)
    if page is None:
        return (*problems, *check_headers(parsed, preheader=""), "the HTML is empty")
    ways_out = re.findall(r"<([^<>\s]+)>", str(parsed["List-Unsubscribe"] or ""))
    found = chain(
        problems,
        check_headers(parsed, page.preheader),
        check_page(page, text=text, pictures=[_name(part) for part in pictures]),
        check_style(page),
        check_links(page, text=text, ways_out=ways_out),
        check_text(text, page, ways_out=ways_out),
    )
    return tuple(dict.fromkeys(found))


def _parts(parsed: EmailMessage) -> tuple[list[MIMEPart], list[MIMEPart]]:
    """The bodies, and the pictures that come with the second one."""
    if parsed.get_content_type() != "multipart/alternative":
        return [], []
    bodies = list(parsed.iter_parts())
    if bodies[1:] and bodies[1].get_content_type() == "multipart/related":
        first, *pictures = bodies[1].iter_parts()
        return [bodies[0], first, *bodies[2:]], pictures
    return bodies, []


def _defects(parsed: EmailMessage) -> Iterator[str]:
    for part in parsed.walk():
        found = [*part.defects, *(defect for value in part.values() for defect in getattr(value, "defects", ()))]
        for defect in found:
            yield f"the message is not well-formed: {type(defect).__name__}"


def _encoding(bodies: Sequence[MIMEPart]) -> Iterator[str]:
    for part in bodies:
        if part.get_content_charset() != "utf-8":
            yield f"{part.get_content_type()} is in {part.get_content_charset() or 'no charset'}, not UTF-8"
        elif _content(part).decode("utf-8", "ignore") != _decoded(part):
            yield f"{part.get_content_type()} is not the UTF-8 it claims to be"


def _decoded(part: MIMEPart) -> str:
    return _content(part).decode("utf-8", "replace")


def _content(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _pictures(pictures: Sequence[MIMEPart]) -> Iterator[str]:
    for part in pictures:
        name, kind = _name(part), part.get_content_type()
        if kind not in _PICTURE_TYPES:
            yield f"the part {name or 'without a Content-ID'} is {kind}, not a JPEG or PNG picture"
            continue
        if not name:
            yield "a picture has no Content-ID"
        if part.get_content_disposition() != "inline":
            yield f"the picture {name} is not inline; it would be shown as an attachment"
        if (size := len(_content(part))) > PICTURE_BYTES:
            yield f"the picture {name} has {size:,} bytes, over {PICTURE_BYTES:,}"


def _name(part: MIMEPart) -> str:
    return str(part["Content-ID"] or "").strip("<> ")
