"""Takes a transport's steps, writes them into the ledger, many at once: the books of one run.

Next: briefing/services/send.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING

from briefing.errors import StoreError
from briefing.model.delivery import AnswerKind, DeliveryStatus
from briefing.model.edition import Problem
from briefing.services.delivery_rules import IN_DOUBT, MEANING, answered, given_back, put_off, started

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from briefing.model.delivery import Answer, Delivery, Envelope
    from briefing.model.subscriber import Subscriber
    from briefing.ports import Clock, Ledger

#: Readers named for one reason; of a million who were missed the others are counted.
_NAMED = 50
#: Answers that wait for the next start at most, should none come.
_MOST_WAITING = 200


class Notes:
    """Gathers what the operator is to know of readers, without growing with their number."""

    def __init__(self) -> None:
        self._named: list[Problem] = []
        self._counts: dict[str, int] = {}

    def add(self, reason: str, reader: Subscriber | None, detail: str | None = None) -> None:
        """Notes a reason; `detail` tells one reader's case from another's."""
        self._counts[reason] = self._counts.get(reason, 0) + 1
        if self._counts[reason] <= _NAMED:
            message = f"{reason}: {detail}" if detail else reason
            who = {} if reader is None else {"source": reader.email, "reader": reader.id}
            self._named.append(Problem(stage="deliver", message=message, **who))

    def add_all(self, problems: Iterable[Problem]) -> None:
        """Notes what others found; each once."""
        self._named.extend(problem for problem in problems if problem not in self._named)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of them, those beyond the first fifty of a kind as a number."""
        more = ((reason, count - _NAMED) for reason, count in self._counts.items() if count > _NAMED)
        counted = (Problem(stage="deliver", message=f"{reason}: {count} more readers") for reason, count in more)
        return (*self._named, *counted)


@dataclass(slots=True)
class _Held:
    """A row in our hands, and whose it is."""

    row: Delivery
    reader: Subscriber
    in_doubt: bool
    is_started: bool = False


@dataclass(slots=True)
class _Ticket:
    """Rows that wait to be written by whoever holds the pen."""

    rows: Sequence[Delivery]
    is_done: bool = False
    ours: frozenset[str] = frozenset()
    error: StoreError | None = None


@dataclass(slots=True, kw_only=True)
class RunningBooks:
    """Keeps one run's rows, and writes what several connections have to say in one step.

    A row is committed as in flight before its message is complete on the wire. Whoever comes first writes for all
    who wait by then, and the answers that came in meanwhile with it: four connections need one commit between them.

    Attributes:
        on_sent: hears of each copy that was taken.
        on_refused: hears of each reader whose copy was refused, and how.
    """

    ledger: Ledger
    clock: Clock
    notes: Notes
    on_sent: Callable[[Subscriber], None] | None = None
    on_refused: Callable[[str, Answer], object] | None = None
    sent: int = 0
    _held: dict[str, _Held] = field(default_factory=dict)
    _waiting: list[_Ticket] = field(default_factory=list)
    _settled: list[Delivery] = field(default_factory=list)
    _door: Lock = field(default_factory=Lock)
    _pen: Lock = field(default_factory=Lock)
    _ear: Lock = field(default_factory=Lock)

    def hold(self, row: Delivery, reader: Subscriber) -> None:
        """Takes charge of a row that was taken for us."""
        self._held[row.subscriber] = _Held(row, reader, row.status in IN_DOUBT)

    def start(self, envelopes: Sequence[Envelope]) -> Sequence[Envelope]:
        """Commits that these are about to be handed over; gives those that are still ours."""
        now = self.clock.now()
        rows = [started(self._held[e.subscriber].row, message_id=e.message_id, now=now) for e in envelopes]
        ours = self._write(rows)
        for row in rows:
            if row.subscriber in ours:
                held = self._held[row.subscriber]
                held.row, held.is_started = row, True
            else:
                del self._held[row.subscriber]  # we were silent too long, and somebody else has taken it up
        return [envelope for envelope in envelopes if envelope.subscriber in ours]

    def settle(self, answers: Sequence[Answer]) -> None:
        """Notes what became of messages; committed with the next start, by `flush`, or when there are many."""
        now = self.clock.now()
        for answer in answers:
            held = self._held.pop(answer.envelope.subscriber, None)
            if held is None:
                continue
            tried = held.row if held.is_started else started(held.row, message_id=answer.envelope.message_id, now=now)
            row = answered(tried, answer, in_doubt=held.in_doubt, now=now)
            self._queue(row)
            self._tell(row, held, answer)
        if len(self._settled) >= _MOST_WAITING:
            self.flush()

    def put_off(self, row: Delivery, reader: Subscriber, reason: str) -> None:
        """Lets a row that was taken for us wait: there is no copy for its reader yet."""
        now = self.clock.now()
        self._held.pop(row.subscriber, None)
        later = put_off(row, reason, in_doubt=row.status in IN_DOUBT, now=now)
        self._queue(later)
        self.notes.add(MEANING[later.status], reader, reason)

    def miss(self, row: Delivery, reader: Subscriber, reason: str) -> None:
        """Closes a row that was taken for us and whose window closed before its turn came."""
        self._held.pop(row.subscriber, None)
        status = DeliveryStatus.UNCERTAIN if row.status in IN_DOUBT else DeliveryStatus.MISSED
        self._queue(replace(row, status=status, detail=reason, owner=None, updated_at=self.clock.now()))
        self.notes.add(MEANING[status], reader, reason)

    def postpone(self, row: Delivery, until: datetime) -> None:
        """Gives a row back until then."""
        self._held.pop(row.subscriber, None)
        self._queue(replace(given_back(row, now=self.clock.now()), retry_at=until))

    def flush(self) -> None:
        """Commits every answer so far.

        Raises:
            StoreError: it could not be written; the answers are kept for another try.
        """
        self._write(())

    def close(self) -> None:
        """Gives back what was taken and not started, and commits the rest."""
        now = self.clock.now()
        for held in self._held.values():
            self._queue(given_back(held.row, now=now))  # one that was started and has no answer is in doubt
        self._held.clear()
        self.flush()

    def _queue(self, row: Delivery) -> None:
        with self._door:
            self._settled.append(row)

    def _tell(self, row: Delivery, held: _Held, answer: Answer) -> None:
        with self._ear:
            if row.status is DeliveryStatus.SENT:
                self.sent += 1
                if self.on_sent is not None:
                    self.on_sent(held.reader)
                return
            self.notes.add(MEANING[row.status], held.reader, row.detail)
            if self.on_refused is not None and answer.kind is AnswerKind.REFUSED and not answer.is_policy:
                self.on_refused(held.reader.id, answer)

    def _write(self, rows: Sequence[Delivery]) -> frozenset[str]:
        ticket = _Ticket(rows)
        with self._door:
            self._waiting.append(ticket)
        with self._pen:
            if not ticket.is_done:
                self._write_all()
        if ticket.error is not None:
            raise StoreError(str(ticket.error)) from ticket.error
        return ticket.ours

    def _write_all(self) -> None:
        with self._door:
            tickets, self._waiting = self._waiting, []
            settled, self._settled = self._settled, []
        starting = [row for ticket in tickets for row in ticket.rows]
        ours: frozenset[str] = frozenset()
        error: StoreError | None = None
        try:
            if settled or starting:
                ours = self.ledger.record(settled, started=starting)
        except StoreError as complaint:
            error = complaint
            with self._door:
                self._settled = [*settled, *self._settled]
        for ticket in tickets:
            ticket.is_done, ticket.ours, ticket.error = True, ours, error
