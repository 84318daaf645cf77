"""Takes the limits of a relay and what was sent lately, gives how long the next message has to wait.

Next: briefing/services/books.py.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from briefing.model.mail_rules import SmtpLimits
    from briefing.ports import Ledger, RateBook

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
#: How finely the books are asked when the last hour's messages were sent.
_STEP = timedelta(minutes=5)
_NOW = timedelta(0)
#: Messages that a sender draws at a time, at most. Sending so many takes 25 ms and more, drawing them one statement.
_DRAWN_AT_ONCE = 50
#: A book parts a span into so many steps, and gives a step back when all of it is a span ago.
STEPS = 12


def portion(most: int) -> int:
    """How many messages of a shared limit a sender draws at a time.

    What it draws and does not use within a step is lost to the others for a span: so a twentieth of a small limit, and
    of a large one no more than a fraction of a chunk of 500, after which there may be nothing to do.
    """
    return max(1, min(most // 20, _DRAWN_AT_ONCE))


class SharedPace:
    """Draws messages from limits that several senders share, a few at a time; lives as long as its sender."""

    def __init__(self, limits: SmtpLimits, book: RateBook) -> None:
        self._book = book
        spans = (("minute", _MINUTE, limits.per_minute), ("hour", _HOUR, limits.per_hour))
        self._relay = [_Draw(name, most, span) for name, span, most in spans if most is not None]
        self._domains = {d.casefold(): _Draw(f"@{d.casefold()}", most, _MINUTE) for d, most in limits.per_domain}

    def recall(self, ledger: Ledger, *, now: datetime) -> None:
        """Nothing: the book remembers."""

    def wait(self, *, now: datetime) -> timedelta:
        """How long the next message has to wait, whoever it is for; zero when it may go."""
        return max((draw.wait(self._book, now=now) for draw in self._relay), default=_NOW)

    def wait_for(self, domain: str, *, now: datetime) -> timedelta:
        """How long the next message to that domain has to wait."""
        draw = self._domains.get(domain.casefold())
        return _NOW if draw is None else draw.wait(self._book, now=now)

    def is_used_up(self, domain: str, *, now: datetime) -> bool:
        """Whether it is known, without asking the book, that nothing more may go to that domain now."""
        draw = self._domains.get(domain.casefold())
        return draw is not None and draw.is_used_up(now)

    def count(self, domain: str, *, now: datetime) -> None:
        """Notes that a message goes out."""
        own = self._domains.get(domain.casefold())
        for draw in (*self._relay, *((own,) if own else ())):
            draw.drawn -= 1


@dataclass(slots=True)
class _Draw:
    """Holds what was drawn from one limit and not sent yet."""

    key: str
    most: int
    span: timedelta
    drawn: int = 0
    lapses_at: datetime | None = None
    again_at: datetime | None = None

    def wait(self, book: RateBook, *, now: datetime) -> timedelta:
        if self.drawn > 0 and self.lapses_at is not None and now < self.lapses_at:
            return _NOW
        if self.again_at is None or self.again_at <= now:
            wanted = portion(self.most)
            self.drawn, more_at = book.draw(self.key, wanted=wanted, most=self.most, span=self.span, now=now)
            self.again_at = None if self.drawn else more_at
            # Used in a later step than it was drawn in, it would be more than the limit in the minute from there on.
            self.lapses_at = _end_of_step(now, self.span / STEPS)
        return _NOW if self.again_at is None else max(_NOW, self.again_at - now)

    def is_used_up(self, now: datetime) -> bool:
        return self.again_at is not None and now < self.again_at


def _end_of_step(now: datetime, step: timedelta) -> datetime:
    seconds = step.total_seconds()
    return now + timedelta(seconds=seconds - now.timestamp() % seconds)


class Pace:
    """Counts messages over the last minute and hour, those of earlier runs included."""

    def __init__(self, limits: SmtpLimits) -> None:
        self._limits = limits
        self._windows = [
            (length, most, deque[datetime]())
            for length, most in ((_MINUTE, limits.per_minute), (_HOUR, limits.per_hour))
            if most is not None
        ]
        self._per_domain = {domain.casefold(): most for domain, most in limits.per_domain}
        self._domains: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def recall(self, ledger: Ledger, *, now: datetime) -> None:
        """Counts what was sent before a restart, as if late in its five minutes."""
        if self._limits.per_hour is None and self._limits.per_minute is None:
            return
        later = 0
        moments: list[datetime] = []
        for step in range(int(_HOUR / _STEP)):
            since = now - (step + 1) * _STEP
            count = ledger.sent_since(since)
            moments += [now - step * _STEP] * (count - later)
            later = count
        for _, _, window in self._windows:
            window.extend(reversed(moments))

    def wait(self, *, now: datetime) -> timedelta:
        """How long the next message has to wait, whoever it is for; zero when it may go."""
        return max((_until_free(window, most, length, now) for length, most, window in self._windows), default=_NOW)

    def wait_for(self, domain: str, *, now: datetime) -> timedelta:
        """How long the next message to that domain has to wait."""
        most = self._per_domain.get(domain.casefold())
        return _NOW if most is None else _until_free(self._domains[domain.casefold()], most, _MINUTE, now)

    def is_used_up(self, domain: str, *, now: datetime) -> bool:
        """Whether nothing more may go to that domain now."""
        return self.wait_for(domain, now=now) > _NOW

    def count(self, domain: str, *, now: datetime) -> None:
        """Notes that a message goes out."""
        for _, _, window in self._windows:
            window.append(now)
        if domain.casefold() in self._per_domain:
            self._domains[domain.casefold()].append(now)


def _until_free(window: deque[datetime], most: int, length: timedelta, now: datetime) -> timedelta:
    while window and window[0] + length <= now:
        window.popleft()
    return _NOW if len(window) < most else window[len(window) - most] + length - now
