"""Takes a host, gives the moment at which it may be asked: one request at a time, a pause between two, and its wishes.

Next: briefing/collect/fetch.py.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from protego import Protego

from briefing.errors import FetchError
from briefing.model.visit import HostNote

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from datetime import datetime

#: What robots.txt may call us.
AGENT = "briefing"
#: A host that says "too often" without a time is left alone so long, as NetNewsWire does; a longer wish is cut.
PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(days=7)
#: A robots.txt is good for so long (RFC 9309, 2.4), and read up to so many characters (2.5 there).
ROBOTS_KEPT, ROBOTS_CHARS = timedelta(days=1), 500_000
#: Seconds that all pauses of one host may take together, when hundreds of feeds lie with it; and a Crawl-delay at most.
CROWD_S, LONGEST_DELAY_S = 20.0, 10.0
#: Pages are made for people one by one: so many gaps lie between two of a host that names no Crawl-delay.
PAGES_GAP = 2


class Manners:
    """Knows how each host wants to be treated.

    Args:
        gap_s: between two requests to one host.
        now: the moment of the run.
        notes: what hosts asked earlier, by host.
    """

    def __init__(self, *, gap_s: float, now: datetime, notes: Mapping[str, HostNote]) -> None:
        self._gap_s, self._now = gap_s, now
        self._notes = dict(notes)
        self._changed: set[str] = set()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._reading: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._free_at: dict[str, float] = {}
        self._waiting: Counter[str] = Counter()
        self._delays: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str, *, name: str, at_once: bool) -> AsyncIterator[None]:
        """Waits until nobody else asks the host, and a little longer; `at_once` for the next step of a redirect.

        Raises:
            FetchError: the host wants to be left alone.
        """
        loop = asyncio.get_running_loop()
        self._waiting[host] += 1
        try:
            async with self._locks[host]:
                self._require_no_pause(host, name)
                if not at_once:
                    await asyncio.sleep(max(0.0, self._free_at.get(host, 0.0) - loop.time()))
                try:
                    yield
                finally:
                    gap = self._delays.get(host) or min(self._gap_s, CROWD_S / self._waiting[host])
                    self._free_at[host] = loop.time() + gap
        finally:
            self._waiting[host] -= 1

    def pause(self, host: str, wait_s: int | None) -> None:
        """Leaves the host alone for as long as it asked."""
        wait = min(timedelta(seconds=wait_s), LONGEST_PAUSE) if wait_s else PAUSE
        self._note(replace(self._known(host), paused_until=self._now + wait))

    def _require_no_pause(self, host: str, name: str) -> None:
        until = self._known(host).paused_until
        # A pause of more than the longest was noted by a clock that was ahead.
        if until is not None and self._now < until <= self._now + LONGEST_PAUSE:
            reason = f"was not asked: its host wants to be left alone until {until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
            wait = int((until - self._now).total_seconds())
            raise FetchError(name, reason, status=429, wait_s=wait, was_asked=False)

    async def require_welcome(self, url: str, host: str, *, name: str, read: Callable[[], Awaitable[str]]) -> None:
        """Keeps to the host's robots.txt; `read` fetches that.

        Raises:
            FetchError: the page is not for programs, or nobody can say (RFC 9309, 2.3.1.4).
        """
        async with self._reading[host]:
            await self._refresh(host, name=name, read=read)
        rules = Protego.parse(self._known(host).robots or "")
        delay = rules.crawl_delay(AGENT) or PAGES_GAP * self._gap_s
        self._delays[host] = min(float(delay), LONGEST_DELAY_S)
        if not rules.can_fetch(url, AGENT):
            raise FetchError(name, "its robots.txt asks programs not to read this page")

    async def _refresh(self, host: str, *, name: str, read: Callable[[], Awaitable[str]]) -> None:
        known = self._known(host)
        if known.robots_at is not None and known.robots_at <= self._now < known.robots_at + ROBOTS_KEPT:
            return
        try:
            text = (await read())[:ROBOTS_CHARS]
        except FetchError as error:
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                text = ""
            elif known.robots_at is not None:
                return
            else:
                raise FetchError(
                    name, f"its robots.txt could not be read ({error.reason}), so the page is left alone"
                ) from error
        self._note(replace(known, robots=text, robots_at=self._now))

    def _known(self, host: str) -> HostNote:
        return self._notes.get(host) or HostNote(host=host)

    def _note(self, note: HostNote) -> None:
        self._notes[note.host] = note
        self._changed.add(note.host)

    @property
    def changed(self) -> tuple[HostNote, ...]:
        """What was learnt in this run and is worth remembering."""
        return tuple(self._notes[host] for host in sorted(self._changed))
