from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from briefing.model.delivery import Balance, DeliveryStatus
from briefing.model.settings import Schedule
from briefing.model.subscriber import Habit
from briefing.services.health import Signs, judge, late_editions, next_due, waits
from tests.make import NOW

TODAY = date(2026, 11, 22)
WELL = Signs(now=NOW, started_at=NOW - timedelta(days=3), beat_at=NOW, looked_at=NOW)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def test_a_house_that_ticks_is_well() -> None:
    assert judge(WELL) == ()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"is_readable": False}, "the database cannot be read"),
        ({"beat_at": NOW - 3 * MINUTE - SECOND}, "the timer has given no sign of life for 3 minutes"),
        ({"beat_at": None}, "the timer has given no sign of life for 4320 minutes"),
        (
            {"beat_at": NOW - 15 * MINUTE - SECOND, "is_reading": True},
            "the timer has given no sign of life for 15 minutes",
        ),
        (
            {"looked_at": NOW - 15 * MINUTE - SECOND},
            "nobody has looked for 15 minutes whether editions are late",
        ),
        ({"unbalanced": (TODAY,)}, "the books of 2026-11-22 do not balance"),
        (
            {"waiting": ((TODAY, NOW - 30 * MINUTE),)},
            "the edition of 2026-11-22 is late: readers have waited for it since 06:10 UTC",
        ),
    ],
)
def test_each_fault_is_named(wrong: dict[str, object], reason: str) -> None:
    assert judge(replace(WELL, **wrong)) == (reason,)  # type: ignore[arg-type]  # as the table has it


@pytest.mark.parametrize(
    "usual",
    [
        {"beat_at": NOW - 3 * MINUTE},
        {"beat_at": NOW - 15 * MINUTE, "is_reading": True},
        {"looked_at": NOW - 15 * MINUTE},
        {"waiting": ((TODAY, NOW - 30 * MINUTE + SECOND),)},
        {"beat_at": None, "looked_at": None, "started_at": NOW - 2 * MINUTE},
    ],
    ids=["a long stage", "slow sources", "long errands", "a long delivery", "just started"],
)
def test_what_happens_every_morning_is_no_fault(usual: dict[str, object]) -> None:
    assert judge(replace(WELL, **usual)) == ()  # type: ignore[arg-type]  # as the table has it


def test_all_faults_are_named_at_once() -> None:
    wrong = replace(WELL, is_readable=False, beat_at=NOW - 4 * MINUTE, unbalanced=(TODAY, TODAY + timedelta(days=1)))
    assert len(judge(wrong)) == 4


def test_editions_are_late_one_by_one() -> None:
    waiting = ((TODAY, NOW - 31 * MINUTE), (TODAY + timedelta(days=1), NOW - 5 * MINUTE))
    assert late_editions(waiting, now=NOW) == (TODAY,)


@pytest.mark.parametrize(
    ("audience", "counts", "waiting"),
    [
        (100, {"sent": 100}, 0),
        (100, {"sent": 99, "pending": 1}, 1),
        (100, {"sent": 99, "inflight": 1}, 1),
        (100, {"sent": 95, "deferred": 5}, 0),
        (100, {"sent": 94, "deferred": 6}, 6),
        (100, {"sent": 90, "deferred": 5, "claimed": 5}, 10),
        (2, {"sent": 1, "deferred": 1}, 0),
        (1, {"deferred": 1}, 1),
        (3, {"uncertain": 1, "missed": 1, "failed": 1}, 0),
        (0, {}, 0),
    ],
)
def test_a_full_mailbox_makes_no_edition_late(audience: int, counts: dict[str, int], waiting: int) -> None:
    rows = {DeliveryStatus(status): count for status, count in counts.items()}
    assert waits(Balance(edition=TODAY, audience=audience, counts=rows)) == waiting


@pytest.mark.parametrize(
    ("habits", "due_at"),
    [
        ([], None),
        ([Habit()], "2026-11-23T06:00:00+00:00"),
        ([Habit(at=time(8))], "2026-11-22T07:00:00+00:00"),
        ([Habit(), Habit(timezone="America/New_York")], "2026-11-22T12:00:00+00:00"),
        ([Habit(days=(5,))], "2026-11-28T06:00:00+00:00"),
        ([Habit(days=())], None),
    ],
    ids=["nobody", "tomorrow at seven", "at eight", "farther west", "on Saturdays", "never"],
)
def test_the_next_edition_is_that_of_whoever_is_due_first(habits: list[Habit], due_at: str | None) -> None:
    expected = due_at and datetime.fromisoformat(due_at)
    assert next_due(habits, Schedule(at=time(7)), "Europe/Paris", NOW) == expected
