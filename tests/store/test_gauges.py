from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from briefing.model.delivery import Delivery, DeliveryStatus
from briefing.model.letter import Tally
from briefing.model.run import Queue
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.store.bounces import SqlBounces
from briefing.store.gauges import SqlGauges
from briefing.store.ledger import SqlLedger
from briefing.store.subscribers import SqlSubscribers
from tests.fakes import MemoryBounces, MemoryGauges, MemoryLedger, MemorySubscribers

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.ports import BounceBook, Gauges, Ledger, SubscriberStore

SUNDAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@dataclass
class Counted:
    """What there is, and who counts it."""

    store: SubscriberStore
    ledger: Ledger
    bounces: BounceBook
    gauges: Gauges


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def counted(request: pytest.FixtureRequest) -> Counted:
    if request.param != "fake":
        engine: Engine = request.getfixturevalue(f"{request.param}_engine")
        return Counted(SqlSubscribers(engine), SqlLedger(engine), SqlBounces(engine), SqlGauges(engine))
    store, bounces = MemorySubscribers(), MemoryBounces()
    ledger = MemoryLedger(store)
    return Counted(store, ledger, bounces, MemoryGauges(store, ledger, bounces))


def test_an_empty_house_counts_nothing(counted: Counted) -> None:
    gauges = counted.gauges
    assert (gauges.readers_by_status(), gauges.queue(), gauges.bouncing()) == ({}, Queue(), 0)
    assert gauges.jobs_waiting() == {}


def test_readers_are_counted_by_status(counted: Counted) -> None:
    statuses = [SubscriberStatus.CONFIRMED, SubscriberStatus.CONFIRMED, SubscriberStatus.SUPPRESSED]
    counted.store.save_subscribers(
        Subscriber(id=f"r{number}", email=f"r{number}@readers.example", status=status)
        for number, status in enumerate(statuses)
    )
    found = counted.gauges.readers_by_status()
    assert found == {SubscriberStatus.CONFIRMED: 2, SubscriberStatus.SUPPRESSED: 1}


def test_the_queue_is_what_somebody_still_has_to_do_something_about(counted: Counted) -> None:
    statuses = list(DeliveryStatus)
    for day in (SUNDAY, SUNDAY + timedelta(days=1)):
        counted.ledger.plan(day, statuses, now=NOW)
        rows = (
            replace(Delivery(edition=day, subscriber=status), status=status, updated_at=NOW + timedelta(minutes=number))
            for number, status in enumerate(statuses)
        )
        counted.ledger.record(rows)
    assert counted.gauges.queue() == Queue(length=8, oldest_at=NOW)


def test_readers_whose_mail_came_back_are_counted(counted: Counted) -> None:
    def once(_: Tally | None) -> Tally:
        return Tally(subscriber="ada", soft=1, last_at=NOW, detail="")

    counted.bounces.change("ada", once)
    counted.bounces.change("ada", once)
    assert counted.gauges.bouncing() == 1
