"""Takes a saved mail or an MHTML page, gives what is inside: the HTML or plain text, and what its headers say.

Next: briefing/collect/newsletters.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default as modern
from email.utils import parseaddr, parsedate_to_datetime
from typing import TYPE_CHECKING

from briefing.collect.encoding import decode
from briefing.collect.text import one_line
from briefing.collect.values import web_address

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import Message

_HEADER = re.compile(rb"(?:From [^\n]*\n)?(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}")
_MAIL_HEADERS = re.compile(
    rb"^(?:from|subject|date|message-id|mime-version|content-type):", re.IGNORECASE | re.MULTILINE
)
_REPLY = re.compile(r"^(?:(?:re|fwd?|aw|wg|tr|rv|enc)\s*:\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Carries a container's text and what its headers say of it.

    Attributes:
        html: the HTML body, decoded; None when there is only plain text.
        is_page: the container is a web page saved as MHTML, not a mail.
        url: the address the page was saved from.
        sent_at: when the mail was written or the page saved.
    """

    html: str | None = None
    plain: str | None = None
    is_page: bool = False
    url: str | None = None
    subject: str = ""
    sender: str | None = None
    sent_at: datetime | None = None


def is_container(content: bytes) -> bool:
    """Says whether the document begins with the headers of a mail (three that mails have, in one block)."""
    head = content.lstrip(b"\xef\xbb\xbf\r\n")
    if not head[:1].isalpha():
        return False
    headers = _HEADER.match(head.replace(b"\r\n", b"\n")[:65_536])
    return headers is not None and len(set(map(bytes.lower, _MAIL_HEADERS.findall(headers[0])))) >= 3


def open_container(content: bytes) -> Envelope:
    """Unpacks the mail or page; attachments and pictures stay inside."""
    bare = re.sub(rb"\AFrom [^\n]*\n", b"", content.lstrip(b"\xef\xbb\xbf\r\n"))
    message = message_from_bytes(bare, policy=modern)
    pages = [part for part in message.walk() if part.get_content_type() in {"text/html", "application/xhtml+xml"}]
    plain = next((part for part in message.walk() if part.get_content_type() == "text/plain"), None)
    root = pages[0] if pages else None
    location = str(message.get("Snapshot-Content-Location") or (root and root.get("Content-Location")) or "").strip()
    name, address = parseaddr(_header(message, "From"))
    return Envelope(
        html=_text_of(root) if root else None,
        plain=_text_of(plain) if plain else None,
        is_page=bool(root) and (bool(web_address(location, None)) or "saved by" in _header(message, "From").lower()),
        url=web_address(location, None),
        subject=_REPLY.sub("", one_line(_header(message, "Subject"))),
        sender=one_line(name) or address.rpartition("@")[2] or None,
        sent_at=_moment(_header(message, "Date")),
    )


def _header(message: Message, name: str) -> str:
    """A header decoded; "" when it is missing or broken beyond reading."""
    try:
        return str(message.get(name) or "")
    except (ValueError, IndexError, AttributeError, TypeError):  # the standard parser trips over some of them
        return ""


def _text_of(part: Message) -> str:
    content = part.get_payload(decode=True)
    return decode(content, declared=part.get_content_charset()) if isinstance(content, bytes) else ""


def _moment(printed: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(printed)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else None
