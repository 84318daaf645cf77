"""Takes nothing, gives the protocols of what other systems and the operator need: pages of readers, webhooks.

Next: briefing/ports/world.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from briefing.model.announcement import Announcement
    from briefing.model.subscriber import Subscriber, SubscriberStatus


class Directory(Protocol):
    """Looks things up page by page, however long the list is."""

    def page(
        self, *, text: str = "", status: SubscriberStatus | None = None, after: int = 0, limit: int
    ) -> tuple[tuple[Subscriber, ...], int | None]:
        """At most `limit` readers in the order they came.

        Args:
            text: stands somewhere in the address or the name, letter case aside.
            status: only readers with this one.
            after: what the page before gave; 0 for the first one.
            limit: 1 or more.

        Returns:
            The readers, and what to ask the next page with, or None when there is none.
        """
        ...

    def editions(self, *, limit: int) -> tuple[date, ...]:
        """The editions that stand in the books, newest first."""
        ...


class AnnouncementQueue(Protocol):
    """Keeps what webhooks have yet to hear of, in the order it happened."""

    def put(self, addresses: Iterable[str], event: str, *, now: datetime) -> None:
        """Adds the event once for each address."""
        ...

    def take(self, *, most: int, now: datetime, until: datetime) -> tuple[Announcement, ...]:
        """The oldest that are due; nobody else gets them before `until`, when they are due again."""
        ...

    def done(self, number: int) -> None:
        """Forgets one; safe to repeat."""
        ...

    def put_off(self, number: int, *, attempts: int, retry_at: datetime) -> None:
        """Writes down that one was not taken."""
        ...

    def hold(self, address: str, *, until: datetime) -> None:
        """Lets nothing for this address be due before then."""
        ...

    def about(self, subscriber: str) -> tuple[Announcement, ...]:
        """What is waiting about one reader, oldest first."""
        ...

    def forget(self, subscriber: str) -> int:
        """Drops what is waiting about one reader; gives how many those were."""
        ...


class Messenger(Protocol):
    """Posts to other people's web servers."""

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Returns when the server said that it has it (2xx).

        Raises:
            DeliveryError: it did not; the reason shows neither address nor body.
        """
        ...


class RequestNotes(Protocol):
    """Keeps what strangers asked for on our pages."""

    def prune(self, *, before: datetime) -> int:
        """Forgets what was asked before then; gives how much that was."""
        ...
