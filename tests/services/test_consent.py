"""Consent is given by its owner and taken away by whoever speaks for them; what is not said changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.services.choices import Choices
from briefing.services.consent import LEFT, is_away, is_returning, is_undoable, left, suppressed, with_choices

Status = SubscriberStatus
ASKED = datetime(2026, 11, 20, tzinfo=UTC)


def reader(status: SubscriberStatus, reason: str | None = None, **fields: Any) -> Subscriber:
    return Subscriber(id="a", email="a@readers.example", status=status, reason=reason, **fields)


@pytest.mark.parametrize(
    ("status", "reason", "returning", "undoable", "away"),
    [
        (Status.UNCONFIRMED, None, False, False, False),
        (Status.UNCONFIRMED, LEFT, True, True, True),
        (Status.CONFIRMED, None, False, False, False),
        (Status.UNSUBSCRIBED, None, False, True, True),
        (Status.SUPPRESSED, "hard bounce", False, False, True),
        (Status.SUPPRESSED, LEFT, False, False, True),  # a reason in the operator's own words
    ],
)
def test_who_left_of_their_own_accord_may_take_it_back_and_nobody_else(
    status: SubscriberStatus, reason: str | None, returning: bool, undoable: bool, away: bool
) -> None:
    found = reader(status, reason)
    assert (is_returning(found), is_undoable(found), is_away(found)) == (returning, undoable, away)


FULL: dict[str, Any] = {
    "name": "Rosa",
    "language": "de",
    "languages": ("de", "fr"),
    "timezone": "Europe/Berlin",
    "topics": ("Rivers",),
    "sections": ("europe",),
    "at": time(6, 30),
    "days": (0, 4),
    "paused_until": date(2026, 12, 1),
}
OTHER: dict[str, Any] = {
    "name": "Rosa M.",
    "language": "fr",
    "languages": ("en",),
    "timezone": "Asia/Tokyo",
    "topics": ("Chess",),
    "sections": ("asia",),
    "at": time(8),
    "days": (5,),
    "paused_until": date(2026, 12, 9),
}


@pytest.mark.parametrize("said", FULL)
def test_what_is_said_is_changed_and_all_else_stays(said: str) -> None:
    before = reader(Status.CONFIRMED, **FULL)
    choices = Choices(email=before.email, **{said: OTHER[said]})
    assert with_choices(before, choices, confirmed=False) == replace(before, **{said: OTHER[said]})


def test_a_new_reader_gets_all_that_is_said() -> None:
    given = with_choices(reader(Status.UNCONFIRMED), Choices(email="a@readers.example", **FULL), confirmed=False)
    assert given == reader(Status.UNCONFIRMED, **FULL)


@pytest.mark.parametrize("status", [Status.UNSUBSCRIBED, Status.SUPPRESSED])
def test_who_is_away_stays_as_they_are_when_they_leave_again(status: SubscriberStatus) -> None:
    gone = reader(status, "hard bounce" if status is Status.SUPPRESSED else None)
    assert left(gone) == gone


def test_who_leaves_or_is_suppressed_is_not_erased_as_one_who_never_answered() -> None:
    asked = reader(Status.UNCONFIRMED, asked_at=ASKED)
    assert left(asked).asked_at is None
    assert suppressed(asked, reason="complaint").asked_at is None
