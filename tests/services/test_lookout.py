from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest

from briefing.errors import NothingToSendError, StoreError, TransportError
from briefing.model.delivery import Delivery, DeliveryStatus
from briefing.model.run import Queue
from briefing.model.subscriber import SubscriberStatus
from briefing.services.bounces import Outcome
from tests.fakes import FakeCollector, FakeTransport, MemoryDirectory
from tests.make import NOW
from tests.services.house import FakeHouse, collected, confirmed
from tests.services.watch import TODAY, Guard, report

GONE = TransportError("the relay is away", transient=True)


def a_minute(guard: Guard, *, minutes: int = 1) -> None:
    """Lets the timer tick and the lookout look, once a minute."""
    for _ in range(minutes):
        guard.fake.clock.move(minutes=1)
        guard.lookout.beat()
        with suppress(NothingToSendError):
            guard.fake.morning.send_due()
        guard.lookout.look()


def test_a_morning_that_went_well_leaves_a_house_that_is_well() -> None:
    guard = Guard()
    a_minute(guard, minutes=40)
    health = guard.lookout.health()
    assert (health.is_well, health.last_edition) == (True, TODAY)
    assert health.next_due_at == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    vitals = guard.lookout.vitals()
    assert vitals is not None
    assert (vitals.queue, vitals.readers) == (Queue(), {SubscriberStatus.CONFIRMED: 2})
    assert [balance.counts for balance in vitals.balances] == [{DeliveryStatus.SENT: 2}]
    assert vitals.last_run is not None
    assert (vitals.last_run.sent, guard.lookout.sent) == (2, 2)


def test_an_edition_that_no_relay_takes_is_late_after_half_an_hour_and_well_once_it_is_sent() -> None:
    relay = FakeTransport(closed=GONE)
    guard = Guard(FakeHouse(transport=relay))
    a_minute(guard, minutes=30)
    assert guard.lookout.health().is_well
    a_minute(guard)
    (reason,) = guard.lookout.health().reasons
    assert reason == "the edition of 2026-11-22 is late: readers have waited for it since 06:41 UTC"
    assert guard.lookout.late() == ((TODAY, ""),)
    relay.closed = None
    a_minute(guard, minutes=60)
    assert guard.lookout.health().is_well


def test_readers_who_wait_for_news_make_an_edition_late_too() -> None:
    guard = Guard(FakeHouse(collector=FakeCollector(collected())))
    a_minute(guard, minutes=31)
    assert guard.lookout.late() == (
        (TODAY, "nothing to send: no article was found; look at `sources:` in your config"),
    )
    assert not guard.lookout.health().is_well


def test_a_failure_is_over_when_nobody_is_due_any_more() -> None:
    guard = Guard(FakeHouse(collector=FakeCollector(collected())))
    a_minute(guard, minutes=31)
    guard.fake.clock.move(hours=6)
    a_minute(guard, minutes=1)
    assert guard.lookout.health().is_well


def test_a_failure_counts_from_its_own_beginning() -> None:
    lookout = Guard().lookout
    lookout.hear_failure(TODAY, "no news")
    clock = lookout.clock
    clock.move(minutes=20)  # type: ignore[attr-defined]  # of the fake
    lookout.hear_failure(TODAY, "no news")
    clock.move(minutes=11)  # type: ignore[attr-defined]
    lookout.hear_failure(TODAY, "no news")
    assert lookout.late() == ()


def test_books_that_do_not_balance_are_no_health() -> None:
    guard = Guard()
    guard.fake.morning.send_due()
    del guard.fake.ledger.deliveries[TODAY, "ada"]
    guard.lookout.hear_report(report())
    guard.lookout.look()
    assert guard.lookout.health().reasons == ("the books of 2026-11-22 do not balance",)


def test_a_timer_that_stands_still_is_seen_and_one_that_works_for_long_is_not() -> None:
    guard = Guard()
    for _ in range(10):
        guard.fake.clock.move(minutes=1)
        guard.lookout.beat()
        guard.lookout.look()
        assert guard.lookout.health().is_well
    guard.fake.clock.move(minutes=3, seconds=1)
    assert guard.lookout.health().reasons == ("the timer has given no sign of life for 3 minutes",)


def test_slow_sources_are_no_stuck_timer_but_what_follows_them_is() -> None:
    guard = Guard()
    guard.lookout.beat("collect")
    guard.fake.clock.move(minutes=10)
    assert guard.lookout.health().is_well
    guard.lookout.beat("language")
    guard.fake.clock.move(minutes=10)
    assert not guard.lookout.health().is_well


@dataclass
class Broken(MemoryDirectory):
    """A database that cannot be read."""

    def editions(self, *, limit: int) -> tuple[date, ...]:
        raise StoreError("disk is full")


def test_a_database_that_cannot_be_read_is_said_without_its_path() -> None:
    guard = Guard()
    lookout = guard.lookout
    lookout.beat()
    lookout.shelves = type(lookout.shelves)(
        **{name: getattr(lookout.shelves, name) for name in lookout.shelves.__slots__} | {"directory": Broken()}
    )
    health = lookout.health()
    assert (health.reasons, health.last_edition) == (("the database cannot be read",), None)


def test_finished_books_are_added_up_once_and_again_when_something_happened() -> None:
    guard = Guard()
    guard.fake.morning.send_due()
    first = guard.lookout.look().balances[0]
    assert guard.lookout.look().balances[0] is first
    guard.lookout.hear_report(report(sent=1))
    assert guard.lookout.look().balances[0] is not first


def test_unfinished_books_are_added_up_at_every_look() -> None:
    guard = Guard()
    guard.fake.ledger.plan(TODAY, ["ada", "ben"], now=NOW)
    assert guard.lookout.look().balances[0].counts == {DeliveryStatus.PENDING: 2}
    sent = Delivery(edition=TODAY, subscriber="ada", status=DeliveryStatus.SENT, updated_at=NOW)
    guard.fake.ledger.record([sent])
    assert guard.lookout.look().balances[0].counts == {DeliveryStatus.PENDING: 1, DeliveryStatus.SENT: 1}


def test_a_reader_who_is_due_sooner_is_known_at_the_next_look() -> None:
    guard = Guard()
    guard.lookout.look()
    guard.fake.store.save_subscriber(confirmed("cleo", at=time(9)))
    assert guard.lookout.look().next_due_at == datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_letters_are_added_up() -> None:
    lookout = Guard().lookout
    lookout.hear_letters({Outcome.HARD: 2})
    lookout.hear_letters({Outcome.HARD: 1, Outcome.SOFT: 4})
    assert lookout.letters == {Outcome.HARD: 3, Outcome.SOFT: 4}


@pytest.mark.parametrize("minutes", [14, 16])
def test_one_who_does_not_look_any_more_is_missed(minutes: int) -> None:
    guard = Guard()
    guard.lookout.look()
    guard.fake.clock.moment += timedelta(minutes=minutes)
    guard.lookout.beat()
    assert guard.lookout.health().is_well == (minutes == 14)
