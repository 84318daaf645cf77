"""Takes nothing, gives the value of one measure of grouping.

Next: benchmarks/scale/units.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """Says what finding and filing the stories in so many headlines takes, in seconds of the processor and MB."""

    headlines: int
    seconds: float
    peak_mb: float
