"""Takes a word that somebody wrote and those that are known, gives the one that is meant, or says what would be right.

Next: briefing/services/choices.py.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from briefing.errors import SubscriberError

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Words that are remembered: the lines of a file mostly say the same.
_REMEMBERED = 4096
#: Known words that are named to who wrote none of them; more than these nobody reads.
MOST_NAMED = 12
#: difflib's own 0.6 finds no "Viena" among the parts of names.
_CUTOFF = 0.75
#: First parts of the names that stand for places; the others are countries' old names, offsets and abbreviations.
_REGIONS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
#: What is written in place of a zone by those who think of a clock: UTC+1, CEST, Eastern Time. No place looks like it
#: but by chance: CEST is neither EST nor Australia/West.
_CLOCK = re.compile(
    r"(?i:(utc|gmt|z)?\s*[+-]\s*\d{1,2}(:?\d{2})?)|[A-Z]{2,5}|(?i:(eastern|central|mountain|pacific|western)\b.*)"
)


@lru_cache(maxsize=_REMEMBERED)
def one_of(kind: str, name: str, known: tuple[str, ...]) -> str:
    """The name as it is known, letter case aside.

    Args:
        kind: how to call it in the refusal.
        name: as somebody wrote it.
        known: in the order that a reader of the refusal expects.

    Raises:
        SubscriberError: it is not known; the nearest that is, is named, or all of them where they are few.
    """
    spellings = {spelling.casefold(): spelling for spelling in known}
    if name.casefold() in spellings:
        return spellings[name.casefold()]
    near = get_close_matches(name.casefold(), sorted(spellings), n=1)
    hint = f"did you mean {spellings[near[0]]!r}?" if near else _named(known)
    raise SubscriberError(f"unknown {kind} {name!r}; {hint}")


@lru_cache(maxsize=_REMEMBERED)
def known_zone(name: str) -> str:
    """The zone as the database of time zones spells it; looking for it takes 90 µs.

    Raises:
        SubscriberError: there is none of that name.
    """
    spellings = _zone_spellings()
    meant = "_".join(name.casefold().split())
    if meant in spellings:
        return spellings[meant]
    near = _cities().get(meant.rpartition("/")[2]) or (None if _CLOCK.fullmatch(name) else _near_zone(meant))
    hint = f"did you mean {near!r}?" if near else "write the largest city that keeps the same time: Europe/Paris"
    raise SubscriberError(f"unknown time zone {name!r}; {hint}")


def _near_zone(meant: str) -> str | None:
    """The zone with a name, or else with a last part, that looks like it: Viena is Europe/Vienna."""
    spellings, cities = {zone.casefold(): zone for zone in _places()}, _cities()
    near = get_close_matches(meant, spellings, n=1, cutoff=_CUTOFF)
    if near:
        return spellings[near[0]]
    near = get_close_matches(meant.rpartition("/")[2], cities, n=1, cutoff=_CUTOFF)
    return cities[near[0]] if near else None


@cache
def _zone_spellings() -> dict[str, str]:
    """Zones of places, by their name in small letters; the list takes 30 ms to gather."""
    # Two names in it depend on the machine or mean nothing.
    return {zone.casefold(): zone for zone in sorted(available_timezones() - {"localtime", "Factory"})}


@cache
def _cities() -> dict[str, str]:
    """Zones by the last part of their name; of two with the same one the first."""
    return {zone.rpartition("/")[2].casefold(): zone for zone in reversed(_places())}


@cache
def _places() -> tuple[str, ...]:
    """What may be suggested: CEST looks like EST and is another time, and "Eastern" means one of two countries."""
    return tuple(zone for zone in _zone_spellings().values() if zone.partition("/")[0] in _REGIONS and "/" in zone)


def _named(known: Sequence[str]) -> str:
    more = len(known) - MOST_NAMED
    return "known are " + ", ".join(known[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
