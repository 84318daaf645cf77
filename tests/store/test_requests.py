from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from briefing.model.limits import Limit
from briefing.store.database import open_database
from briefing.store.requests import SqlRequests
from tests.fakes import MemoryRequests

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.ports import RequestLog

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINA = Limit(kind="address", subject="mina", most=1, within=timedelta(days=1))
ABEL = Limit(kind="address", subject="abel", most=1, within=timedelta(days=1))
NET = Limit(kind="network", subject="mina", most=3, within=HOUR)


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def log(request: pytest.FixtureRequest) -> RequestLog:
    return (
        MemoryRequests()
        if request.param == "fake"
        else SqlRequests(request.getfixturevalue(f"{request.param}_engine"), b"key")
    )


def test_a_limit_is_reached_and_passes(log: RequestLog) -> None:
    assert [log.admit((NET,), now=NOW) for _ in range(4)] == [True, True, True, False]
    assert not log.admit((NET,), now=NOW + HOUR - timedelta(microseconds=1))
    assert log.admit((NET,), now=NOW + HOUR)


def test_subjects_and_kinds_are_counted_apart(log: RequestLog) -> None:
    assert log.admit((MINA,), now=NOW)
    assert log.admit((ABEL,), now=NOW)
    assert log.admit((NET,), now=NOW)
    assert not log.admit((MINA,), now=NOW)


def test_what_one_limit_refuses_counts_against_none(log: RequestLog) -> None:
    assert log.admit((MINA, NET), now=NOW)
    assert [log.admit((MINA, NET), now=NOW) for _ in range(5)] == [False] * 5
    assert [log.admit((NET,), now=NOW) for _ in range(3)] == [True, True, False]


def test_how_long_there_is_to_wait_is_known_and_counts_as_no_request(log: RequestLog) -> None:
    assert log.wait(NET, now=NOW) is None
    for minute in (0, 10, 20):
        assert log.wait(NET, now=NOW + timedelta(minutes=minute)) is None
        assert log.admit((NET,), now=NOW + timedelta(minutes=minute))
    assert log.wait(NET, now=NOW + timedelta(minutes=20)) == timedelta(minutes=40)
    assert log.wait(replace(NET, subject="abel"), now=NOW + timedelta(minutes=20)) is None
    assert log.wait(NET, now=NOW + HOUR) is None
    assert log.admit((NET,), now=NOW + HOUR)
    assert log.wait(NET, now=NOW + HOUR) == timedelta(minutes=10)


def test_what_came_to_nothing_is_taken_back_once(log: RequestLog) -> None:
    for _ in range(3):
        assert log.admit((NET,), now=NOW)
    log.withdraw((NET,), at=NOW)
    assert [log.admit((NET,), now=NOW) for _ in range(2)] == [True, False]


def test_two_processes_at_once_admit_one_request_together(url: str, engine: Engine) -> None:
    start, admitted = Barrier(4), list[bool]()

    def ask() -> None:
        own = open_database(url)
        start.wait(timeout=30)
        admitted.append(SqlRequests(own, b"key").admit((MINA, NET), now=NOW))
        own.dispose()

    callers = [Thread(target=ask) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert sorted(admitted) == [False, False, False, True]


def test_the_key_is_not_shown() -> None:
    assert "hush" not in repr(SqlRequests(None, b"hush"))  # type: ignore[arg-type]
