"""Takes a line, gives the dates written in it: "Mar, 30/09/2025 - 10:27", "14 juillet 2025 à 10h05", "July 14, 2025".

Months and weekdays are known in two dozen languages from Unicode CLDR, by way of Babel. A clock time without a zone is
worth no more than its date, because nobody knows where that clock hangs.

Next: briefing/collect/dates.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING

from briefing.model.article import Published

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LOCALES = "en fr de es it pt nl pl ru uk tr cs fi sv da nb ar hi ro hu el ca"
_CJK_DATE = re.compile(r"(?P<y>\d{4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일号]?")
_ISO_DATE = re.compile(r"(?P<y>(?:19|20)\d{2})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?!\d)")
_NUMERIC = re.compile(
    r"(?P<a>\d{1,2})(?P<sep>[./-])\s?(?P<b>\d{1,2})(?P=sep)\s?(?P<y>(?:19|20)\d{2}|\d{2}(?![\d.:/-]))(?!\d)"
)
_DAY_MONTH = re.compile(
    r"(?P<d>\d{1,2})(?:er|st|nd|rd|th|º|ª|\.)?\s?(?:(?:de"
    r"|of)\s)?(?P<m>[^\W\d_]{2,14}\.?)(?:,?\s?(?:del?\s)?(?P<y>(?:19|20)\d{2})(?!\d))?"
)
_MONTH_DAY = re.compile(
    r"(?P<m>[^\W\d_]{3,20})\.?\s(?P<d>\d{1,2})(?:st|nd|rd|th)?(?:,\s?|\s)(?P<y>(?:19|20)\d{2})(?!\d)"
)
#: A day beside a month; lines without one hold no date, and most lines hold none.
_DATE_HINT = re.compile(
    r"\d[./-]\s?\d|\d{1,2}(?:er|st|nd|rd|th|º|ª|\.)?\s?(?:(?:de|of)\s)?[^\W\d_]{2}"
    r"|[^\W\d_]\.?\s\d{1,2}(?:\D.*)?\d{4}|20\d{6}|[年년]"
)
_CLOCK_HINT = re.compile(r"\d[:h]\d\d|\d\s?[hdmwj]\b")
_COMPACT = re.compile(r"(?P<y>20\d{2})(?P<m>\d{2})(?P<d>\d{2})")


_HOUR = r"(?:[01]?\d|2[0-4])"
_CLOCK = (
    rf"(?P<hour>{_HOUR})(?:\s?[:.h]\s?(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,]\d+)?)?(?:\s?(?P<half>[ap]\.?m\b\.?))?"
    r"|\s?時\s?(?P<jp>\d{1,2})分|\s?h\b|\s?(?P<noon>[ap]\.?m\b\.?)|(?=\s?uhr\b))(?:\s?(?:uhr|hrs|uur|h)\b)?"
)
_AT = r"(?:T|at|à|a las|um|às|as|alle(?: ore)?|ore|om|kl\.?|@|в|o)?"
_CLOCK_AFTER = re.compile(rf"[\s,·|–—-]*{_AT}\s*{_CLOCK}", re.IGNORECASE)
_CLOCK_TAIL = re.compile(rf"[\s,·|–—-]+{_AT}\s*{_CLOCK}$", re.IGNORECASE)
_CLOCK_ENDS = tuple("0123456789hHrRmM.")  # the last letters of "10:05", "10h", "10 Uhr", "10 a.m."
_CLOCK_BEFORE = re.compile(rf"(?<!\d)(?:{_AT}\s+)?{_CLOCK}[\s,·|–—-]+$", re.IGNORECASE)
_ZONE = re.compile(r"\s?\(?(?:(?:UTC|GMT)?(?P<sign>[+-])(?P<h>\d{1,2}):?(?P<m>\d{2})?|(?P<name>[A-Z]{1,4}))\b\)?")
_ZONES = {
    **dict.fromkeys(("UTC", "GMT", "Z", "WET"), 0),
    **dict.fromkeys(("CET", "MEZ", "BST", "WEST"), 1),
    **dict.fromkeys(("CEST", "MESZ", "EET"), 2),
    **dict.fromkeys(("MSK", "EEST"), 3),
    **dict.fromkeys(("JST", "KST"), 9),
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "AEST": 10,
    "AEDT": 11,
}
#: Zones that change with the season, so that only their date is sure.
_SEASONAL = frozenset({"ET", "CT", "MT", "PT"})
_LETTER_BEFORE = re.compile(r"(?<![.@/-])(?P<word>[^\W\d_]{2,14})\.?,?\s+(?:(?:le|the|den|el)\s+)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Says what time a line states and where: `[start, end)` in code points of that line.

    Attributes:
        is_age: the time is told as a distance from now.
        has_clock: a time of day stands beside the date.
    """

    start: int
    end: int
    published: Published
    is_age: bool = False
    has_clock: bool = False


