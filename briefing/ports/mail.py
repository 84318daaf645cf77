"""Takes nothing, gives the protocols of what carries a finished message on.

Next: briefing/config/load.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from briefing.model.delivery import Answer, Envelope, Share


class Books(Protocol):
    """Hears of each step of a message that cannot be taken back. Its methods may be called by several threads."""

    def start(self, envelopes: Sequence[Envelope]) -> Sequence[Envelope]:
        """Writes down that these are about to be handed over; gives those that may be: the others are somebody else's.

        Raises:
            StoreError: it could not be written, so none of them may.
        """
        ...

    def settle(self, answers: Sequence[Answer]) -> None:
        """Writes down what became of messages.

        Raises:
            StoreError: it could not be written.
        """
        ...


class Transport(Protocol):
    """Hands finished messages to whatever carries them on. Used as a context manager around a batch."""

    def __enter__(self) -> Transport: ...

    def __exit__(self, *_: object) -> None: ...

    def deliver(self, envelopes: Iterator[Envelope], books: Books) -> None:
        """Hands over what the iterator gives, perhaps several at once; returns when it is empty and all have an answer.

        Each message is started in the books before it can have been taken, and settled after its answer. What was
        drawn from the iterator and not started when the transport gives up is settled as unsent.

        Raises:
            TransportError: nothing more can be handed over; what is left in the iterator was not touched.
            StoreError: the books cannot be written.
        """
        ...


class Crew(Protocol):
    """Calls others to help with a long list, in processes of their own."""

    def at_work(
        self, edition: date, *, waiting: int, on_time: bool, is_stopped: Callable[[], bool]
    ) -> AbstractContextManager[Sequence[Share]]:
        """Has them send the edition as long as the block lasts, and until nothing is left; none for a short list.

        An exception in the block has them stop, and so does `is_stopped` once it says so: each finishes the messages
        at hand first. At the end of the block stands what each of them did.

        Args:
            waiting: messages that are left, nearly.
            on_time: a copy may go out while its reader's slot is open; else at any hour.
        """
        ...


class MessageSigner(Protocol):
    """Signs mail, so that whoever gets it can tell that it is ours and whole (DKIM, RFC 6376)."""

    def sign(self, head: bytes, body: Sequence[bytes]) -> bytes:
        """The header lines that go before `head`.

        Args:
            head: all header lines, without the empty one after them.
            body: in pieces of whole lines; pieces that many messages share are worked out once.
        """
        ...
