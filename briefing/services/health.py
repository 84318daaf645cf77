"""Takes what is known of the house at a moment, gives whether it is well, or what is wrong in words for everybody.

`/healthz` answers strangers, so the reasons are sentences of ours: no path, no server's words, no reader.

Next: briefing/services/lookout.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from briefing.model.delivery import DeliveryStatus
from briefing.services.slots import reader_with, slot_on, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from briefing.model.delivery import Balance
    from briefing.model.settings import Schedule
    from briefing.model.subscriber import Habit, Subscriber

#: Readers may wait so long for an edition that is due: a build takes minutes, and a relay that greylists asks for five.
LATE_AFTER = timedelta(minutes=30)
#: The timer ticks every 20 s, and whoever works between two ticks gives a sign at least every half minute.
SILENT_AFTER = timedelta(minutes=3)
#: …but while sources are read: a hundred feeds and their pages, each with a deadline of its own.
READING_AFTER = timedelta(minutes=15)
#: The house is looked over once a minute, beside errands that may take some.
BLIND_AFTER = timedelta(minutes=15)
#: One reader in so many may be refused for now, a full mailbox or greylisting, without the edition being late.
TOLERATED = 20

_WAITING = (DeliveryStatus.PENDING, DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """Carries what is known of the house.

    Attributes:
        started_at: of the program.
        beat_at: when the timer, or whoever works for it, gave the last sign of life.
        is_reading: sources are being read since then.
        looked_at: when editions were last looked over.
        is_readable: the database answers.
        waiting: edition → since when too many of its readers wait.
        unbalanced: editions whose books do not balance.
    """

    now: datetime
    started_at: datetime
    beat_at: datetime | None = None
    is_reading: bool = False
    looked_at: datetime | None = None
    is_readable: bool = True
    waiting: tuple[tuple[date, datetime], ...] = ()
    unbalanced: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Says how the house is.

    Attributes:
        reasons: why it is not well, one line each; none when it is.
        last_edition: the newest in the books.
        next_due_at: when the next slot of any reader opens.
    """

    reasons: tuple[str, ...] = ()
    last_edition: date | None = None
    next_due_at: datetime | None = None

    @property
    def is_well(self) -> bool:
        """True when nothing is wrong."""
        return not self.reasons


def judge(signs: Signs) -> tuple[str, ...]:
    """What is wrong, in the order of what to look at first; empty when nothing is."""
    now, reasons = signs.now, []
    silent, blind = now - (signs.beat_at or signs.started_at), now - (signs.looked_at or signs.started_at)
    if not signs.is_readable:
        reasons.append("the database cannot be read")
    if silent > (READING_AFTER if signs.is_reading else SILENT_AFTER):
        reasons.append(f"the timer has given no sign of life for {silent // timedelta(minutes=1)} minutes")
    if blind > BLIND_AFTER:
        reasons.append(f"nobody has looked for {blind // timedelta(minutes=1)} minutes whether editions are late")
    for edition in signs.unbalanced:
        reasons.append(f"the books of {edition} do not balance")
    for edition in late_editions(signs.waiting, now=now):
        since = dict(signs.waiting)[edition]
        reasons.append(f"the edition of {edition} is late: readers have waited for it since {since:%H:%M} UTC")
    return tuple(reasons)


def late_editions(waiting: Iterable[tuple[date, datetime]], *, now: datetime) -> tuple[date, ...]:
    """Those whose readers have waited for too long."""
    return tuple(edition for edition, since in waiting if now - since >= LATE_AFTER)


def waits(balance: Balance) -> int:
    """How many readers wait for their copy, when those are too many to be each one's own trouble; else 0."""
    counts = balance.counts
    waiting, refused = sum(counts.get(status, 0) for status in _WAITING), counts.get(DeliveryStatus.DEFERRED, 0)
    tolerated = max(balance.audience // TOLERATED, 1 if balance.audience > 1 else 0)
    return waiting + refused if waiting or refused > tolerated else 0


def next_due(habits: Iterable[Habit], schedule: Schedule, default_zone: str, now: datetime) -> datetime | None:
    """When the next slot of any of them opens, in UTC; None when nobody has one."""
    slots = (_next_slot(reader_with(habit), schedule, default_zone, now) for habit in habits)
    return min((due_at for due_at in slots if due_at is not None), default=None)


def _next_slot(reader: Subscriber, schedule: Schedule, default_zone: str, now: datetime) -> datetime | None:
    today = now.astimezone(zone_of(reader, default_zone)).date()
    for ahead in range(9):  # a week, and a day that never was
        slot = slot_on(today + timedelta(days=ahead), reader, schedule, default_zone)
        if slot is not None and slot.due_at > now:
            return slot.due_at.astimezone(UTC)
    return None
