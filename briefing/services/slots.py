"""Takes a reader, the schedule and an instant, gives the slot that is due: (reader, local date), once a day.

Next: briefing/services/schedule.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from briefing.model.edition import Problem
from briefing.model.subscriber import Subscriber

if TYPE_CHECKING:
    from collections.abc import Iterable

    from briefing.model.settings import Schedule
    from briefing.model.subscriber import Habit

#: Who was off for longer need not be told of every day.
MOST_DAYS_BACK = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Says for which edition a reader is due, and how long.

    Attributes:
        edition: the reader's local date.
        due_at, closes_at: UTC; the mail may go out from the first until just before the second.
    """

    subscriber: str
    edition: date
    due_at: datetime
    closes_at: datetime


@lru_cache(maxsize=4096)
def reader_with(habit: Habit) -> Subscriber:
    """A reader of whom nothing is known but when they want their mail."""
    return Subscriber(
        id="", email="", timezone=habit.timezone, at=habit.at, days=habit.days, paused_until=habit.paused_until
    )


def find_zone(name: str | None) -> ZoneInfo | None:
    """The zone of that IANA name, or None when there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, such as "Europe"
        return None


def zone_of(subscriber: Subscriber, default_zone: str) -> ZoneInfo:
    """The zone the reader lives by: their own, or the briefing's when theirs is not known (any more)."""
    return find_zone(subscriber.timezone) or ZoneInfo(default_zone)


def due_on(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The instant, in UTC, at which a clock in the zone shows that time on that day.

    A time the clock shows twice means the first. One it leaps over is moved by the length of the leap, 02:30 → 03:30,
    back instead of forth where that would end up in the next day (Nuuk leaps from 23:00 to midnight). None for a day
    that never was (Apia, 30 December 2011).
    """
    for fold in (0, 1):
        instant = datetime.combine(day, at, tzinfo=zone).replace(fold=fold).astimezone(UTC)
        if instant.astimezone(zone).date() == day:
            return instant
    return None


def slot_on(day: date, subscriber: Subscriber, schedule: Schedule, default_zone: str) -> Slot | None:
    """The reader's slot of that local date, or None when it is not one of their days."""
    days = schedule.days if subscriber.days is None else subscriber.days
    due_at = due_on(day, subscriber.at or schedule.at, zone_of(subscriber, default_zone))
    is_paused = subscriber.paused_until is not None and day < subscriber.paused_until
    if day.weekday() not in days or due_at is None or is_paused or schedule.skips(day):
        return None
    return Slot(subscriber=subscriber.id, edition=day, due_at=due_at, closes_at=due_at + schedule.late_window)


def due_slot(subscriber: Subscriber, schedule: Schedule, default_zone: str, now: datetime) -> Slot | None:
    """The newest slot of the reader with `due_at <= now < closes_at`, or None.

    The newest only: who was off for three days gets one edition, not three.
    """
    today = now.astimezone(zone_of(subscriber, default_zone)).date()
    # The window may reach past midnight, once for every day it is long.
    for back in range(schedule.late_window.days + 2):
        slot = slot_on(today - timedelta(days=back), subscriber, schedule, default_zone)
        if slot is not None and slot.due_at <= now:
            return slot if now < slot.closes_at else None
    return None


def zone_problems(subscribers: Iterable[Subscriber], default_zone: str) -> tuple[Problem, ...]:
    """One line for each reader whose zone is not known and who therefore lives by the briefing's."""
    return tuple(
        Problem(
            stage="schedule",
            source=subscriber.email,
            message=f"the time zone {subscriber.timezone!r} is not known; {default_zone} is used instead",
        )
        for subscriber in subscribers
        if subscriber.timezone and find_zone(subscriber.timezone) is None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """Says between which instants nothing changes for a reader, and which slot is open then, if any."""

    since: datetime
    until: datetime
    slot: Slot | None

    def covers(self, moment: datetime) -> bool:
        """Whether it still stands so."""
        return self.since <= moment < self.until


def standstill(subscriber: Subscriber, schedule: Schedule, default_zone: str, now: datetime) -> Standstill:
    """What is open for the reader now, and how long that is so: until the next slot opens or this one closes."""
    slot = due_slot(subscriber, schedule, default_zone, now)
    today = now.astimezone(zone_of(subscriber, default_zone)).date()
    around = range(-schedule.late_window.days - 2, 3)
    slots = [slot_on(today + timedelta(days=ahead), subscriber, schedule, default_zone) for ahead in around]
    edges = [edge for found in slots if found is not None for edge in (found.due_at, found.closes_at)]
    # Beyond two days something else may be due; looked up again by then.
    return Standstill(
        since=max((edge for edge in edges if edge <= now), default=now),
        until=min((edge for edge in edges if edge > now), default=now + timedelta(days=1)),
        slot=slot,
    )


def gone_slots(
    subscriber: Subscriber, schedule: Schedule, default_zone: str, *, since: datetime, now: datetime
) -> tuple[Slot, ...]:
    """The reader's slots that closed since then, or gave way to a newer one, oldest first; a month's at most.

    Whoever looked before `since` has seen to all that were open then.
    """
    zone = zone_of(subscriber, default_zone)
    today = now.astimezone(zone).date()
    days_back = min((today - since.astimezone(zone).date()).days + schedule.late_window.days + 1, MOST_DAYS_BACK)
    slots = (
        slot_on(today - timedelta(days=back), subscriber, schedule, default_zone) for back in range(days_back, -1, -1)
    )
    found = [slot for slot in slots if slot is not None]
    ends = [min(slot.closes_at, newer.due_at) for slot, newer in pairwise(found)]
    ends += [slot.closes_at for slot in found[-1:]]
    return tuple(slot for slot, end in zip(found, ends, strict=True) if since < end <= now)
