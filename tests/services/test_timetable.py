"""What a tick does beside sending: editions made ahead, slots that nobody served named, and no work for nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from briefing.errors import NothingToSendError
from briefing.model.delivery import Balance, Delivery, DeliveryStatus, OnUncertain
from briefing.model.settings import Schedule
from briefing.model.subscriber import Crowd, Subscriber, SubscriberStatus
from briefing.services.attention import Attention
from briefing.services.clock_guard import ClockGuard
from briefing.services.schedule import Timetable, send_each
from briefing.services.send import SendReport
from tests.fakes import FixedClock, MemoryLedger, MemoryLookLog, MemorySubscribers

SUNDAY, MONDAY, TUESDAY = date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24)


def at(clock: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), UTC)


@dataclass
class Watch:
    """A timetable that writes down what it has done for it; every message is taken."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(at("00:00")))
    store: MemorySubscribers = field(default_factory=MemorySubscribers)
    sent: list[date] = field(default_factory=list)
    prepared: list[tuple[date, int]] = field(default_factory=list)
    silent: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        self.ledger = MemoryLedger(self.store)
        self.timetable = Timetable(
            store=self.store,
            ledger=self.ledger,
            clock=self.clock,
            schedule=Schedule(),
            default_zone="UTC",
            on_uncertain=OnUncertain.RESEND,
            send=self.send,
            prepare=lambda day, crowds: self.prepared.append((day, sum(crowd.count for crowd in crowds))),
            guard=ClockGuard(clock=self.clock, stopwatch=self.clock, log=MemoryLookLog()),
            attention=Attention(),
        )

    def enter(self, name: str, hour: str | None = None, zone: str | None = None) -> None:
        reader = Subscriber(id=name, email=f"{name}@readers.example", status=SubscriberStatus.CONFIRMED, timezone=zone)
        self.store.save_subscriber(replace(reader, at=time.fromisoformat(hour) if hour else None))

    def send(self, day: date, crowds: tuple[Crowd, ...]) -> SendReport:
        if day in self.silent:
            raise NothingToSendError("all quiet")
        self.sent.append(day)
        self.ledger.plan_habits(day, [crowd.habit for crowd in crowds], now=self.clock.now())
        rows = [row for row in self.ledger.rows(day) if row.status is DeliveryStatus.PENDING]
        self.ledger.record([replace(row, status=DeliveryStatus.SENT) for row in rows])
        return SendReport(edition=day, sent=len(rows), balance=self.ledger.balance(day))

    def tick(self, clock: str, day: date = MONDAY) -> tuple[SendReport, ...]:
        """Time goes on until then, and the timetable looks."""
        self.clock.move(seconds=(at(clock, day) - self.clock.now()).total_seconds())
        return self.timetable.tick()


# Editions made ahead


def test_an_edition_is_made_ten_minutes_before_it_is_due_and_once() -> None:
    watch = Watch()
    watch.enter("a")
    found = {}
    for clock in ("06:49:59", "06:50:00", "06:50:20", "06:59:59", "07:00:00"):
        watch.tick(clock)
        found[clock] = (len(watch.prepared), len(watch.sent))
    assert watch.prepared == [(MONDAY, 1)]
    assert found == {
        "06:49:59": (0, 0),
        "06:50:00": (1, 0),
        "06:50:20": (1, 0),
        "06:59:59": (1, 0),
        "07:00:00": (1, 1),
    }


def test_only_whose_hour_is_near_are_counted_on_whatever_order_they_came_in() -> None:
    watch = Watch()
    for name, hour in (("a", "21:00"), ("b", "07:00"), ("c", "22:00"), ("d", "07:00")):
        watch.enter(name, hour)
    watch.tick("06:55")
    assert watch.prepared == [(MONDAY, 2)]


def test_an_edition_that_is_due_is_sent_and_not_made_ahead() -> None:
    watch = Watch()
    watch.enter("a")
    watch.tick("07:00")
    assert (watch.sent, watch.prepared) == ([MONDAY], [])


def test_an_edition_without_news_keeps_the_next_hours_from_nothing() -> None:
    watch = Watch(silent=frozenset({MONDAY}))
    watch.enter("a", "12:00")
    watch.enter("b", "07:00", zone="Pacific/Kiritimati")  # Tuesday's edition, due at 17:00 UTC
    with pytest.raises(NothingToSendError):
        watch.tick("16:50")
    assert watch.prepared == [(TUESDAY, 1)]


# Slots that nobody served


