"""Takes the list, the books and the schedule, has every edition sent that is due, and names every slot that was missed.

The timer only asks "what is due now?" every few seconds; whether a slot was served stands in the ledger. So a restart
at 07:05, a laptop that slept through the morning, or two programs at once change nothing.

Next: briefing/services/explain.py.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from schedule import Scheduler

from briefing.errors import BriefingError, ClockError, NothingToSendError
from briefing.model.delivery import Delivery
from briefing.model.edition import Problem
from briefing.model.subscriber import habit_of
from briefing.services.attention import Attention
from briefing.services.delivery_rules import LEASE, next_status
from briefing.services.send import SendReport
from briefing.services.slots import gone_slots, reader_with, slot_on, standstill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime
    from threading import Event

    from briefing.model.delivery import DeliveryStatus, OnUncertain
    from briefing.model.settings import Schedule
    from briefing.model.subscriber import Crowd, Habit, Subscriber
    from briefing.ports import Clock, Ledger, SubscriberStore
    from briefing.services.clock_guard import ClockGuard
    from briefing.services.slots import Slot, Standstill

log = logging.getLogger(__name__)

#: A mail is at most this late through the timer alone.
TICK_S = 20
#: Editions are made so long before they are due: reading a hundred sources takes one minute, a model's summaries five.
LEAD = timedelta(minutes=10)
#: How often an edition that workers send is looked at as a whole: its books, and whether each segment still has one.
WHOLE_LOOK = timedelta(minutes=5)
#: What was looked into of days so long ago is forgotten.
_FORGOTTEN = timedelta(days=40)


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
        follow: goes on with an edition that is left to workers: plans those readers, changed since that number, and
            sees that what is left has jobs; None where we send ourselves.
        prepare: makes that edition ahead of its time; None to make each when it is due.
        guard: says whether the clock may be believed; None where it cannot be set.
    """

    store: SubscriberStore
    ledger: Ledger
    clock: Clock
    schedule: Schedule
    default_zone: str
    on_uncertain: OnUncertain
    send: Callable[[date, tuple[Crowd, ...]], SendReport]
    follow: Callable[[date, tuple[Crowd, ...], int], None] | None = None
    prepare: Callable[[date, tuple[Crowd, ...]], None] | None = None
    guard: ClockGuard | None = None
    attention: Attention = field(default_factory=Attention)

    def tick(self) -> tuple[SendReport, ...]:
        """Sends every edition that has something left to do, oldest first; most ticks find nothing.

        Raises:
            NothingToSendError: there was something to do and no news to do it with.
            ClockError: the clock leapt, so nothing was done.
        """
        if self.guard is not None and (doubt := self.guard.look()):
            raise ClockError(doubt)
        now = self.clock.now()
        missed = self._close_gone(now)
        due = self._due(now)
        left = frozenset(self.ledger.unfinished())
        ended = self._note_ended(left)
        days = {day: due.get(day, ()) for day in sorted({*due, *left, *ended})}
        waiting = {
            day: habits
            for day, habits in days.items()
            if day in ended or (not self._is_followed(day, habits, now) and self._has_work(day, habits, now))
        }
        try:
            reports = send_each({day: self.store.crowds(habits) for day, habits in waiting.items()}, self._send)
        finally:
            if self.guard is not None:
                self.guard.note()
            self._prepare(now)  # whom today's lack of news does not concern
        self.attention.forget((now - _FORGOTTEN).date())
        return (*missed, *reports)

    def due_crowds(self, now: datetime) -> dict[date, tuple[Crowd, ...]]:
        """Confirmed readers whose slot is open, by the date of their edition."""
        return {day: self.store.crowds(habits) for day, habits in self._due(now).items()}

    def closes_at(self, edition: date, subscriber: Subscriber) -> datetime | None:
        """When it is too late for the reader's copy of that edition; None when it is not one of their days."""
        return _closes_at(edition, habit_of(subscriber), self.schedule, self.default_zone)

    def _habits(self) -> tuple[Habit, ...]:
        kept, change = self.attention, self.store.last_change()
        if kept.change != change:
            kept.habits, kept.change = self.store.habits(), change
            kept.agenda = {habit: kept.agenda[habit] for habit in kept.habits if habit in kept.agenda}
        return kept.habits

    def _due(self, now: datetime) -> dict[date, tuple[Habit, ...]]:
        due: dict[date, tuple[Habit, ...]] = {}
        for habit in self._habits():
            slot = self._stand(habit, now).slot
            if slot is not None:
                due[slot.edition] = (*due.get(slot.edition, ()), habit)
        return due

    def _stand(self, habit: Habit, now: datetime) -> Standstill:
        known = self.attention.agenda.get(habit)
        if known is None or not known.covers(now):
            known = standstill(reader_with(habit), self.schedule, self.default_zone, now)
            self.attention.agenda[habit] = known
        return known

    def _has_work(self, edition: date, due: Iterable[Habit], now: datetime) -> bool:
        """Whether a run would do something. Of what is over, only what is new since it was last looked at in vain."""
        if not self._is_planned(edition, due) or self.ledger.has_waiting(edition, now=now, silent_since=now - LEASE):
            return True
        quiet_at, change = self.attention.quiet.get(edition, (None, 0))
        # Other programs write what they decided a little later, by clocks of their own.
        since = None if quiet_at is None or quiet_at > now else (quiet_at - LEASE, change)
        closed = self.ledger.closed_habits(edition, now=now, since=since)
        if any(self._reopens(edition, status, habit, now) for status, habit in closed):
            return True
        self.attention.quiet[edition] = (now, self.attention.change)
        return False

    def _reopens(self, edition: date, status: DeliveryStatus, habit: Habit | None, now: datetime) -> bool:
        """Whether a row that was closed is work again, for a reader who wants that."""
        closes_at = None if habit is None else _closes_at(edition, habit, self.schedule, self.default_zone)
        is_late = habit is not None and (closes_at is None or closes_at <= now)
        row = Delivery(edition=edition, subscriber="", status=status)
        return next_status(row, now=now, is_late=is_late, on_uncertain=self.on_uncertain) is not None

    def _is_planned(self, edition: date, due: Iterable[Habit]) -> bool:
        """Whether all who are due stand in the books; who was looked at is not looked at again."""
        kept = self.attention
        unseen: dict[int, list[Habit]] = {}
        for habit in due:
            unseen.setdefault(kept.planned.get((edition, habit), 0), []).append(habit)
        for known, habits in unseen.items():
            if known != kept.change and self.ledger.lacks(edition, habits, since=known):
                return False
            kept.planned |= dict.fromkeys(((edition, habit) for habit in habits), kept.change)
        return True

    def _note_ended(self, left: frozenset[date]) -> frozenset[date]:
        """Editions that workers have finished since the last look: their books are to be told."""
        if self.follow is None:
            return frozenset()
        ended, self.attention.under_way = self.attention.under_way - left, set(left)
        return frozenset(ended)

    def _is_followed(self, edition: date, due: Iterable[Habit], now: datetime) -> bool:
        """Whether workers send it and it needs no whole look now: only who was changed is looked at."""
        kept = self.attention
        looked_at = kept.looked.get(edition)
        if self.follow is None or looked_at is None or not looked_at <= now < looked_at + WHOLE_LOOK:
            return False
        known = {(edition, habit): kept.planned.get((edition, habit), 0) for habit in due}
        since = min(known.values(), default=kept.change)
        if known and not since:
            return False
        changed = self.store.crowds([habit for _, habit in known], since=since) if since != kept.change else ()
        self.follow(edition, changed, since)
        kept.planned |= dict.fromkeys(known, kept.change)
        return True

    def _send(self, day: date, crowds: tuple[Crowd, ...]) -> SendReport:
        kept, change = self.attention, self.attention.change
        try:
            report = self.send(day, crowds)
        except BriefingError as error:
            kept.reasons[day] = str(error)
            raise
        if self.follow is not None:
            kept.looked[day] = self.clock.now()
            kept.planned |= {(day, crowd.habit): change for crowd in crowds}
        return report

    def _close_gone(self, now: datetime) -> tuple[SendReport, ...]:
        """Writes down who missed an edition that nobody planned for them: we were off, or there was no news."""
        since = self.guard.last_look if self.guard is not None else None
        if since is None:
            return ()
        gone: dict[tuple[Slot, str], list[Habit]] = {}
        for habit in self._habits():
            if self._stand(habit, now).covers(since):
                continue
            for slot in gone_slots(reader_with(habit), self.schedule, self.default_zone, since=since, now=now):
                if (slot.edition, habit) not in self.attention.closed:
                    gone.setdefault((slot, self._why_gone(slot, since)), []).append(habit)
        reports = [self._close(slot, reason, habits, now) for (slot, reason), habits in gone.items()]
        return tuple(report for report in reports if report is not None)

    def _why_gone(self, slot: Slot, since: datetime) -> str:
        if slot.due_at > since:
            return f"nothing was sent between {since:%d %b %H:%M} and {slot.closes_at:%d %b %H:%M} UTC: not running"
        return self.attention.reasons.get(slot.edition, "no edition could be made in time")

    def _close(self, slot: Slot, reason: str, habits: list[Habit], now: datetime) -> SendReport | None:
        day = slot.edition
        count = self.ledger.plan_missed(day, habits, joined_before=slot.closes_at, reason=reason, now=now)
        self.attention.closed.update((day, habit) for habit in habits)
        if not count:
            return None
        message = f"{count} {'reader' if count == 1 else 'readers'} missed the edition of {day}: {reason}"
        problem = Problem(stage="schedule", message=message)
        return SendReport(edition=day, sent=0, balance=self.ledger.balance(day), problems=(problem,))

    def _prepare(self, now: datetime) -> None:
        """Has editions made whose hour is near."""
        if self.prepare is None:
            return
        soon: dict[date, list[Habit]] = {}
        for habit in self._habits():
            if self._stand(habit, now).covers(now + LEAD):
                continue
            slot = standstill(reader_with(habit), self.schedule, self.default_zone, now + LEAD).slot
            if slot is not None and slot.due_at > now and (slot.edition, habit) not in self.attention.prepared:
                soon.setdefault(slot.edition, []).append(habit)
        for day, habits in soon.items():
            self.attention.prepared.update((day, habit) for habit in habits)
            self.prepare(day, self.store.crowds(habits))


@lru_cache(maxsize=4096)  # asked of each reader, and the same for all who have the same habit
def _closes_at(edition: date, habit: Habit, schedule: Schedule, default_zone: str) -> datetime | None:
    slot = slot_on(edition, reader_with(habit), schedule, default_zone)
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
