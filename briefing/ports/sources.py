"""Takes nothing, gives the protocols of what is remembered of sources between two runs.

Next: briefing/ports/readers.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from briefing.model.article import Article
    from briefing.model.visit import FirstLook, HostNote, Stock, Visit


class VisitBook(Protocol):
    """Remembers over restarts what was asked of which address and host, and when."""

    def load_visits(self, keys: Iterable[str]) -> Mapping[str, Visit]:
        """The addresses that were asked before, by key."""
        ...

    def save_visits(self, visits: Iterable[Visit]) -> None:
        """Remembers each in place of what was known of it."""
        ...

    def load_hosts(self) -> Mapping[str, HostNote]:
        """What hosts asked of us, by host and port."""
        ...

    def save_hosts(self, notes: Iterable[HostNote]) -> None:
        """Remembers each in place of what was known of it."""
        ...

    def prune(self, *, before: datetime) -> int:
        """Forgets addresses that were last asked before, and notes as old; gives how many addresses those were."""
        ...


class Scout(Protocol):
    """Looks at an address before it is a source."""

    def look(self, url: str, *, now: datetime) -> FirstLook:
        """The feed of the site at this address, or its list of articles; nothing is kept but what hosts asked of us.

        Raises:
            SourceError: nothing is there that could be read every day.
        """
        ...


class ArticleStore(Protocol):
    """Keeps what sources gave, so that one that has nothing new need not give it again."""

    def save_articles(self, feed: str, articles: Iterable[Article], *, now: datetime) -> None:
        """Keeps each, in place of an earlier version of it, and notes that the feed with this key carried it now."""
        ...

    def load_articles(self, feed: str, *, carried_at: datetime | None, since: datetime) -> tuple[Article, ...]:
        """What the feed carried at `carried_at` or later, and what can have come out since.

        What it carried last comes first, in the feed's own order.
        """
        ...

    def load_day(self, feed: str, *, since: datetime, before: datetime) -> tuple[Article, ...]:
        """What the feed had given by `before` of what can have come out since; in the feed's own order.

        Of an article that was changed later, the later version.
        """
        ...

    def stock(self, feeds: Iterable[str]) -> Mapping[str, Stock]:
        """How much is kept of each feed, by key; those of which nothing is are left out."""
        ...

    def days(self, feeds: Iterable[str], *, since: datetime) -> Mapping[str, Mapping[date, int]]:
        """How many articles of each feed, by key, came out on each day (UTC) since then; days without are left out."""
        ...

    def prune(self, *, before: datetime) -> int:
        """Forgets articles that no source carried since then; gives how many those were."""
        ...
