"""Takes a language, gives `Words`: everything the frame says, in that language and its typography.

Dates, ages, plurals and territories come from CLDR (Babel), sentences from `locales/*.po`, where English is the key.

Next: briefing/render/links.py.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_timezone_location
from babel.numbers import format_decimal

from briefing.errors import RenderError
from briefing.model.edition import SectionKind
from briefing.model.story import Area
from briefing.render.terms import AREAS, SHORTER, TERRITORIES, THEMES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from briefing.model.article import Published
    from briefing.model.edition import Section
    from briefing.model.story import Region, Theme
    from briefing.render.templates import Templates

#: How the first of a month is written; CLDR (47) has a plain 1 in these as well.
_FIRST = {"fr": "1er", "pt": "1º"}
#: CLDR's short hour is a code in Hindi (घं॰) that no newspaper prints, and Japanese has a space in "3 時間前".
_SPELT_OUT, _UNSPACED = frozenset({"hi"}), frozenset({"ja", "zh"})
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

    @property
    def comma(self) -> str:
        """What stands between two names of a list, with its space: ", ", "، ", "、"."""
        return self.say("{first}, {next}", context="list", first="", next="")

    @property
    def gap(self) -> str:
        """What stands between two sentences: a space, or nothing."""
        return self.say("{sentence} {next}", context="paragraph", sentence="", next="")

    def list(self, names: Iterable[str]) -> str:
        """Names one after the other, without a last "and": forty outlets are no sentence, and "Bild und Funk" is one.

        CLDR's lists end in a word (standard), have none between them (narrow), or put one before each (Arabic).
        """
        return self.comma.join(names)

    def prose(self, *sentences: str) -> str:
        """Sentences as one paragraph, with the space that the language puts between them; "" is left out."""
        return self.gap.join(filter(None, sentences))

    def number(self, n: int) -> str:
        """Writes a whole number with the language's separators; in European digits (CLDR's for ar), like the dates."""
        return _written_number(n, self.locale)

    def full_date(self, day: date) -> str:
        """Weekday, day, month and year, as a newspaper dates itself: "dimanche 22 novembre 2026"."""
        written = _with_first(str(format_date(day, "full", locale=self.locale)), day, self.locale)
        return written.replace(",", "", 1) if self.locale.language == "en" else written

    def day(self, day: date, *, today: date) -> str:
        """Day and month, with the year only when it is not this one."""
        return _written_day(day, self.locale, has_year=day.year != today.year)

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
        if section.kind is SectionKind.REGION and section.key in AREAS:
            return self.area(Area(section.key))
        if section.kind is SectionKind.THEME:
            theme = section.stories[0].theme if section.stories else None
            return capitalised(self._theme(theme.code if theme else "", section.title))
        return section.title

    def area(self, area: Area) -> str:
        """Names one of the eight areas."""
        return self.say(AREAS[area], context="area")

    def place(self, region: Region) -> str:
        """Names a region by its code, by its English name when the code is new to us."""
        return _named_place(region, self)

    def theme(self, theme: Theme) -> str:
        """Names a theme by its code, in one word."""
        return self._theme(theme.code, theme.name)

    def _theme(self, code: str, otherwise: str) -> str:
        return self.say(THEMES[code], context="theme") if code in THEMES else otherwise

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


@lru_cache(maxsize=1024)  # Babel merges its territories anew each time: 9 µs
def _named_place(region: Region, words: Words) -> str:
    if region.code in TERRITORIES:
        return words.say(TERRITORIES[region.code], context="territory")
    named = str(words.locale.territories.get(region.code) or region.name)
    if region.code in SHORTER:
        shorter = words.say(SHORTER[region.code], context="territory")
        named = named if shorter == SHORTER[region.code] else shorter
    return capitalised(named)


@lru_cache(maxsize=1024)
def _written_number(n: int, locale: Locale) -> str:
    return str(format_decimal(n, locale=locale))


@lru_cache(maxsize=1024)
def _written_day(day: date, locale: Locale, *, has_year: bool) -> str:
    written = format_date(day, "long", locale=locale) if has_year else format_skeleton("MMMMd", day, locale=locale)
    return _with_first(str(written), day, locale)


@lru_cache(maxsize=1024)
def _written_ago(age: timedelta, unit: _Unit, style: _Style, locale: Locale) -> str:
    style = "long" if locale.language in _SPELT_OUT else style
    # threshold=inf: keep to this unit, whatever Babel would round up to.
    written = str(
        format_timedelta(-age, granularity=unit, threshold=math.inf, add_direction=True, format=style, locale=locale)
    )
    return written.replace(" ", "") if locale.language in _UNSPACED else written


def _with_first(written: str, day: date, locale: Locale) -> str:
    is_plain = locale.language == "pt" and locale.territory not in {None, "BR"}
    if day.day > 1 or is_plain or locale.language not in _FIRST:
        return written
    return re.sub(r"\b1\b", _FIRST[locale.language], written, count=1)


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
    """Gives the words of a language tag such as fr, pt-BR or en-US; English where there is no catalogue for it.

    The dates are the country's, unless the catalogue is in another script: a frame asked for in traditional Chinese is
    all simplified (zh) as long as nobody brought a zh_Hant.po, never a mixture of both.
    """
    catalogues = dict(templates.catalogues)
    tag = language.replace("-", "_")
    wanted = _locale(tag)
    known = next((name for name in _catalogue_names(tag, wanted) if name in catalogues), None)
    if known is None:
        english = wanted if wanted and tag.lower().startswith("en_") else Locale.parse(_ENGLISH)
        return Words(language="en", locale=english, translations=NullTranslations())
    spoken = Locale.parse(known)
    return Words(
        language=known.replace("_", "-"),
        locale=wanted if wanted and _script(wanted) == _script(spoken) else spoken,
        translations=GNUTranslations(BytesIO(catalogues[known])),
    )


def direction_of(language: str | None) -> str:
    """Which way a language is written: ltr or rtl."""
    return "rtl" if (language or "").lower().partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def capitalised(text: str) -> str:
    """The text with its first letter large and the others as they are; unchanged in scripts without large letters."""
    # Titlecase, not upper: ǆ becomes ǅ, and Georgian, whose capitals stand in whole words only, stays as it is.
    return text[:1].title() + text[1:]


def _catalogue_names(tag: str, locale: Locale | None) -> tuple[str, ...]:
    """Whose words would do, the nearest first: zh_TW, zh_Hant_TW, zh_Hant, zh."""
    named = (str(locale), f"{locale.language}_{locale.script}", locale.language) if locale else ()
    return (tag, *named, tag.partition("_")[0])


def _script(locale: Locale) -> str:
    likely: str = get_global("likely_subtags").get(locale.language, "")
    return locale.script or likely.partition("_")[2].partition("_")[0]


def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag)
    except (ValueError, UnknownLocaleError):
        return None