def day_first_in(lines: Iterable[str], *, captured_at: datetime) -> bool | None:
    """Learns from all dates of a document whether 5/11 is in November (True) or in May (False); None without a sign.

    A number over twelve decides. Without one: dates in the future are misread; then the reading that keeps the dates
    closer together wins, because one page shows one stretch of days; then the look: "11/5/2025" without zeros is what
    American software prints. Points and hyphens ("06-11-2025") go with the day first everywhere they were seen.
    """
    found = [match for line in lines for match in _NUMERIC.finditer(line)]
    sure = [int(m["a"]) > 12 for m in found if max(int(m["a"]), int(m["b"])) > 12]
    if sure:
        return 2 * sum(sure) >= len(sure)
    found = [match for match in found if match["sep"] == "/"]
    by_day, by_month = ([_calendar(m["y"], *_month_and_day(m, first)) for m in found] for first in (True, False))
    days, months = ([day for day in read if day is not None] for read in (by_day, by_month))
    if not days or not months:
        return None
    latest = _tomorrow(captured_at)
    if (max(days) > latest) != (max(months) > latest):
        return max(months) > latest
    if (max(days) - min(days)) != (max(months) - min(months)):
        return max(days) - min(days) < max(months) - min(months)
    return False if all(len(m["a"]) == 1 or len(m["b"]) == 1 for m in found) else None


def _tomorrow(captured_at: datetime) -> date:
    return captured_at.date() + timedelta(days=1)


def _month_and_day(match: re.Match[str], day_first: bool | None) -> tuple[str, str]:  # noqa: FBT001 - three-valued
    return (match["a"], match["b"]) if day_first is False else (match["b"], match["a"])


def _calendar(year: str, month: str | int, day: str) -> date | None:
    """The day, or None when no calendar has it; a year of two digits is of this century."""
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None


def may_hold_date(line: str) -> bool:
    """Says at once whether a line is worth reading for a date or clock; nine of ten are not."""
    return bool(_DATE_HINT.search(line) or _CLOCK_HINT.search(line))


def without_clock(words: str) -> str | None:
    """Takes the time of day off the end of "hier à 18h22"; None when there is none."""
    clock = _CLOCK_TAIL.search(words) if words[-1:] in _CLOCK_ENDS else None
    return words[: clock.start()] if clock else None


def dates_in(line: str, captured_at: datetime, day_first: bool | None) -> Iterator[When]:  # noqa: FBT001 - three-valued
    """Gives the dates of a line, those that are surest to be one first, each with the clock and weekday beside it."""
    for start, end, day in _days_in(line, captured_at, day_first):
        yield _with_clock(line, start, end, day)


def _days_in(line: str, captured_at: datetime, day_first: bool | None) -> Iterator[tuple[int, int, date]]:  # noqa: FBT001
    if _DATE_HINT.search(line) is None:
        return
    if (compact := _COMPACT.fullmatch(line)) and (whole := _calendar(*compact.group("y", "m", "d"))):
        yield 0, len(line), whole
    figures = [
        (m, _calendar(*m.group("y", "m", "d"))) for pattern in (_CJK_DATE, _ISO_DATE) for m in pattern.finditer(line)
    ]
    figures += [(m, _numeric(m, captured_at, day_first)) for m in _NUMERIC.finditer(line)]
    for match, day in figures:
        if day is not None:
            yield match.start(), match.end(), day
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        yield from _named(pattern, line, captured_at)


