"""Takes articles and the moment of the build, gives those that can be news in this edition.

Next: briefing/compose/duplicates.py.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefing.model.article import Article


def in_window(articles: Sequence[Article], *, now: datetime, window: timedelta) -> tuple[Article, ...]:
    """Leaves out what is older than the window, what carries no date, and what is dated after `now`.

    Files of a folder were put there by a person, so neither their age nor a missing date counts against them; an
    entry dated after `now` waits for the next edition wherever it comes from. A bare date is young enough when any
    moment of that day can be.
    """
    return tuple(a for a in articles if _has_come_out(a, now) and (a.file is not None or _is_young(a, now - window)))


def is_undated(article: Article) -> bool:
    """True when nobody can say how old the article is, so a feed's entry cannot be told as news."""
    return article.published.earliest is None


def _has_come_out(article: Article, now: datetime) -> bool:
    earliest = article.published.earliest
    if isinstance(earliest, datetime):
        return earliest <= now
    # UTC+14 is the first zone to see a new date.
    return earliest is None or earliest <= (now + timedelta(hours=14)).date()


def _is_young(article: Article, oldest: datetime) -> bool:
    latest: date | datetime | None = article.published.latest
    if latest is None:
        return False
    return latest >= oldest if isinstance(latest, datetime) else latest >= oldest.date()
