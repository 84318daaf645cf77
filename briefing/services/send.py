"""Takes an edition's readers and a way to make each message, gives books that balance: who got it, who did not, why.

Every message walks pending → claimed → in flight → sent, each step committed before the next is taken, so whoever
finds the row of a dead sender knows what may have happened: claimed was never handed over, in flight perhaps was.
Exactly once is impossible over SMTP. What is in doubt is sent again under the same Message-ID, or held and named.

Next: briefing/services/schedule.py.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from briefing.errors import BriefingError, ReaderRefusedError, TransportError
from briefing.model.delivery import Delivery, DeliveryStatus, OnUncertain
from briefing.model.edition import Problem
from briefing.model.subscriber import SubscriberStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

    from briefing.model.delivery import Balance, Envelope
    from briefing.model.subscriber import Subscriber
    from briefing.ports import Clock, Ledger, SubscriberStore, Transport

log = logging.getLogger(__name__)

#: How long a row without news still belongs to the sender that took it. Between two of its steps lie at most four
#: replies of a relay, 30 s each.
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
    DeliveryStatus.MISSED: "too late for this edition, so nothing was sent",
    DeliveryStatus.UNCERTAIN: "perhaps sent, the relay never said; mail: on_uncertain decides what follows",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """Says what became of an edition.

    Attributes:
        sent: messages handed over in this run.
        balance: of the edition, all runs together.
    """

    edition: date
    sent: int
    balance: Balance
    problems: tuple[Problem, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailroom:
    """Sends editions. Several may work on the same one: each row is taken by one of them only."""

    store: SubscriberStore
    ledger: Ledger
    transport: Transport
    clock: Clock
    on_uncertain: OnUncertain = OnUncertain.RESEND

    def send_edition(
        self,
        edition: date,
        readers: Iterable[Subscriber],
        *,
        compose_message: Callable[[Subscriber], Envelope],
        closes_at: Callable[[Subscriber], datetime | None] | None = None,
        on_sent: Callable[[Subscriber], None] | None = None,
        is_held: Callable[[Subscriber], bool] | None = None,
    ) -> SendReport:
        """Hands a copy to each reader who has none yet, and closes the rows that came too late.

        Safe to repeat at any time and after any crash. A reader who cannot be served is a problem in the report.

        Args:
            edition: its date.
            readers: who is due; only the confirmed ones are planned.
            compose_message: gives a reader's finished message.
            closes_at: until when a reader's copy may go out, None when it may not; without it there is no "late".
            on_sent: hears of each copy the moment it is in the books.
            is_held: whether there is no copy for a reader at present; the row that an earlier run planned stays as it
                is until there is one, or it is too late.

        Raises:
            StoreError: the books cannot be written, so nothing more is sent.
        """
        confirmed = [reader.id for reader in readers if reader.status is SubscriberStatus.CONFIRMED]
        self.ledger.plan(edition, confirmed, now=self.clock.now())
        run = _Run(
            room=self,
            compose_message=compose_message,
            closes_at=closes_at,
            on_sent=on_sent,
            is_held=is_held,
            problems=[],
        )
        sent = run.work_through(self.ledger.rows(edition))
        balance = self.ledger.balance(edition)
        log.info("edition sent edition=%s sent=%d audience=%d", edition, sent, balance.audience)
        problems = (*run.problems, *_problems_of_books(balance))
        return SendReport(edition=edition, sent=sent, balance=balance, problems=problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One call of `send_edition`: its parameters, and the problems found so far."""

    room: Mailroom
    compose_message: Callable[[Subscriber], Envelope]
    closes_at: Callable[[Subscriber], datetime | None] | None
    on_sent: Callable[[Subscriber], None] | None
    is_held: Callable[[Subscriber], bool] | None
    problems: list[Problem]

    def work_through(self, rows: Sequence[Delivery]) -> int:
        """Settles what needs no sending, then sends the rest over one connection; gives how many went out."""
        readers = {reader.id: reader for reader in self.room.store.list_subscribers()}
        waiting = [row for row in rows if self._is_to_be_sent(row, readers.get(row.subscriber))]
        if not waiting:
            return 0
        # Who was refused before comes last, so that one message a relay chokes on does not hold up the others.
        waiting.sort(key=lambda row: (row.attempts, row.subscriber))
        served: list[bool] = []
        try:
            with self.room.transport:
                for row in waiting:
                    served.append(self._serve(row))
        except TransportError as error:
            left = len(waiting) - len(served)
            self._note(None, f"sending stopped with {left} of {len(waiting)} messages left for the next run: {error}")
        return sum(served)

    def _is_to_be_sent(self, row: Delivery, reader: Subscriber | None) -> bool:
        now = self.room.clock.now()
        is_late = reader is not None and self._is_late(reader, now)
        status = next_status(row, now=now, is_late=is_late, on_uncertain=self.room.on_uncertain)
        if status is not None and status is not DeliveryStatus.CLAIMED:
            self._close(row, reader, status)
        is_held = reader is not None and self.is_held is not None and self.is_held(reader)
        return status is DeliveryStatus.CLAIMED and not is_held

    def _is_late(self, reader: Subscriber, now: datetime) -> bool:
        if self.closes_at is None:
            return False
        closes_at = self.closes_at(reader)
        return closes_at is None or closes_at <= now

    def _serve(self, row: Delivery) -> bool:
        """Takes the row, if nobody else has, and brings it as far as it goes; True when the message was handed over."""
        room, in_doubt = self.room, row.status in IN_DOUBT
        # A row in doubt stays so while we try again: should we die as well, it still was handed over perhaps.
        status = DeliveryStatus.INFLIGHT if in_doubt else DeliveryStatus.CLAIMED
        taken = replace(row, status=status, retry_at=None, updated_at=room.clock.now())
        if not room.ledger.advance(row, taken):
            return False
        # Looked up again: somebody may have unsubscribed since the row was planned.
        reader = room.store.find_by_id(row.subscriber)
        if reader is None or reader.status is not SubscriberStatus.CONFIRMED:
            self._close(taken, reader, DeliveryStatus.UNCERTAIN if in_doubt else DeliveryStatus.SUPPRESSED)
            return False
        if self._is_late(reader, room.clock.now()):
            self._close(taken, reader, DeliveryStatus.UNCERTAIN if in_doubt else DeliveryStatus.MISSED)
            return False
        try:
            envelope = self.compose_message(reader)
        except BriefingError as error:
            self._put_off(taken, reader, error, in_doubt=in_doubt)
            return False
        started = replace(
            taken,
            status=DeliveryStatus.INFLIGHT,
            message_id=envelope.message_id,
            attempts=row.attempts + 1,
            updated_at=room.clock.now(),
        )
        return room.ledger.advance(taken, started) and self._hand_over(started, reader, envelope, in_doubt=in_doubt)

    def _hand_over(self, row: Delivery, reader: Subscriber, envelope: Envelope, *, in_doubt: bool) -> bool:
        try:
            self.room.transport.send(envelope)
        except ReaderRefusedError as error:
            if error.transient:
                self._put_off(row, reader, error, in_doubt=in_doubt)
            else:
                self._record(row, DeliveryStatus.FAILED, detail=str(error))
                self._note(reader, f"refused for good: {error}")
            return False
        except TransportError as error:
            self._put_off(row, reader, error, in_doubt=in_doubt or error.uncertain)
            raise
        self._record(row, DeliveryStatus.SENT)
        if self.on_sent is not None:
            self.on_sent(reader)
        return True

    def _put_off(self, row: Delivery, reader: Subscriber, error: BriefingError, *, in_doubt: bool) -> None:
        """Lets the row wait for its next attempt; the doubt whether an earlier one arrived is never forgotten."""
        status = DeliveryStatus.UNCERTAIN if in_doubt else DeliveryStatus.DEFERRED
        retry_at = self.room.clock.now() + PAUSES[min(max(row.attempts, 1), len(PAUSES)) - 1]
        self._record(row, status, detail=str(error), retry_at=retry_at)
        self._note(reader, f"{MEANING[status]}: {error}")

    def _close(self, row: Delivery, reader: Subscriber | None, status: DeliveryStatus) -> None:
        settled = replace(row, status=status, retry_at=None, updated_at=self.room.clock.now())
        if self.room.ledger.advance(row, settled) and status in MEANING:
            self._note(reader, MEANING[status])

    def _record(
        self, row: Delivery, status: DeliveryStatus, *, detail: str | None = None, retry_at: datetime | None = None
    ) -> None:
        now = self.room.clock.now()
        self.room.ledger.record(replace(row, status=status, detail=detail, retry_at=retry_at, updated_at=now))

    def _note(self, reader: Subscriber | None, message: str) -> None:
        source = None if reader is None else reader.email
        self.problems.append(Problem(stage="deliver", source=source, message=message))


