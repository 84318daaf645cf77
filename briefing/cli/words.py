"""Takes what the services report, gives words on a terminal: progress, problems, the end of a run.

A terminal gets one moving bar; anything else (a log, a pipe) gets one line per finished stage.

Next: briefing/cli/__init__.py, which turns errors into an exit status.
"""

from __future__ import annotations

import sys
from collections.abc import Callable  # noqa: TC003 - of a value, not of an annotation alone
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from briefing.model.edition import Problem
    from briefing.services.filing import Watcher

_STAGES = {
    "collect": "reading sources",
    "vectors": "comparing articles",
    "file": "filing stories",
    "generate": "having summaries written",
    "deliver": "sending",
}


def say(line: str = "") -> None:
    """Prints a line of the answer to what the person asked, at once: `serve` may say nothing more for hours."""
    print(line, flush=True)


def note(line: str) -> None:
    """Prints a line beside the answer: progress, problems, hints. Where there is a log, it goes there."""
    if _logs:
        _logs[-1](line)
    else:
        print(line, file=sys.stderr)


def note_through(log: Callable[[str], object]) -> None:
    """Has every note go to the log of a process that runs for long, and whose lines are read by programs."""
    _logs[:] = [log]


def forget_log() -> None:
    """Has notes printed again."""
    _logs.clear()


#: The log, where there is one.
_logs: list[Callable[[str], object]] = []


def list_problems(problems: Sequence[Problem]) -> None:
    """Prints one line per problem, the thing it concerns first."""
    for problem in problems:
        subject = problem.file or problem.source or problem.stage
        note(f"  ! {subject}: {problem.message}")


def parse_moment(text: str | None, *, option: str) -> datetime | None:
    """Reads an instant from the command line; None stays None.

    Raises:
        typer.BadParameter: not an instant with an offset.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min  # noqa: DTZ901  # as good as unreadable: it has no offset
    # Far from both ends of the calendar, so that no zone and no window leads past them.
    if moment.tzinfo is None or not 1970 <= moment.year <= 9000:
        raise typer.BadParameter(f'"{text}" is no moment; write it as 2026-11-22T06:40:00+01:00', param_hint=option)
    return moment


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count and its noun: 1 story, 2 stories."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def unwatched(stage: str, done: int, total: int) -> None:
    """Hears how far a stage has come, and says nothing."""


@contextmanager
def progress() -> Iterator[Watcher]:
    """Gives the watcher that services report to while the block runs."""
    if sys.stderr.isatty():
        with _bar() as watcher:
            yield watcher
    else:
        yield _log_line


def _log_line(stage: str, done: int, total: int) -> None:
    if done == total and total:
        note(f"{_STAGES.get(stage, stage)}: {done}")


@contextmanager
def _bar() -> Iterator[Watcher]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description:>20}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {stage: bars.add_task(words, total=None, visible=False) for stage, words in _STAGES.items()}

        def move(stage: str, done: int, total: int) -> None:
            if stage in tasks:
                bars.update(tasks[stage], completed=done, total=total, visible=True)

        yield move
