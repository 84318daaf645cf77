from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from briefing.model.chunk import Chunk
from briefing.model.delivery import Delivery, DeliveryStatus
from briefing.model.mail_rules import SmtpLimits
from briefing.model.subscriber import Habit
from briefing.services.chunks import PAUSE, ChunkDesk, next_look
from briefing.services.delivery_rules import LEASE
from briefing.services.pace import SharedPace
from briefing.services.segments import default_segment
from tests.fakes import MemoryRates
from tests.services.house import FakeHouse, confirmed

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def row(status: DeliveryStatus, *, retry_at: datetime | None = None, updated_at: datetime = NOW) -> Delivery:
    return Delivery(
        edition=date(2026, 11, 23), subscriber="ada", status=status, retry_at=retry_at, updated_at=updated_at
    )


PENDING = row(DeliveryStatus.PENDING)
DEFERRED = row(DeliveryStatus.DEFERRED, retry_at=NOW + 5 * MINUTE)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), None),
        ((PENDING,), NOW + PAUSE),
        ((DEFERRED,), NOW + 5 * MINUTE),
        ((DEFERRED, PENDING), NOW + PAUSE),
        ((row(DeliveryStatus.DEFERRED, retry_at=NOW - MINUTE),), NOW),
        ((row(DeliveryStatus.CLAIMED, updated_at=NOW - MINUTE),), NOW + LEASE - MINUTE),
        ((row(DeliveryStatus.INFLIGHT, updated_at=NOW - LEASE - MINUTE),), NOW),
    ],
    ids=[
        "nothing left",
        "held",
        "greylisted",
        "the first counts",
        "over",
        "in dead hands",
        "its lease ran out",
    ],
)
def test_a_chunk_is_looked_at_again_when_something_can_be_done(
    rows: tuple[Delivery, ...], expected: datetime | None
) -> None:
    assert next_look(rows, now=NOW, at_once=False) == expected


def test_what_a_stopped_worker_left_is_for_another_at_once() -> None:
    assert next_look([PENDING], now=NOW, at_once=True) == NOW


def test_a_chunk_whose_domain_has_had_its_turn_lets_the_others_go_and_comes_back() -> None:
    house = FakeHouse()
    house.store.readers.clear()
    house.store.save_subscribers(
        replace(confirmed(f"r{n}"), email=f"r{n}@{'big' if n % 2 else 'small'}.example") for n in range(12)
    )
    limits = SmtpLimits(per_domain=(("big.example", 20),))
    used = MemoryRates()
    pace = SharedPace(limits, used)
    used.draw("@big.example", wanted=18, most=20, span=MINUTE, now=house.clock.now())  # another worker had these
    morning = house.morning
    mailroom = replace(morning.mailroom, limits=limits, shared_pace=pace, sleep=_nobody_waits)
    day = house.clock.now().date()
    morning.editions.make(day, [default_segment(house.config)], is_stopped=lambda: False)
    house.ledger.plan_habits(day, [Habit()], now=house.clock.now())
    desk = ChunkDesk(morning=replace(morning, mailroom=mailroom))
    chunk = Chunk(edition=day, after="", last="r9", on_time=False)

    share, again_at = desk.deliver(chunk)
    assert share.sent == 6 + 2
    assert again_at is not None
    assert house.clock.now() < again_at <= house.clock.now() + 2 * MINUTE
    before = {row.subscriber: row for row in house.ledger.left(day, within=("", "r9"))}
    assert set(before) <= {f"r{n}" for n in range(1, 12, 2)}
    share, _ = desk.deliver(chunk)  # too early: nothing goes, and nothing is written
    assert share.sent == 0
    assert {row.subscriber: row for row in house.ledger.left(day, within=("", "r9"))} == before
    house.clock.move(seconds=130)
    share, again_at = desk.deliver(chunk)
    assert (share.sent, again_at) == (4, None)


def _nobody_waits(seconds: float) -> None:
    raise AssertionError("a worker waits while there are other chunks")
