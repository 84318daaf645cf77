"""Takes a rendered edition, gives `PreparedMessage`, and from that each reader's message: bytes, 7-bit, repeatable.

Everything is written once per segment: headers, both bodies, pictures. A reader's copy is three header lines and a few
links between fragments that are ready. The bytes are written here rather than by EmailMessage: see `headers.py` for
why; it also takes 4 ms a copy.

Next: briefing/render/check.py, then briefing/deliver/smtp.py.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from dataclasses import dataclass
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

from briefing.errors import RenderError
from briefing.render.fragments import Fragments, encoded_body, quoted_lines
from briefing.render.headers import address_list, clean_header, header, mailbox, split_mailbox, structured
from briefing.render.links import ReaderLinks, split_html, split_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from briefing.model.edition import Edition
    from briefing.model.picture import Picture
    from briefing.model.settings import Sender
    from briefing.render.mjml import RenderedEdition

__all__ = ["PreparedMessage", "ReaderLinks", "prepare_message"]

#: After the header lines stands an empty one.
_END = b"\r\n"
#: Google asks for 5 to 15.
_SENDER_ID_CHARS = 12
#: Header lines that are a reader's own, in the order they stand there.
_OWN_LINES = ("To", "Message-ID", "List-Unsubscribe")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedMessage:
    """Carries a segment's message, ready but for what is a reader's own.

    Attributes:
        head: up to the empty line; its places are named as the headers that go there.
        text, html: the two parts with their boundaries, the pictures with the second; their places are the markers of
            `links.py`. The body of the message is nothing but these two.
        kind: which links every reader of the segment has, as `ReaderLinks.kind` tells it.
    """

    head: Fragments
    text: Fragments
    html: Fragments
    kind: tuple[bool, ...]

    def copy_for(
        self,
        recipient: str,
        *,
        name: str | None,
        links: ReaderLinks,
        message_id: str,
        sign: Callable[[bytes, Sequence[bytes]], bytes] | None = None,
    ) -> bytes:
        """Writes one reader's message, ready for sending; see `pieces_for`."""
        return b"".join(self.pieces_for(recipient, name=name, links=links, message_id=message_id, sign=sign))

    def pieces_for(
        self,
        recipient: str,
        *,
        name: str | None,
        links: ReaderLinks,
        message_id: str,
        sign: Callable[[bytes, Sequence[bytes]], bytes] | None = None,
    ) -> tuple[bytes, ...]:
        """Writes one reader's message in pieces of whole lines; those that readers share are always the same objects.

        Args:
            name: of the reader; untrusted text.
            links: of the same kind as those the message was prepared with.
            message_id: with its angle brackets, the same for the same reader and edition, so that a repeat is
                recognised.
            sign: takes the header lines and the body in pieces, most of which every copy shares; gives the lines that
                go before them. None where the relay signs, or nobody does.

        Raises:
            RenderError: an address, id or link cannot stand in a header; it names the header.
        """
        if links.kind != self.kind:
            raise ValueError("a reader of another segment: not the links that this message was prepared for")
        ways = (links.unsubscribe, links.unsubscribe_mail) if links.unsubscribe else (links.unsubscribe_mail,)
        own = {
            "To": mailbox("To", recipient, name),
            "Message-ID": structured("Message-ID", message_id),
            "List-Unsubscribe": address_list("List-Unsubscribe", *ways),
        }
        text: dict[str, bytes] = {}
        html: dict[str, bytes] = {}
        for marker, address in links.by_marker:
            if address:
                escaped = escape(address)
                text[marker] = quoted_lines(address)
                html[marker] = text[marker] if escaped == address else quoted_lines(escaped)
        head, body = self.head.filled(own), [*self.text.filled(text), *self.html.filled(html)]
        signature = sign(b"".join(head).removesuffix(_END), body) if sign else b""
        return (signature + b"".join(head), *body)


