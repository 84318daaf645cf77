"""Takes sources, gives the articles that the database keeps of them: what a day's edition was made from, read again.

Next: briefing/services/replay.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from briefing.model.edition import Problem, SourceReport, SourceState
from briefing.model.source import Collected, SourceKind
from briefing.model.visit import visit_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from briefing.model.article import Article
    from briefing.model.source import Source
    from briefing.ports import ArticleStore, Collector

#: Somewhere a bare date lasts so much longer than in UTC.
SLACK = timedelta(days=1)
#: Whose articles the database keeps.
_KEPT = frozenset({SourceKind.FEED, SourceKind.PAGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticles:
    """Gives what was read before. A `ports.Collector`.

    Attributes:
        reads: reads what the database does not keep: folders, and what is asked for otherwise.
        window: of the briefing; articles that came out before it are of no use.
        asks: whether a source of which nothing is kept is read now. An earlier day cannot be read now.
        feeds: of each list of feeds, those that stand in it.
    """

    reads: Collector
    articles: ArticleStore
    window: timedelta
    asks: bool
    feeds: Mapping[Source, Sequence[Source]]

    def collect(self, sources: Sequence[Source], *, now: datetime) -> Collected:
        """Implements the port: what had been read by then."""
        every = [one for source in sources for one in self.feeds.get(source, (source,))]
        since = now - self.window - SLACK
        kept = {
            source: self.articles.load_day(visit_key(source), since=since, before=now)
            for source in every
            if source.kind in _KEPT
        }
        left = [source for source in every if not kept.get(source)]
        others = [source for source in left if self.asks or source.kind is SourceKind.FOLDER]
        read = self.reads.collect(others, now=now) if others else Collected()
        found = {article.id: article for articles in kept.values() for article in articles}
        found |= {article.id: article for article in read.articles if article.id not in found}
        missing = [] if self.asks else [source for source in left if source.kind is not SourceKind.FOLDER]
        return Collected(
            articles=tuple(found.values()),
            reports=(*(_report(articles) for articles in kept.values() if articles), *read.reports),
            problems=(*read.problems, *map(_not_kept, missing)),
        )


def _report(articles: Sequence[Article]) -> SourceReport:
    name = next((article.source for article in articles if article.source), "a source without a name")
    return SourceReport(name=name, state=SourceState.READ, articles=len(articles))


def _not_kept(source: Source) -> Problem:
    name = source.name or source.kind.value
    return Problem(stage="collect", source=name, message="nothing that it gave for that day is kept")
