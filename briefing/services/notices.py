"""Takes a reader and a reason to write, sends one small mail outside every edition: please confirm, or you have it.

Next: briefing/services/signup.py, which decides who is written to.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from briefing.errors import TransportError
from briefing.model.delivery import Envelope
from briefing.render.notice import NoticeKind, write_notice
from briefing.services.reader_links import mailbox_of
from briefing.services.single import deliver_one
from briefing.services.subscribe import CONFIRM, PREFERENCES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from briefing.model.settings import Config
    from briefing.model.subscriber import Subscriber
    from briefing.ports import Clock, MessageSigner, ReturnPath, Transport
    from briefing.render.templates import Templates
    from briefing.services.subscribe import ReaderList


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """Writes to one reader at a time, whatever the hour.

    Attributes:
        transport: makes one of its own for each mail, because the one that sends editions may be at work.
        seal, return_path: as in `Copies`.
    """

    config: Config
    readers: ReaderList
    templates: Templates
    transport: Callable[[], Transport]
    clock: Clock
    seal: MessageSigner | None = None
    return_path: ReturnPath | None = None

    def send(self, kind: NoticeKind, reader: Subscriber, *, language: str) -> None:
        """Sends it; returns once a server has it.

        Args:
            kind: what to write.
            reader: who gets it.
            language: of whoever asked for it.

        Raises:
            RenderError: the reader's address cannot be written to, or a template is wrong.
            DeliveryError: it was not taken.
        """
        try:
            deliver_one(self.transport(), self._envelope(kind, reader, language))
        except TransportError as error:
            if not error.uncertain:  # else the server may have it, and a second one would be one too many
                raise

    def _envelope(self, kind: NoticeKind, reader: Subscriber, language: str) -> Envelope:
        sender, now = self.config.mail.sender, self.clock.now()
        mailbox = mailbox_of(sender.address)
        name = _message_id(kind, reader, now, mailbox.rpartition("@")[2])
        head, body = write_notice(
            kind,
            recipient=reader.email,
            briefing=self.config.briefing,
            language=language,
            look=self.config.look,
            sender=sender,
            link=self._link(kind, reader),
            message_id=name,
            now=now,
            templates=self.templates,
        )
        signature = self.seal.sign(head, [body]) if self.seal else b""
        message = b"".join((signature, head, b"\r\n", body))
        path = self.return_path.address_for(reader.id) if self.return_path else mailbox
        return Envelope(sender=path, recipient=reader.email, message_id=name, message=message)

    def _link(self, kind: NoticeKind, reader: Subscriber) -> str | None:
        """Where the reader agrees or chooses; by mail where there are no public pages."""
        sender = self.config.mail.sender
        if kind is NoticeKind.KNOWN:
            return sender.public_url and f"{sender.public_url}/p/{self.readers.token(reader, PREFERENCES)}"
        token = self.readers.token(reader, CONFIRM)
        if sender.public_url:
            return f"{sender.public_url}/c/{token}"
        mailbox = mailbox_of(sender.reply_to or sender.address)
        return f"mailto:{mailbox}?subject={quote(f'confirm {token}')}"


def _message_id(kind: NoticeKind, reader: Subscriber, now: datetime, domain: str) -> str:
    digest = hashlib.sha256(f"{kind} {reader.id} {now.isoformat()}".encode()).hexdigest()
    return f"<notice.{digest[:32]}@{domain}>"
