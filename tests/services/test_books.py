from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from briefing.errors import StoreError
from briefing.model.delivery import Answer, AnswerKind, Delivery, DeliveryStatus, Envelope
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.services.books import Notes, RunningBooks
from briefing.services.delivery_rules import taken
from tests.fakes import FixedClock, MemoryLedger

if TYPE_CHECKING:
    from collections.abc import Iterable

EDITION, SEVEN = date(2026, 11, 23), datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@dataclass
class CountingLedger(MemoryLedger):
    """Counts its commits, and fails while its disk is full."""

    commits: int = 0
    is_full: bool = False
    slow: Barrier | None = None

    def record(self, rows: Iterable[Delivery], *, started: Iterable[Delivery] = ()) -> frozenset[str]:
        if self.is_full:
            raise StoreError("disk is full")
        if self.slow is not None:
            barrier, self.slow = self.slow, None
            barrier.wait(timeout=30)
        self.commits += 1
        return super().record(rows, started=started)


@dataclass
class Desk:
    """Books of a run that has taken some readers' rows."""

    names: str = "abcd"
    ledger: CountingLedger = field(default_factory=CountingLedger)

    def __post_init__(self) -> None:
        self.books = RunningBooks(ledger=self.ledger, clock=FixedClock(SEVEN), notes=Notes())
        readers = [
            Subscriber(id=name, email=f"{name}@example.org", status=SubscriberStatus.CONFIRMED) for name in self.names
        ]
        self.ledger.store.save_subscribers(readers)
        self.ledger.plan(EDITION, self.names, now=SEVEN)
        pairs = self.ledger.take(EDITION, lambda row, _: taken(row, owner="me", now=SEVEN), most=99, now=SEVEN)
        for row, reader in pairs:
            assert reader is not None
            self.books.hold(row, reader)

    def statuses(self) -> str:
        return " ".join(row.status.value for row in self.ledger.rows(EDITION))


def envelope(name: str) -> Envelope:
    return Envelope(
        sender="p@x.example", recipient=f"{name}@example.org", message_id=f"<{name}@x>", message=b"", subscriber=name
    )


def answer(name: str, kind: AnswerKind = AnswerKind.TAKEN) -> Answer:
    return Answer(envelope=envelope(name), kind=kind)


def test_connections_that_wait_for_one_commit_share_the_next() -> None:
    """The first commit is held up until three more connections have something to write."""
    desk = Desk()
    waiting = Barrier(2)
    desk.ledger.slow = waiting
    first = Thread(target=desk.books.start, args=([envelope("a")],))
    first.start()
    while desk.ledger.slow is not None:
        pass
    others = [Thread(target=desk.books.start, args=([envelope(name)],)) for name in "bcd"]
    for other in others:
        other.start()
    while len(desk.books._waiting) < 3:
        pass
    waiting.wait(timeout=30)
    for thread in (first, *others):
        thread.join()
    assert desk.statuses() == "inflight inflight inflight inflight"
    assert desk.ledger.commits == 2


def test_an_answer_is_committed_with_the_next_start_and_no_commit_of_its_own() -> None:
    desk = Desk("ab")
    desk.books.start([envelope("a")])
    desk.books.settle([answer("a")])
    assert desk.statuses() == "inflight claimed"
    desk.books.start([envelope("b")])
    assert (desk.statuses(), desk.ledger.commits) == ("sent inflight", 2)


def test_what_was_taken_and_not_started_is_given_back_at_the_end() -> None:
    desk = Desk()
    desk.books.start([envelope("a"), envelope("b")])
    desk.books.settle([answer("a")])
    desk.books.close()
    assert desk.statuses() == "sent uncertain pending pending"


def test_answers_that_could_not_be_written_are_written_when_there_is_room_again() -> None:
    desk = Desk("ab")
    desk.books.start([envelope("a")])
    desk.books.settle([answer("a")])
    desk.ledger.is_full = True
    with pytest.raises(StoreError, match="full"):
        desk.books.start([envelope("b")])
    with pytest.raises(StoreError, match="full"):
        desk.books.flush()
    desk.ledger.is_full = False
    desk.books.close()
    assert desk.statuses() == "sent pending"


def test_a_message_that_never_left_counts_as_an_attempt() -> None:
    desk = Desk("a")
    desk.books.settle([answer("a", AnswerKind.UNSENT)])
    desk.books.close()
    (row,) = desk.ledger.rows(EDITION)
    assert (row.status, row.attempts, row.message_id) == (DeliveryStatus.DEFERRED, 1, "<a@x>")


def test_an_answer_about_nobody_of_ours_is_passed_over() -> None:
    desk = Desk("a")
    desk.books.settle([answer("stranger")])
    desk.books.close()
    assert desk.statuses() == "pending"


def test_fifty_readers_are_named_for_a_reason_and_the_others_counted() -> None:
    notes = Notes()
    for number in range(60):
        notes.add("too late", Subscriber(id=str(number), email=f"{number}@example.org"))
    notes.add("refused", None, "550")
    assert len(notes.problems) == 52
    assert notes.problems[49].source == "49@example.org"
    assert [p.message for p in notes.problems[50:]] == ["refused: 550", "too late: 10 more readers"]
