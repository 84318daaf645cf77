"""Takes measures of grouping, gives what it would take with more articles, if it goes on growing as it did.

Next: benchmarks/scale/units.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """Says what finding and filing the stories in so many headlines takes, in seconds of the processor and MB."""

    headlines: int
    seconds: float
    peak_mb: float


def growth(measured: Sequence[Grouped]) -> float:
    """The power with which grouping grows, between the two largest numbers measured: 1 is with the number."""
    few, many = measured[-2:]
    return log(many.seconds / few.seconds) / log(many.headlines / few.headlines)


def grouping_seconds(measured: Sequence[Grouped], articles: float) -> float:
    """Seconds of one core, if grouping goes on growing as it did."""
    most = measured[-1]
    seconds: float = most.seconds * (articles / most.headlines) ** growth(measured)
    return seconds


def grouping_reach(measured: Sequence[Grouped], seconds: float) -> float:
    """How many articles are grouped within that time."""
    most = measured[-1]
    articles: float = most.headlines * (seconds / most.seconds) ** (1 / growth(measured))
    return articles


def grouping_gigabytes(measured: Sequence[Grouped], articles: float) -> float:
    """Memory of the process, if it goes on growing as it did."""
    few, many = measured[-2:]
    each = (many.peak_mb - few.peak_mb) / (many.headlines - few.headlines)
    return (many.peak_mb + each * (articles - many.headlines)) / 1e3
