from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.model.delivery import Delivery, DeliveryStatus
from briefing.model.mail_rules import SmtpLimits
from briefing.services.pace import Pace
from tests.fakes import MemoryLedger

SEVEN = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
NOTHING = timedelta(0)


def after(seconds: float) -> datetime:
    return SEVEN + timedelta(seconds=seconds)


def test_without_limits_nothing_waits() -> None:
    pace = Pace(SmtpLimits())
    for _ in range(1_000):
        pace.count("a.example", now=SEVEN)
    assert pace.wait(now=SEVEN) == pace.wait_for("a.example", now=SEVEN) == NOTHING


@pytest.mark.parametrize(
    ("limits", "wait"),
    [
        pytest.param(SmtpLimits(per_minute=2), 50, id="a minute after the first"),
        pytest.param(SmtpLimits(per_hour=2), 3590, id="an hour after the first"),
        pytest.param(SmtpLimits(per_minute=2, per_hour=2), 3590, id="the longer of both"),
        pytest.param(SmtpLimits(per_minute=3, per_hour=9), 0, id="room left"),
    ],
)
def test_a_full_window_makes_the_next_one_wait_until_its_oldest_leaves(limits: SmtpLimits, wait: float) -> None:
    pace = Pace(limits)
    for seconds in (0, 5):
        pace.count("a.example", now=after(seconds))
    assert pace.wait(now=after(10)) == timedelta(seconds=wait)
    assert pace.wait(now=after(10 + wait)) == NOTHING


def test_a_domain_has_a_limit_of_its_own_letter_case_aside() -> None:
    pace = Pace(SmtpLimits(per_domain=(("Big.example", 1),)))
    pace.count("BIG.example", now=SEVEN)
    assert pace.wait_for("big.example", now=after(15)) == timedelta(seconds=45)
    assert pace.wait_for("small.example", now=after(15)) == NOTHING
    assert pace.wait(now=after(15)) == NOTHING


def test_what_was_sent_before_a_restart_counts() -> None:
    ledger = MemoryLedger()
    ledger.deliveries = {
        (date(2026, 11, 23), str(minutes)): Delivery(
            edition=date(2026, 11, 23),
            subscriber=str(minutes),
            status=DeliveryStatus.SENT,
            updated_at=SEVEN - timedelta(minutes=minutes),
        )
        for minutes in (2, 3, 31, 59, 61)
    }
    pace = Pace(SmtpLimits(per_hour=4))
    pace.recall(ledger, now=SEVEN)
    assert pace.wait(now=SEVEN) == timedelta(minutes=5)
    assert pace.wait(now=SEVEN + timedelta(minutes=5)) == NOTHING


@given(most=st.integers(1, 5), pauses=st.lists(st.floats(0, 90, allow_nan=False, allow_infinity=False), max_size=60))
def test_no_minute_ever_holds_more_than_the_limit(most: int, pauses: list[float]) -> None:
    pace, now, sent = Pace(SmtpLimits(per_minute=most)), SEVEN, list[datetime]()
    for seconds in pauses:
        now += timedelta(seconds=seconds)
        now += pace.wait(now=now)
        pace.count("a.example", now=now)
        sent.append(now)
    for first in sent:
        assert sum(first <= moment < first + timedelta(minutes=1) for moment in sent) <= most
