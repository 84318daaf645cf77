"""Takes a date, gives the run report of its edition on a terminal; without one, a line for each of the newest.

Next: briefing/cli/errands.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from briefing.cli.words import note, parse_day, plural, say

if TYPE_CHECKING:
    from briefing.model.run import Run

EXAMPLES = "Examples: briefing runs | briefing runs 2026-11-22"
ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="Your config file.")]
DateArgument = Annotated[str | None, typer.Argument(metavar="[DATE]", help="Of the edition, as 2026-11-22.")]
#: Editions in the list.
_NEWEST = 30


def runs(day: DateArgument = None, *, config: ConfigOption = Path("config.yaml")) -> int:
    """Shows what became of an edition: sources, articles, seconds, mail and problems."""
    from briefing.config.load import load_config
    from briefing.wiring import open_runs

    wanted = None if day is None else parse_day(day)
    kept = open_runs(load_config(config))
    if wanted is None:
        found = kept.list_runs(limit=_NEWEST)
        for run in found:
            say(_line(run))
        note(plural(len(found), "edition"))
        return 0
    one = kept.find_run(wanted)
    if one is None:
        note(f"nothing is known of an edition of {wanted}; `briefing runs` lists those there are")
        return 1
    for line in _report(one):
        say(line)
    return 0


def _line(run: Run) -> str:
    figures = run.figures
    parts = (
        f"{run.sent} of {run.audience} sent",
        plural(figures.articles, "article"),
        plural(figures.stories, "story", "stories"),
        f"{figures.failed_sources} of {figures.sources} sources failed",
        plural(len(run.problems), "problem"),
    )
    return f"{run.edition}  {', '.join(parts)}"


def _report(run: Run) -> list[str]:
    figures = run.figures
    counts = ", ".join(f"{count} {status.value}" for status, count in run.counts.items() if count) or "nothing"
    stages = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in run.seconds.items()) or "none"
    lasted = (run.finished_at - run.started_at).total_seconds()
    return [
        f"edition    {run.edition}",
        f"started    {run.started_at:%Y-%m-%d %H:%M:%S %Z}",
        f"finished   {run.finished_at:%Y-%m-%d %H:%M:%S %Z}, {lasted:,.1f} s later",
        f"stages     {stages}",
        f"sources    {figures.sources - figures.failed_sources} read, {figures.failed_sources} failed",
        f"articles   {figures.articles:,}, of which {figures.duplicates:,} repeat another one",
        f"stories    {figures.stories:,}, in {plural(figures.segments, 'segment')}",
        f"mail       {counts}; planned for {plural(run.audience, 'reader')}",
        *(f"problem    {line}" for line in run.problems),
    ]
