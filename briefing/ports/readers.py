"""Takes nothing, gives the protocols of the list of readers and of the books about what each was sent.

Next: briefing/ports/mail.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date, datetime, timedelta

    from briefing.model.delivery import Balance, Delivery, DeliveryStatus
    from briefing.model.limits import Limit
    from briefing.model.subscriber import Crowd, Habit, Subscriber, SubscriberStatus


class SubscriberStore(Protocol):
    """Keeps the list of readers."""

    def list_subscribers(self, *, status: SubscriberStatus | None = None) -> tuple[Subscriber, ...]:
        """Readers in the order they came, all or those of one status. For lists that a person looks at."""
        ...

    def each_subscriber(self, *, status: SubscriberStatus | None = None) -> Iterator[Subscriber]:
        """The same one by one, however many there are."""
        ...

    def crowds(self, habits: Iterable[Habit] | None = None, *, since: int = 0) -> tuple[Crowd, ...]:
        """The confirmed readers by what they chose, sorted: all, or those who have one of these habits.

        Args:
            since: a number of `last_change`; only those who were changed after it, which takes no longer for a longer
                list.
        """
        ...

    def habits(self) -> tuple[Habit, ...]:
        """When confirmed readers want their mail, each habit once; takes no longer for a longer list."""
        ...

    def last_change(self) -> int:
        """A number that grows with every change to the list."""
        ...

    def find_subscriber(self, email: str) -> Subscriber | None:
        """The reader with this address, letter case aside, or None."""
        ...

    def find_by_id(self, subscriber: str) -> Subscriber | None:
        """The reader with this id, or None."""
        ...

    def save_subscriber(self, subscriber: Subscriber) -> None:
        """Adds the reader, or replaces the one with the same id.

        Raises:
            StoreError: another reader has this address.
        """
        ...

    def save_subscribers(self, subscribers: Iterable[Subscriber]) -> None:
        """Saves all of them or, when one cannot be saved, none.

        Raises:
            StoreError: two readers would have the same address.
        """
        ...

    def change_subscribers(self, changes: Iterable[tuple[Subscriber | None, Subscriber]]) -> frozenset[str]:
        """Writes readers in one step, each only if they still have the status they were seen with.

        Args:
            changes: (the reader as seen, None for a new one; the reader as they shall be).

        Returns:
            The ids of those that were written; who said no meanwhile is not among them.

        Raises:
            StoreError: two readers would have the same address; nothing was written.
        """
        ...

    def erase_subscriber(self, subscriber: str) -> None:
        """Forgets a reader: nothing is kept that names them; their rows in the books stay, under an id of nobody."""
        ...

    def forget_pauses(self, *, before: date) -> int:
        """Takes pauses that ended before then off the readers who had them; gives how many that were.

        Each date that somebody named makes a habit of its own, and every habit is looked at.
        """
        ...

    def erase_unanswered(self, *, asked_before: datetime) -> tuple[Subscriber, ...]:
        """Forgets, in the same way, every unconfirmed reader whose `asked_at` lies before then; gives who that was.

        Who agrees meanwhile stays.
        """
        ...


class Ledger(Protocol):
    """Keeps the books of every edition: one row per (edition, subscriber), whatever happens.

    Every change is committed before its method returns.
    """

    def plan(self, edition: date, subscribers: Iterable[str], *, now: datetime) -> int:
        """Adds a pending row for each reader who has none yet; gives how many were added. Safe to repeat."""
        ...

    def plan_habits(self, edition: date, habits: Iterable[Habit], *, now: datetime) -> int:
        """The same for every confirmed reader with one of these habits."""
        ...

    def plan_missed(
        self, edition: date, habits: Iterable[Habit], *, joined_before: datetime, reason: str, now: datetime
    ) -> int:
        """Adds a closed row for each of their readers who has none and was on the list by then; gives how many."""
        ...

    def take(
        self,
        edition: date,
        decide: Callable[[Delivery, Subscriber | None], Delivery | None],
        *,
        most: int,
        now: datetime,
        after: tuple[int, str] | None = None,
        within: tuple[str, str] | None = None,
    ) -> tuple[tuple[Delivery, Subscriber | None], ...]:
        """Looks at unsettled rows with their readers and writes what `decide` makes of each, in one step for all.

        Two senders never decide about the same row at the same time. Rows come by `Delivery.place`, from `after` on,
        those that were never tried and those that were in calls of their own; settled rows and those whose `retry_at`
        lies ahead of `now` do not come.

        Args:
            decide: gives the row's new state, or None to leave it. Pure: it may be called twice.
            most: rows looked at.
            within: two ids; only readers after the one and up to the other.

        Returns:
            Every row that was looked at as it now stands, in that order; none means that there is no more.
        """
        ...

    def has_waiting(self, edition: date, *, now: datetime, silent_since: datetime) -> bool:
        """Whether a row may be taken by now that is pending, deferred, or with a sender silent since that moment."""
        ...

    def closed_habits(
        self, edition: date, *, now: datetime, since: tuple[datetime, int] | None = None
    ) -> frozenset[tuple[DeliveryStatus, Habit | None]]:
        """The statuses of uncertain and missed rows that may be taken by now, with what their readers want.

        None stands for a reader who is not on the list any more.

        Args:
            since: a moment and a number of `SubscriberStore.last_change`; only rows that were written or may be taken
                since that moment, and those of readers changed after that number. Takes no longer for more others.
        """
        ...

    def left(self, edition: date, *, within: tuple[str, str]) -> tuple[Delivery, ...]:
        """The rows of readers after the one and up to the other that are pending, claimed, in flight or deferred."""
        ...

    def record(self, rows: Iterable[Delivery], *, started: Iterable[Delivery] = ()) -> frozenset[str]:
        """Writes rows' new states in one step: `rows` whatever they were, `started` where their owner still has them.

        One whose reader is not confirmed any more is not started but closed: suppressed, or uncertain when it was in
        flight already.

        Returns:
            The readers of those of `started` that were written.

        Raises:
            StoreError: it could not be written, or one of `rows` was never planned; then nothing was.
        """
        ...

    def lacks(self, edition: date, habits: Iterable[Habit], *, since: int = 0) -> bool:
        """Whether a confirmed reader with one of these habits has no row yet, of those changed after that number."""
        ...

    def rows(self, edition: date, *statuses: DeliveryStatus) -> tuple[Delivery, ...]:
        """The edition's rows in any of the statuses (all when none is named), ordered by reader."""
        ...

    def deliveries_of(self, subscriber: str, *, limit: int) -> tuple[Delivery, ...]:
        """One reader's rows, newest edition first."""
        ...

    def sent_since(self, moment: datetime) -> int:
        """How many messages of any edition were handed over since then."""
        ...

    def unfinished(self) -> tuple[date, ...]:
        """Editions with a row that is pending, claimed, in flight or deferred; oldest first."""
        ...

    def balance(self, edition: date) -> Balance:
        """Adds the edition up."""
        ...

    def prune(self, *, before: date) -> int:
        """Forgets the books of editions before that date; gives how many rows those were."""
        ...


