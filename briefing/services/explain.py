"""Takes when readers want their mail, gives when they will get it, by their clock and in UTC, and why then.

Next: briefing/cli/timing.py, which prints it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from briefing.model.subscriber import Habit, Subscriber, SubscriberStatus, habit_of
from briefing.services.slots import due_slot, find_zone, reader_with, slot_on, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, time
    from zoneinfo import ZoneInfo

    from briefing.model.settings import Schedule
    from briefing.ports import Clock, Ledger, SubscriberStore
    from briefing.services.slots import Slot

#: Two weeks show each weekday twice.
RUNS = 14
#: How far is looked for them: somebody may want mail on one weekday, and be away for a year.
_DAYS_AHEAD = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Says when one edition goes out to some readers.

    Attributes:
        edition: its date, which is the readers' own.
        local: when, as their clock shows it.
        note: what is unusual about it; "" when nothing is.
    """

    edition: date
    due_at: datetime
    local: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """Says what readers who want their mail at the same time may expect.

    Attributes:
        zone: of the clock they live by.
        days: their weekdays, Monday 0.
        remark: what about their choice is not as they may think; "" for nothing.
        runs: the next ones.
        after_outage: what would happen had the program been off until now.
    """

    zone: str
    at: time
    days: tuple[int, ...]
    readers: int
    runs: tuple[Run, ...]
    after_outage: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Says when who will get what. Reads only."""

    store: SubscriberStore
    ledger: Ledger
    clock: Clock
    schedule: Schedule
    default_zone: str

    def prospects(self, *, runs: int = RUNS) -> tuple[Prospect, ...]:
        """What each group of readers may expect, in the order of their next run; who expects nothing comes last."""
        far = datetime.max.replace(tzinfo=UTC)
        found = [self._prospect(habit, count, runs) for habit, count in self._counts().items()]
        return tuple(sorted(found, key=lambda p: (p.runs[0].due_at if p.runs else far, p.zone, p.at)))

    def on(self, day: date) -> tuple[tuple[Prospect, str], ...]:
        """What each group gets on that date of their own, and why when it is nothing."""
        found = []
        for habit, count in self._counts().items():
            reader = reader_with(habit)
            slot = slot_on(day, reader, self.schedule, self.default_zone)
            zone, at = zone_of(reader, self.default_zone), reader.at or self.schedule.at
            runs = () if slot is None else (_run(slot, at, zone),)
            prospect = replace(self._prospect(habit, count, 0), runs=runs)
            found.append((prospect, why_none(reader, self.schedule, self.default_zone, day)))
        return tuple(sorted(found, key=lambda pair: (bool(pair[1]), pair[0].zone, pair[0].at)))

    def of(self, reader: Subscriber) -> Prospect:
        """What one reader may expect, if they are confirmed."""
        return self._prospect(habit_of(reader), 1, RUNS)

    def absent(self) -> dict[str, int]:
        """How many readers are not written to, by the reason."""
        everyone = self.store.each_subscriber()
        absent = (reader for reader in everyone if reader.status is not SubscriberStatus.CONFIRMED)
        return dict(sorted(Counter(f"{r.status.value}{f': {r.reason}' if r.reason else ''}" for r in absent).items()))

    def _counts(self) -> Counter[Habit]:
        counts: Counter[Habit] = Counter()
        for crowd in self.store.crowds():
            counts[crowd.habit] += crowd.count
        return counts

    def _prospect(self, habit: Habit, count: int, most: int) -> Prospect:
        reader, now = reader_with(habit), self.clock.now()
        zone, at = zone_of(reader, self.default_zone), reader.at or self.schedule.at
        slots = islice(_slots_after(now, reader, self.schedule, self.default_zone), max(most, 1))
        runs = tuple(_run(slot, at, zone) for slot in slots)
        return Prospect(
            zone=zone.key,
            at=at,
            days=self.schedule.days if habit.days is None else habit.days,
            readers=count,
            runs=runs[:most],
            after_outage=_after_outage(due_slot(reader, self.schedule, self.default_zone, now), runs, self.schedule),
            remark=_remark(habit, zone, now),
        )


def why_none(reader: Subscriber, schedule: Schedule, default_zone: str, day: date) -> str:
    """Why the reader gets no edition of that date; "" when they get one."""
    if slot_on(day, reader, schedule, default_zone) is not None:
        return ""
    if schedule.skips(day):
        return "schedule: skip leaves that date out"
    if reader.paused_until is not None and day < reader.paused_until:
        return f"paused until {reader.paused_until}"
    days = schedule.days if reader.days is None else reader.days
    if day.weekday() not in days:
        return f"{day:%A} is none of {'the' if reader.days is None else 'their'} weekdays"
    return f"there was no {day} in {zone_of(reader, default_zone).key}"


def _slots_after(now: datetime, reader: Subscriber, schedule: Schedule, default_zone: str) -> Iterator[Slot]:
    today = now.astimezone(zone_of(reader, default_zone)).date()
    for ahead in range(_DAYS_AHEAD):
        slot = slot_on(today + timedelta(days=ahead), reader, schedule, default_zone)
        if slot is not None and slot.due_at > now:
            yield slot


def _run(slot: Slot, at: time, zone: ZoneInfo) -> Run:
    local = slot.due_at.astimezone(zone)
    note = ""
    if local.time() != at:
        note = f"there is no {at:%H:%M} on that day, the clock leaps"
    elif local.utcoffset() != local.replace(fold=1).utcoffset():
        note = f"{at:%H:%M} comes twice on that day, this is the first"
    return Run(edition=slot.edition, due_at=slot.due_at, local=local, note=note)


def _after_outage(slot: Slot | None, runs: Sequence[Run], schedule: Schedule) -> str:
    if slot is not None:
        return f"the edition of {slot.edition} would go out at once; after {slot.closes_at:%a %H:%M} UTC it is missed"
    if not runs:
        return "nothing is due"
    until = runs[0].due_at + schedule.late_window
    return f"nothing is open now; the edition of {runs[0].edition} may go out late until {until:%a %H:%M} UTC"


def _remark(habit: Habit, zone: ZoneInfo, now: datetime) -> str:
    if habit.timezone and find_zone(habit.timezone) is None:
        return f"the time zone {habit.timezone!r} is not known; {zone.key} is used instead"
    if habit.days == ():
        return "they want no weekday"
    if habit.paused_until is not None and habit.paused_until > now.astimezone(zone).date():
        return f"paused until {habit.paused_until}"
    return ""
