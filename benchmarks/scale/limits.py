"""Takes what a relay allows, gives how many mails a worker may hand over now: the shared limits, in memory.

`Book` does what `store/rates.py` does, `Part` what `services/pace.py` does for one worker, both with seconds for
moments and for many mails at a time, so that a morning of ten million fits into a minute. Tests hold them to the real
ones.

Next: benchmarks/scale/portions.py.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from briefing.services.pace import STEPS, portion

SPAN_S = 60.0
_STEP_S = SPAN_S / STEPS


@dataclass(slots=True)
class Book:
    """Remembers what all workers together drew from one limit within a minute."""

    most: int
    _drawn: deque[list[float]] = field(default_factory=deque)
    _used: float = 0.0

    def draw(self, wanted: int, *, now: float) -> tuple[int, float]:
        """Draws up to `wanted`; gives how many, and when there will be more."""
        since = now // _STEP_S * _STEP_S
        while self._drawn and self._drawn[0][0] <= now - SPAN_S - _STEP_S:
            self._used -= self._drawn.popleft()[1]
        first = self._drawn[0][0] if self._drawn else since
        granted = max(0, min(wanted, int(self.most - self._used)))
        if granted:
            self._used += granted
            if self._drawn and self._drawn[-1][0] == since:
                self._drawn[-1][1] += granted
            else:
                self._drawn.append([since, granted])
        return granted, first + SPAN_S + _STEP_S


@dataclass(slots=True)
class Part:
    """Is one worker's hold on a limit: what it drew and does not use at once is lost for a minute."""

    book: Book
    _drawn: int = 0
    _lapses_at: float = 0.0
    _again_at: float = 0.0

    def take(self, wanted: int, *, now: float) -> tuple[int, float]:
        """How many of `wanted` may go, and, if not all, when to ask again."""
        given = 0
        if now >= self._lapses_at:
            self._drawn = 0
        while given < wanted:
            if not self._drawn and now >= self._again_at:
                self._drawn, more_at = self.book.draw(portion(self.book.most), now=now)
                self._again_at = 0.0 if self._drawn else more_at
                self._lapses_at = (now // _STEP_S + 1) * _STEP_S
            if not self._drawn:
                return given, self._again_at
            some = min(self._drawn, wanted - given)
            self._drawn, given = self._drawn - some, given + some
        return given, now

    def keep(self, number: int) -> None:
        """Takes back what was given and could not go yet."""
        self._drawn += number