class KeyStore(Protocol):
    """Keeps the secrets this installation signs its links with."""

    def signing_key(self) -> bytes:
        """The newest: 32 random bytes, made at the first call and the same until they are rotated."""
        ...

    def signing_keys(self) -> tuple[bytes, ...]:
        """All that have not been forgotten, newest first; at least one."""
        ...


class RequestLog(Protocol):
    """Counts what strangers ask for on our pages, so that nobody can have a mailbox flooded."""

    def admit(self, limits: Sequence[Limit], *, now: datetime) -> bool:
        """Counts one request against each of the limits, or against none when one of them is reached; says which."""
        ...

    def wait(self, limit: Limit, *, now: datetime) -> timedelta | None:
        """How long until one more request is admitted; None when it would be now. Counts nothing."""
        ...

    def withdraw(self, limits: Sequence[Limit], *, at: datetime) -> None:
        """Takes back what `admit` counted at that instant, because nothing came of it."""
        ...


class LinkSigner(Protocol):
    """Makes the opaque tokens in a reader's links, and recognises them again."""

    def sign(self, subscriber: str, purpose: str) -> str:
        """A token that only this installation can make; URL-safe, the same each time."""
        ...

    def read(self, token: str, purpose: str) -> str | None:
        """The subscriber id, or None for a token that is forged, cut or made for another purpose."""
        ...