def test_of_a_slot_that_nobody_served_the_readers_are_counted_and_none_was_sent() -> None:
    watch = Watch()
    for name in ("a", "b"):
        watch.enter(name)
    watch.enter("late", "21:00")
    watch.tick("06:00")
    (report,) = watch.tick("14:00")
    assert (report.edition, report.sent, report.balance.counts) == (MONDAY, 0, {DeliveryStatus.MISSED: 2})
    (problem,) = report.problems
    assert problem.stage == "schedule"
    assert problem.message == (
        "2 readers missed the edition of 2026-11-23: "
        "nothing was sent between 23 Nov 06:00 and 23 Nov 13:00 UTC: not running"
    )
    assert watch.tick("14:00:20") == ()


def test_a_slot_that_opened_under_our_eyes_was_missed_for_another_reason_than_not_running() -> None:
    watch = Watch()
    watch.tick("07:00")
    watch.enter("a")  # put on the list by somebody else, and taken for one of those who always were
    watch.clock.move(seconds=6 * 3600)
    (report,) = watch.timetable.tick()
    assert [problem.message for problem in report.problems] == [
        "1 reader missed the edition of 2026-11-23: no edition could be made in time"
    ]


def test_who_is_named_as_having_missed_it_is_all_whose_slot_is_over_whoever_comes_first_on_the_list() -> None:
    watch = Watch()
    for name, hour in (("a", "23:00"), ("b", "05:00"), ("c", "23:30"), ("d", "06:00")):
        watch.enter(name, hour)
    watch.tick("04:00")
    watch.tick("13:00")
    assert [row.subscriber for row in watch.ledger.rows(MONDAY)] == ["b", "d"]


# No work for nothing


@pytest.mark.parametrize("status", [DeliveryStatus.MISSED, DeliveryStatus.UNCERTAIN])
@pytest.mark.parametrize("clock", ["13:00", "14:59:59"])
def test_a_row_that_is_too_late_wakes_nobody_while_another_waits_for_its_time(
    status: DeliveryStatus, clock: str
) -> None:
    watch = Watch()
    watch.enter("a")
    watch.enter("b", "12:00")
    watch.ledger.plan(MONDAY, ["a", "b"], now=at("07:00"))
    waiting = Delivery(edition=MONDAY, subscriber="b", status=DeliveryStatus.DEFERRED, retry_at=at("15:00"))
    watch.ledger.record([Delivery(edition=MONDAY, subscriber="a", status=status), waiting])
    watch.tick(clock)
    assert watch.sent == []
    watch.tick("15:00")
    assert watch.sent == [MONDAY]


def test_who_missed_it_and_moves_their_hour_is_served_after_all() -> None:
    watch = Watch()
    watch.enter("a")
    watch.ledger.plan(MONDAY, ["a"], now=at("07:00"))
    watch.ledger.record([Delivery(edition=MONDAY, subscriber="a", status=DeliveryStatus.MISSED)])
    watch.tick("13:30")
    assert watch.sent == []
    watch.enter("a", "12:00")
    watch.tick("13:30:20")
    assert watch.sent == [MONDAY]


def test_books_of_a_list_that_did_not_change_are_asked_who_lacks_a_row_no_second_time() -> None:
    watch = Watch()
    watch.enter("a")
    watch.tick("07:00")
    asked = []

    @dataclass
    class Asked(MemoryLedger):
        def lacks(self, edition: date, habits: object, *, since: int = 0) -> bool:
            asked.append(since)
            return False

    watch.timetable = replace(watch.timetable, ledger=Asked(watch.store, watch.ledger.deliveries))
    for clock in ("07:00:20", "07:00:40", "07:01"):
        watch.tick(clock)
    assert len(asked) == 1
    watch.enter("a")
    watch.tick("07:01:20")
    assert (len(asked), asked[-1] > 0) == (2, True)  # of those who changed since, alone


def test_what_is_long_over_is_forgotten() -> None:
    watch = Watch()
    watch.enter("a", "23:00")
    for days in range(45):
        watch.tick("22:55", MONDAY + timedelta(days=days))
        watch.tick("23:00", MONDAY + timedelta(days=days))
    today, kept = watch.clock.now().date(), watch.timetable.attention
    days_kept = {day for day, _ in (*kept.planned, *kept.prepared, *kept.closed)} | kept.looked.keys()
    assert today in days_kept
    assert min(days_kept) >= today - timedelta(days=40)


# One edition after the other


def told(day: date) -> SendReport:
    return SendReport(edition=day, sent=1, balance=Balance(edition=day, audience=1))


@pytest.mark.parametrize("silent", [SUNDAY, MONDAY])
def test_an_edition_without_news_keeps_no_other_waiting(silent: date) -> None:
    def send(day: date, _: tuple[Crowd, ...]) -> SendReport:
        if day == silent:
            raise NothingToSendError("all quiet")
        return told(day)

    (report,) = send_each({SUNDAY: (), MONDAY: ()}, send)
    assert {report.edition, silent} == {SUNDAY, MONDAY}
