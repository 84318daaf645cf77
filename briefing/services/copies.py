"""Takes prepared editions and readers, gives each reader's own copy, ready for a transport.

Next: briefing/services/editions.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from briefing.errors import NothingToSendError, RenderError
from briefing.model.delivery import Envelope
from briefing.services.delivery_rules import message_id
from briefing.services.reader_links import LinkMaker, mailbox_of
from briefing.services.segments import segment_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from briefing.model.settings import Config
    from briefing.model.subscriber import Segment, Subscriber
    from briefing.ports import LinkSigner, MessageSigner, ReturnPath
    from briefing.render.links import ReaderLinks
    from briefing.render.message import PreparedMessage
    from briefing.services.prepared import PreparedEdition


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """Makes the copies of one day's editions.

    Attributes:
        prepared: gives the day's edition for a segment; the same object each time.
        seal: signs each copy; None where the relay does, or nobody.
        return_path: where each reader's mail comes back to; None for the sender's own address.
    """

    config: Config
    signer: LinkSigner
    today: date
    prepared: Callable[[Segment], PreparedEdition]
    seal: MessageSigner | None = None
    return_path: ReturnPath | None = None
    _segments: dict[tuple[object, ...], Segment] = field(default_factory=dict)

    def segment_of(self, reader: Subscriber) -> Segment:
        """The reader's segment; worked out once for all who chose the same."""
        r = reader
        choices = (r.language, r.languages, r.topics, r.sections, r.timezone, r.at)
        if choices not in self._segments:
            self._segments[choices] = segment_of(reader, self.config)
        return self._segments[choices]

    def copy_for(self, reader: Subscriber) -> Envelope:
        """The reader's own copy.

        Raises:
            NothingToSendError: the reader's edition has no story.
            RenderError: it is held, or the reader's address cannot be written to.
        """
        segment = self.segment_of(reader)
        edition = self.prepared(segment)
        if edition.silence:
            raise NothingToSendError(edition.silence)
        if edition.message is None or edition.held:
            raise RenderError("edition.mjml.j2", f"the finished mail was held back: {edition.held}")
        mailbox = mailbox_of(self.config.mail.sender.address)
        name = message_id(self.today, reader.id, mailbox.rpartition("@")[2])
        pieces = edition.message.pieces_for(
            reader.email,
            name=reader.name,
            links=self._links_in(edition.message, reader),
            message_id=name,
            sign=self.seal.sign if self.seal else None,
        )
        return Envelope(
            sender=self.return_path.address_for(reader.id) if self.return_path else mailbox,
            recipient=reader.email,
            message_id=name,
            message=b"".join(pieces),
            subscriber=reader.id,
            pieces=pieces,
        )

    def links_of(self, reader: Subscriber) -> ReaderLinks:
        """The reader's own links: pages where there is a public address, and a mail that does the same as the first."""
        segment = self.segment_of(reader)
        has_page = not self.prepared(segment).pageless
        return self._links.links_of(reader.id, today=self.today, segment=segment.key, has_page=has_page)

    def _links_in(self, message: PreparedMessage, reader: Subscriber) -> ReaderLinks:
        """The reader's links, as far as there is a place for them in a message that others may have got already.

        Raises:
            RenderError: it has a place for links that this config does not make.
        """
        links = self.links_of(reader)
        if links.kind == message.kind:  # as always, but for a config that was changed since the first copy went out
            return links
        fitted = links.fitted(message.kind)
        if fitted.kind != message.kind:
            raise RenderError(
                "edition.mjml.j2",
                f"the edition of {self.today} was made, and sent to others, with links to pages that this config does "
                "not have; put `web: public_url` back for today, or wait for tomorrow's edition",
            )
        return fitted

    @property
    def _links(self) -> LinkMaker:
        return LinkMaker(config=self.config, signer=self.signer)
