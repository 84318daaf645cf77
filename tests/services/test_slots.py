from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.model.settings import Schedule
from briefing.model.subscriber import Subscriber
from briefing.services.slots import Slot, due_slot, gone_slots, slot_on, standstill
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