def _numeric(match: re.Match[str], captured_at: datetime, day_first: bool | None) -> date | None:  # noqa: FBT001
    wanted, other = (_calendar(match["y"], *_month_and_day(match, first)) for first in (day_first, day_first is False))
    if wanted is None or other is None:
        return wanted or other
    swap = day_first is None and other <= _tomorrow(captured_at) < wanted
    return other if swap else wanted


def _named(pattern: re.Pattern[str], line: str, captured_at: datetime) -> Iterator[tuple[int, int, date]]:
    for match in pattern.finditer(line):
        word = match["m"].rstrip(".")
        glued = re.search(r"[^\W\d_](?=[A-Z])(?!.*[a-z][A-Z])", word)  # "WireJul" in "Metro WireJul 14, 2025"
        cut = glued.end() if glued and word.casefold() not in _names()[0] else 0
        month = _names()[0].get(word[cut:].casefold())
        if month is None:
            continue
        if match["y"]:
            day = _calendar(match["y"], month, match["d"])
        elif match.start() == 0 and not re.search(
            r"[^\W\d_]{4}", line[match.end() :]
        ):  # "14 juil., 18:22", no headline
            day = _latest(month, match["d"], captured_at)
        else:
            continue
        if day is not None:
            yield match.start() + cut, match.end(), day


def _latest(month: int, day: str, captured_at: datetime) -> date | None:
    """The last time the calendar showed this day, as seen from `captured_at`."""
    years = (captured_at.year + 1, captured_at.year, captured_at.year - 1)
    known = (_calendar(str(year), month, day) for year in years)
    return next((found for found in known if found and found <= _tomorrow(captured_at)), None)


def _with_clock(line: str, start: int, end: int, day: date) -> When:
    """Widens a date to the weekday before it and the clock beside it; only a zone makes an instant of it."""
    if (before := _CLOCK_BEFORE.search(line[:start])) is not None:
        start = before.start()
    if (word := _LETTER_BEFORE.search(line[:start])) is not None and word["word"].casefold() in _names()[1]:
        start = word.start()
    clock = _CLOCK_AFTER.match(line, end)
    if clock is None:
        return When(start=start, end=end, published=Published(at=day), has_clock=before is not None)
    end = clock.end()
    said = _ZONE.match(line, end)
    zone = _zone(said)
    if said is not None and said["name"] in _SEASONAL:
        end = said.end()
    if zone is None:
        return When(start=start, end=end, published=Published(at=day), has_clock=True)
    offset, width = zone
    hour = int(clock["hour"]) % 24
    half = (clock["half"] or clock["noon"] or "")[:1].casefold()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    at = datetime(
        day.year,
        day.month,
        day.day,
        hour,
        int(clock["minute"] or clock["jp"] or 0),
        int(clock["second"] or 0),
        tzinfo=offset,
    )
    return When(start=start, end=end + width, published=Published(at=at), has_clock=True)


def _zone(match: re.Match[str] | None) -> tuple[timezone, int] | None:
    if match is None:
        return None
    if match["name"]:
        hours = _ZONES.get(match["name"])
        return None if hours is None else (timezone(timedelta(hours=hours)), len(match[0]))
    offset = timedelta(hours=int(match["h"]), minutes=int(match["m"] or 0))
    if offset > timedelta(hours=14):
        return None
    return timezone(-offset if match["sign"] == "-" else offset), len(match[0])


@cache
def _names() -> tuple[dict[str, int], frozenset[str]]:
    """Months by name, and weekdays, from Unicode CLDR by way of Babel, in the languages of `_LOCALES`."""
    from babel.dates import get_day_names, get_month_names  # noqa: PLC0415 - 0.1 s that only pages with words need

    months = {"sept": 9, "juil": 7, "mär": 3, "mrz": 3, "avr": 4, "févr": 2, "set": 9, "mrt": 3, "dez": 12}
    levant = "شباط آذار نيسان أيار حزيران تموز آب أيلول"  # as written from Beirut to Baghdad
    months |= {name: number for number, name in enumerate(levant.split(), 2)}
    weekdays: set[str] = set()
    for locale in _LOCALES.split():
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, locale).items():
                    months.setdefault(name.casefold().rstrip("."), number)
                weekdays.update(name.casefold().rstrip(".") for name in get_day_names(width, context, locale).values())
    return months, frozenset(weekdays)
