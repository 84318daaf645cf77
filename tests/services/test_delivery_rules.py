"""Every step of a row is stamped, names its reason, and never turns a doubt into a certainty."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from briefing.model.delivery import Answer, AnswerKind, Delivery, DeliveryStatus, Envelope
from briefing.services.delivery_rules import MEANING, answered, given_back, put_off, started, taken, withdrawn

if TYPE_CHECKING:
    from collections.abc import Callable

SEVEN = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
LATER = SEVEN + timedelta(minutes=3)
MAIL = Envelope(sender="post@example.org", recipient="a@example.org", message_id="<a@example.org>", message=b"")
Status = DeliveryStatus


def row(status: DeliveryStatus, attempts: int = 0) -> Delivery:
    return Delivery(
        edition=date(2026, 11, 23),
        subscriber="a",
        status=status,
        attempts=attempts,
        owner="run 1",
        retry_at=SEVEN,
        updated_at=SEVEN,
    )


def reply(kind: AnswerKind, code: int | None = None, status: str | None = None, words: str = "") -> Answer:
    return Answer(envelope=MAIL, kind=kind, code=code, status=status, words=words)


CHANGES: dict[str, Callable[[Delivery], Delivery | None]] = {
    "taken": lambda found: taken(found, owner="run 2", now=LATER),
    "started": lambda found: started(found, message_id="<a@example.org>", now=LATER),
    "given back": lambda found: given_back(found, now=LATER),
    "put off": lambda found: put_off(found, "450 later", in_doubt=False, now=LATER),
    "sent": lambda found: answered(found, reply(AnswerKind.TAKEN), in_doubt=False, now=LATER),
    "refused": lambda found: answered(found, reply(AnswerKind.REFUSED, 550, "5.1.1"), in_doubt=False, now=LATER),
    "withdrawn": lambda found: withdrawn(found, "paused", now=LATER),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_says_when_it_was_so_that_a_living_sender_is_not_taken_for_a_dead_one(
    change: Callable[[Delivery], Delivery | None],
) -> None:
    changed = change(row(Status.CLAIMED))
    assert changed is not None
    assert changed.updated_at == LATER


@pytest.mark.parametrize("name", CHANGES.keys() - {"taken", "started"})
def test_a_row_that_nobody_works_on_any_more_has_no_owner(name: str) -> None:
    changed = CHANGES[name](row(Status.CLAIMED))
    assert changed is not None
    assert changed.owner is None


@pytest.mark.parametrize(
    ("status", "attempts", "after"),
    [
        (Status.CLAIMED, 0, Status.PENDING),
        (Status.CLAIMED, 2, Status.DEFERRED),
        (Status.INFLIGHT, 1, Status.UNCERTAIN),
        (Status.UNCERTAIN, 1, Status.UNCERTAIN),
    ],
)
def test_a_row_given_back_is_what_it_was_before_it_was_taken(
    status: DeliveryStatus, attempts: int, after: DeliveryStatus
) -> None:
    assert given_back(row(status, attempts), now=LATER).status is after


@pytest.mark.parametrize(
    ("answer", "after", "detail"),
    [
        (reply(AnswerKind.TAKEN, 250, "2.0.0", "queued"), Status.SENT, None),
        (reply(AnswerKind.REFUSED, 450, "4.2.0", "later"), Status.DEFERRED, "450 4.2.0 later"),
        (reply(AnswerKind.REFUSED, 550, "5.1.1", "no such user"), Status.FAILED, "550 5.1.1 no such user"),
        (reply(AnswerKind.REFUSED, 550, words="no such user"), Status.FAILED, "550 no such user"),
        # We are refused, not the reader: a mended policy serves them within the morning.
        (reply(AnswerKind.REFUSED, 550, "5.7.1", "blocked"), Status.DEFERRED, "550 5.7.1 blocked"),
        # Said of the connection, not of the reader.
        (reply(AnswerKind.UNSENT, 554, "5.3.0", "no service"), Status.DEFERRED, "554 5.3.0 no service"),
        (reply(AnswerKind.UNSENT, words="connection lost"), Status.DEFERRED, "connection lost"),
        (reply(AnswerKind.UNHEARD, words="connection lost"), Status.UNCERTAIN, "connection lost"),
    ],
)
def test_only_a_refusal_of_the_reader_for_good_ends_the_attempts(
    answer: Answer, after: DeliveryStatus, detail: str | None
) -> None:
    changed = answered(row(Status.INFLIGHT, 1), answer, in_doubt=False, now=LATER)
    assert (changed.status, changed.detail) == (after, detail)
    assert (changed.retry_at is None) == (after in {Status.SENT, Status.FAILED})


@pytest.mark.parametrize("kind", [AnswerKind.REFUSED, AnswerKind.UNSENT, AnswerKind.UNHEARD])
def test_a_doubt_outlives_an_attempt_that_came_to_nothing(kind: AnswerKind) -> None:
    changed = answered(row(Status.INFLIGHT, 2), reply(kind, 450), in_doubt=True, now=LATER)
    assert changed.status is Status.UNCERTAIN


@pytest.mark.parametrize(("attempts", "minutes"), [(0, 5), (1, 5), (2, 15), (3, 60), (4, 60), (40, 60)])
def test_the_pauses_grow_to_an_hour_and_no_further(attempts: int, minutes: int) -> None:
    waiting = put_off(row(Status.INFLIGHT, attempts), "450 later", in_doubt=False, now=LATER)
    assert waiting.retry_at == LATER + timedelta(minutes=minutes)


@pytest.mark.parametrize("status", [Status.UNCERTAIN, Status.SUPPRESSED])
def test_who_is_withdrawn_already_is_not_written_again(status: DeliveryStatus) -> None:
    assert withdrawn(row(status), "paused", now=LATER) is None


def test_whatever_is_not_over_or_went_wrong_is_explained_to_the_operator() -> None:
    told_otherwise = {Status.PENDING, Status.CLAIMED, Status.INFLIGHT, Status.SENT, Status.SUPPRESSED}
    assert MEANING.keys() == set(DeliveryStatus) - told_otherwise
