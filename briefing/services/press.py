"""Takes what was gathered, gives a day's printed editions: each segment once, and every reader's copy from it.

Next: briefing/services/morning.py.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import quote

from briefing.errors import NothingToSendError, RenderError
from briefing.model.delivery import Envelope
from briefing.model.lines import edition_fields
from briefing.model.subscriber import Subscriber
from briefing.render.check import check_message
from briefing.render.links import ReaderLinks, fill_html, fill_text
from briefing.render.message import make_message
from briefing.render.mjml import RenderedEdition, render_edition
from briefing.services.segments import default_segment, segment_of
from briefing.services.send import message_id
from briefing.services.subscribe import UNSUBSCRIBE

if TYPE_CHECKING:
    from datetime import date, datetime

    from briefing.model.edition import Edition
    from briefing.model.settings import Config, Sender
    from briefing.model.subscriber import Segment
    from briefing.ports import LinkSigner
    from briefing.render.templates import Templates
    from briefing.services.build import Builder, Gathered

#: Stands for a reader in the files of `briefing build`; their links lead nowhere, so that the same input gives the
#: same bytes on every machine, and nobody can be unsubscribed by looking at a sample.
SAMPLE = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """Carries one segment's edition and its rendering."""

    edition: Edition
    rendered: RenderedEdition


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Prints one day's editions on demand and keeps what it has printed."""

    config: Config
    builder: Builder
    gathered: Gathered
    templates: Templates
    signer: LinkSigner
    today: date
    now: datetime
    _printed: dict[str, Printed] = field(default_factory=dict)

    def printed(self, segment: Segment) -> Printed:
        """The segment's edition, made at the first call.

        Raises:
            RenderError: a template is wrong.
        """
        if segment.key not in self._printed:
            edition = self.builder.edition(self.gathered, segment=segment, today=self.today, now=self.now)
            mail = self.config.mail
            rendered = render_edition(edition, look=self.config.look, sender=mail.sender, templates=self.templates)
            self._printed[segment.key] = Printed(edition=edition, rendered=rendered)
        return self._printed[segment.key]

    def copy_for(self, reader: Subscriber) -> Envelope:
        """The reader's own copy, ready for a transport.

        Raises:
            NothingToSendError: the reader's edition has no story.
            RenderError: a template is wrong, or the finished message fails the outgoing check.
        """
        printed = self.printed(segment_of(reader, self.config))
        if not printed.edition.stories:
            raise NothingToSendError(nothing_to_send(printed.edition))
        copy = self._copy(printed, reader)
        faults = check_message(copy.message)
        if faults:
            raise RenderError("edition.mjml.j2", "the finished mail was held back: " + "; ".join(faults))
        return copy

    def files(self, segment: Segment) -> dict[str, bytes]:
        """The four files of a segment's edition, with a copy addressed to the sender in place of a reader's."""
        printed = self.printed(segment)
        sample = Subscriber(id=SAMPLE, email=parseaddr(self.config.mail.sender.address)[1])
        links = self.links_of(sample)
        told = json.dumps(edition_fields(printed.edition), ensure_ascii=False, indent=1) + "\n"
        return {
            "edition.json": told.encode(),
            "edition.html": fill_html(printed.rendered.html, links).encode(),
            "edition.txt": fill_text(printed.rendered.text, links).encode(),
            "edition.eml": self._copy(printed, sample).message,
        }

    def links_of(self, reader: Subscriber) -> ReaderLinks:
        """The reader's own links: pages where there is a public address, and a mail that does the same."""
        sender = self.config.mail.sender
        token = SAMPLE if reader.id == SAMPLE else self.signer.sign(reader.id, UNSUBSCRIBE)
        mailbox = parseaddr(sender.reply_to or sender.address)[1]
        return ReaderLinks(
            unsubscribe=f"{sender.public_url}/u/{token}" if sender.public_url else None,
            unsubscribe_mail=f"mailto:{mailbox}?subject={quote(f'unsubscribe {token}')}",
        )

    def _copy(self, printed: Printed, reader: Subscriber) -> Envelope:
        sender = self.config.mail.sender
        mailbox = parseaddr(sender.address)[1]
        name = message_id(self.today, reader.id, mailbox.rpartition("@")[2])
        message = make_message(
            printed.rendered,
            edition=printed.edition,
            sender=sender,
            recipient=reader.email,
            recipient_name=reader.name,
            links=self.links_of(reader),
            message_id=name,
            date=self.now,
            list_id=list_id(self.config.briefing.name, sender),
        )
        return Envelope(sender=mailbox, recipient=reader.email, message_id=name, message=message)


def default_copy(press: Press) -> tuple[Printed, dict[str, bytes]]:
    """What `briefing build` writes: the edition of the readers who chose nothing, and its files."""
    segment = default_segment(press.config)
    return press.printed(segment), press.files(segment)


def list_id(name: str, sender: Sender) -> str:
    """The List-ID of a briefing (RFC 2919): its name in ASCII below the sender's domain."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    label = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "briefing"
    return f"{label}.{parseaddr(sender.address)[1].rpartition('@')[2]}"


def nothing_to_send(edition: Edition) -> str:
    """Says why there is no story, so that the person knows where to look."""
    failed = [source for source in edition.sources if source.error]
    if edition.sources and len(failed) == len(edition.sources):
        return f"nothing to send: none of {len(failed)} sources could be read"
    if not edition.counts.articles:
        return "nothing to send: no article was found; look at `sources:` in your config"
    if not edition.counts.in_window:
        window = edition_fields(edition)["edition"]["window"]
        return f"nothing to send: none of {edition.counts.articles} articles came out in the last {window}"
    return f"nothing to send: all {edition.counts.stories} stories are muted or were told before"
