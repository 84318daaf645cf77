"""Takes nothing, gives the time: the one place in the house that reads the machine's clock.

Next: briefing/engines/language.py.
"""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass
from datetime import UTC, datetime

#: More than `struct timex` takes on any system (208 on 64 bits).
_TIMEX_BYTES = 512
_TIME_ERROR = 5


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


class MachineStopwatch:
    """Counts seconds that nobody can set; those during which the machine slept are among them where the system says."""

    def seconds(self) -> float:
        """Since some instant; only differences mean something."""
        # Linux alone counts through a suspend (CLOCK_BOOTTIME); elsewhere a night's sleep looks like a leap.
        return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()

    def is_synchronised(self) -> bool:
        """The kernel was told the time by a time server, and still trusts it; False where it cannot be asked."""
        try:
            # adjtimex(2) with no modes changes nothing; it answers TIME_ERROR while the clock is not synchronised.
            answer: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
        except (AttributeError, OSError):
            return False
        return 0 <= answer < _TIME_ERROR
