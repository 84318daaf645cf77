from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from briefing.model.edition import SourceReport, SourceState
from briefing.store.sources import SqlSourceLog
from tests.fakes import MemorySourceLog

if TYPE_CHECKING:
    from briefing.ports import SourceLog

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def log(request: pytest.FixtureRequest) -> SourceLog:
    return (
        MemorySourceLog()
        if request.param == "fake"
        else SqlSourceLog(request.getfixturevalue(f"{request.param}_engine"))
    )


def report(name: str, state: SourceState, since: datetime | None = None) -> SourceReport:
    return SourceReport(name=name, state=state, since=since)


def test_a_source_fails_since_its_first_failure(log: SourceLog) -> None:
    log.log_sources([report("The Quay", SourceState.FAILED)], now=MONDAY)
    log.log_sources([report("The Quay", SourceState.FAILED)], now=TUESDAY)
    assert log.failing_since() == {"The Quay": MONDAY}


@pytest.mark.parametrize("state", [SourceState.READ, SourceState.EMPTY])
def test_a_success_ends_the_failure_and_the_next_one_counts_anew(log: SourceLog, state: SourceState) -> None:
    log.log_sources([report("The Quay", SourceState.FAILED), report("Harbour", SourceState.READ)], now=MONDAY)
    log.log_sources([report("The Quay", state)], now=MONDAY)
    assert log.failing_since() == {}
    log.log_sources([report("The Quay", SourceState.FAILED)], now=TUESDAY)
    assert log.failing_since() == {"The Quay": TUESDAY}


def test_a_source_that_knows_since_when_it_fails_is_believed(log: SourceLog) -> None:
    log.log_sources([report("The Quay", SourceState.FAILED, since=MONDAY)], now=TUESDAY)
    assert log.failing_since() == {"The Quay": MONDAY}


def test_what_is_called_otherwise_by_now_or_was_taken_out_does_not_fail_for_ever(log: SourceLog) -> None:
    log.log_sources([report("quay.example", SourceState.FAILED), report("Harbour", SourceState.FAILED)], now=MONDAY)
    log.log_sources([report("The Quay", SourceState.READ), report("Harbour", SourceState.FAILED)], now=TUESDAY)
    assert log.failing_since() == {"Harbour": MONDAY}
    log.log_sources([], now=TUESDAY)
    assert log.failing_since() == {}
