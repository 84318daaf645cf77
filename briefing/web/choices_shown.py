"""Takes the words of a language, gives what a form offers in it: languages, time zones, days and sections by name.

Next: briefing/web/preference_pages.py.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names

from briefing.model.edition import Section, SectionKind
from briefing.model.story import Area, Theme
from briefing.render.terms import THEMES
from briefing.render.words import capitalised

if TYPE_CHECKING:
    from collections.abc import Iterable

    from briefing.render.words import Words

#: UN M49 codes, which CLDR names, by the first part of a zone; what is not named there belongs to the world.
_CONTINENTS = {
    "Africa": "002",
    "America": "019",
    "Antarctica": "AQ",
    "Asia": "142",
    "Australia": "009",
    "Europe": "150",
    "Pacific": "009",
}
_WORLD = "001"


class Shown(NamedTuple):
    """Pairs what is posted with what is read."""

    value: str
    label: str


class ZoneGroup(NamedTuple):
    """Gathers the zones of a continent, by the name of their city."""

    label: str
    zones: tuple[Shown, ...]


def languages_shown(codes: Iterable[str]) -> tuple[Shown, ...]:
    """Each language by its own name."""
    return tuple(Shown(code, _own_name(code)) for code in codes)


def days_shown(words: Words) -> tuple[Shown, ...]:
    """The days of the week, Monday first."""
    names = get_day_names("wide", context="stand-alone", locale=words.locale)
    return tuple(Shown(str(number), capitalised(str(names[number]))) for number in range(7))


def sections_shown(keys: Iterable[str], kind: SectionKind, words: Words) -> tuple[Shown, ...]:
    """Each section as the edition heads it."""
    return tuple(Shown(key, _section_name(key, kind, words)) for key in keys)


@lru_cache(maxsize=16)
def zones_shown(words: Words) -> tuple[ZoneGroup, ...]:
    """Every inhabited place of the time zone database; Babel needs 0.1 s to name them."""
    groups: dict[str, list[Shown]] = {}
    for zone in _places():
        code = _CONTINENTS.get(zone.partition("/")[0], _WORLD)
        label = str(words.locale.territories.get(code) or code)
        groups.setdefault(label, []).append(Shown(zone, words.zone(zone)))
    groups.setdefault(str(words.locale.territories.get(_WORLD) or _WORLD), []).append(Shown("UTC", "UTC"))
    return tuple(
        ZoneGroup(label, tuple(sorted(zones, key=lambda zone: zone.label.casefold())))
        for label, zones in sorted(groups.items())
    )


@cache
def _places() -> tuple[str, ...]:
    """The third column of tzdata's zone.tab: one zone for each place, without old names for the same."""
    lines = files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8").splitlines()
    return tuple(line.split("\t")[2].strip() for line in lines if line and not line.startswith("#"))


def _section_name(key: str, kind: SectionKind, words: Words) -> str:
    if kind is SectionKind.REGION and key in set(Area):
        return words.area(Area(key))
    if kind is SectionKind.THEME and key in THEMES:
        return capitalised(words.theme(Theme(code=key, name=THEMES[key])))
    return words.section_title(Section(key=key, title=key, kind=kind, stories=()))


@cache
def _own_name(code: str) -> str:
    try:
        return capitalised(str(Locale.parse(code).get_display_name() or code))
    except (UnknownLocaleError, ValueError):
        return code
