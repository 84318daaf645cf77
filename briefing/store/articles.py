"""Takes the articles that a source gave, gives them back on a morning when it has nothing new to say.

Next: briefing/store/vectors.py.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, delete, func, or_, select

from briefing.model.lines import article_line, parse_article
from briefing.model.visit import Stock
from briefing.store.database import insert_into, portions, reading, writing
from briefing.store.source_tables import articles as table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement, Engine

    from briefing.model.article import Article


@dataclass(frozen=True, slots=True)
class SqlArticles:
    """Keeps article lines in the database."""

    engine: Engine

    def save_articles(self, feed: str, articles: Iterable[Article], *, now: datetime) -> None:
        """Keeps each, in place of an earlier version of it."""
        rows = {article.id: {**_row(feed, article, now), "place": n} for n, article in enumerate(articles)}
        if not rows:
            return
        with writing(self.engine) as connection:
            row = insert_into(connection, table)
            told: dict[str, ColumnElement[Any]] = {
                name: row.excluded[name] for name in ("hash", "seen_at", "place", "article")
            }
            # What carries no date stays as old as it was when it was first seen.
            told["at"] = case((row.excluded["at"] == row.excluded["seen_at"], table.c.at), else_=row.excluded["at"])
            connection.execute(row.on_conflict_do_update(index_elements=["feed", "id"], set_=told), [*rows.values()])

    def load_articles(self, feed: str, *, carried_at: datetime | None, since: datetime) -> tuple[Article, ...]:
        """What the feed carried at `carried_at` or later, and what can have come out since."""
        recent = [table.c.at >= since] if carried_at is None else [table.c.at >= since, table.c.seen_at >= carried_at]
        wanted = (
            select(table.c.article)
            .where(table.c.feed == feed, or_(*recent))
            .order_by(table.c.seen_at.desc(), table.c.place, table.c.id)
        )
        with reading(self.engine) as connection:
            return tuple(parse_article(json.loads(line)) for line in connection.scalars(wanted))

    def load_day(self, feed: str, *, since: datetime, before: datetime) -> tuple[Article, ...]:
        """What the feed had given by then of what can have come out since."""
        wanted = (
            select(table.c.article)
            .where(table.c.feed == feed, table.c.first_at <= before, table.c.at >= since)
            .order_by(table.c.seen_at.desc(), table.c.place, table.c.id)
        )
        with reading(self.engine) as connection:
            return tuple(parse_article(json.loads(line)) for line in connection.scalars(wanted))

    def stock(self, feeds: Iterable[str]) -> Mapping[str, Stock]:
        """How much is kept of each feed, by key."""
        wanted = select(table.c.feed, func.count(), func.max(table.c.at)).group_by(table.c.feed)
        found: dict[str, Stock] = {}
        with reading(self.engine) as connection:
            for some in portions(feeds):
                rows = connection.execute(wanted.where(table.c.feed.in_(some)))
                found.update((feed, Stock(articles=count, newest_at=newest)) for feed, count, newest in rows)
        return found

    def days(self, feeds: Iterable[str], *, since: datetime) -> Mapping[str, Mapping[date, int]]:
        """How many articles of each feed, by key, came out on each day (UTC) since then."""
        wanted = select(table.c.feed, table.c.at).where(table.c.at >= since)
        asked = frozenset(feeds)
        found: defaultdict[str, Counter[date]] = defaultdict(Counter)
        with reading(self.engine) as connection:
            for feed, at in connection.execute(wanted):
                if feed in asked:
                    found[feed][at.date()] += 1
        return found

    def prune(self, *, before: datetime) -> int:
        """Forgets articles that no source carried since then."""
        with writing(self.engine) as connection:
            return connection.execute(delete(table).where(table.c.seen_at < before)).rowcount


def _row(feed: str, article: Article, now: datetime) -> dict[str, Any]:
    """The row of an article, without what is unknown, in ASCII: a lone surrogate would be no UTF-8."""
    line = json.dumps({name: value for name, value in article_line(article).items() if value})
    return {
        "feed": feed,
        "id": article.id,
        "hash": hashlib.sha256(line.encode()).hexdigest(),
        "first_at": now,
        "seen_at": now,
        "at": latest_moment(article, now),
        "article": line,
    }


def latest_moment(article: Article, now: datetime) -> datetime:
    """The last moment at which it can have come out; now for what carries no date.

    A bare date ends twelve hours later in the last time zone than in UTC.
    """
    latest = article.published.latest
    if latest is None or isinstance(latest, datetime):
        return latest or now
    return datetime(latest.year, latest.month, latest.day, 12, tzinfo=UTC) + timedelta(days=1)
