from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from briefing.services.clock_guard import ClockGuard
from tests.fakes import FixedClock, MemoryLookLog

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Machine:
    """A clock that can be set, and programs that are started on it one after the other."""

    def __init__(self, *, last_look: datetime | None = None) -> None:
        self.clock, self.log = FixedClock(NOON), MemoryLookLog(last_look)
        self.start()

    def start(self) -> None:
        self.guard = ClockGuard(clock=self.clock, stopwatch=self.clock, log=self.log)

    def believes(self) -> bool:
        doubt = self.guard.look()
        self.guard.note()
        return not doubt


def test_a_clock_that_goes_on_is_believed_however_long_nobody_looked() -> None:
    machine = Machine()
    for pause in (0.3, 20, 3_600, 90_000):
        machine.clock.move(seconds=pause)
        assert machine.believes()


@pytest.mark.parametrize("hours", [2, 24, 24 * 365, -2, -24])
def test_a_leap_while_the_program_runs_is_doubted_in_both_directions(hours: int) -> None:
    machine = Machine()
    assert machine.believes()
    machine.clock.leap(hours=hours)
    assert not machine.believes()
    machine.clock.move(days=3)
    assert not machine.believes()


@pytest.mark.parametrize("minutes", [-59, -1, 1, 59])
def test_a_small_correction_is_not(minutes: int) -> None:
    machine = Machine()
    assert machine.believes()
    machine.clock.leap(minutes=minutes)
    assert machine.believes()


def test_the_doubt_says_what_was_expected_and_what_to_do() -> None:
    machine = Machine()
    machine.guard.look()
    machine.clock.leap(days=1)
    doubt = machine.guard.look()
    assert "shows 2026-11-24 12:00 UTC where 2026-11-23 12:00 was expected" in doubt
    assert "briefing schedule --confirm-clock" in doubt


def test_a_clock_that_leaps_back_is_believed_again() -> None:
    machine = Machine()
    machine.guard.look()
    machine.clock.leap(days=1)
    assert not machine.believes()
    machine.clock.move(minutes=5)
    machine.clock.leap(days=-1)
    assert machine.believes()


@pytest.mark.parametrize("hours", [-30, 30])
def test_a_time_server_knows_better(hours: int) -> None:
    machine = Machine()
    machine.guard.look()
    machine.clock.leap(hours=hours)
    machine.clock.synchronised = True
    assert machine.believes()


@pytest.mark.parametrize("hours", [-30, 30])
def test_a_person_knows_better_and_is_believed_once(hours: int) -> None:
    machine = Machine()
    machine.guard.look()
    machine.clock.leap(hours=hours)
    assert not machine.believes()
    machine.clock.move(minutes=1)
    machine.log.confirm(machine.clock.now())
    assert machine.believes()
    machine.clock.leap(hours=hours)
    assert not machine.believes()


def test_what_was_said_before_the_leap_does_not_count() -> None:
    machine = Machine()
    machine.guard.look()
    machine.log.confirm(machine.clock.now())
    machine.clock.move(minutes=1)
    machine.clock.leap(hours=5)
    assert not machine.believes()


def test_a_program_that_starts_before_its_last_look_doubts_the_clock() -> None:
    machine = Machine(last_look=NOON + timedelta(hours=2))
    assert not machine.believes()
    assert machine.log.look == NOON + timedelta(hours=2)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=-50), timedelta(days=40)])
def test_a_program_that_was_off_believes_any_later_time(later: timedelta) -> None:
    assert Machine(last_look=NOON - later).believes()


def test_of_a_doubt_at_the_start_nothing_is_left_once_the_clock_is_right() -> None:
    machine = Machine(last_look=NOON)
    machine.clock.leap(days=-1)
    assert not machine.believes()
    machine.clock.move(hours=3)
    machine.clock.leap(days=1, hours=9)
    assert machine.believes()


def test_a_person_may_speak_before_the_program_is_started_again() -> None:
    machine = Machine(last_look=NOON + timedelta(days=1))
    machine.log.confirm(machine.clock.now())
    machine.clock.move(minutes=2)
    machine.start()
    assert machine.believes()


def test_looks_are_noted_once_a_minute_and_never_while_in_doubt() -> None:
    machine = Machine()
    noted = []
    for _ in range(8):
        machine.believes()
        noted.append(machine.log.look)
        machine.clock.move(seconds=20)
    assert noted == [NOON + timedelta(minutes=number // 3) for number in range(8)]
    machine.clock.leap(hours=2)
    machine.believes()
    assert machine.log.look == NOON + timedelta(minutes=2)
    machine.clock.leap(hours=-2)
    assert machine.believes()


def test_a_sleeping_laptop_is_no_leap() -> None:
    machine = Machine()
    machine.guard.look()
    machine.clock.move(hours=9)  # its stopwatch counts through the night
    assert machine.believes()
