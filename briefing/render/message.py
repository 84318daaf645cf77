"""Takes a rendered edition and one reader, gives the complete message as bytes: RFC 5322, CRLF, 7-bit, repeatable.

The bytes are written here rather than by EmailMessage: see `headers.py` for why, and a thousand readers get theirs
by substitution of a few links in the rendering they share.

Next: briefing/render/check.py, then briefing/deliver/smtp.py.
"""

from __future__ import annotations

import binascii
import re
from email.utils import format_datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from briefing.render.headers import address_list, clean_header, header, mailbox, split_mailbox, structured
from briefing.render.links import ReaderLinks, fill_html, fill_text

if TYPE_CHECKING:
    from datetime import datetime

    from briefing.model.edition import Edition
    from briefing.model.settings import Sender
    from briefing.render.mjml import RenderedEdition

__all__ = ["ReaderLinks", "make_message"]


def make_message(
    rendered: RenderedEdition,
    *,
    edition: Edition,
    sender: Sender,
    recipient: str,
    recipient_name: str | None,
    links: ReaderLinks,
    message_id: str,
    date: datetime,
    list_id: str,
) -> bytes:
    """Writes one reader's message, ready for signing and sending.

    Args:
        message_id: with its angle brackets, the same for the same reader and edition, so that a repeat is recognised.
        date: when it is sent, with a UTC offset.
        list_id: label.domain (RFC 2919), without brackets.

    Raises:
        RenderError: an address, id or link cannot stand in a header; it names the header.
    """
    boundary = "=_" + sha256(message_id.encode()).hexdigest()[:32]
    return b"".join(
        (
            *_who(sender, recipient, recipient_name),
            header("Subject", rendered.subject),
            structured("Date", format_datetime(date)),
            structured("Message-ID", message_id),
            *_list(edition, links, list_id),
            structured("MIME-Version", "1.0"),
            structured("Content-Type", "multipart/alternative;", f'boundary="{boundary}"'),
            b"\r\n",
            _part(boundary, "text/plain", fill_text(rendered.text, links)),
            _part(boundary, "text/html", fill_html(rendered.html, links)),
            f"--{boundary}--\r\n".encode(),
        )
    )


def _who(sender: Sender, recipient: str, recipient_name: str | None) -> tuple[bytes, ...]:
    name, address = split_mailbox(sender.address)
    lines = (mailbox("From", address, name), mailbox("To", recipient, recipient_name))
    if sender.reply_to is None:
        return lines
    reply_name, reply_address = split_mailbox(sender.reply_to)
    return (*lines, mailbox("Reply-To", reply_address, reply_name))


def _list(edition: Edition, links: ReaderLinks, list_id: str) -> tuple[bytes, ...]:
    language = re.sub(r"[^A-Za-z0-9-]", "", edition.language)[:35]  # RFC 5646 §4.4.1
    common = (
        _list_id(edition.name, list_id),
        structured("Auto-Submitted", "auto-generated"),
        structured("Content-Language", language or "en"),
    )
    offered = [link for link in (links.unsubscribe, links.unsubscribe_mail) if link]
    ways = address_list("List-Unsubscribe", *offered)
    # RFC 8058: the one-click header only beside an https address that takes the POST.
    if offered[0].startswith("https://"):
        return (ways, structured("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"), *common)
    return (ways, *common)


def _list_id(name: str, list_id: str) -> bytes:
    phrase = re.sub(r"[^ !#-\[\]-~]|=\?", "", clean_header(name)).strip()
    bare = f"<{list_id.strip('<> ')}>"
    return structured("List-ID", f'"{phrase}"', bare) if phrase else structured("List-ID", bare)


def _part(boundary: str, kind: str, text: str) -> bytes:
    # Quoted-printable costs 5 % for Latin scripts, keeps lines under 77 bytes and can be read in the raw message.
    body = binascii.b2a_qp(text.encode(), istext=True).replace(b"\n", b"\r\n")
    head = f"--{boundary}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + body + b"\r\n"
