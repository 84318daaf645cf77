"""The sender against a relay with a memory: killed at random moments, and beside a rival."""

from __future__ import annotations

import pytest

from benchmarks.delivery.mishaps import crash, planned_under_fire, rivals
from briefing.model.delivery import OnUncertain

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("policy", list(OnUncertain))
def test_whatever_kills_the_sender_everybody_is_served_or_named(policy: OnUncertain) -> None:
    outcome = crash(policy, readers=600, kills=5, seed=7)
    assert outcome.broken() == []
    assert outcome.accepted.total() >= 500, "the kills came before there was anything to lose"


def test_whatever_kills_the_planner_everybody_is_planned_or_nobody() -> None:
    balances = planned_under_fire(readers=60_000, kills=6, seed=3)
    counts = [sum(balance.counts.values()) for balance in balances]
    assert set(counts) == {0, 60_000}
    assert all(balance.is_balanced for balance in balances)
    assert counts[-1] == 60_000


def test_two_senders_at_once_send_each_message_once() -> None:
    counts = rivals(readers=20, editions=10)
    assert (len(counts), counts.total()) == (200, 200)
