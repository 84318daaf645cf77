"""Takes run reports, gives the page of the preview that shows them: charts, and a table with every figure.

Next: briefing/web/reader_pages.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from briefing.errors import StoreError
from briefing.model.delivery import DeliveryStatus
from briefing.web.charts import HEIGHT, WIDTH, Chart, Series, side_by_side, stacked, written
from briefing.web.pages import page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from briefing.model.run import Run
    from briefing.ports import RunLog

#: Editions on the page: a month.
MOST_RUNS = 30
#: Numbers of the page's colours: of what is counted, what went well, what waits and what failed.
_COUNTED, _ALSO_COUNTED, _SENT, _DEFERRED, _FAILED = 0, 3, 2, 3, 1
#: As many as the page has.
COLOURS = 10
_TOLD_APART = (DeliveryStatus.SENT, DeliveryStatus.DEFERRED, DeliveryStatus.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """Carries one edition's line of the table, in words.

    Attributes:
        when: its beginning, UTC.
        seconds: of all stages; `stages` tells them apart.
        other: readers who are not among the sent, deferred and failed, and `others` which status they have.
    """

    edition: str
    when: str
    seconds: str
    stages: str
    articles: str
    stories: str
    readers: str
    sent: str
    deferred: str
    failed: str
    other: str
    others: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPages:
    """Serves `/runs`; `runs` gives None until the database is open."""

    runs: Callable[[], RunLog | None]

    async def show(self, _: Request) -> Response:
        """The newest editions, newest first in the table and last in the charts."""
        try:
            log = self.runs()
            found = await run_in_threadpool(log.list_runs, limit=MOST_RUNS) if log else ()
        except StoreError as error:
            return page("runs", status=503, broken=str(error), rows=(), charts=())
        return page(
            "runs",
            broken="",
            rows=tuple(map(row_of, found)),
            charts=charts_of(found),
            width=WIDTH,
            height=HEIGHT,
            colours=COLOURS,
        )


def row_of(run: Run) -> RunRow:
    """The edition's line of the table."""
    others = {status: count for status, count in run.counts.items() if count and status not in _TOLD_APART}
    sent, deferred, failed = (run.counts.get(status, 0) for status in _TOLD_APART)
    return RunRow(
        edition=run.edition.isoformat(),
        when=f"{run.started_at.astimezone(UTC):%Y-%m-%d %H:%M}",
        seconds=f"{sum(run.seconds.values()):,.1f}",
        stages=", ".join(f"{stage} {seconds:,.1f}" for stage, seconds in run.seconds.items()),
        articles=written(run.figures.articles),
        stories=written(run.figures.stories),
        readers=written(run.audience),
        sent=written(sent),
        deferred=written(deferred),
        failed=written(failed),
        other=written(sum(others.values())),
        others=", ".join(f"{count:,} {status.value}" for status, count in others.items()),
        problems=run.problems,
    )


def charts_of(newest_first: Sequence[Run]) -> tuple[Chart, ...]:
    """The page's charts, the oldest edition on the left; none without an edition."""
    if not newest_first:
        return ()
    runs = newest_first[::-1]
    columns = [run.edition.isoformat() for run in runs]
    return (
        stacked("seconds", "Seconds per stage", columns, _stages(runs), unit=" s"),
        side_by_side("news", "Articles and stories", columns, _news(runs), unit=""),
        stacked("mail", "Messages sent, deferred and failed", columns, _mail(runs), unit=""),
    )


def _stages(runs: Sequence[Run]) -> tuple[Series, ...]:
    # The newest run has the order of work; stages that only older ones had come after.
    names = dict.fromkeys(stage for run in reversed(runs) for stage in run.seconds)
    return tuple(
        Series(name=name, values=tuple(run.seconds.get(name, 0.0) for run in runs), colour=number % COLOURS)
        for number, name in enumerate(names)
    )


def _news(runs: Sequence[Run]) -> tuple[Series, ...]:
    return (
        Series(name="articles", values=tuple(float(run.figures.articles) for run in runs), colour=_COUNTED),
        Series(name="stories", values=tuple(float(run.figures.stories) for run in runs), colour=_ALSO_COUNTED),
    )


def _mail(runs: Sequence[Run]) -> tuple[Series, ...]:
    colours = (_SENT, _DEFERRED, _FAILED)
    return tuple(
        Series(name=status.value, values=tuple(float(run.counts.get(status, 0)) for run in runs), colour=colour)
        for status, colour in zip(_TOLD_APART, colours, strict=True)
    )
