"""Takes the rows of groups, gives what people read: a table on a terminal, and docs/benchmarks.md.

Next: benchmarks/charts.py.
"""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.rows import every_what

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.rows import Found

#: Relative to the folder of the page.
CHARTS = "charts"
_HEAD = """\
# Beside its peers

How fast and how good the program is, beside what else one could use, in the same run on the same machine. `make bench`
writes this page; `python -m benchmarks --only feeds,pages --quick` measures some of it in a hurry and writes nothing.

Contenders take turns, so that a busy machine slows all alike; a figure is the median of its rounds, or the mean of
many articles. Processor time where a contender works in one process, the clock on the wall where it does not. **Ratios
travel between machines, figures do not**: "3.00x" says that we are three times as good at it as that contender, "0.50x"
that it is twice as good as we are; of a score, "+0.020" says by how much ours is higher. Whoever could not be compared
is named, with what installs it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Carries one group as it is told: its key, its heading, what it measures, and what was found."""

    key: str
    title: str
    about: str
    found: Found


def machine_line(date: str) -> str:
    """The machine that measured: processor, cores, Python, the system, and the day it was told it is."""
    cores = len(os.sched_getaffinity(0))
    return f"{_processor()}, {cores} cores, Python {platform.python_version()}, {platform.system()}; {date}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return re.sub(r"\s+", " ", names[0]) if names else platform.machine()


def table(found: Found) -> str:
    """For a terminal."""
    return "\n".join(_lines(found))


def _lines(found: Found) -> Iterator[str]:
    for what, rows in every_what(found.rows).items():
        yield what
        for row in rows:
            yield f"  {row.contender:44}{row.figure:>24}{row.beside:>10}"
    for one in found.missing:
        yield f"left out: {one.what} is not here ({one.cure})"
    yield from found.notes


def markdown(parts: Sequence[Part], *, machine: str, page: str = "", order: Sequence[str] = ()) -> str:
    """The page: every group with its chart, its table, and what it lacks.

    Args:
        machine: that measured these parts.
        page: as it was; its sections stay where none of these parts is theirs.
        order: titles in the order they are told; without it, as they come.
    """
    kept = {section.partition("\n")[0]: section for section in page.split("\n## ")[1:]}
    told = kept | {part.title: _section(part, machine) for part in parts}
    titles = [title for title in order or told if title in told]
    return "\n## ".join([_HEAD, *(told[title] for title in titles)])


def _section(part: Part, machine: str) -> str:
    lines = [part.title, "", part.about, "", f"Measured on: {machine}.", ""]
    if part.found.rows:
        lines += [f"![{part.title}, as bars]({CHARTS}/{part.key}.svg)", ""]
        lines += ["| work | contender | figure | ours beside it |", "|---|---|--:|--:|", *_table_rows(part.found), ""]
    for one in part.found.missing:
        lines += [f"- Left out: {one.what} was not there ({one.cure})."]
    lines += [f"- {note}" for note in part.found.notes]
    lines += ["", f"    python -m benchmarks --only {part.key}", ""]
    return "\n".join(lines)


def _table_rows(found: Found) -> Iterator[str]:
    for what, rows in every_what(found.rows).items():
        for place, row in enumerate(rows):
            name = f"**{row.contender}**" if row.is_ours else row.contender
            yield f"| {'' if place else what} | {name} | {row.figure} | {row.beside} |"
