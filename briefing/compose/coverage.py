"""Takes the articles of a story and the outlets a user reads, gives who told it first and who does not tell it.

Next: briefing/compose/threads.py.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from briefing.compose.duplicates import when
from briefing.model.story import Coverage

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from briefing.model.article import Article


def cover(articles: Sequence[Article], outlets: Collection[str]) -> Coverage:
    """Compares the outlets that tell a story with each other and with those that do not.

    Of a story that only one outlet tells there is nothing to compare.

    Args:
        articles: every one that tells it, copies included; their order is of no matter.
        outlets: everyone who had something to tell in the same hours.
    """
    telling = {article.source for article in articles if article.source}
    if len(telling) < 2:
        return Coverage()
    return Coverage(first=_first(articles), silent=tuple(sorted(set(outlets) - telling)))


def _first(articles: Sequence[Article]) -> str | None:
    """The outlet that told it before all others, if the dates leave no doubt."""
    spans: dict[str | None, tuple[float, float]] = {}
    for article in articles:
        earliest, latest = when(article) or (-math.inf, math.inf)
        known = spans.get(article.source, (math.inf, math.inf))
        spans[article.source] = min(known[0], earliest), min(known[1], latest)
    first = min(spans, key=lambda outlet: (spans[outlet][1], outlet or ""))
    others = [earliest for outlet, (earliest, _) in spans.items() if outlet != first]
    return first if spans[first][1] < min(others) else None
