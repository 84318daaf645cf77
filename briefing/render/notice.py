"""Takes a reason to write to one reader, gives a small mail of its own: text and simple HTML, 7-bit, repeatable.

Nothing that a stranger typed stands in it but the address it goes to: whoever fills in somebody else's address cannot
have anything said to them.

Next: briefing/services/notices.py, which sends it.
"""

from __future__ import annotations

from email.utils import format_datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined

from briefing.render.clean import attribute, clean, composed
from briefing.render.fragments import encoded_body
from briefing.render.headers import header, mailbox, split_mailbox, structured
from briefing.render.setting import TemplateSources, fill
from briefing.render.words import words_in
from briefing.render.wrap import wrap

if TYPE_CHECKING:
    from datetime import datetime

    from briefing.model.settings import BriefingRule, Look, Sender
    from briefing.render.templates import Templates
    from briefing.render.words import Words


class NoticeKind(StrEnum):
    """Why a reader is written to outside every edition."""

    #: somebody asked for the briefing: does the owner of the address agree?
    CONFIRM = "confirm"
    #: somebody asked for it, and they have it already
    KNOWN = "known"


def write_notice(
    kind: NoticeKind,
    *,
    recipient: str,
    briefing: BriefingRule,
    language: str,
    look: Look,
    sender: Sender,
    link: str | None,
    message_id: str,
    now: datetime,
    templates: Templates,
) -> tuple[bytes, bytes]:
    """The header lines without the empty one after them, and the body.

    Args:
        kind: what is said.
        recipient: their address.
        briefing: whose name and zone are told.
        language: of the mail.
        look: colours and font.
        sender: who writes.
        link: where they agree (https: or mailto:) or change their choices; None when there is no such place.
        message_id: with its angle brackets.
        now: when somebody asked, with a UTC offset.
        templates: `notice.txt.j2` and `notice.html.j2`.

    Raises:
        RenderError: an address cannot stand in a header, or a template would not render.
    """
    words = words_in(language, templates)
    name = clean(briefing.name)
    # A template says `say(…)` with these where a sentence wants them.
    values = {
        "kind": kind.value,
        "words": words,
        "say": words.say,
        "name": name,
        "date": words.day(now.astimezone(ZoneInfo(briefing.timezone)).date(), today=now.date()),
        "time": words.clock(now, timezone=briefing.timezone),
        "zone": words.zone(briefing.timezone),
        "link": link,
        "is_by_mail": (link or "").startswith("mailto:"),
        "imprint": [line for line in map(clean, (sender.imprint or "").splitlines()) if line],
        "light": look.light,
        "dark": look.dark,
        "font": look.font,
    }
    text = fill(_environment(templates, is_html=False), "notice.txt.j2", values)
    html = fill(_environment(templates, is_html=True), "notice.html.j2", values)
    subject = _subject(kind, name, words)
    head = _head(subject, recipient=recipient, sender=sender, message_id=message_id, now=now, words=words)
    mark = f"=_{sha256(message_id.encode()).hexdigest()[:32]}"
    kind_of_body = structured("Content-Type", "multipart/alternative;", f'boundary="{mark}"')
    parts = ((text, "text/plain"), (html, "text/html"))
    body = b"".join(_part(mark, kind, composed(content.strip("\n")) + "\n") for content, kind in parts)
    return head + kind_of_body, body + f"--{mark}--\r\n".encode()


def _subject(kind: NoticeKind, name: str, words: Words) -> str:
    if kind is NoticeKind.KNOWN:
        return words.say("You receive {name} already", name=name)
    return words.say("Do you want to receive {name}?", name=name)


def _head(subject: str, *, recipient: str, sender: Sender, message_id: str, now: datetime, words: Words) -> bytes:
    name, address = split_mailbox(sender.address)
    lines = [mailbox("From", address, name), mailbox("To", recipient)]
    if sender.reply_to is not None:
        reply_name, reply_address = split_mailbox(sender.reply_to)
        lines.append(mailbox("Reply-To", reply_address, reply_name))
    return b"".join(
        [
            *lines,
            header("Subject", subject),
            structured("Date", format_datetime(now)),
            structured("Message-ID", message_id),
            # RFC 3834: no out-of-office note answers it.
            structured("Auto-Submitted", "auto-generated"),
            structured("Content-Language", words.language),
            structured("MIME-Version", "1.0"),
        ]
    )


def _part(mark: str, kind: str, content: str) -> bytes:
    head = f"--{mark}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + b"".join(encoded_body((content,), ()).filled({})) + b"\r\n"


@lru_cache(maxsize=16)
def _environment(templates: Templates, *, is_html: bool) -> Environment:
    environment = Environment(
        loader=TemplateSources(templates.sources),
        autoescape=is_html,  # noqa: S701 - off for plain text only: nobody parses it
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"wrap": wrap, "attribute": attribute}
    return environment
