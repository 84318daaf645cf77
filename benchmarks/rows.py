"""Takes what contenders took or scored at the same work, gives `Row`s: the one shape of every benchmark here.

Ratios travel between machines, seconds do not: a row knows our figure at the same work, and tells itself beside it.

Next: benchmarks/page.py.
"""

from __future__ import annotations

import importlib.util
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Work = Callable[[], object]

#: What installs a peer that pip has; what installs one that Debian or npm has stands beside those.
PIP_CURE = "make bench, or pip install --no-deps -r requirements-bench.lock"
SYSTEM_CURE = "sudo make system"
DATA_CURE = "quality needs the evaluation data, which is no part of this repository, in ../shared/eval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Says what a figure counts.

    Attributes:
        name: as it is printed after the figure; "" for a score.
        is_more_better: else the lower figure is the better.
        digits: after the point.
        is_score: compared by difference, not by ratio.
    """

    name: str
    is_more_better: bool
    digits: int = 0
    is_score: bool = False


MS = Unit(name="ms", is_more_better=False, digits=2)
SECONDS = Unit(name="s", is_more_better=False, digits=2)
MAILS = Unit(name="mails/s", is_more_better=True)
CPU = Unit(name="CPU s", is_more_better=False, digits=3)
F1 = Unit(name="", is_more_better=True, digits=3, is_score=True)
ROUGE = Unit(name="", is_more_better=True, digits=1, is_score=True)
ENTRIES = Unit(name="entries", is_more_better=True, is_score=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Carries one figure of one contender.

    Attributes:
        what: the work, the same for all that are compared.
        ours: our figure at that work.
    """

    what: str
    contender: str
    value: float
    unit: Unit
    ours: float

    @property
    def is_ours(self) -> bool:
        """Whether it is the program itself, in one way or another."""
        return self.contender.startswith("ours")

    @property
    def ratio(self) -> float | None:
        """How many times as good we are, above 1 when we are better; None for a score, and where a figure is 0."""
        if self.unit.is_score or not self.ours or not self.value:
            return None
        return self.ours / self.value if self.unit.is_more_better else self.value / self.ours

    @property
    def figure(self) -> str:
        """The value in its unit."""
        return f"{self.value:,.{self.unit.digits}f} {self.unit.name}".rstrip()

    @property
    def beside(self) -> str:
        """What a reader is told beside the figure: "3.1x" or, of a score, "+0.071"; "" for the figure of reference."""
        if self.contender == "ours":
            return ""
        if self.unit.is_score:
            return f"{self.ours - self.value:+,.{self.unit.digits}f}"
        return f"{self.ratio:,.2f}x" if self.ratio and self.ratio < 10 else f"{self.ratio or 0:,.0f}x"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Names a peer, or data, that is not here, and what a person does to have it."""

    what: str
    cure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Carries what a group of benchmarks gives.

    Attributes:
        rows: in the order they are told; those of one `what` stand together.
        missing: whom or what the rows lack.
        notes: whatever a reader needs to judge these rows, a sentence each.
    """

    rows: tuple[Row, ...]
    missing: tuple[Missing, ...] = ()
    notes: tuple[str, ...] = ()


def compare(what: str, values: Mapping[str, float], unit: Unit) -> tuple[Row, ...]:
    """One row per contender, in the order given; "ours" is the reference and must be among them."""
    return tuple(
        Row(what=what, contender=contender, value=value, unit=unit, ours=values["ours"])
        for contender, value in values.items()
    )


def medians(
    works: Mapping[str, Work], *, rounds: int, clock: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """Median seconds of each, taken in turns after one round that nobody counts.

    They take turns so that a busy machine slows all alike. Processor time unless another clock is given.
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            began = clock()
            work()
            if number:
                taken[name].append(clock() - began)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def lacking(modules: Mapping[str, str]) -> tuple[Missing, ...]:
    """Those of the peers whose module Python does not find; the peers by the name of their module."""
    return tuple(
        Missing(what=peer, cure=PIP_CURE)
        for module, peer in modules.items()
        if importlib.util.find_spec(module) is None
    )


def every_what(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of each work, in their order."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.what, []).append(row)
    return found
