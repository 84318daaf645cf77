from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from briefing.store.database import open_database
from briefing.store.looks import SqlLookLog
from tests.fakes import MemoryLookLog

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOW = datetime(2026, 11, 23, 7, 0, 0, 1, tzinfo=UTC)


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def log(request: pytest.FixtureRequest) -> MemoryLookLog | SqlLookLog:
    if request.param == "fake":
        return MemoryLookLog()
    return SqlLookLog(request.getfixturevalue(f"{request.param}_engine"))


def test_before_the_first_look_there_is_none_and_nobody_confirmed_anything(log: MemoryLookLog | SqlLookLog) -> None:
    assert (log.last_look(), log.confirmed_at()) == (None, None)


def test_the_newest_look_is_kept_to_the_microsecond_also_when_it_is_earlier(log: MemoryLookLog | SqlLookLog) -> None:
    for moment in (NOW, NOW + timedelta(days=1), NOW - timedelta(days=1)):
        log.note_look(moment)
        assert log.last_look() == moment


def test_a_look_is_the_same_instant_from_any_offset(log: MemoryLookLog | SqlLookLog) -> None:
    log.note_look(NOW.astimezone(timezone(timedelta(hours=-9, minutes=-30))))
    assert log.last_look() == NOW


def test_what_a_person_said_is_kept_until_it_is_cleared_and_is_no_look(log: MemoryLookLog | SqlLookLog) -> None:
    log.confirm(NOW)
    log.confirm(NOW + timedelta(minutes=1))
    assert (log.confirmed_at(), log.last_look()) == (NOW + timedelta(minutes=1), None)
    log.note_look(NOW)
    log.clear_confirmation()
    assert (log.confirmed_at(), log.last_look()) == (None, NOW)


def test_clearing_what_nobody_said_does_nothing(log: MemoryLookLog | SqlLookLog) -> None:
    log.clear_confirmation()
    assert log.confirmed_at() is None


def test_a_look_is_there_for_the_next_program(url: str, engine: Engine) -> None:
    SqlLookLog(engine).note_look(NOW)
    next_one = open_database(url)
    assert SqlLookLog(next_one).last_look() == NOW
    next_one.dispose()
