from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from briefing.errors import StoreError
from briefing.model.delivery import Delivery, DeliveryStatus
from briefing.store.database import open_database, writing
from briefing.store.ledger import SqlLedger
from tests.fakes import MemoryLedger

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from briefing.ports import Ledger

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
NOW = datetime(2026, 11, 23, 7, 0, 0, 1, tzinfo=UTC)
LATER = NOW + timedelta(minutes=3)


@pytest.fixture(params=["fake", "real"])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    return MemoryLedger() if request.param == "fake" else SqlLedger(request.getfixturevalue("engine"))


def row_of(ledger: Ledger, reader: str, edition: date = MONDAY) -> Delivery:
    (row,) = [row for row in ledger.rows(edition) if row.subscriber == reader]
    return row


def test_planning_adds_a_pending_row_for_each_reader_once(ledger: Ledger) -> None:
    assert ledger.plan(MONDAY, ["b", "a", "b"], now=NOW) == 2
    pending = [Delivery(edition=MONDAY, subscriber=reader, updated_at=NOW) for reader in "ab"]
    assert list(ledger.rows(MONDAY)) == pending


def test_planning_again_adds_only_who_is_new_and_changes_no_row(ledger: Ledger) -> None:
    ledger.plan(MONDAY, ["a"], now=NOW)
    sent = replace(row_of(ledger, "a"), status=DeliveryStatus.SENT)
    ledger.record(sent)
    assert ledger.plan(MONDAY, ["a", "b"], now=LATER) == 1
    assert ledger.plan(MONDAY, ["a", "b"], now=LATER) == 0
    assert row_of(ledger, "a") == sent
    assert ledger.balance(MONDAY).audience == 2


def test_editions_do_not_touch_each_other(ledger: Ledger) -> None:
    ledger.plan(MONDAY, ["a"], now=NOW)
    ledger.plan(TUESDAY, ["a", "b"], now=NOW)
    ledger.record(replace(row_of(ledger, "a"), status=DeliveryStatus.SENT))
    assert row_of(ledger, "a", TUESDAY).status is DeliveryStatus.PENDING
    assert [ledger.balance(day).audience for day in (MONDAY, TUESDAY)] == [1, 2]


def test_rows_can_be_narrowed_to_statuses(ledger: Ledger) -> None:
    ledger.plan(MONDAY, ["a", "b", "c"], now=NOW)
    ledger.record(replace(row_of(ledger, "b"), status=DeliveryStatus.SENT))
    ledger.record(replace(row_of(ledger, "c"), status=DeliveryStatus.FAILED))
    found = ledger.rows(MONDAY, DeliveryStatus.SENT, DeliveryStatus.FAILED)
    assert [row.subscriber for row in found] == ["b", "c"]


def test_a_recorded_row_comes_back_whole(ledger: Ledger) -> None:
    ledger.plan(MONDAY, ["a"], now=NOW)
    row = Delivery(
        edition=MONDAY,
        subscriber="a",
        status=DeliveryStatus.DEFERRED,
        message_id="<x@example.org>",
        attempts=2,
        detail="450 später",
        retry_at=LATER,
        updated_at=NOW,
    )
    ledger.record(row)
    assert ledger.rows(MONDAY) == (row,)


def test_nothing_is_recorded_for_a_reader_who_was_never_planned(ledger: Ledger) -> None:
    with pytest.raises(StoreError, match="never planned"):
        ledger.record(Delivery(edition=MONDAY, subscriber="a"))
    assert ledger.rows(MONDAY) == ()


def test_a_row_advances_for_the_first_who_asks_only(ledger: Ledger) -> None:
    ledger.plan(MONDAY, ["a"], now=NOW)
    seen = row_of(ledger, "a")
    claimed = replace(seen, status=DeliveryStatus.CLAIMED, updated_at=LATER)
    assert ledger.advance(seen, claimed)
    assert not ledger.advance(seen, claimed)
    assert row_of(ledger, "a") == claimed


