"""Takes nothing, gives the protocols of work that is shared by several programs.

Next: briefing/config/load.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime, timedelta

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
