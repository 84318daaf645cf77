"""Takes nothing, gives the protocols of mail that comes back: where it lies, and what is counted of it.

Next: briefing/config/load.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from briefing.model.delivery import Delivery
    from briefing.model.letter import Letter, Tally


class Mailbox(Protocol):
    """Keeps letters until somebody has acted on them. Used as a context manager around a round.

    A letter stays unread until it is marked, so whoever dies over one finds it again; nothing is ever deleted.
    """

    def __enter__(self) -> Mailbox:
        """Opens it.

        Raises:
            BounceError: it cannot be opened.
        """
        ...

    def __exit__(self, *_: object) -> None: ...

    def unread(self, *, most: int) -> Iterator[Letter]:
        """At most so many letters nobody has marked, oldest first; one that vanishes meanwhile is passed over.

        Raises:
            BounceError: no more can be read.
        """
        ...

    def mark_done(self, key: str) -> None:
        """Never gives this letter again. One that is gone already is somebody else's work: nothing happens.

        Raises:
            BounceError: it cannot be marked.
        """
        ...

    def set_aside(self, key: str) -> None:
        """Leaves this letter for a person to read, and does not give it again.

        Raises:
            BounceError: it cannot be marked.
        """
        ...


class BounceBook(Protocol):
    """Keeps the counters of soft bounces. Every change is committed before its method returns."""

    def find(self, subscriber: str) -> Tally | None:
        """The reader's tally, or None."""
        ...

    def change(self, subscriber: str, decide: Callable[[Tally | None], Tally | None]) -> Tally | None:
        """Writes what `decide` makes of the reader's tally (None for none), in one step; gives it as it now stands.

        Args:
            subscriber: whose it is.
            decide: pure; may be called twice.
        """
        ...

    def tallies(self) -> Iterator[Tally]:
        """All of them, by reader, however many there are."""
        ...


class ReturnPath(Protocol):
    """Makes the addresses that readers' messages return to, and recognises them (VERP)."""

    def address_for(self, subscriber: str) -> str:
        """The reader's own, the same each time."""
        ...

    def reader_of(self, address: str) -> str | None:
        """The subscriber id, or None when we never made this address."""
        ...


class History(Protocol):
    """Knows what a reader was sent. The books of the editions are one."""

    def deliveries_of(self, subscriber: str, *, limit: int) -> tuple[Delivery, ...]:
        """One reader's rows, newest edition first."""
        ...
