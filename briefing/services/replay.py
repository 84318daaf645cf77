"""Takes a day, gives its edition as today's config would make it, beside what was sent.

It is made from the articles that had been read by then, for a reader who had been told what was told before that day.
Nothing is sent, recorded or asked for.

Next: briefing/services/compare.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from briefing.model.edition import DEFAULT_SEGMENT
from briefing.services.compare import Unlogged
from briefing.services.segments import default_segment
from briefing.services.slots import due_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from briefing.model.article import Article
    from briefing.model.edition import Edition
    from briefing.model.story import Story, Told
    from briefing.ports import Archive, EditionMemory
    from briefing.services.build import Builder

#: Editions of the archive that are looked through for that day's; older ones are forgotten by then.
_MOST_EDITIONS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Carries a story as it was sent that day.

    Attributes:
        articles: all that told it; of one that is no longer kept, the id alone.
        now: the story of the new edition that shares an article with it; None when that does not tell it.
    """

    articles: tuple[Article, ...]
    now: Story | None

    @property
    def headline(self) -> str:
        """Of the first that has one; "" when none is kept."""
        return next((article.title for article in self.articles if article.title), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """Carries a day's edition anew.

    Attributes:
        at: the moment it was made for: that of the edition that was sent, else the hour of the schedule.
        was_sent: False when nobody got an edition that day.
        sent: the stories that were sent.
        new: stories that only the new edition tells.
    """

    date: date
    at: datetime
    was_sent: bool
    edition: Edition
    sent: tuple[Sent, ...]
    new: tuple[Story, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Makes editions of earlier days, for the readers who chose nothing.

    Attributes:
        builder: of today's config, on a collector that gives what was read by a moment.
    """

    builder: Builder
    memory: EditionMemory
    archive: Archive

    def run(self, day: date) -> Replayed:
        """The day once more.

        Raises:
            StoreError: the database cannot be read.
        """
        told = self.memory.told_on(day, DEFAULT_SEGMENT)
        at = self._moment(day)
        asof = _MemoryOf(memory=self.memory, day=day)
        builder = replace(self.builder, memory=asof, source_log=Unlogged(), generator=None, pictures=None)
        gathered = builder.gather(now=at)
        segment = default_segment(builder.config)
        edition = builder.edition(gathered, segment=segment, today=day, now=at)
        sent, matched = _matched(told, edition.stories, gathered.stories)
        return Replayed(
            date=day,
            at=at,
            was_sent=bool(told),
            edition=edition,
            sent=sent,
            new=tuple(story for story in edition.stories if story.id not in matched),
        )

    def _moment(self, day: date) -> datetime:
        for edition in self.archive.list_editions(DEFAULT_SEGMENT, limit=_MOST_EDITIONS):
            if edition.date == day:
                return edition.built_at
        config = self.builder.config
        noon = datetime.combine(day, time(12), tzinfo=UTC)
        return due_on(day, config.schedule.at, ZoneInfo(config.briefing.timezone)) or noon


@dataclass(frozen=True, slots=True, kw_only=True)
class _MemoryOf:
    """Knows what was told before a day, and nothing of later ones. A `ports.EditionMemory`."""

    memory: EditionMemory
    day: date

    def told_articles(self, *, since: date) -> tuple[Article, ...]:
        """Implements the port; only what the readers who chose nothing were told."""
        return tuple(told.article for told in self.told_before(self.day, DEFAULT_SEGMENT) if told.article.title)

    def told_before(self, edition: date, segment: str) -> tuple[Told, ...]:
        """Implements the port."""
        return self.memory.told_before(edition, segment)

    def told_on(self, edition: date, segment: str) -> tuple[Told, ...]:
        """Implements the port."""
        return self.memory.told_on(edition, segment)

    def remember(self, edition: date, segment: str, told_now: Iterable[Told]) -> None:
        """Remembers nothing."""


def _matched(
    told: Sequence[Told], stories: Sequence[Story], gathered: Sequence[Story]
) -> tuple[tuple[Sent, ...], set[str]]:
    """The stories that were sent, each with its new telling, and the ids of those tellings."""
    texts = {article.id: article for story in gathered for article in story.printed}
    threads: dict[str, list[Article]] = {}
    for piece in told:
        threads.setdefault(piece.thread, []).append(texts.get(piece.article.id, piece.article))
    holders = {article.id: story for story in stories for article in story.printed}
    sent = []
    for articles in threads.values():
        found = next((holders[article.id] for article in articles if article.id in holders), None)
        sent.append(Sent(articles=tuple(articles), now=found))
    return tuple(sent), {piece.now.id for piece in sent if piece.now is not None}
