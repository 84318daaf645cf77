"""Takes what is wrong, gives a plain mail to the operator: what it is, why, and what would cure it.

Next: briefing/services/alarm_desk.py, which sends it.
"""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING

from briefing.render.clean import clean
from briefing.render.fragments import encoded_body
from briefing.render.headers import header, mailbox, split_mailbox, structured
from briefing.render.wrap import wrap

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from briefing.model.settings import Sender


def write_alarm(
    subject: str, paragraphs: Iterable[str], *, recipient: str, sender: Sender, message_id: str, now: datetime
) -> tuple[bytes, bytes]:
    """The header lines without the empty one after them, and the body.

    Args:
        subject: what is wrong.
        paragraphs: why, and the cure; what servers and sources said may stand in them.
        recipient: the operator.
        sender: who writes.
        message_id: with its angle brackets.
        now: with a UTC offset.

    Raises:
        RenderError: an address cannot stand in a header.
    """
    name, address = split_mailbox(sender.address)
    to_name, to_address = split_mailbox(recipient)
    head = b"".join(
        [
            mailbox("From", address, name),
            mailbox("To", to_address, to_name),
            header("Subject", subject),
            structured("Date", format_datetime(now)),
            structured("Message-ID", message_id),
            # RFC 3834: no out-of-office note answers it.
            structured("Auto-Submitted", "auto-generated"),
            structured("Content-Language", "en"),
            structured("MIME-Version", "1.0"),
            structured("Content-Type", "text/plain;", "charset=utf-8"),
            structured("Content-Transfer-Encoding", "quoted-printable"),
        ]
    )
    lines = filter(None, map(clean, paragraphs))
    text = "\n\n".join(wrap(line, hanging=2 if line.startswith("- ") else 0) for line in lines) + "\n"
    return head, b"".join(encoded_body((text,), ()).filled({}))
