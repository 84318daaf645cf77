"""Takes a backup, gives a database in use again that sends nobody what they may have, and nothing of the days between.

A backup knows nothing of what was sent after it was made. So everything that was due since counts as perhaps sent: it
is held back and counted, and a person decides.

Next: briefing/services/upkeep.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from briefing.model.subscriber import SubscriberStatus
from briefing.services.slots import due_slot, gone_slots, reader_with, zone_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from datetime import date, datetime
    from pathlib import PurePath

    from briefing.model.backup import Backup
    from briefing.model.settings import Schedule
    from briefing.model.subscriber import Subscriber
    from briefing.ports import Backups, Clock, HeldRows, Ledger, LookLog, SubscriberStore

#: Held rows rest for so long, which no window of lateness is; then their window is closed whatever hour a reader chose.
HELD_FOR = timedelta(days=31)
#: No pause after a refusal is so long, so what rests for longer is held.
_LONGEST_PAUSE = timedelta(days=1)
_SAID_NO = (SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.SUPPRESSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Carries what a restored database holds and a restore has to settle.

    Attributes:
        newest_delivery: when a row of the newest edition was last written.
    """

    store: SubscriberStore
    ledger: Ledger
    held: HeldRows
    looks: LookLog
    newest_delivery: Callable[[], datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Says what became of the books and the list.

    Attributes:
        taken_at: up to when they are known; None when the backup is of a briefing that never sent.
        today: copies of editions of today, or that there is still time for, which are held back.
        earlier: copies of earlier editions that were closed.
        kept_off: readers who said no after that, and stay off the list.
    """

    taken_at: datetime | None = None
    today: int = 0
    earlier: int = 0
    kept_off: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """Says what a restore did.

    Attributes:
        backup: what was restored, as it was looked at before.
        aside: the database that it replaced; None when there was none.
        knows_leavers: the replaced database could be asked who said no.
    """

    backup: Backup
    settled: Settled
    aside: PurePath | None = None
    knows_leavers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreDesk:
    """Puts a backup in the place of the database.

    Attributes:
        open_records: opens the database at an address, migrated, as long as a block lasts.
        find_leavers: readers of the database in place who said no; None when it cannot be read, or there is none.
    """

    backups: Backups
    clock: Clock
    schedule: Schedule
    default_zone: str
    open_records: Callable[[str], AbstractContextManager[Records]]
    find_leavers: Callable[[], tuple[Subscriber, ...] | None]

    def restore(self, file: PurePath) -> Restored:
        """Restores a backup: all of it, settled, or nothing.

        Raises:
            StoreError: it is no good backup, or the database is in use; everything is as it was.
        """
        backup = self.backups.examine(file)
        leavers = self.find_leavers()
        now = self.clock.now().astimezone(UTC)
        with self.backups.replacing(file, now=now) as place, self.open_records(place.url) as records:
            kept_off = keep_off(records.store, leavers or ())
            settled = self._settle(records, backup.taken_at)
        settled = replace(settled, kept_off=kept_off)
        return Restored(backup=backup, settled=settled, aside=place.aside, knows_leavers=leavers is not None)

    def _settle(self, records: Records, taken_at: datetime | None) -> Settled:
        """Writes into the books that nobody knows what was sent after the backup was made."""
        now, last_look = self.clock.now(), records.looks.last_look()
        known = [moment for moment in (last_look, records.newest_delivery()) if moment is not None]
        taken_at = taken_at or max(known, default=None)
        since = min((moment for moment in (taken_at, last_look) if moment is not None), default=now)
        when = f" of {taken_at.astimezone(UTC):%d %b %Y %H:%M} UTC" if taken_at else ""
        reason = f"the database was restored from a backup{when}: it may have been sent already"
        days = self._plan_open(records, now)
        closed = self._close_gone(records, since=since, reason=reason, now=now)
        held = records.held.hold_open(days, reason=reason, until=now + HELD_FOR, now=now)
        records.looks.note_look(now)
        records.looks.clear_confirmation()
        today = sum(held.get(day, 0) for day in days)
        earlier = sum(held.values()) - today + sum(count for day, count in closed.items() if day not in days)
        return Settled(taken_at=taken_at, today=today, earlier=earlier)

    def _plan_open(self, records: Records, now: datetime) -> frozenset[date]:
        """Gives everybody whose slot is open a row, to be held; gives those editions, and those of readers' today.

        The latter even if their hour is over: a reader may choose a later one, and then there is time again.
        """
        days = set()
        for habit in records.store.habits():
            reader = reader_with(habit)
            days.add(now.astimezone(zone_of(reader, self.default_zone)).date())
            slot = due_slot(reader, self.schedule, self.default_zone, now)
            if slot is not None:
                records.ledger.plan_habits(slot.edition, [habit], now=now)
                days.add(slot.edition)
        return frozenset(days)

    def _close_gone(self, records: Records, *, since: datetime, reason: str, now: datetime) -> Counter[date]:
        """Gives everybody a closed row for each slot that is over since then and has none; by edition how many."""
        closed: Counter[date] = Counter()
        for habit in records.store.habits():
            reader = reader_with(habit)
            for slot in gone_slots(reader, self.schedule, self.default_zone, since=since, now=now):
                day, before = slot.edition, slot.closes_at
                closed[day] += records.ledger.plan_missed(day, [habit], joined_before=before, reason=reason, now=now)
        return closed


def let_go(held: HeldRows, days: Iterable[date], *, now: datetime) -> int:
    """Has the copies that a restore held back sent after all, because a person said so; gives how many those are."""
    return sum(held.let_go(day, beyond=now + _LONGEST_PAUSE, now=now) for day in days)


def leavers_in(store: SubscriberStore) -> tuple[Subscriber, ...]:
    """The readers who said no, or must not be written to."""
    return tuple(reader for status in _SAID_NO for reader in store.each_subscriber(status=status))


def keep_off(store: SubscriberStore, leavers: Iterable[Subscriber]) -> int:
    """Takes readers off a list who said no after it was written; gives how many those are."""
    changes = []
    for leaver in leavers:
        reader = store.find_by_id(leaver.id) or store.find_subscriber(leaver.email)
        if reader is not None and reader.status not in _SAID_NO:
            changes.append((reader, replace(reader, status=leaver.status, reason=leaver.reason, asked_at=None)))
    return len(store.change_subscribers(changes)) if changes else 0
