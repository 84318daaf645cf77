"""Takes a language, gives `Words`: everything the frame says, in that language and its typography.

Dates, ages, plurals and territories come from CLDR (Babel), sentences from `locales/*.po`, where English is the key.

Next: briefing/render/links.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_timezone_location
from babel.numbers import format_decimal

from briefing.errors import RenderError
from briefing.model.edition import SectionKind
from briefing.model.story import Area

if TYPE_CHECKING:
    from datetime import date

    from briefing.model.article import Published
    from briefing.model.edition import Section
    from briefing.model.story import Region, Theme
    from briefing.render.templates import Templates

_AREAS = {
    Area.EUROPE: "Europe",
    Area.MIDDLE_EAST: "Middle East",
    Area.AFRICA: "Africa",
    Area.ASIA: "Asia",
    Area.NORTH_AMERICA: "North America",
    Area.LATIN_AMERICA: "Latin America",
    Area.OCEANIA: "Oceania",
    Area.WORLD: "World",
}
#: The top level of the IPTC Media Topics (cv.iptc.org/newscodes/mediatopic, CC BY 4.0), each in one word of ours.
_THEMES = {
    "medtop:01000000": "culture",
    "medtop:02000000": "justice",
    "medtop:03000000": "disasters",
    "medtop:04000000": "economy",
    "medtop:05000000": "education",
    "medtop:06000000": "environment",
    "medtop:07000000": "health",
    "medtop:08000000": "people",
    "medtop:09000000": "labour",
    "medtop:10000000": "leisure",
    "medtop:11000000": "politics",
    "medtop:12000000": "religion",
    "medtop:13000000": "science",
    "medtop:14000000": "society",
    "medtop:15000000": "sport",
    "medtop:16000000": "conflict",
    "medtop:17000000": "weather",
}
#: Where CLDR has nothing, or the long official form.
_TERRITORIES = {"NATO": "NATO", "HK": "Hong Kong", "MO": "Macao"}
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
#: Day before month, no comma to trip over, 24 hours: what most of the world that reads English writes.
_ENGLISH = "en_GB"
_Unit = Literal["year", "month", "week", "day", "hour", "minute"]
_Style = Literal["short", "long"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Speaks one language for the frame. `language` is the one really spoken: English where we lack a catalogue."""

    language: str
    locale: Locale
    translations: NullTranslations

    @property
    def direction(self) -> str:
        """Which way the frame runs: ltr or rtl."""
        return direction_of(self.language)

    def say(self, text: str, *, context: str | None = None, **values: object) -> str:
        """Says a sentence of the catalogue, `{name}` in it replaced by a value.

        Raises:
            RenderError: a translation names a value that we do not give.
        """
        said = self.translations.pgettext(context, text) if context else self.translations.gettext(text)
        return self._filled(said, values)

    def count(self, one: str, many: str, n: int, **values: object) -> str:
        """Says how many, in the plural that the language wants for `n`; `{n}` stands for the number."""
        return self._filled(self.translations.ngettext(one, many, n), {"n": self.number(n), **values})

    def number(self, n: int) -> str:
        """Writes a whole number with the language's own separators."""
        return _written_number(n, self.locale)

    def full_date(self, day: date) -> str:
        """Weekday, day, month and year, as a newspaper dates itself: "dimanche 22 novembre 2026"."""
        written = str(format_date(day, "full", locale=self.locale))
        return written.replace(",", "", 1) if self.locale.language == "en" else written

    def day(self, day: date, *, today: date) -> str:
        """Day and month, with the year only when it is not this one."""
        if day.year == today.year:
            return str(format_skeleton("MMMMd", day, locale=self.locale))
        return str(format_date(day, "long", locale=self.locale))

    def clock(self, moment: datetime, *, timezone: str) -> str:
        """The time of day there: "6 h 40", "06:40"."""
        pattern = self.say("HH:mm", context="time pattern")
        return str(format_time(moment.astimezone(ZoneInfo(timezone)), pattern, locale=self.locale))

    def zone(self, timezone: str) -> str:
        """Names a time zone by its city; UTC and its likes by themselves."""
        if "/" not in timezone or timezone.startswith("Etc/"):
            return timezone.removeprefix("Etc/")
        return str(get_timezone_location(ZoneInfo(timezone), locale=self.locale, return_city=True))

    def age(self, published: Published, *, now: datetime) -> str:
        """Says how long ago an article came out, no more precisely than is known; "" when nobody knows.

        An instant gives minutes, hours or days, after a week its date. A bare date stays a date. An interval counts
        from its middle, in units no finer than it is wide.
        """
        if published.after and published.before:
            width = published.before - published.after
            return self._ago(now - (published.after + width / 2), finest=width)
        if isinstance(published.at, datetime):
            age = now - published.at
            return self._ago(age) if age < timedelta(days=7) else self.day(published.at.date(), today=now.date())
        return self.day(published.at, today=now.date()) if published.at else ""

    def section_title(self, section: Section) -> str:
        """The heading of a section: areas and themes in our words, topics in their owner's."""
        if section.key == "other":
            return self.say("Other stories")
        if section.kind is SectionKind.REGION and section.key in _AREAS:
            return self.area(Area(section.key))
        if section.kind is SectionKind.THEME:
            theme = section.stories[0].theme if section.stories else None
            return capitalised(self._theme(theme.code if theme else "", section.title))
        return section.title

    def area(self, area: Area) -> str:
        """Names one of the eight areas."""
        return self.say(_AREAS[area], context="area")

    def place(self, region: Region) -> str:
        """Names a region by its code, by its English name when the code is new to us."""
        if region.code in _TERRITORIES:
            return self.say(_TERRITORIES[region.code], context="territory")
        return capitalised(str(self.locale.territories.get(region.code) or region.name))

    def theme(self, theme: Theme) -> str:
        """Names a theme by its code, in one word."""
        return self._theme(theme.code, theme.name)

    def _theme(self, code: str, otherwise: str) -> str:
        return self.say(_THEMES[code], context="theme") if code in _THEMES else otherwise

    def _filled(self, said: str, values: dict[str, object]) -> str:
        try:
            return said.format_map(values) if values else said
        except (KeyError, IndexError, ValueError) as error:
            raise RenderError(f"{self.language}.po", f"{said!r} names a value that is not given: {error}") from error

    def _ago(self, age: timedelta, *, finest: timedelta = timedelta(0)) -> str:
        unit, length, style = next(
            (unit, length, style) for unit, length, ends, style in _UNITS if max(age, finest) < ends
        )
        if unit is None:
            return self.say("just now")
        return _written_ago(max(age // length, 1) * length, unit, style, self.locale)


@lru_cache(maxsize=1024)
def _written_number(n: int, locale: Locale) -> str:
    return str(format_decimal(n, locale=locale))


@lru_cache(maxsize=1024)
def _written_ago(age: timedelta, unit: _Unit, style: _Style, locale: Locale) -> str:
    # threshold=inf: keep to this unit, whatever Babel would round up to.
    return str(
        format_timedelta(-age, granularity=unit, threshold=math.inf, add_direction=True, format=style, locale=locale)
    )


_DAY = timedelta(days=1)
#: Unit and its length (Babel's), the age at which the next one takes over, how CLDR writes it: "3 h", but "2 jours".
_UNITS: tuple[tuple[_Unit | None, timedelta, timedelta, _Style], ...] = (
    (None, timedelta(0), timedelta(minutes=1), "short"),
    ("minute", timedelta(minutes=1), timedelta(hours=1), "short"),
    ("hour", timedelta(hours=1), _DAY, "short"),
    ("day", _DAY, 14 * _DAY, "long"),
    ("week", 7 * _DAY, 60 * _DAY, "long"),
    ("month", 30 * _DAY, 700 * _DAY, "long"),
    ("year", 365 * _DAY, timedelta.max, "long"),
)


@lru_cache(maxsize=32)
def words_in(language: str, templates: Templates) -> Words:
    """Gives the words of a language tag such as fr, pt-BR or en-US; English where there is no catalogue for it."""
    catalogues = dict(templates.catalogues)
    tag = language.replace("_", "-")
    known = next((name for name in (tag, tag.partition("-")[0]) if name.replace("-", "_") in catalogues), None)
    if known is None:
        english = tag if tag.lower().startswith("en-") else _ENGLISH
        return Words(language="en", locale=_locale(english) or Locale.parse(_ENGLISH), translations=NullTranslations())
    compiled = catalogues[known.replace("-", "_")]
    locale = _locale(tag) or Locale.parse(known.replace("-", "_"))
    return Words(language=known, locale=locale, translations=GNUTranslations(BytesIO(compiled)))


def direction_of(language: str | None) -> str:
    """Which way a language is written: ltr or rtl."""
    return "rtl" if (language or "").lower().partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def capitalised(text: str) -> str:
    """The text with its first letter large and the others as they are."""
    return text[:1].upper() + text[1:]


def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return None
