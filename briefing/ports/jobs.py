"""Takes nothing, gives the protocols of work that is shared by several programs.

Next: briefing/config/load.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime, timedelta

    from briefing.model.job import Backlog, Batch, JobQueue, Shard
    from briefing.model.subscriber import Habit


class RateBook(Protocol):
    """Parts the limits of a relay among all who send to it."""

    def draw(self, key: str, *, wanted: int, most: int, span: timedelta, now: datetime) -> tuple[int, datetime]:
        """Draws up to `wanted` of the `most` messages that all together may send in any span of that length.

        Returns:
            How many were given, none when it is used up, and when there will be more.
        """
        ...


class Dispatcher(Protocol):
    """Leaves the sending to workers, which are programs of their own."""

    def plan(self, edition: date, habits: Iterable[Habit], *, on_time: bool, now: datetime, since: int = 0) -> int:
        """Adds what `Ledger.plan_habits` adds, and in the same step the jobs to send it; gives how many rows.

        Args:
            since: as in `SubscriberStore.crowds`.

        Raises:
            StoreError: it could not be written; then neither was.
        """
        ...

    def revive(self, edition: date, *, on_time: bool, now: datetime) -> int:
        """Sees to it that all that may be sent by now has a job, whatever became of workers; gives how many are new."""
        ...


class Workforce(Protocol):
    """Has workers do the parts of a piece of work; what comes of it, they put into the database."""

    def hand_out(self, queue: JobQueue, parts: Sequence[Shard | Batch], *, work: str) -> None:
        """Puts a job for each part into the queue, under the name of the work.

        Raises:
            StoreError: they could not be written; then none was.
        """
        ...

    def backlog(self, work: str) -> Backlog:
        """Which of its parts are not done."""
        ...

    def withdraw(self, work: str) -> None:
        """Takes those back that nobody has begun."""
        ...


class Gatherings(Protocol):
    """Keeps what was gathered, for whoever makes editions of it in another program."""

    def put(self, key: str, packed: bytes, *, now: datetime) -> None:
        """Keeps it, and forgets those that are hours old."""
        ...

    def find(self, key: str) -> bytes | None:
        """What was kept so; None when there is nothing, or no longer."""
        ...