def _is_abandoned(row: Delivery, now: datetime) -> bool:
    return row.updated_at is None or row.updated_at + LEASE <= now


def _is_ripe(row: Delivery, now: datetime) -> bool:
    return row.retry_at is None or row.retry_at <= now


def _after_doubt(row: Delivery, *, now: datetime, may_resend: bool) -> DeliveryStatus | None:
    if may_resend:
        return DeliveryStatus.CLAIMED if _is_ripe(row, now) else None
    return None if row.status is DeliveryStatus.UNCERTAIN else DeliveryStatus.UNCERTAIN


def _problems_of_books(balance: Balance) -> Iterable[Problem]:
    if not balance.audience:
        cure = "nobody is due; add readers with `briefing subscribers add --confirmed`, or send at once with --all"
        yield Problem(stage="deliver", message=f"edition {balance.edition} has no readers: {cure}")
    held = sum(balance.counts.get(status, 0) for status in (DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT))
    if held:
        minutes = LEASE.total_seconds() / 60
        message = f"{held} message(s) are in the hands of a run that may have died; send again in {minutes:.0f} min"
        yield Problem(stage="deliver", message=f"edition {balance.edition}: {message}")
    if not balance.is_balanced:
        rows = sum(balance.counts.values())
        message = f"planned for {balance.audience} readers, but the ledger has {rows} rows; restore a backup"
        yield Problem(stage="deliver", message=f"the books of {balance.edition} do not balance: {message}")
