"""Takes two clocks, one that can be set and one that cannot, gives whether the first may be believed.

A clock that is a day ahead would send tomorrow's edition today, and none tomorrow. So when it leaps, nothing is sent
until the machine says that it is synchronised, a person confirms it, or it leaps back.

Next: briefing/services/slots.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from briefing.ports import Clock, LookLog, Stopwatch

#: What daylight saving never moves (clocks are kept in UTC), and no drift in a day.
LEAP = timedelta(hours=1)
#: How often the last look is written down; what a restart may take for news.
NOTED_EVERY = timedelta(minutes=1)
#: How long a person's word holds for a program that is started after it.
_GOOD_FOR = timedelta(hours=1)


@dataclass(slots=True)
class _Anchor:
    """Says what both clocks showed at one instant.

    Attributes:
        is_floor: it was at least so late; how much later, nobody counted.
    """

    wall: datetime
    seconds: float
    is_floor: bool = False

    def expected(self, seconds: float) -> datetime:
        return self.wall + timedelta(seconds=seconds - self.seconds)

    def allows(self, now: datetime, seconds: float) -> bool:
        leap = now - self.expected(seconds)
        return leap >= -LEAP and (self.is_floor or leap <= LEAP)


@dataclass(slots=True, kw_only=True)
class ClockGuard:
    """Watches the clock from look to look, and over restarts.

    Attributes:
        stopwatch: counts on while the machine sleeps.
        log: keeps the last look for the next start.
    """

    clock: Clock
    stopwatch: Stopwatch
    log: LookLog
    _anchor: _Anchor | None = field(default=None, init=False)
    _doubt: str = field(default="", init=False)
    _doubted_at: datetime | None = field(default=None, init=False)
    _noted: datetime | None = field(default=None, init=False)

    @property
    def last_look(self) -> datetime | None:
        """When the clock was last believed, in this run or an earlier one; None before the very first look."""
        return self._noted or self.log.last_look()

    def take_over(self, earlier: ClockGuard) -> None:
        """Goes on where another guard of the same clocks is, also in its doubt."""
        self._anchor, self._noted = earlier._anchor, earlier._noted
        self._doubt, self._doubted_at = earlier._doubt, earlier._doubted_at

    def look(self) -> str:
        """Looks at both clocks: "" when the time may be believed, else why it may not, and what to do."""
        now, seconds = self.clock.now(), self.stopwatch.seconds()
        if self._anchor is None:
            # Of a first look it can only be said that time does not run backwards.
            before = self.log.last_look()
            self._anchor = _Anchor(before or now, seconds, is_floor=True)
        expected = self._anchor.expected(seconds)
        if self._anchor.allows(now, seconds) or self._is_settled(now):
            self._believe(now, seconds)
        elif not self._doubt:
            self._doubted_at = now
            self._doubt = (
                f"the clock shows {now:%Y-%m-%d %H:%M} UTC where {expected:%Y-%m-%d %H:%M} was expected, so nothing is "
                "sent; if it is right, say so with `briefing schedule --confirm-clock`"
            )
        return self._doubt

    def note(self, *, at_once: bool = False) -> None:
        """Keeps the last look, once a minute: what a look was good for has been done by now."""
        if self._anchor is None or self._doubt:
            return
        if at_once or self._noted is None or self._anchor.wall - self._noted >= NOTED_EVERY:
            self._noted = self._anchor.wall
            self.log.note_look(self._noted)

    def _is_settled(self, now: datetime) -> bool:
        """Somebody who knows better says that the clock is right."""
        if self.stopwatch.is_synchronised():
            return True
        confirmed_at = self.log.confirmed_at()
        # By the very clock that is in doubt, so what was said of it before it leapt does not count.
        since = self._doubted_at or now - _GOOD_FOR
        if confirmed_at is None or not since <= confirmed_at <= now:
            return False
        self.log.clear_confirmation()
        return True

    def _believe(self, now: datetime, seconds: float) -> None:
        if self._noted is not None and now < self._noted:
            self._noted = now
            self.log.note_look(now)
        self._anchor, self._doubt, self._doubted_at = _Anchor(now, seconds), "", None
