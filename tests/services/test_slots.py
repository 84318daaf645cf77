from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.model.settings import Schedule
from briefing.model.subscriber import Subscriber
from briefing.services.slots import Slot, due_slot, gone_slots, slot_on, standstill, zone_problems
from tests.services.world import ZONES

#: Within a few days of a change of the clocks somewhere, and of the day that Apia never had.
STARTS = st.sampled_from(
    [
        datetime(2026, 3, 26, 3, 17, tzinfo=UTC),
        datetime(2026, 10, 23, 22, 1, tzinfo=UTC),
        datetime(2026, 11, 22, 6, 40, tzinfo=UTC),
        datetime(2011, 12, 27, 9, tzinfo=UTC),
    ]
)
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
SOME_DAYS = st.none() | st.sets(st.integers(0, 6)).map(lambda days: tuple(sorted(days)))
READERS = st.builds(
    Subscriber,
    id=st.just("ada"),
    email=st.just("ada@readers.example"),
    timezone=st.none() | st.sampled_from(ZONES),
    at=st.none() | MINUTES,
    days=SOME_DAYS,
    paused_until=st.none() | st.dates(date(2026, 3, 20), date(2026, 12, 1)),
)
SKIPPED = st.lists(st.dates(date(2026, 3, 20), date(2026, 12, 1)).map(lambda day: (day, day)), max_size=3).map(tuple)
SCHEDULES = st.builds(
    Schedule,
    at=MINUTES,
    days=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    late_window=st.integers(1, 60).map(lambda hours: timedelta(hours=hours)),
    skip=SKIPPED,
)
INSTANT = timedelta(microseconds=1)


@settings(max_examples=150)
@given(reader=READERS, schedule=SCHEDULES, start=STARTS, ahead=st.integers(0, 10_000), where=st.floats(0, 1))
def test_nothing_changes_for_a_reader_while_it_is_said_that_nothing_does(
    reader: Subscriber, schedule: Schedule, start: datetime, ahead: int, where: float
) -> None:
    now = start + timedelta(minutes=ahead)
    found = standstill(reader, schedule, "UTC", now)
    assert found.covers(now)
    inside = found.since + (found.until - found.since) * where
    for moment in (found.since, found.until - INSTANT, max(found.since, min(inside, found.until - INSTANT))):
        assert due_slot(reader, schedule, "UTC", moment) == found.slot, moment


@settings(max_examples=150)
@given(reader=READERS, schedule=SCHEDULES, start=STARTS, ahead=st.integers(0, 10_000))
def test_who_only_looks_when_a_standstill_is_over_sees_every_slot(
    reader: Subscriber, schedule: Schedule, start: datetime, ahead: int
) -> None:
    now = start + timedelta(minutes=ahead)
    end, seen = now + timedelta(days=9), set()
    while now < end:
        found = standstill(reader, schedule, "UTC", now)
        seen |= {found.slot}
        assert found.until > now
        now = found.until
    days = [start.date() + timedelta(days=number) for number in range(-3, 30)]
    slots = [slot for day in days if (slot := slot_on(day, reader, schedule, "UTC")) is not None]
    wanted = {slot for slot in slots if start + timedelta(minutes=ahead) <= slot.due_at < end}
    assert wanted <= seen


def ended_between(slots: list[Slot], since: datetime, now: datetime) -> list[Slot]:
    """Those that closed or gave way to the next in that time, counted apart from what is tested."""
    ends = [min(one.closes_at, newer.due_at) for one, newer in pairwise(slots)]
    return [slot for slot, end in zip(slots, ends, strict=False) if since < end <= now]


@settings(max_examples=150)
@given(
    reader=READERS,
    schedule=SCHEDULES,
    start=STARTS,
    pauses=st.lists(st.integers(1, 4_000), min_size=1, max_size=12),
)
def test_over_looks_at_any_moments_every_slot_that_is_over_is_named_once(
    reader: Subscriber, schedule: Schedule, start: datetime, pauses: list[int]
) -> None:
    looks = [start]
    for pause in pauses:
        looks.append(looks[-1] + timedelta(minutes=pause))
    named = [
        slot for since, now in pairwise(looks) for slot in gone_slots(reader, schedule, "UTC", since=since, now=now)
    ]
    days = [start.date() + timedelta(days=number) for number in range(-6, 60)]
    slots = [slot for day in days if (slot := slot_on(day, reader, schedule, "UTC")) is not None]
    assert named == ended_between(slots, looks[0], looks[-1])


@given(reader=READERS, schedule=SCHEDULES, start=STARTS, ahead=st.integers(0, 10_000), since=st.integers(0, 20_000))
def test_a_slot_that_is_open_is_not_gone(
    reader: Subscriber, schedule: Schedule, start: datetime, ahead: int, since: int
) -> None:
    now = start + timedelta(minutes=ahead)
    gone = gone_slots(reader, schedule, "UTC", since=now - timedelta(minutes=since), now=now)
    assert due_slot(reader, schedule, "UTC", now) not in gone


def daily(**choices: Any) -> Subscriber:
    return replace(Subscriber(id="ada", email="ada@readers.example"), **choices)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "now", "is_named"),
    [
        ("2026-11-23T12:59", "2026-11-23T12:59:59", False),  # still open
        ("2026-11-23T12:59", "2026-11-23T13:00", True),
        ("2026-11-23T13:00", "2026-11-23T13:01", False),  # the look at 13:00 has named it
        ("2026-11-23T06:00", "2026-11-23T06:59", False),  # not due yet
        ("2026-11-23T06:59", "2026-11-23T13:01", True),
    ],
)
def test_a_slot_that_closes_is_named_by_one_look_alone(since: str, now: str, is_named: bool) -> None:
    gone = gone_slots(daily(), Schedule(), "UTC", since=utc(since), now=utc(now))
    assert [slot.edition for slot in gone] == ([date(2026, 11, 23)] if is_named else [])


def test_who_was_off_for_long_is_told_of_the_last_month_alone() -> None:
    gone = gone_slots(daily(), Schedule(), "UTC", since=utc("2026-08-01T00:00"), now=utc("2026-11-23T14:00"))
    days = [slot.edition for slot in gone]
    assert (days[0], days[-1], len(days)) == (date(2026, 10, 23), date(2026, 11, 23), 32)


def test_a_window_of_days_stands_still_until_it_closes() -> None:
    weekly = Schedule(days=(0,), late_window=timedelta(days=3))
    found = standstill(daily(), weekly, "UTC", utc("2026-11-26T06:00"))
    assert (found.slot and found.slot.edition, found.until) == (date(2026, 11, 23), utc("2026-11-26T07:00"))


@pytest.mark.parametrize("now", ["2026-03-27T22:30", "2026-03-28T22:30"])
def test_no_standstill_reaches_into_a_slot_behind_a_day_of_23_hours(now: str) -> None:
    midnight = daily(timezone="Europe/Paris", at=time(), days=(0,))  # Monday begins at 22:00 UTC, summer time
    found = standstill(midnight, Schedule(), "UTC", utc(now))
    assert found.slot is None
    assert found.until <= utc("2026-03-29T22:00")


def test_a_reader_whose_zone_is_not_known_is_named() -> None:
    (problem,) = zone_problems([daily(timezone="Mars/Olympus"), daily()], "Europe/Paris")
    assert (problem.stage, problem.source) == ("schedule", "ada@readers.example")
    assert problem.message == "the time zone 'Mars/Olympus' is not known; Europe/Paris is used instead"