def prepare_message(
    rendered: RenderedEdition, *, edition: Edition, sender: Sender, links: ReaderLinks, date: datetime, list_id: str
) -> PreparedMessage:
    """Writes all that the readers of a segment share.

    Args:
        links: of any of them: those that are None there have no place in the message.
        date: when it is sent, with a UTC offset.
        list_id: label.domain (RFC 2919), without brackets.

    Raises:
        RenderError: the sender, the list or a picture's name cannot stand in a header; it names the header.
    """
    # In quoted-printable "=" is followed by two digits, in base64 by nothing: "=_" occurs in neither.
    mark = sha256(f"{list_id} {edition.date} {edition.segment}".encode()).hexdigest()[:32]
    outer, inner = f"=_{mark}", f"=_related_{mark}"
    text = encoded_body(*split_text(rendered.text, links))
    html = encoded_body(*split_html(rendered.html, links))
    if rendered.pictures:
        html = html.between(_part(inner, "text/html"), b"\r\n")
        html = html.between(_related(outer, inner), _pictures(rendered.pictures, inner))
    else:
        html = html.between(_part(outer, "text/html"), b"\r\n")
    who = _who(sender)
    about = header("Subject", rendered.subject) + structured("Date", format_datetime(date))
    kind = structured("Content-Type", "multipart/alternative;", f'boundary="{outer}"')
    rest = _list(edition, links, list_id) + structured("MIME-Version", "1.0") + kind + _END
    return PreparedMessage(
        head=Fragments((who[0], who[1] + about, b"", rest), _OWN_LINES),
        text=text.between(_part(outer, "text/plain"), b"\r\n"),
        html=html.between(b"", f"--{outer}--\r\n".encode()),
        kind=links.kind,
    )


def _who(sender: Sender) -> tuple[bytes, bytes]:
    """The lines before and after the reader's own."""
    name, address = split_mailbox(sender.address)
    if sender.reply_to is None:
        return mailbox("From", address, name), b""
    reply_name, reply_address = split_mailbox(sender.reply_to)
    return mailbox("From", address, name), mailbox("Reply-To", reply_address, reply_name)


def _list(edition: Edition, links: ReaderLinks, list_id: str) -> bytes:
    language = re.sub(r"[^A-Za-z0-9-]", "", edition.language)[:35]  # RFC 5646 §4.4.1
    # RFC 8058: the one-click header only beside an https address that takes the POST.
    post = structured("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") if links.is_one_click else b""
    return (
        post
        + _list_id(edition.name, list_id)
        + structured("Feedback-ID", _feedback_id(edition, list_id))
        + structured("Auto-Submitted", "auto-generated")
        + structured("Content-Language", language or "en")
    )


def _list_id(name: str, list_id: str) -> bytes:
    phrase = re.sub(r"[^ !#-\[\]-~]|=\?", "", clean_header(name)).strip()
    bare = f"<{list_id.strip('<> ')}>"
    return structured("List-ID", f'"{phrase}"', bare) if phrase else structured("List-ID", bare)


def _feedback_id(edition: Edition, list_id: str) -> str:
    """Edition, segment and briefing: what Gmail's Postmaster Tools count complaints by.

    Described at support.google.com/a/answer/6254652. Readers share each of them, and none says who reads. The last part
    is the same in all mail of an installation.
    """
    label, _, domain = list_id.partition(".")
    sender = sha256(domain.encode()).hexdigest()[:_SENDER_ID_CHARS]
    return ":".join(
        re.sub(r"[^A-Za-z0-9._-]", "-", part) for part in (str(edition.date), edition.segment, label, sender)
    )


def _part(boundary: str, kind: str) -> bytes:
    lines = f"--{boundary}", f"Content-Type: {kind}; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"
    return "\r\n".join((*lines, "", "")).encode()


def _related(outer: str, inner: str) -> bytes:
    """Opens the part that holds the HTML and what it shows (RFC 2387)."""
    kind = structured("Content-Type", 'multipart/related; type="text/html";', f'boundary="{inner}"')
    return f"--{outer}\r\n".encode() + kind + b"\r\n"


def _pictures(pictures: tuple[tuple[str, Picture], ...], boundary: str) -> bytes:
    parts = [f"--{boundary}\r\n".encode() + _picture(name, picture) for name, picture in pictures]
    return b"".join((*parts, f"--{boundary}--\r\n".encode()))


def _picture(name: str, picture: Picture) -> bytes:
    if not re.fullmatch(r"[A-Za-z0-9._@-]{1,120}", name):
        raise RenderError("Content-ID", f"{name[:80]!r} cannot name a picture; use letters, digits and . _ - @")
    file = f"{name.partition('@')[0]}.{picture.kind.rpartition('/')[2].replace('jpeg', 'jpg')}"
    return b"".join(
        (
            structured("Content-Type", picture.kind),
            structured("Content-Transfer-Encoding", "base64"),
            structured("Content-ID", f"<{name}>"),
            structured("Content-Disposition", "inline;", f'filename="{file}"'),
            b"\r\n",
            encodebytes(picture.content).replace(b"\n", b"\r\n"),
        )
    )