@pytest.mark.parametrize(
    "change",
    [
        lambda row: replace(row, status=DeliveryStatus.DEFERRED),
        lambda row: replace(row, attempts=1),
        lambda row: replace(row, updated_at=LATER),
        lambda row: replace(row, updated_at=None),
    ],
    ids=["status", "attempts", "time", "no time"],
)
def test_a_row_that_changed_in_any_way_does_not_advance(ledger: Ledger, change: Callable[[Delivery], Delivery]) -> None:
    ledger.plan(MONDAY, ["a"], now=NOW)
    seen = row_of(ledger, "a")
    changed = change(seen)
    ledger.record(changed)
    assert not ledger.advance(seen, replace(seen, status=DeliveryStatus.CLAIMED))
    assert row_of(ledger, "a") == changed
    assert ledger.advance(changed, replace(seen, status=DeliveryStatus.CLAIMED))


def test_a_row_that_is_not_there_does_not_advance(ledger: Ledger) -> None:
    row = Delivery(edition=MONDAY, subscriber="a")
    assert not ledger.advance(row, replace(row, status=DeliveryStatus.CLAIMED))


def test_the_balance_counts_every_status_and_balances(ledger: Ledger) -> None:
    readers = [f"r{number}" for number in range(len(DeliveryStatus))]
    ledger.plan(MONDAY, readers, now=NOW)
    for row, status in zip(ledger.rows(MONDAY), DeliveryStatus, strict=True):
        ledger.record(replace(row, status=status))
    balance = ledger.balance(MONDAY)
    assert balance.counts == dict.fromkeys(DeliveryStatus, 1)
    assert balance.is_balanced


def test_an_edition_nobody_planned_has_an_empty_balance(ledger: Ledger) -> None:
    balance = ledger.balance(MONDAY)
    assert (balance.audience, balance.counts, balance.is_balanced) == (0, {}, True)


def test_an_edition_is_unfinished_while_a_sender_has_something_to_do(ledger: Ledger) -> None:
    ledger.plan(TUESDAY, ["a"], now=NOW)
    ledger.plan(MONDAY, ["a"], now=NOW)
    row = row_of(ledger, "a")
    found = {}
    for status in DeliveryStatus:
        ledger.record(replace(row, status=status))
        found[status.value] = ledger.unfinished()
    waiting = {status for status, days in found.items() if days == (MONDAY, TUESDAY)}
    assert waiting == {"pending", "claimed", "inflight", "deferred"}
    assert all(days == (TUESDAY,) for status, days in found.items() if status not in waiting)


def test_a_row_lost_from_the_database_shows_in_the_balance(engine: Engine) -> None:
    ledger = SqlLedger(engine)
    ledger.plan(MONDAY, ["a", "b"], now=NOW)
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM deliveries WHERE subscriber = 'b'"))
    assert not ledger.balance(MONDAY).is_balanced


def test_what_was_recorded_is_there_for_the_next_program(url: str, engine: Engine) -> None:
    ledger = SqlLedger(engine)
    ledger.plan(MONDAY, ["a"], now=NOW)
    other = open_database(url)
    assert SqlLedger(other).rows(MONDAY) == ledger.rows(MONDAY)
    other.dispose()


def test_four_senders_at_once_take_each_row_once(url: str, engine: Engine) -> None:
    readers = [f"r{number:03}" for number in range(60)]
    SqlLedger(engine).plan(MONDAY, readers, now=NOW)
    start, taken = Barrier(4), list[str]()

    def take_all() -> None:
        own = open_database(url)
        ledger = SqlLedger(own)
        rows = ledger.rows(MONDAY)
        start.wait(timeout=30)
        for row in rows:
            if ledger.advance(row, replace(row, status=DeliveryStatus.CLAIMED)):
                taken.append(row.subscriber)
        own.dispose()

    senders = [Thread(target=take_all) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(taken) == readers


def test_two_planners_at_once_count_each_reader_once(url: str, engine: Engine) -> None:
    start = Barrier(2)

    def plan() -> None:
        own = open_database(url)
        start.wait(timeout=30)
        for last in range(1, 20):
            SqlLedger(own).plan(MONDAY, [f"r{number}" for number in range(last)], now=NOW)
        own.dispose()

    planners = [Thread(target=plan) for _ in range(2)]
    for planner in planners:
        planner.start()
    for planner in planners:
        planner.join()
    balance = SqlLedger(engine).balance(MONDAY)
    assert (balance.audience, balance.counts) == (19, {DeliveryStatus.PENDING: 19})
