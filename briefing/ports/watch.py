"""Takes nothing, gives the protocols of whoever looks after the house: run reports, alarms, figures, the outer watch.

Next: briefing/ports/letters.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from briefing.model.run import Queue, Run
    from briefing.model.subscriber import SubscriberStatus


class RunLog(Protocol):
    """Keeps one report for each edition."""

    def save_run(self, run: Run) -> None:
        """Writes the edition's report, in place of the one that was there."""
        ...

    def find_run(self, edition: date) -> Run | None:
        """The edition's report, or None."""
        ...

    def list_runs(self, *, limit: int) -> tuple[Run, ...]:
        """The newest editions' reports, newest first."""
        ...

    def prune(self, *, before: date) -> int:
        """Forgets reports of editions before that date; gives how many those were."""
        ...


class AlarmLog(Protocol):
    """Remembers what the operator was told, so that nothing is told twice, however many programs run."""

    def claim(self, kind: str, subject: str, *, edition: date) -> bool:
        """Writes down that it is told now; False when somebody did before.

        Args:
            kind: of alarm.
            subject: what is said there; at most 200 characters.
            edition: of the day, after which it is forgotten one day.
        """
        ...

    def withdraw(self, kind: str, subject: str) -> None:
        """Takes a claim back, because the operator could not be told; safe to repeat."""
        ...

    def prune(self, *, before: date) -> int:
        """Forgets what was told with editions before that date; gives how much that was."""
        ...


class Gauges(Protocol):
    """Counts what there is, without looking at anything one by one."""

    def readers_by_status(self) -> Mapping[SubscriberStatus, int]:
        """How many readers have each status; statuses nobody has are left out."""
        ...

    def queue(self) -> Queue:
        """Rows of any edition that are pending, claimed, in flight or deferred."""
        ...

    def jobs_waiting(self) -> Mapping[str, int]:
        """How many jobs no worker has begun yet, by queue; none where nothing is left to workers."""
        ...

    def bouncing(self) -> int:
        """Readers with soft bounces since their last good delivery."""
        ...


class Pinger(Protocol):
    """Tells a watch outside of the house that it is alive: who hears nothing in time raises the alarm."""

    def ping(self, address: str, *, reason: str = "") -> None:
        """Asks for the address, or posts the reason there; returns when it was heard.

        Raises:
            DeliveryError: it was not; the reason shows no address.
        """
        ...
