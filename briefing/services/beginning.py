"""Takes an address that somebody reads, gives the source that it is: a feed, a site whose feed was found, or a page.

Next: briefing/config/first.py, which writes it down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.model.source import Source, SourceKind

if TYPE_CHECKING:
    from datetime import datetime

    from briefing.ports import Collector


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSource:
    """Says what an address gives.

    Attributes:
        location: the address to write down: the feed's, where one was found.
        name: what it calls itself; None when it gave nothing.
        articles: how many it gave.
        error: why it gave nothing; None when it did.
    """

    kind: SourceKind
    location: str
    name: str | None = None
    articles: int = 0
    error: str | None = None


def find_source(address: str, collector: Collector, *, now: datetime) -> FirstSource:
    """Reads it as a feed, else as a site. What gives nothing today is written down as it was said."""
    location = address if "://" in address else f"https://{address}"
    tried = [_read(kind, location, collector, now) for kind in (SourceKind.FEED,)]
    if tried[0].articles == 0:
        tried.append(_read(SourceKind.PAGE, location, collector, now))
    return next((found for found in tried if found.articles), tried[-1])


def _read(kind: SourceKind, location: str, collector: Collector, now: datetime) -> FirstSource:
    collected = collector.collect((Source(kind=kind, location=location),), now=now)
    visit = collected.visits[0] if collected.visits else None
    feed = visit.address if visit and visit.address and kind is SourceKind.PAGE else None
    report = collected.reports[0] if collected.reports else None
    return FirstSource(
        kind=SourceKind.FEED if feed else kind,
        location=feed or location,
        name=report.name if report and collected.articles else None,
        articles=len(collected.articles),
        error=report.error if report and not collected.articles else None,
    )
