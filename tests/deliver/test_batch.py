from __future__ import annotations

import pytest

from briefing.deliver.batch import Batch
from briefing.errors import StoreError, TransportError
from briefing.model.delivery import AnswerKind
from tests.deliver.books import MemoryBooks, Source, envelope, envelopes

GONE = TransportError("gone", transient=True)


def test_what_is_given_back_is_drawn_before_what_waits() -> None:
    batch = Batch(envelopes("a", "b"), MemoryBooks())
    first = batch.draw()
    assert first is not None
    batch.give_back(first)
    assert batch.draw() is first
    assert batch.draw() == envelope("b@example.org")
    assert batch.draw() is None


def test_nothing_is_drawn_after_somebody_gave_up_and_what_was_in_hand_is_unsent() -> None:
    source, books = Source(envelopes("a", "b", "c")), MemoryBooks()
    batch = Batch(source, books)
    in_hand = batch.draw()
    assert in_hand is not None
    batch.give_up(GONE)
    batch.give_back(in_hand)
    assert batch.draw() is None
    assert not batch.must_halt
    with pytest.raises(TransportError, match="gone"):
        batch.close()
    assert (source.drawn, books.readers(AnswerKind.UNSENT)) == (1, ["a"])


def test_looking_whether_there_is_more_loses_nothing() -> None:
    batch = Batch(envelopes("a"), MemoryBooks())
    assert batch.has_more()
    assert batch.has_more()
    assert batch.draw() is not None
    assert not batch.has_more()


@pytest.mark.parametrize(
    ("errors", "raised"),
    [
        ((GONE, TransportError("later", transient=True)), TransportError),
        ((GONE, StoreError("disk full")), StoreError),
        ((StoreError("disk full"), GONE), StoreError),
        ((GONE, KeyboardInterrupt()), KeyboardInterrupt),
    ],
)
def test_the_first_reason_counts_but_for_books_that_fail_and_an_interruption(
    errors: tuple[BaseException, ...], raised: type[BaseException]
) -> None:
    batch = Batch(envelopes("a"), MemoryBooks())
    for error in errors:
        batch.give_up(error)
    with pytest.raises(raised, match=r"gone|disk full|^$"):
        batch.close()


def test_books_that_still_fail_at_the_end_do_not_hide_what_they_said_first() -> None:
    batch = Batch(envelopes("a"), MemoryBooks(broken_after=0))
    batch.leave(envelope())
    batch.give_up(StoreError("first"))
    with pytest.raises(StoreError, match="first"):
        batch.close()


def test_a_message_drawn_while_another_connection_gave_up_is_unsent() -> None:
    books = MemoryBooks()

    def slow() -> object:
        batch.give_up(GONE)
        yield envelope()

    batch = Batch(slow(), books)  # type: ignore[arg-type]
    assert batch.draw() is None
    with pytest.raises(TransportError):
        batch.close()
    assert books.only.kind is AnswerKind.UNSENT


def test_there_is_nothing_to_wait_for_once_all_is_drawn_or_everybody_stops_and_whoever_asked_hears_of_it() -> None:
    ends: list[bool] = []
    batch = Batch(envelopes(), MemoryBooks())
    batch.on_end = lambda: ends.append(batch.is_over)
    assert not batch.is_over
    assert batch.draw() is None
    assert (batch.is_over, ends) == (True, [True])
    batch.give_back(envelope())
    assert not batch.is_over
    batch.give_up(GONE)
    assert (batch.is_over, ends) == (True, [True, True])
