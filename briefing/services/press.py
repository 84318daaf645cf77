"""Takes what was gathered, gives a day's printed editions: each segment once, and every reader's copy from it.

What comes off the press is looked over once, as a copy that nobody gets. An edition that fails is held: it has files
to look at, and no reader.

Next: briefing/services/morning.py.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from briefing.errors import NothingToSendError, RenderError
from briefing.model.delivery import Envelope
from briefing.model.edition import Problem
from briefing.model.lines import edition_fields
from briefing.model.subscriber import Subscriber
from briefing.render.check import check_message
from briefing.render.links import ReaderLinks, fill_html, fill_text
from briefing.render.message import PreparedMessage, prepare_message
from briefing.render.mjml import RenderedEdition, render_edition
from briefing.render.page import render_page
from briefing.services.delivery_rules import message_id
from briefing.services.reader_links import LinkMaker, mailbox_of
from briefing.services.segments import default_segment, segment_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from briefing.model.edition import Edition
    from briefing.model.picture import Picture
    from briefing.model.settings import Config, Sender
    from briefing.model.subscriber import Segment
    from briefing.ports import LinkSigner, MessageSigner, ReturnPath
    from briefing.render.templates import Templates
    from briefing.services.build import Builder, Gathered

#: Stands for a reader in the files of `briefing build`; their links lead nowhere, so that the same input gives the
#: same bytes on every machine, and nobody can be unsubscribed by looking at a sample.
SAMPLE = "sample"
#: Reasons that are told of an edition that is held; the preview shows them all.
_REASONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """Carries one segment's edition and what it became.

    Attributes:
        prepared: gives each reader's copy.
        sample: the copy addressed to the sender, which stands for all others in the outgoing check.
        faults: what that found; an edition with any is held.
        page: the edition for the web; None when it cannot be set, and then no copy has a link to it.
    """

    edition: Edition
    rendered: RenderedEdition
    prepared: PreparedMessage
    sample: bytes
    faults: tuple[str, ...] = ()
    page: str | None = None


@dataclass(frozen=True, slots=True)
class _NoSigner:
    """Makes tokens that open nothing, for a sample."""

    def sign(self, subscriber: str, purpose: str) -> str:
        return SAMPLE

    def read(self, token: str, purpose: str) -> str | None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Prints one day's editions on demand and keeps what it has printed.

    Attributes:
        seal: signs each copy; None where the relay does, or nobody.
        return_path: where each reader's mail comes back to; None for the sender's own address.
    """

    config: Config
    builder: Builder
    gathered: Gathered
    templates: Templates
    signer: LinkSigner
    today: date
    now: datetime
    logo: Picture | None = None
    seal: MessageSigner | None = None
    return_path: ReturnPath | None = None
    _segments: dict[tuple[object, ...], Segment] = field(default_factory=dict)
    _editions: dict[str, Edition] = field(default_factory=dict)
    _printed: dict[str, Printed | RenderError] = field(default_factory=dict)
    _without_page: dict[str, Problem] = field(default_factory=dict)

    def segment_of(self, reader: Subscriber) -> Segment:
        """The reader's segment; worked out once for all who chose the same."""
        r = reader
        choices = (r.language, r.languages, r.topics, r.sections, r.timezone, r.at)
        if choices not in self._segments:
            self._segments[choices] = segment_of(reader, self.config)
        return self._segments[choices]

    def edition(self, segment: Segment) -> Edition:
        """The segment's edition, arranged at the first call; whether it can be set is another matter."""
        if segment.key not in self._editions:
            edition = self.builder.edition(self.gathered, segment=segment, today=self.today, now=self.now)
            self._editions[segment.key] = edition
        return self._editions[segment.key]

    def printed(self, segment: Segment) -> Printed:
        """The segment's edition as it is sent, made and checked at the first call.

        Raises:
            RenderError: a template is wrong.
        """
        if segment.key not in self._printed:
            try:
                self._printed[segment.key] = self._print(self.edition(segment))
            except RenderError as error:
                self._printed[segment.key] = error
        found = self._printed[segment.key]
        if isinstance(found, RenderError):
            raise found
        return found

    def held(self, segment: Segment) -> str:
        """Why nobody may get the segment's edition: the first reasons, or "" when it may go."""
        try:
            faults = self.printed(segment).faults
        except RenderError as error:
            return str(error)
        told = "; ".join(faults[:_REASONS])
        return f"{told}; and {len(faults) - _REASONS} more" if len(faults) > _REASONS else told

    def copy_for(self, reader: Subscriber) -> Envelope:
        """The reader's own copy, ready for a transport.

        Raises:
            NothingToSendError: the reader's edition has no story.
            RenderError: a template is wrong, the edition is held, or the reader's address cannot be written to.
        """
        segment = self.segment_of(reader)
        if not self.edition(segment).stories:
            raise NothingToSendError(nothing_to_send(self.edition(segment)))
        printed = self.printed(segment)
        if printed.faults:
            raise RenderError("edition.mjml.j2", f"the finished mail was held back: {self.held(segment)}")
        name = self._message_id(reader)
        pieces = self._pieces(printed.prepared, reader, name, segment.key)
        comes_back_to = self.return_path.address_for(reader.id) if self.return_path else self._mailbox
        return Envelope(
            sender=comes_back_to,
            recipient=reader.email,
            message_id=name,
            message=b"".join(pieces),
            subscriber=reader.id,
            pieces=pieces,
        )

    def files(self, segment: Segment) -> dict[str, bytes]:
        """The four files of a segment's edition, with a copy addressed to the sender in place of a reader's.

        Raises:
            RenderError: a template is wrong.
        """
        printed = self.printed(segment)
        links = self.links_of(self._sample_reader, segment.key)
        told = json.dumps(edition_fields(printed.edition), ensure_ascii=False, indent=1) + "\n"
        return {
            "edition.json": told.encode(),
            "edition.html": fill_html(printed.rendered.html, links).encode(),
            "edition.txt": fill_text(printed.rendered.text, links).encode(),
            "edition.eml": printed.sample,
        }

    def links_of(self, reader: Subscriber, segment: str | None = None) -> ReaderLinks:
        """The reader's own links: pages where there is a public address, and a mail that does the same as the first.

        Args:
            reader: whose they are.
            segment: key of the edition that they stand in, when it does not follow from the reader's choices.
        """
        key = segment or self.segment_of(reader).key
        maker = LinkMaker(config=self.config, signer=_NoSigner() if reader.id == SAMPLE else self.signer)
        return maker.links_of(reader.id, today=self.today, segment=key, has_page=key not in self._without_page)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Pages that could not be set, of the editions printed so far."""
        return tuple(self._without_page.values())

    @property
    def _mailbox(self) -> str:
        return mailbox_of(self.config.mail.sender.address)

    @property
    def _sample_reader(self) -> Subscriber:
        return Subscriber(id=SAMPLE, email=self._mailbox)

    def _message_id(self, reader: Subscriber) -> str:
        return message_id(self.today, reader.id, self._mailbox.rpartition("@")[2])

    def _print(self, edition: Edition) -> Printed:
        mail, look, reader = self.config.mail, self.config.look, self._sample_reader
        rendered = render_edition(edition, look=look, sender=mail.sender, templates=self.templates, logo=self.logo)
        page = self._page(edition)
        prepared = prepare_message(
            rendered,
            edition=edition,
            sender=mail.sender,
            links=self.links_of(reader, edition.segment),
            date=self.now,
            list_id=list_id(self.config.briefing.name, mail.sender),
        )
        sample = b"".join(self._pieces(prepared, reader, self._message_id(reader), edition.segment))
        faults = check_message(sample)
        return Printed(edition=edition, rendered=rendered, prepared=prepared, sample=sample, faults=faults, page=page)

    def _page(self, edition: Edition) -> str | None:
        """The edition for the web. The mail is what people wait for: it goes out without a page, too."""
        look, sender = self.config.look, self.config.mail.sender
        try:
            return render_page(edition, look=look, sender=sender, templates=self.templates, logo=self.logo)
        except RenderError as error:
            self._without_page[edition.segment] = pageless_edition(edition.segment, error)
            return None

    def _pieces(self, prepared: PreparedMessage, reader: Subscriber, name: str, segment: str) -> tuple[bytes, ...]:
        links, sign = self.links_of(reader, segment), self.seal.sign if self.seal and reader.id != SAMPLE else None
        return prepared.pieces_for(reader.email, name=reader.name, links=links, message_id=name, sign=sign)


def default_copy(press: Press) -> tuple[Printed, dict[str, bytes]]:
    """What `briefing build` writes: the edition of the readers who chose nothing, and its files."""
    segment = default_segment(press.config)
    return press.printed(segment), press.files(segment)


def held_edition(segment: Segment, reasons: str, *, readers: int | None = None) -> Problem:
    """Says that an edition is held, and who goes without it: that many readers, or all when none are counted."""
    kept = "it will not be sent"
    if readers is not None:
        kept = f"nothing was sent to its {readers} {'reader' if readers == 1 else 'readers'}"
    return Problem(stage="render", message=f"the edition for {segment.key} is held: {reasons}; {kept}")


def waiting_readers(segment: Segment, reason: str, *, readers: int) -> Problem:
    """Says that a segment's readers wait for a story that they can read."""
    message = f"{readers} {'reader' if readers == 1 else 'readers'} of {segment.key} wait for news: {reason}"
    return Problem(stage="render", message=message)


def pageless_edition(segment: str, error: RenderError) -> Problem:
    """Says that an edition has no page on the web, and why."""
    message = f"the edition for {segment} has no page, so its mails do not link to one: {error}"
    return Problem(stage="render", message=message)


def list_id(name: str, sender: Sender) -> str:
    """The List-ID of a briefing (RFC 2919): its name in ASCII below the sender's domain."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    label = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "briefing"
    return f"{label}.{mailbox_of(sender.address).rpartition('@')[2]}"


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
