"""Takes the sources of a briefing, gives the health of each: read when, how much, failing since when and why.

Next: briefing/services/build.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.model.edition import SourceState
from briefing.model.visit import Stock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from briefing.model.edition import Problem, SourceReport
    from briefing.model.source import Collected, Source
    from briefing.model.visit import FirstLook, Visit
    from briefing.ports import ArticleStore, Clock, Collector, Scout, VisitBook


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """Says how one source is.

    Attributes:
        read_at: its last good answer; None when there never was one, and for folders, which are read each time.
        articles: kept of it; `newest_at` says when the newest of them came out.
        failing_since, error: None when it is well.
        next_at: when it may be asked again; None for folders and for what is not asked any more.
    """

    name: str
    read_at: datetime | None = None
    articles: int = 0
    newest_at: datetime | None = None
    failing_since: datetime | None = None
    error: str | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """Carries the health of every source, in the order of the config, and what else its owner should know."""

    sources: tuple[SourceHealth, ...]
    notices: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDesk:
    """Looks after the sources."""

    sources: Sequence[Source]
    collector: Collector
    articles: ArticleStore
    visits: VisitBook
    scout: Scout
    clock: Clock

    def look(self, url: str) -> FirstLook:
        """Says what would be read at an address that is no source yet.

        Raises:
            SourceError: nothing is there that could be read every day.
        """
        return self.scout.look(url, now=self.clock.now())

    def keep(self, seen: FirstLook) -> None:
        """Keeps what the first look read, so that the next edition has it without asking again."""
        self.articles.save_articles(seen.visit.key, seen.articles, now=seen.visit.full_at or self.clock.now())
        self.visits.save_visits([seen.visit])

    def check(self) -> Checkup:
        """Reads what may be read, as every edition does, and says how each source is."""
        collected = self.collector.collect(self.sources, now=self.clock.now())
        stock = self.articles.stock(visit.key for visit in collected.visits)
        addresses = [_of_address(visit, stock.get(visit.key, Stock())) for visit in collected.visits]
        return Checkup(
            sources=(*addresses, *_others(collected, {health.name for health in addresses})),
            notices=tuple(problem for problem in collected.problems if problem.source is None),
        )


def _of_address(visit: Visit, stock: Stock) -> SourceHealth:
    return SourceHealth(
        name=visit.name,
        read_at=visit.read_at,
        articles=stock.articles,
        newest_at=stock.newest_at,
        failing_since=visit.failing_since,
        error=visit.error,
        next_at=None if visit.is_gone else visit.next_at,
    )


def _others(collected: Collected, named: set[str]) -> list[SourceHealth]:
    """Folders, and lists in files that cannot be read."""
    return [_of_report(report) for report in collected.reports if report.name not in named]


def _of_report(report: SourceReport) -> SourceHealth:
    error = report.error if report.state is SourceState.FAILED else None
    return SourceHealth(name=report.name, articles=report.articles, error=error)
