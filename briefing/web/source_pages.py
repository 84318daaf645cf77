"""Takes what came of each source, gives the page that shows them: how each is, and what it gave in the last days.

Next: briefing/web/past_pages.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from briefing.web.charts import HEIGHT, WIDTH, Chart, Series, stacked, written
from briefing.web.frame import framed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from starlette.requests import Request

    from briefing.model.edition import SourceReport
    from briefing.model.visit import Visit
    from briefing.services.proofs import ProofDesk
    from briefing.web.preview import Backstage

#: Two weeks: a source that gives something once a week is seen to.
DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """Carries what is said of one source.

    Attributes:
        state: read, empty or failed.
        articles: given for this edition.
        read_at, next_at: by the clock of the briefing; "" when that is not known.
        chart: articles by the day they came out on; None for folders, of which nothing is kept.
    """

    name: str
    state: str
    articles: str
    error: str
    since: str
    read_at: str
    next_at: str
    chart: Chart | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePages:
    """Serves `/sources`."""

    backstage: Backstage

    async def show(self, _: Request) -> Response:
        """Every source, those in trouble first."""
        return await run_in_threadpool(self._page)

    async def read_again(self, _request: Request, _: Mapping[str, str]) -> Response:
        """Has them asked again, as far as they may be, and the edition made of what they give."""
        self.backstage.read_again()
        return RedirectResponse("/sources", status_code=303)

    def _page(self) -> Response:
        proofs = self.backstage.rehearsal.scene.proofs
        rows = self._rows(proofs) if proofs else ()
        return framed(
            "preview_sources",
            self.backstage,
            here="/sources",
            heading="Sources",
            rows=rows,
            failed=sum(row.state == "failed" for row in rows),
            days=DAYS,
            width=WIDTH,
            height=HEIGHT,
        )

    def _rows(self, proofs: ProofDesk) -> tuple[SourceRow, ...]:
        visits = {visit.name: visit for visit in proofs.gathered.visits}
        store, today = self.backstage.articles(), proofs.now.date()
        days = [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
        since = proofs.now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
        given = store.days([visit.key for visit in visits.values()], since=since) if store else {}
        rows = [
            _row(number, report, visits.get(report.name), given, days)
            for number, report in enumerate(proofs.gathered.reports)
        ]
        return tuple(sorted(rows, key=lambda row: row.state != "failed"))


def _row(
    number: int,
    report: SourceReport,
    visit: Visit | None,
    given: Mapping[str, Mapping[date, int]],
    days: Sequence[date],
) -> SourceRow:
    chart = None
    if visit is not None:
        found = given.get(visit.key, {})
        values = tuple(float(found.get(day, 0)) for day in days)
        bars = (Series(name="articles", values=values, colour=0),)
        chart = stacked(f"source-{number}", report.name, [f"{day:%d %b}" for day in days], bars, unit="")
    return SourceRow(
        name=report.name,
        state=report.state.value,
        articles=written(report.articles),
        error=report.error or "",
        since=_told(report.since),
        read_at=_told(visit.read_at if visit else None),
        next_at=_told(visit.next_at if visit and not visit.is_gone else None),
        chart=chart,
    )


def _told(moment: datetime | None) -> str:
    return f"{moment:%d %b %H:%M} UTC" if moment else ""
