"""Takes a row of the books and what happened, gives the row's next state: the rules of delivery, without any sending.

Every message walks pending → claimed → in flight → sent, each step committed before the next is taken, so whoever
finds the row of a dead sender knows what may have happened: claimed was never handed over, in flight perhaps was.
Exactly once is impossible over SMTP. What is in doubt is sent again under the same Message-ID, or held and named.

Next: briefing/services/pace.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from briefing.model.delivery import AnswerKind, DeliveryStatus, OnUncertain

if TYPE_CHECKING:
    from datetime import date, datetime

    from briefing.model.delivery import Answer, Delivery
    from briefing.model.subscriber import Subscriber

#: How long a row without news still belongs to the sender that took it. A sender takes 200 rows at a time and hands
#: each over within four replies of a relay, 30 s each, on its slowest connection.
LEASE = timedelta(minutes=5)

#: Pause after the first, second, third… refusal; the last one goes for all that follow, until the late window closes.
#: Greylisting relays ask for 5 minutes, RFC 5321 §4.5.4.1 for at least 30 after the first hour.
PAUSES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))

#: Rows that no later run touches.
SETTLED = frozenset({DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.SUPPRESSED})

#: Rows whose message the relay may have without having said so.
IN_DOUBT = frozenset({DeliveryStatus.INFLIGHT, DeliveryStatus.UNCERTAIN})

#: What the operator is told of a reader whose row ends up so.
MEANING = {
    DeliveryStatus.DEFERRED: "not taken yet, to be tried again",
    DeliveryStatus.FAILED: "refused for good",
    DeliveryStatus.MISSED: "too late for this edition, so nothing was sent",
    DeliveryStatus.UNCERTAIN: "perhaps sent, the relay never said; mail: on_uncertain decides what follows",
}

#: Why a copy was missed when nothing else is known.
OUT_OF_TIME = "its turn did not come while the window was open"


def message_id(edition: date, subscriber: str, domain: str) -> str:
    """The Message-ID of the reader's copy: the same at every attempt, so that mailboxes can drop a repetition."""
    digest = hashlib.sha256(f"{edition} {subscriber}".encode()).hexdigest()
    return f"<{edition}.{digest[:32]}@{domain}>"


def next_status(row: Delivery, *, now: datetime, is_late: bool, on_uncertain: OnUncertain) -> DeliveryStatus | None:
    """What a sender that finds this row makes of it: CLAIMED to send it, another status to close it, None to leave it.

    Late is a row whose reader's window is closed. A missed one was never handed over, so it may be sent when the
    window opens again (`send --all`, or the reader moved their hour).
    """
    status = row.status
    if status in SETTLED:
        return None
    if status in {DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT} and not _is_abandoned(row, now):
        return None
    if status in IN_DOUBT:
        return _after_doubt(row, now=now, may_resend=on_uncertain is OnUncertain.RESEND and not is_late)
    if is_late:
        return None if status is DeliveryStatus.MISSED else DeliveryStatus.MISSED
    return DeliveryStatus.CLAIMED if _is_ripe(row, now) else None


def declined(row: Delivery, reader: Subscriber | None, *, is_late: bool) -> str:
    """Why the reader wants no copy of that edition any more, "" when they do: it was planned before they said so.

    Nobody failed them, and nobody has to look into it: such a row is suppressed, not missed. What keeps everybody from
    an edition (`schedule: skip`) is not their word.

    Args:
        is_late: their window is closed, as it is on a weekday that they do not want.
    """
    if reader is None:
        return ""
    if reader.paused_until is not None and row.edition < reader.paused_until:
        return f"paused until {reader.paused_until}"
    if is_late and reader.days is not None and row.edition.weekday() not in reader.days:
        return f"{row.edition:%A} is none of their weekdays any more"
    return ""


def withdrawn(row: Delivery, detail: str | None, *, now: datetime) -> Delivery | None:
    """The row of a reader who is not to get that edition any more; None when it stays in doubt whether they have it."""
    status = DeliveryStatus.UNCERTAIN if row.status in IN_DOUBT else DeliveryStatus.SUPPRESSED
    if status is row.status:
        return None
    return replace(row, status=status, detail=detail, retry_at=None, owner=None, updated_at=now)


def taken(row: Delivery, *, owner: str, now: datetime) -> Delivery:
    """The row in the hands of a sender. One in doubt stays so: should they die as well, it was handed over perhaps."""
    status = DeliveryStatus.INFLIGHT if row.status in IN_DOUBT else DeliveryStatus.CLAIMED
    return replace(row, status=status, owner=owner, retry_at=None, updated_at=now)


def started(row: Delivery, *, message_id: str, now: datetime) -> Delivery:
    """The row when the message is about to be complete on the wire."""
    status = DeliveryStatus.INFLIGHT
    return replace(row, status=status, message_id=message_id, attempts=row.attempts + 1, updated_at=now)


def given_back(row: Delivery, *, now: datetime) -> Delivery:
    """A row that was taken and not started, for the next run."""
    if row.status in IN_DOUBT:
        status = DeliveryStatus.UNCERTAIN
    else:
        status = DeliveryStatus.DEFERRED if row.attempts else DeliveryStatus.PENDING
    return replace(row, status=status, owner=None, updated_at=now)


def put_off(row: Delivery, detail: str, *, in_doubt: bool, now: datetime) -> Delivery:
    """The row waits for its next attempt; the doubt whether an earlier one arrived is never forgotten."""
    status = DeliveryStatus.UNCERTAIN if in_doubt else DeliveryStatus.DEFERRED
    retry_at = now + PAUSES[min(max(row.attempts, 1), len(PAUSES)) - 1]
    return replace(row, status=status, detail=detail, retry_at=retry_at, owner=None, updated_at=now)


def answered(row: Delivery, answer: Answer, *, in_doubt: bool, now: datetime) -> Delivery:
    """The row after a server's answer.

    Args:
        in_doubt: an earlier attempt may have arrived.
    """
    if answer.kind is AnswerKind.TAKEN:
        return replace(row, status=DeliveryStatus.SENT, detail=None, retry_at=None, owner=None, updated_at=now)
    detail = " ".join(map(str, filter(None, (answer.code, answer.status, answer.words))))
    if answer.kind is AnswerKind.REFUSED and answer.is_lasting and not answer.is_policy:
        return replace(row, status=DeliveryStatus.FAILED, detail=detail, retry_at=None, owner=None, updated_at=now)
    return put_off(row, detail, in_doubt=in_doubt or answer.kind is AnswerKind.UNHEARD, now=now)


def _is_abandoned(row: Delivery, now: datetime) -> bool:
    return row.updated_at is None or row.updated_at + LEASE <= now


def _is_ripe(row: Delivery, now: datetime) -> bool:
    return row.retry_at is None or row.retry_at <= now


def _after_doubt(row: Delivery, *, now: datetime, may_resend: bool) -> DeliveryStatus | None:
    if may_resend:
        return DeliveryStatus.CLAIMED if _is_ripe(row, now) else None
    return None if row.status is DeliveryStatus.UNCERTAIN else DeliveryStatus.UNCERTAIN
