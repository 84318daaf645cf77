"""Takes what a publisher printed as time, gives `Published`: an instant, a bare date or an interval, never a guess.

The readers are asked in this order: ISO 8601, RFC 2822, ages ("2 days ago"), dates in the words of two dozen languages,
and only then dateparser, which knows two hundred and takes its time. A clock time without a zone is worth no more than
its date, because nobody knows where that clock hangs.

Next: briefing/collect/dumps.py.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from briefing.collect.ages import Age, days_back, find_age, has_age_words, read_age
from briefing.collect.text import one_line
from briefing.collect.written_dates import When, dates_in, may_hold_date, without_clock
from briefing.model.article import Published

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Longest text worth reading as a time: "Mis à jour le mercredi 24 septembre 2025 à 10 h 05 (heure de Paris)" has 69.
_MAX_CHARS = 90

#: "Just now" and "avant-hier" have neither digit nor mark.
_MAX_WORDS_ALONE = 12

#: Last letter of Unicode's Latin blocks; words beyond it may be a time without a digit in them.
_LAST_LATIN = "\u024f"

#: What stands before a time and says what it is the time of.
LABEL = re.compile(
    r"(?:(?:first |last |date )?(?:published|posted|updated|created)|publi[ée]e?s?|mise? (?:à jour|en ligne)"
    r"|modifiée?|paru|créé"
    r"|(?:zuletzt )?(?:veröffentlicht|aktualisiert|erstellt|erschienen)|stand|publicad[oa]|actualizad[oa]"
    r"|pubblicat[oa]"
    r"|aggiornat[oa]|atualizad[oa]|gepubliceerd|geplaatst|bijgewerkt|laatste update|update|date|time|datum"
    r"|fecha|data|zeit|опубликовано|обновлено|опубліковано|оновлено|дата|opublikowano"
    r"|aktualizacja|publicerad|uppdaterad"
    r"|publisert|oppdatert|offentliggjort|opdateret|julkaistu|päivitetty|vydáno|aktualizováno|yayınlanma|yayın tarihi"
    r"|güncelleme|نشر في|تاريخ النشر|آخر تحديث|发布时间|发布于|發布時間|更新时间|更新于|公開日?|更新日?|掲載|입력"
    r"|수정|등록|발행)"
    r"(?![^\W\d_])\s*[:：]?\s*(?:(?:on|le|la|am|vom|den|el|il(?! y)|em|op|at|the)\s+)?",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(r"(?:le|on|am|vom|den|el|il(?! y)|em|op|the|du)\s+", re.IGNORECASE)

#: As nine feeds in ten print it. What is out of range here is left to the readers that know all forms.
_PUB_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d\d?) ([A-Z][a-z]{2}) ([12]\d{3}) (\d\d):(\d\d):(\d\d)"
    r" (GMT|UTC|[+-](?!0000)[01]\d[0-5]\d|\+0000)",
    re.ASCII,
)
_MONTHS = {name: n for n, name in enumerate(("Jan", "Feb", "Mar", "Apr", "May", "Jun"), 1)}
_MONTHS |= {name: n for n, name in enumerate(("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 7)}
_RFC_2822 = re.compile(r"(?:[A-Za-z]{3,9},?\s)?\d{1,2}[\s-][A-Za-z]{3,9}[\s-]\d{2,4}\s+\d{1,2}:\d{2}")


def parse_when(text: str, *, captured_at: datetime, languages: Sequence[str] = ()) -> Published | None:
    """Reads a text that is nothing but a time, with or without a label such as "Updated:"; None when it is none.

    Args:
        text: "Mon, 14 Jul 2025 10:05:00 +0200", "il y a 3 h", "Stand: 14.07.2025".
        captured_at: when that text was true; ages count from here.
        languages: of the document (ISO 639-1, a region such as "en-US" tells the order of day and month).
    """
    words = one_line(text)
    if not words or len(words) > _MAX_CHARS:
        return None
    stamped = _stamp(words)
    if stamped is not None:
        return Published(at=stamped)
    label = LABEL.match(words) or _LEAD_IN.match(words)
    bare = words[label.end() :] if label else words
    own = read_when(bare, captured_at=captured_at, day_first=False if "en-US" in languages else None)
    return own.published if own else _by_dateparser(bare, captured_at, languages)


def may_hold_time(line: str) -> bool:
    """Says at once whether a line is worth reading as a time; nine of ten are not."""
    return len(line) <= _MAX_WORDS_ALONE or has_age_words(line) or may_hold_date(line)


def find_when(line: str, *, captured_at: datetime, day_first: bool | None = None) -> When | None:
    """Finds the first date or age inside a line, also when it is glued to a name ("Yahoo23-04-2025").

    Args:
        line: one short line.
        captured_at: when it was true.
        day_first: how the document writes 5/11: True is the fifth of November; None is the same, unless that lies
            in the future.
    """
    if (age := find_age(line)) is not None:
        return _aged(age, captured_at)
    return next(dates_in(line, captured_at, day_first), None)


def _aged(age: Age, captured_at: datetime) -> When:
    published = Published(after=captured_at - age.most, before=captured_at - age.least)
    return When(start=age.start, end=age.end, published=published, is_age=True)


def _stamp(words: str) -> datetime | date | None:
    """Reads the two forms that machines write."""
    if (printed := _PUB_DATE.fullmatch(words)) and (moment := _pub_date(printed)):
        return moment
    readers: list[Callable[[str], datetime]] = [datetime.fromisoformat]
    if _RFC_2822.match(words):
        readers.append(parsedate_to_datetime)
    for read in readers:
        try:
            moment = read(words)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.date()
    return None


def _pub_date(printed: re.Match[str]) -> datetime | None:
    """What `parsedate_to_datetime` makes of the same, in a tenth of its time; None when no calendar has it."""
    day, month, year, hour, minute, second, zone = printed.groups()
    try:
        offset = _offset(zone)
        return datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=offset)
    except (KeyError, ValueError):
        return None


@lru_cache(maxsize=128)
def _offset(zone: str) -> timezone:
    if zone in {"GMT", "UTC", "+0000"}:
        return UTC
    distance = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:]))
    return timezone(-distance if zone[0] == "-" else distance)


def read_when(words: str, *, captured_at: datetime, day_first: bool | None = None) -> When | None:
    """Reads words that are a time from the first letter to the last, by our own tables alone and therefore at once."""
    if (age := read_age(words)) is not None:
        return _aged(age, captured_at)
    on_day = without_clock(words)
    if (back := days_back(words if on_day is None else on_day)) is not None:
        day = captured_at.date() - timedelta(days=back)
        return When(start=0, end=len(words), published=Published(at=day), has_clock=on_day is not None)
    whole = (
        w
        for w in dates_in(words, captured_at, day_first)
        if not words[: w.start].strip(" ,") and not words[w.end :].strip(" .,)")
    )
    return next(whole, None)


def _by_dateparser(words: str, captured_at: datetime, languages: Sequence[str]) -> Published | None:
    """Asks the library that knows two hundred languages, for short texts with a number or in another script only."""
    if len(words.split()) > 9 or not any(letter.isdigit() or letter > _LAST_LATIN for letter in words):
        return None
    import dateparser  # noqa: PLC0415 - half a second to import, and few texts come this far
    from dateparser.data.languages_info import language_order  # noqa: PLC0415

    known = [
        code
        for code in dict.fromkeys([*(tag.split("-")[0].lower() for tag in languages), "en"])
        if code in language_order
    ]
    base = captured_at.replace(tzinfo=None)
    settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past", "REQUIRE_PARTS": ["day", "month"]}
    wanted = known if languages else None
    aged = dateparser.parse(words, languages=wanted, settings={**settings, "PARSERS": ["relative-time"]})
    if aged is not None and aged.tzinfo is None and aged <= base:
        return _aged_by(base - aged, captured_at)
    found = dateparser.parse(words, languages=wanted, settings={**settings, "PARSERS": ["absolute-time"]})
    if found is None:
        return None
    return Published(at=found if found.tzinfo else found.date())


def _aged_by(distance: timedelta, captured_at: datetime) -> Published:
    """Gives an age its half unit of doubt either way; the unit is the largest that divides it."""
    units = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))
    unit = next((unit for unit in units if distance and not distance % unit), timedelta(minutes=1))
    return Published(
        after=captured_at - distance - unit / 2, before=captured_at - max(distance - unit / 2, timedelta(0))
    )
