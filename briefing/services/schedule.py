"""Takes a reader, the schedule and an instant, gives the slot that is due: (reader, local date), once a day.

The timer only asks "what is due now?" every few seconds; whether a slot was served stands in the ledger. So a restart
at 07:05, a laptop that slept through the morning, or two programs at once change nothing.

Next: briefing/cli/__init__.py.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schedule import Scheduler

from briefing.errors import BriefingError, NothingToSendError
from briefing.model.edition import Problem
from briefing.model.subscriber import Habit, Subscriber
from briefing.services.delivery_rules import next_status
from briefing.services.send import has_work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from threading import Event

    from briefing.model.delivery import Delivery, OnUncertain
    from briefing.model.settings import Schedule
    from briefing.model.subscriber import Crowd
    from briefing.ports import Clock, Ledger, SubscriberStore
    from briefing.services.send import SendReport

log = logging.getLogger(__name__)

#: A mail is at most this late through the timer alone.
TICK_S = 20


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
    if day.weekday() not in days or due_at is None:
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


def send_each(
    days: Mapping[date, tuple[Crowd, ...]], send: Callable[[date, tuple[Crowd, ...]], SendReport]
) -> tuple[SendReport, ...]:
    """Sends one edition after the other; one without news does not keep the others waiting.

    Raises:
        NothingToSendError: none of them had any.
    """
    reports: list[SendReport] = []
    silence: NothingToSendError | None = None
    for day, crowds in days.items():
        try:
            reports.append(send(day, crowds))
        except NothingToSendError as error:
            silence = error
    if silence is not None and not reports:
        raise silence
    return tuple(reports)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """Looks what is due and has it sent.

    Attributes:
        send: sends the edition of that date to the readers who are due, and settles rows of those who no longer are;
            builds it only when somebody is.
    """

    store: SubscriberStore
    ledger: Ledger
    clock: Clock
    schedule: Schedule
    default_zone: str
    on_uncertain: OnUncertain
    send: Callable[[date, tuple[Crowd, ...]], SendReport]

    def tick(self) -> tuple[SendReport, ...]:
        """Sends every edition that has something left to do, oldest first; most ticks find nothing.

        Raises:
            NothingToSendError: there was something to do and no news to do it with.
        """
        now = self.clock.now()
        due = self.due_crowds(now)
        days = {day: due.get(day, ()) for day in sorted({*due, *self.ledger.unfinished()})}
        return send_each({day: crowds for day, crowds in days.items() if self._has_work(day, crowds, now)}, self.send)

    def due_crowds(self, now: datetime) -> dict[date, tuple[Crowd, ...]]:
        """Confirmed readers whose slot is open, by the date of their edition."""
        due: dict[date, tuple[Crowd, ...]] = {}
        for crowd in self.store.crowds():
            slot = due_slot(crowd.example, self.schedule, self.default_zone, now)
            if slot is not None:
                due[slot.edition] = (*due.get(slot.edition, ()), crowd)
        return due

    def closes_at(self, edition: date, subscriber: Subscriber) -> datetime | None:
        """When it is too late for the reader's copy of that edition; None when it is not one of their days."""
        habit = Habit(timezone=subscriber.timezone, at=subscriber.at, days=subscriber.days)
        return _closes_at(edition, habit, self.schedule, self.default_zone)

    def _has_work(self, edition: date, due: tuple[Crowd, ...], now: datetime) -> bool:
        if self.ledger.lacks(edition, [crowd.habit for crowd in due]):
            return True

        def is_work(row: Delivery, reader: Subscriber | None) -> bool:
            closes_at = None if reader is None else self.closes_at(edition, reader)
            is_late = reader is not None and (closes_at is None or closes_at <= now)
            return next_status(row, now=now, is_late=is_late, on_uncertain=self.on_uncertain) is not None

        return has_work(self.ledger, edition, decide=is_work, now=now)


@lru_cache(maxsize=4096)  # asked of each reader, and the same for all who have the same habit
def _closes_at(edition: date, habit: Habit, schedule: Schedule, default_zone: str) -> datetime | None:
    reader = Subscriber(id="", email="", timezone=habit.timezone, at=habit.at, days=habit.days)
    slot = slot_on(edition, reader, schedule, default_zone)
    return None if slot is None else slot.closes_at


def keep_ticking(tick: Callable[[], object], stop: Event, *, every_s: int = TICK_S) -> None:
    """Calls `tick` at once and then every few seconds until `stop` is set; what one could not do, the next one tries.

    Only the program's own errors are survived; anything else is a mistake of ours and ends the loop.
    """
    timer = Scheduler()

    def guarded() -> None:
        try:
            tick()
        except BriefingError as error:
            log.warning("tick failed", extra={"next_in_s": every_s, "reason": str(error)})

    timer.every(every_s).seconds.do(guarded)
    timer.run_all()
    while not stop.wait(min(max(timer.idle_seconds or 0, 0), every_s)):
        # A clock set back by two hours would otherwise keep the timer asleep for two hours.
        ring = timer.run_all if (timer.idle_seconds or 0) > every_s else timer.run_pending
        ring()
