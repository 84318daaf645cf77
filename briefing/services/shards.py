"""Takes sources, gives shards of them: workers read one each and make its vectors; whoever asked finds both at hand.

Next: briefing/services/batches.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from briefing.compose.stories import vector_text
from briefing.compose.window import in_window
from briefing.model.job import JobQueue, Shard
from briefing.model.source import SourceKind
from briefing.model.visit import visit_key
from briefing.services.filing import unwatched
from briefing.services.stored import SLACK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta

    from briefing.model.article import Article
    from briefing.model.source import Collected, Source
    from briefing.ports import ArticleStore, Collector
    from briefing.services.filing import Filing, Watcher
    from briefing.services.teamwork import Team

#: Sources of one shard, about. Reading so many takes seconds, opening and closing a job some thousandths.
SOURCES_AT_ONCE = 50
#: What comes from a host, and is kept in the database; folders and mailboxes belong to one machine.
_SHARED = frozenset({SourceKind.FEED, SourceKind.PAGE})


class SourceLists(Protocol):
    """Knows which feeds stand on lists of feeds, without asking anybody."""

    def __call__(self) -> Mapping[Source, Sequence[Source]]:
        """The feeds of each list, as far as they are known by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCollector:
    """Has workers read most of the sources before it looks at all of them. A `ports.Collector`.

    Attributes:
        reads: reads what is left, and gives what workers read from where they kept it.
        makes_vectors: workers make the vectors of new articles, too.
    """

    reads: Collector
    team: Team
    lists: SourceLists
    makes_vectors: bool
    watch: Watcher = unwatched

    def collect(self, sources: Sequence[Source], *, now: datetime) -> Collected:
        """Implements the port: the same articles, whoever read them."""
        of = len(addresses(sources, self.lists())) // SOURCES_AT_ONCE
        if of > 1:
            shards = [Shard(number=number, of=of, now=now) for number in range(of)]
            is_done = self.team.share(JobQueue.FETCH, shards, watch=self._watcher("collect"))
            if is_done and self.makes_vectors:
                self.team.share(JobQueue.VECTORS, shards, watch=self._watcher("vectors"))
        return self.reads.collect(sources, now=now)

    def _watcher(self, stage: str) -> Callable[[int, int], object]:
        return lambda done, total: self.watch(stage, done, total)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardDesk:
    """Does a worker's part of reading.

    Attributes:
        sources: of the config.
        filing: makes vectors and keeps them.
        window: of the briefing.
    """

    sources: Sequence[Source]
    lists: SourceLists
    collector: Collector
    articles: ArticleStore
    filing: Filing
    window: timedelta

    def fetch(self, shard: Shard) -> Collected:
        """Reads the shard's sources; their articles, and how it went with each address, are kept."""
        return self.collector.collect(self._sources(shard), now=shard.now)

    def make_vectors(self, shard: Shard) -> int:
        """Makes the vectors of what those sources gave lately and nobody has made; gives how many articles that was."""
        since = shard.now - self.window - SLACK
        given: list[Article] = []
        for source in self._sources(shard):
            given += self.articles.load_day(visit_key(source), since=since, before=shard.now)
        fresh = in_window(given, now=shard.now, window=self.window)
        self.filing.encode({article.id: vector_text(article) for article in fresh})
        return len(fresh)

    def _sources(self, shard: Shard) -> tuple[Source, ...]:
        return tuple(
            source for source in addresses(self.sources, self.lists()) if shard_of(source, shard.of) == shard.number
        )


def addresses(sources: Sequence[Source], lists: Mapping[Source, Sequence[Source]]) -> tuple[Source, ...]:
    """The sources that workers can read, those on lists among them."""
    every = (one for source in sources for one in lists.get(source, (source,)))
    return tuple(dict.fromkeys(one for one in every if one.kind in _SHARED))


def shard_of(source: Source, of: int) -> int:
    """The number of the shard that a source belongs to: the same for all of one host, on every machine."""
    try:
        host = urlsplit(source.location).hostname or source.location
    except ValueError:  # an address that nobody can read; whoever asks it says so
        host = source.location
    return int.from_bytes(hashlib.sha256(host.encode(errors="surrogatepass")).digest()[:8], "big") % of
