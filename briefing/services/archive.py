"""Takes the link of a reader or a date, gives the edition that was sent, or the list of earlier ones.

What a token opens is written in it and signed, so nothing about who read what is kept anywhere: a token of one edition
opens that edition alone and may travel with a forwarded page; the token of the list stays in its reader's mails.

Next: briefing/web/archive_pages.py.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from briefing.model.archived import ArchivedEdition
from briefing.model.edition import DEFAULT_SEGMENT
from briefing.model.subscriber import SubscriberStatus
from briefing.render.clean import clean
from briefing.render.page import fill_page
from briefing.render.words import words_in
from briefing.services.segments import segment_of

if TYPE_CHECKING:
    from briefing.model.edition import Edition
    from briefing.model.settings import Config, Look
    from briefing.model.subscriber import Subscriber
    from briefing.ports import Archive, LinkSigner, SubscriberStore
    from briefing.render.mjml import RenderedEdition
    from briefing.render.templates import Templates

#: Purposes of links; a token made for one does nothing else.
ARCHIVE, EDITIONS = "archive", "editions"
#: What `web.archive` says when everybody may read.
PUBLIC = "public"
#: A list goes back a year and a day; a feed reader has long fetched what is older than a month.
MOST_LISTED, MOST_IN_FEED = 366, 31
#: What a subject and a preheader part their headlines with.
_BETWEEN = " · "


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Carries an edition and the address its page has for whoever reads the list.

    Attributes:
        id: of the edition in a feed, the same for everyone and at whatever address.
    """

    edition: ArchivedEdition
    address: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionList:
    """Carries the editions somebody may read, newest first.

    Attributes:
        language: of whoever reads the list.
        address: of the list itself.
        id: of its feed, for as long as there is one.
    """

    language: str
    address: str
    id: str
    editions: tuple[Listed, ...]

    @property
    def feed(self) -> str:
        """The address of the same list for a feed reader."""
        return feed_of(self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLinks:
    """Makes the addresses under which editions are read; they lead to pages only while `briefing serve` runs."""

    config: Config
    signer: LinkSigner

    def edition(self, reader: str, day: date, segment: str) -> str:
        """Where the reader with this id finds that edition: where everybody does, if everybody may."""
        if self.is_public and segment == DEFAULT_SEGMENT:
            return f"{self.base}/archive/{day}"
        return f"{self.base}/e/{self.signer.sign(f'{reader} {day} {segment}', ARCHIVE)}"

    def editions(self, reader: str, segment: str) -> str:
        """Where the reader with this id finds earlier ones."""
        return self.public_list if self.is_public and segment == DEFAULT_SEGMENT else self.own_list(reader)

    def own_list(self, reader: str) -> str:
        """The reader's own list, whatever everybody may read."""
        return f"{self.base}/editions/{self.signer.sign(reader, EDITIONS)}"

    @property
    def public_list(self) -> str:
        """The list for everybody."""
        return f"{self.base}/archive"

    @property
    def public_feed(self) -> str:
        """The same for feed readers."""
        return feed_of(self.public_list)

    @property
    def is_public(self) -> bool:
        """Whether everybody may read the editions of the readers who chose nothing."""
        return self.config.web.archive == PUBLIC

    @property
    def base(self) -> str:
        """What all addresses begin with."""
        web = self.config.web
        host = f"[{web.host}]" if ":" in web.host else web.host
        return self.config.mail.sender.public_url or f"http://{host}:{web.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEditions:
    """Finds what a link may see. Reads only; who may not see something learns nothing about it.

    Attributes:
        list_id: of the briefing (RFC 2919).
    """

    archive: Archive
    store: SubscriberStore
    links: ArchiveLinks
    list_id: str

    def page_behind(self, token: str) -> str | None:
        """The page of the one edition a reader was sent this token for; None when it opens nothing (any more)."""
        named = self.links.signer.read(token, ARCHIVE)
        if named is None:
            return None
        reader, day, segment = named.rsplit(" ", 2)
        if self.store.find_by_id(reader) is None:
            return None
        html = self.archive.find_page(date.fromisoformat(day), segment)
        # The list is the reader's own; whoever gets this page from them gets no link to it.
        return None if html is None else fill_page(html, editions=None)

    def list_behind(self, token: str, *, limit: int = MOST_LISTED) -> EditionList | None:
        """The list of a reader who has not left; None for anybody else.

        On a day that has no edition for the reader's choices (they chose later, or have other days) stands that of
        the readers who chose nothing. Which editions they were really sent is known from their mailbox alone.
        """
        named = self.links.signer.read(token, EDITIONS)
        reader = None if named is None else self.store.find_by_id(named)
        if reader is None or reader.status is not SubscriberStatus.CONFIRMED:
            return None
        address = self.links.own_list(reader.id)
        editions = tuple(
            self._listed(edition, self.links.edition(reader.id, edition.date, edition.segment))
            for edition in self._for(reader, limit)
        )
        language = reader.language or self.links.config.briefing.language
        return EditionList(language=language, address=address, id=self._name(f"reader {reader.id}"), editions=editions)

    def public_page(self, day: str) -> str | None:
        """The page of the day (YYYY-MM-DD) for everybody, as search engines may have it; None when there is none."""
        found = day_of(day)
        html = self.archive.find_page(found, DEFAULT_SEGMENT) if found and self.links.is_public else None
        return None if html is None else fill_page(html, editions=self.links.public_list, feed=self.links.public_feed)

    def public_list(self, *, limit: int = MOST_LISTED) -> EditionList | None:
        """The list for everybody; None when there is none."""
        if not self.links.is_public:
            return None
        kept = self.archive.list_editions(DEFAULT_SEGMENT, limit=limit)
        editions = tuple(self._listed(e, f"{self.links.public_list}/{e.date}") for e in kept)
        language = self.links.config.briefing.language
        return EditionList(
            language=language, address=self.links.public_list, id=self._name("everybody"), editions=editions
        )

    def _for(self, reader: Subscriber, limit: int) -> list[ArchivedEdition]:
        """The newest edition of each day that the reader may see, their own before everyone's."""
        own = segment_of(reader, self.links.config).key
        days: dict[date, ArchivedEdition] = {}
        for segment in dict.fromkeys((own, DEFAULT_SEGMENT)):
            for edition in self.archive.list_editions(segment, limit=limit):
                days.setdefault(edition.date, edition)
        return [days[day] for day in sorted(days, reverse=True)[:limit]]

    def _listed(self, edition: ArchivedEdition, address: str) -> Listed:
        return Listed(edition=edition, address=address, id=self._name(f"{edition.date} {edition.segment}"))

    def _name(self, what: str) -> str:
        """A name that stays whatever the address (RFC 4287 §4.2.6): made of the List-ID, which stays as well."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{self.list_id} {what}").urn


def archived(edition: Edition, rendered: RenderedEdition, *, look: Look, templates: Templates) -> ArchivedEdition:
    """What the list says of an edition: its subject without the briefing's name, and of the preheader what is new."""
    words = words_in(edition.language, templates)
    frame = words.say("{name}: {headlines}", name=clean(look.logo or edition.name), headlines="")
    title = rendered.subject.removeprefix(frame)
    told = title.split(_BETWEEN)
    return ArchivedEdition(
        date=edition.date,
        segment=edition.segment,
        title=title,
        preheader=_BETWEEN.join(part for part in rendered.preheader.split(_BETWEEN) if part not in told),
        language=edition.language,
        built_at=edition.built_at,
    )


def feed_of(address: str) -> str:
    """The address of the feed of a list."""
    return f"{address}/feed.atom"


def day_of(text: str) -> date | None:
    """The day that an address names in its one spelling; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
