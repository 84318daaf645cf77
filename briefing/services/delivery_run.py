"""Takes one edition's rows, gives their messages to a transport in turn, and writes down what becomes of each.

Next: briefing/services/send.py.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from briefing.errors import BriefingError, TransportError
from briefing.model.delivery import DeliveryStatus
from briefing.model.subscriber import SubscriberStatus
from briefing.services.books import Notes, RunningBooks
from briefing.services.delivery_rules import MEANING, OUT_OF_TIME, SETTLED, declined, next_status, taken, withdrawn

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from briefing.model.delivery import Balance, Delivery, Envelope, Share
    from briefing.model.subscriber import Subscriber
    from briefing.services.pace import Pace, SharedPace
    from briefing.services.send import Mailroom

#: Rows taken at a time: a quarter of a lease for a relay that needs a second for each on its only connection.
TAKEN = 200
#: A sender that has to wait looks up this often, so that it can be stopped and sees that a window has closed.
_LOOK = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """Says how an edition goes out: how a reader's copy is made, until when it may go, who hears of it.

    Attributes:
        edition: its date.
        compose_message: gives a reader's finished message.
        closes_at: until when a reader's copy may go out, None when it may not; without it there is no "late".
        on_sent: hears of each copy that was taken.
        is_held: whether there is no copy for a reader at present; the row stays as it is until there is one, or it
            is too late. Asked of every reader while the books are locked, so it must not take long.
        why_missed: says why a reader's copy could not go out while there was time, "" when it does not know.
    """

    edition: date
    compose_message: Callable[[Subscriber], Envelope]
    closes_at: Callable[[Subscriber], datetime | None] | None = None
    on_sent: Callable[[Subscriber], None] | None = None
    is_held: Callable[[Subscriber], bool] | None = None
    why_missed: Callable[[Subscriber], str] | None = None


@dataclass(slots=True, kw_only=True)
class DeliveryRun:
    """Takes one edition, or a part of it, from its rows to their answers.

    Attributes:
        owner: names the run in the rows that it takes.
        within: two ids; only readers after the one and up to the other.
        begins_at: an id; readers before it come last, so that two who begin apart seldom look at the same rows.
    """

    room: Mailroom
    mailing: Mailing
    owner: str
    begins_at: str = ""
    within: tuple[str, str] | None = None
    notes: Notes = field(default_factory=Notes)
    _pace: Pace | SharedPace = field(init=False)
    _earliest: datetime | None = None
    _stopped: str = ""

    def work(self) -> int:
        """Settles what needs no sending, then sends the rest; gives how many went out. Connects only when it must."""
        room, edition = self.room, self.mailing.edition
        if waits := room.resting(edition):
            self._note(waits)
            return 0
        books = RunningBooks(
            ledger=room.ledger,
            clock=room.clock,
            notes=self.notes,
            on_sent=self.mailing.on_sent,
            on_refused=room.on_refused,
        )
        self._pace = room.new_pace()
        self._pace.recall(room.ledger, now=room.clock.now())
        envelopes = self._envelopes(books)
        shares: Sequence[Share] = ()
        try:
            first = next(envelopes, None)
            if first is not None:
                with room.transport as transport, self._company() as shares:
                    transport.deliver(chain((first,), envelopes), books)
        except TransportError as error:
            room.rest(edition, error)
            self._stopped = str(error)
        finally:
            envelopes.close()
            books.close()
        for share in shares:
            self.notes.add_all(share.problems)
        if books.sent and not self._stopped:
            room.wake(edition)
        if self._stopped:
            # Whoever sends a chunk does not count the whole list.
            chunk = self.within and len(room.ledger.left(edition, within=self.within))
            left = _left(room.ledger.balance(edition)) if chunk is None else chunk
            messages = "1 message" if left == 1 else f"{left} messages"
            self._note(f"sending stopped with {messages} left for the next run: {self._stopped}")
        return books.sent + sum(share.sent for share in shares)

    def _company(self) -> AbstractContextManager[Sequence[Share]]:
        room = self.room
        if room.crew is None:
            return nullcontext(())
        waiting = _left(room.ledger.balance(self.mailing.edition))
        on_time = self.mailing.closes_at is not None
        return room.crew.at_work(self.mailing.edition, waiting=waiting, on_time=on_time, is_stopped=room.is_stopped)

    def _envelopes(self, books: RunningBooks) -> Generator[Envelope]:
        """Every message that may go now, in the order of the books: who was refused before comes last.

        Whoever sends a chunk does not wait for a domain's turn: there are other chunks.
        """
        starts = [(0, self.begins_at), None] if self.begins_at else [None]
        while True:
            self._earliest = None
            for start in starts:
                yield from self._from(start, books)
            if self._earliest is None or self.within is not None or self.room.is_stopped():
                return
            while (pause := self._earliest - self.room.clock.now()) > timedelta(0):
                self._wait(pause, books)

    def _from(self, start: tuple[int, str] | None, books: RunningBooks) -> Iterator[Envelope]:
        """The messages of the rows after that place."""
        after, ours = self._take(start)
        while after is not None:
            for row, reader in ours:
                books.hold(row, reader)
            for row, reader in ours:
                if self.room.is_stopped():
                    return
                yield from self._message(row, reader, books)
            books.flush()
            after, ours = self._take(after)

    def _take(self, after: tuple[int, str] | None) -> tuple[tuple[int, str] | None, list[tuple[Delivery, Subscriber]]]:
        """Where the next rows end (None when there are none), and those of them that are now ours to send."""
        now = self.room.clock.now()
        decided: dict[str, DeliveryStatus] = {}

        def decide(row: Delivery, reader: Subscriber | None) -> Delivery | None:
            changed = self._decided(row, reader, now)
            if changed is not None:
                decided[row.subscriber] = changed.status
            return changed

        rows = self.room.ledger.take(self.mailing.edition, decide, most=TAKEN, now=now, after=after, within=self.within)
        ours = []
        for row, reader in rows:
            status = decided.get(row.subscriber)
            if status in {DeliveryStatus.MISSED, DeliveryStatus.UNCERTAIN}:
                self.notes.add(MEANING[row.status], reader, row.detail)
            elif status in {DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT} and reader is not None:
                ours.append((row, reader))
        return rows[-1][0].place if rows else None, ours

    def _decided(self, row: Delivery, reader: Subscriber | None, now: datetime) -> Delivery | None:
        """What a row becomes as it is looked at. Consent is looked at here again: readers may have left meanwhile."""
        is_late = reader is not None and self._is_late(reader, now)
        status = next_status(row, now=now, is_late=is_late, on_uncertain=self.room.on_uncertain)
        why = declined(row, reader, is_late=is_late)
        if why and status in {DeliveryStatus.CLAIMED, DeliveryStatus.MISSED}:
            return withdrawn(row, why, now=now)
        if status is DeliveryStatus.CLAIMED:
            if reader is None or reader.status is not SubscriberStatus.CONFIRMED:
                return withdrawn(row, row.detail, now=now)
            if self._waits_unwritten(reader, now):
                return None
            return taken(row, owner=self.owner, now=now)
        if status is None or status is row.status:
            return None
        detail = self._why_late(row, reader) if status is DeliveryStatus.MISSED and reader else row.detail
        return replace(row, status=status, detail=detail, retry_at=None, owner=None, updated_at=now)

    def _waits_unwritten(self, reader: Subscriber, now: datetime) -> bool:
        """Whether the row is left as it is: the edition is held, or a chunk's readers wait for their domain's turn.

        It may be many turns of a minute until they go; each would write the row twice.
        """
        if self.mailing.is_held is not None and self.mailing.is_held(reader):
            return True
        return self.within is not None and self._pace.is_used_up(_domain(reader), now=now)

    def _why_late(self, row: Delivery, reader: Subscriber) -> str:
        return row.detail or (self.mailing.why_missed(reader) if self.mailing.why_missed else "") or OUT_OF_TIME

    def _message(self, row: Delivery, reader: Subscriber, books: RunningBooks) -> Iterator[Envelope]:
        """The reader's message, when its turn has come."""
        clock, domain, pace = self.room.clock, _domain(reader), self._pace
        now = clock.now()
        if pause := pace.wait_for(domain, now=now):
            books.postpone(row, now + pause)
            self._earliest = min(now + pause, self._earliest or now + pause)
            return
        while pause := pace.wait(now=clock.now()):
            self._wait(pause, books)
        if self._is_late(reader, clock.now()):
            books.miss(row, reader, self._why_late(row, reader))
            return
        try:
            envelope = self.mailing.compose_message(reader)
        except BriefingError as error:
            books.put_off(row, reader, str(error))
            return
        pace.count(domain, now=clock.now())
        yield envelope

    def _wait(self, pause: timedelta, books: RunningBooks) -> None:
        books.flush()
        self.room.sleep(max(0.0, min(pause, _LOOK).total_seconds()))

    def _is_late(self, reader: Subscriber, now: datetime) -> bool:
        if self.mailing.closes_at is None:
            return False
        closes_at = self.mailing.closes_at(reader)
        return closes_at is None or closes_at <= now

    def _note(self, message: str) -> None:
        self.notes.add(message, None)


def _domain(reader: Subscriber) -> str:
    return reader.email.rpartition("@")[2]


def _left(balance: Balance) -> int:
    closed = {*SETTLED, DeliveryStatus.MISSED}
    return sum(count for status, count in balance.counts.items() if status not in closed)
