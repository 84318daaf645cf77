"""Takes what was gathered, gives a day's printed editions, each segment once, ready to be copied for its readers.

What comes off the press is looked over once, as a copy that nobody gets. An edition that fails is held: it has files
to look at, and no reader.

Next: briefing/services/prepared.py.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from briefing.errors import RenderError
from briefing.model.lines import dump_edition, edition_fields
from briefing.model.story import told_by
from briefing.render.check import check_message
from briefing.render.links import fill_html, fill_text
from briefing.render.message import prepare_message
from briefing.render.mjml import set_edition
from briefing.render.page import set_page
from briefing.render.typecase import Typecase
from briefing.services.archive import archived
from briefing.services.delivery_rules import message_id
from briefing.services.prepared import PreparedEdition
from briefing.services.reader_links import LinkMaker, mailbox_of
from briefing.services.segments import default_segment

if TYPE_CHECKING:
    from datetime import date, datetime

    from briefing.model.edition import Edition
    from briefing.model.picture import Picture
    from briefing.model.settings import Config, Sender
    from briefing.model.subscriber import Segment
    from briefing.render.links import ReaderLinks
    from briefing.render.message import PreparedMessage
    from briefing.render.mjml import RenderedEdition
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
    """Prints one day's editions on demand and keeps what it has printed."""

    config: Config
    builder: Builder
    gathered: Gathered
    templates: Templates
    today: date
    now: datetime
    logo: Picture | None = None
    _editions: dict[str, Edition] = field(default_factory=dict)
    _printed: dict[str, Printed | RenderError] = field(default_factory=dict)
    _without_page: dict[str, str] = field(default_factory=dict)
    _typecase: Typecase = field(init=False)

    def __post_init__(self) -> None:
        look, sender = self.config.look, self.config.mail.sender
        typecase = Typecase(look=look, sender=sender, templates=self.templates, logo=self.logo)
        object.__setattr__(self, "_typecase", typecase)

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

    def forget(self, segment: Segment) -> None:
        """Lets go of what the segment's edition became."""
        self._editions.pop(segment.key, None)
        self._printed.pop(segment.key, None)

    def held(self, segment: Segment) -> str:
        """Why nobody may get the segment's edition: the first reasons, or "" when it may go."""
        try:
            faults = self.printed(segment).faults
        except RenderError as error:
            return str(error)
        told = "; ".join(faults[:_REASONS])
        return f"{told}; and {len(faults) - _REASONS} more" if len(faults) > _REASONS else told

    def prepare(self, segment: Segment) -> PreparedEdition:
        """What the copies of the segment's edition need; an edition that nobody may get says why."""
        edition = self.edition(segment)
        if not edition.stories:
            return PreparedEdition(date=self.today, segment=segment.key, silence=nothing_to_send(edition))
        held = self.held(segment)
        printed = self._printed[segment.key]
        if isinstance(printed, RenderError):
            return PreparedEdition(date=self.today, segment=segment.key, held=held)
        look = self.config.look
        return PreparedEdition(
            date=self.today,
            segment=segment.key,
            message=printed.prepared,
            held=held,
            pageless=self._without_page.get(segment.key, ""),
            archived=archived(edition, printed.rendered, look=look, templates=self.templates),
            page=printed.page,
            told=told_by(edition.stories, edition=self.today),
        )

    def files(self, segment: Segment) -> dict[str, bytes]:
        """The four files of a segment's edition, with a copy addressed to the sender in place of a reader's.

        Raises:
            RenderError: a template is wrong.
        """
        printed = self.printed(segment)
        links = self._sample_links(segment.key)
        told = dump_edition(printed.edition)
        return {
            "edition.json": told.encode(),
            "edition.html": fill_html(printed.rendered.html, links).encode(),
            "edition.txt": fill_text(printed.rendered.text, links).encode(),
            "edition.eml": printed.sample,
        }

    def _sample_links(self, segment: str) -> ReaderLinks:
        maker = LinkMaker(config=self.config, signer=_NoSigner())
        return maker.links_of(SAMPLE, today=self.today, segment=segment, has_page=segment not in self._without_page)

    def _print(self, edition: Edition) -> Printed:
        sender = self.config.mail.sender
        rendered = set_edition(edition, self._typecase)
        page, links = self._page(edition), self._sample_links(edition.segment)
        prepared = prepare_message(
            rendered,
            edition=edition,
            sender=sender,
            links=links,
            date=self.now,
            list_id=list_id(self.config.briefing.name, sender),
        )
        mailbox = mailbox_of(sender.address)
        name = message_id(self.today, SAMPLE, mailbox.rpartition("@")[2])
        sample = prepared.copy_for(mailbox, name=None, links=links, message_id=name)
        faults = check_message(sample)
        return Printed(edition=edition, rendered=rendered, prepared=prepared, sample=sample, faults=faults, page=page)

    def _page(self, edition: Edition) -> str | None:
        """The edition for the web. The mail is what people wait for: it goes out without a page, too."""
        try:
            return set_page(edition, self._typecase)
        except RenderError as error:
            self._without_page[edition.segment] = str(error)
            return None


def default_copy(press: Press) -> tuple[Printed, dict[str, bytes]]:
    """What `briefing build` writes: the edition of the readers who chose nothing, and its files."""
    segment = default_segment(press.config)
    return press.printed(segment), press.files(segment)


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
