"""Takes a day and a number of readers, gives when how many of them want their mail: the zones of the world.

Next: benchmarks/scale/limits.py.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from briefing.services.slots import due_on

#: Millions of people by the clock they live by, rounded from the United Nations' estimates for 2024, under one name
#: for each clock. An assumption: whoever has a list takes its own.
PEOPLE = {
    "Pacific/Auckland": 5,
    "Australia/Sydney": 16,
    "Australia/Brisbane": 19,
    "Asia/Tokyo": 215,
    "Asia/Shanghai": 1_660,
    "Asia/Jakarta": 430,
    "Asia/Yangon": 55,
    "Asia/Dhaka": 185,
    "Asia/Kathmandu": 30,
    "Asia/Kolkata": 1_470,
    "Asia/Karachi": 340,
    "Asia/Kabul": 42,
    "Asia/Dubai": 40,
    "Asia/Tehran": 90,
    "Europe/Moscow": 680,
    "Africa/Cairo": 540,
    "Europe/Paris": 850,
    "Europe/London": 260,
    "Atlantic/Cape_Verde": 1,
    "America/Sao_Paulo": 260,
    "America/Halifax": 75,
    "America/New_York": 320,
    "America/Mexico_City": 270,
    "America/Denver": 38,
    "America/Los_Angeles": 62,
    "Pacific/Honolulu": 2,
}
SEVEN = time(7)
DAY = date(2026, 11, 23)
#: The first minute anybody is due that day.
BEGIN = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Gathers readers who are due at the same moment.

    Attributes:
        zone: one of theirs.
        due_s: seconds after `BEGIN`.
        readers: at least 1.
    """

    zone: str
    due_s: float
    readers: int


def crowds_of_the_world(readers: int, *, day: date = DAY) -> tuple[Crowd, ...]:
    """Parts the readers as the world's people are, at seven by their own clocks; in the order they are due."""
    whole = sum(PEOPLE.values())
    ends, before = 0, 0
    due: defaultdict[float, list[tuple[int, str]]] = defaultdict(list)
    for zone, people in PEOPLE.items():
        ends += people
        upto = readers * ends // whole
        moment = due_on(day, SEVEN, ZoneInfo(zone))
        if moment is not None and upto > before:
            due[(moment - BEGIN) / timedelta(seconds=1)].append((upto - before, zone))
        before = upto
    return tuple(
        Crowd(zone=max(parts)[1], due_s=due_s, readers=sum(count for count, _ in parts))
        for due_s, parts in sorted(due.items())
    )


def clock_of(seconds: float) -> str:
    """Such a moment as UTC shows it."""
    return f"{BEGIN + timedelta(seconds=seconds):%H:%M}"
