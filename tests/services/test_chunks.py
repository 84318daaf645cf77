from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from briefing.model.delivery import Delivery, DeliveryStatus
from briefing.services.chunks import PAUSE, next_look
from briefing.services.delivery_rules import LEASE

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
