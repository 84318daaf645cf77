"""Takes nothing, gives the time: the one place in the house that reads the machine's clock.

Next: briefing/engines/language.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


class SystemClock:
    """Tells the services what time it is; a test hands them a clock of its own instead."""

    def now(self) -> datetime:
        """The current instant, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class StoppedClock:
    """Tells the services the moment a person named with `--now`, for as long as the command runs."""

    moment: datetime

    def now(self) -> datetime:
        """The moment, always."""
        return self.moment
