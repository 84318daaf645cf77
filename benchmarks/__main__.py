"""Takes names of groups, gives ours beside its peers; with --write docs/benchmarks.md and its charts.

    python -m benchmarks [--only feeds,pages] [--quick] [--write] [--date 2026-11-22]

`make bench` installs the peers that pip has, runs every group and writes. With --only, the sections of other groups
stay as they are. Whoever is missing is named with its cure.

Next: benchmarks/groups.py.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.charts import draw, panels
from benchmarks.groups import GROUPS
from benchmarks.page import CHARTS, Part, machine_line, markdown, table
from benchmarks.rows import Found, lacking
from briefing.engines.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.groups import Group

DOCS = Path(__file__).parents[1] / "docs"
PAGE = "benchmarks.md"
FAILED = "Could not be measured this time"


def main(words: Sequence[str] | None = None) -> int:
    """Ends with 1 when a group could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--only", help="groups, with commas between: " + ",".join(group.key for group in GROUPS))
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, to see that it runs")
    parser.add_argument("--write", action="store_true", help=f"write them into docs/{PAGE}, with charts")
    parser.add_argument("--date", default="", help="the day that the page names; today's when it is left out")
    asked = parser.parse_args(words)
    groups = _wanted(asked.only, parser)
    for one in lacking({"matplotlib": "matplotlib"}) if asked.write else ():
        parser.error(f"--write needs {one.what}: {one.cure}")
    parts = [measured(group, quick=asked.quick) for group in groups]
    if asked.write:
        date = asked.date or SystemClock().now().date().isoformat()
        hurry = " (--quick: few rounds of little work)" if asked.quick else ""
        write(parts, DOCS, machine=machine_line(date) + hurry)
    return int(any(FAILED in note for part in parts for note in part.found.notes))


def _wanted(only: str | None, parser: argparse.ArgumentParser) -> list[Group]:
    keys = only.split(",") if only else [group.key for group in GROUPS]
    for strange in set(keys) - {group.key for group in GROUPS}:
        parser.error(f"there is no group {strange}; there are {', '.join(group.key for group in GROUPS)}")
    return [group for group in GROUPS if group.key in keys]


def measured(group: Group, *, quick: bool) -> Part:
    """What a group gives, printed too; one that fails is told so, and the others are measured all the same."""
    print(f"\n== {group.title}", flush=True)
    began = time.perf_counter()
    try:
        found = group.measure(quick=quick)
    except Exception as error:  # noqa: BLE001 - whatever a peer does, minutes of measuring others are not thrown away
        found = Found(rows=(), notes=(f"{FAILED}: {type(error).__name__}: {error}",))
    print(f"{table(found)}\n({time.perf_counter() - began:.0f} s)", flush=True)
    return Part(key=group.key, title=group.title, about=group.about, found=found)


def write(parts: Sequence[Part], docs: Path, *, machine: str) -> None:
    """Puts a chart of each group and its section of the page into the folder; other groups' stay as they are."""
    (docs / CHARTS).mkdir(parents=True, exist_ok=True)
    for part in parts:
        if part.found.rows:
            (docs / CHARTS / f"{part.key}.svg").write_text(draw(panels(part.found.rows)), "utf-8")
    page = (docs / PAGE).read_text("utf-8") if (docs / PAGE).exists() else ""
    told = markdown(parts, machine=machine, page=page, order=[group.title for group in GROUPS])
    (docs / PAGE).write_text(told, "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
