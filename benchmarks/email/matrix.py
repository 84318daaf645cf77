"""Takes invented mornings of 8 to 500 stories in six frames, gives what the mail checker says of each of their mails.

    python -m benchmarks.email.matrix --check PATH/email_check.py [--only ar-150,ja] [--jobs 2] [--markdown]

Exit status 1 when any check of any cell fails or could not run. Every such check is named.

Next: benchmarks/email/speed.py.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.email.cells import CELLS, Cell, message_of
from benchmarks.email.verdicts import CURE, CheckerError, Verdict, judge, missing_tools
from briefing.render.templates import load_templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

CLIENTS = ("gmail", "outlook-windows", "outlook-new/web", "apple-mail")
#: Heading and content of each column after the cell's name.
COLUMNS: tuple[tuple[str, Callable[[Verdict], str]], ...] = (
    ("bytes", lambda v: v.figure("HTML bytes")),
    ("on the wire", lambda v: v.figure("message bytes on the wire")),
    ("FAIL", lambda v: str(len(v.with_verdict("FAIL", "SKIP")))),
    ("WARN", lambda v: str(len(v.with_verdict("WARN")))),
    ("axe light/dark", lambda v: "/".join(v.figure(f"axe {scheme}: serious") for scheme in ("light", "dark"))),
    ("clients net", lambda v: "/".join(v.net(f"caniemail {client}:") for client in CLIENTS)),
    ("Nu net", lambda v: v.net("Nu errors")),
    ("html-validate", lambda v: v.figure("html-validate")),
    ("SA", lambda v: v.figure("SpamAssassin")),
    ("preheader", lambda v: v.figure("preheader")),
    ("subject", lambda v: v.figure("subject")),
    ("headings, links in text", lambda v: f"{v.value('headings of the HTML')}, {v.value('links of the HTML')}"),
)


def main(arguments: Sequence[str]) -> int:
    """Checks the cells asked for and prints a line for each as it is done, then the faults, then the table again."""
    wanted = _parser().parse_args(arguments)
    cells = cells_named(wanted.only)
    if lacking := missing_tools():
        print(f"lacks {', '.join(lacking)}: {CURE}", file=sys.stderr)
    verdicts: dict[Cell, Verdict] = {}
    for cell, verdict in judge_cells(cells, checker=wanted.check, jobs=wanted.jobs):
        verdicts[cell] = verdict
        print(_line(cell, verdict), flush=True)
    faults = tuple(faults_of(verdicts))
    print("\n".join(("", *faults, f"{len(cells)} cells, {len(faults)} faults")))
    if wanted.markdown:
        print(markdown(verdicts))
    return int(bool(faults))


def cells_named(only: str) -> tuple[Cell, ...]:
    """The cells whose name begins with one of the comma-separated words; all for "".

    Raises:
        SystemExit: there is none.
    """
    words = tuple(word for word in only.split(",") if word)
    cells = tuple(c for c in CELLS if not words or any(f"{c.name}-".startswith(f"{word}-") for word in words))
    if not cells:
        raise SystemExit(f"no cell is named {only}; there are {', '.join(cell.name for cell in CELLS)}")
    return cells


def judge_cells(cells: Sequence[Cell], *, checker: Path, jobs: int) -> Iterator[tuple[Cell, Verdict]]:
    """Renders each cell and lets the checker look at it, `jobs` at a time, in the order of the cells."""
    templates = load_templates()

    def check(cell: Cell) -> tuple[Cell, Verdict]:
        return cell, judge(message_of(cell, templates), checker=checker, name=cell.name)

    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(check, cells)


def faults_of(verdicts: dict[Cell, Verdict]) -> Iterator[str]:
    """Each check that failed or could not run, with its cell and what was measured."""
    for cell, verdict in verdicts.items():
        for row in verdict.with_verdict("FAIL", "SKIP"):
            yield f"{row.verdict} {cell.name}: {row.check}: {row.value} (allowed: {row.limit or 'not skipped'})"


def markdown(verdicts: dict[Cell, Verdict]) -> str:
    """The table of docs/email.md."""
    head = ("cell", *(name for name, _ in COLUMNS))
    rows = [head, ("---",) * len(head), *((cell.name, *_figures(verdict)) for cell, verdict in verdicts.items())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _figures(verdict: Verdict) -> tuple[str, ...]:
    return tuple(figure(verdict) for _, figure in COLUMNS)


def _line(cell: Cell, verdict: Verdict) -> str:
    told = "  ".join(f"{name} {figure}" for (name, _), figure in zip(COLUMNS, _figures(verdict), strict=True))
    return f"{cell.name:20}{told}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.email.matrix", description=__doc__)
    parser.add_argument("--check", type=Path, required=True, metavar="FILE", help="the mail checker, email_check.py")
    parser.add_argument("--only", default="", metavar="NAMES", help="cells by name or its beginning, comma-separated")
    parser.add_argument("--jobs", type=int, default=2, help="messages checked at the same time")
    parser.add_argument("--markdown", action="store_true", help="print the table of docs/email.md as well")
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CheckerError as error:
        sys.exit(f"the checker gave no table: {error}")
