from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from briefing.model.delivery import DeliveryStatus
from briefing.model.run import Figures, Run
from briefing.store.runs import SqlRuns
from tests.fakes import MemoryRuns

if TYPE_CHECKING:
    from briefing.ports import RunLog

SUNDAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
RUN = Run(
    edition=SUNDAY,
    started_at=NOW,
    finished_at=NOW + timedelta(seconds=83),
    seconds={"collect": 12.5, "stories": 0.25, "deliver": 60.0},
    figures=Figures(sources=9, failed_sources=1, articles=310, duplicates=20, stories=140, segments=3),
    audience=12,
    counts={DeliveryStatus.DEFERRED: 1, DeliveryStatus.SENT: 11},
    problems=("Dead Post: did not answer", "« quoted », and ünïcode"),
)


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def runs(request: pytest.FixtureRequest) -> RunLog:
    return MemoryRuns() if request.param == "fake" else SqlRuns(request.getfixturevalue(f"{request.param}_engine"))


def test_a_report_comes_back_as_it_was_written_with_its_stages_in_order(runs: RunLog) -> None:
    runs.save_run(RUN)
    found = runs.find_run(SUNDAY)
    assert found == RUN
    assert list(found.seconds) == ["collect", "stories", "deliver"]
    assert runs.find_run(SUNDAY + timedelta(days=1)) is None


def test_an_edition_has_one_report(runs: RunLog) -> None:
    runs.save_run(RUN)
    runs.save_run(replace(RUN, audience=13, problems=()))
    (found,) = runs.list_runs(limit=5)
    assert (found.audience, found.problems) == (13, ())


def test_the_newest_come_first_and_the_old_are_forgotten(runs: RunLog) -> None:
    days = [SUNDAY + timedelta(days=n) for n in range(4)]
    for day in days:
        runs.save_run(replace(RUN, edition=day))
    assert [run.edition for run in runs.list_runs(limit=3)] == days[:0:-1]
    assert (runs.prune(before=days[2]), runs.prune(before=days[2])) == (2, 0)
    assert [run.edition for run in runs.list_runs(limit=9)] == [days[3], days[2]]
