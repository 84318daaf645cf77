"""Takes a sentence and its language, gives the cues of news in it: days it names, what it rounds, what it takes back.

The words stand in `knowledge_files/news_words.json`, a list per language and cue: `days` from Monday on and `months`;
`today` and `yesterday`; `bounds` that make a day one to come; `units` of time and `hours`; `about` before a rounded
figure, `vague` numbers that nobody counted, `per_hundred` behind a share; `lasting`, what is so *still*; `labels` that
open a correction, `takes_back` anywhere in it, `instead` before a wrong figure, and the `contrast` between wrong and
right; and `events`, what may happen, by kind. In an entry "*" stands for the rest of a word or for one to ten words.

Next: briefing/compose/told_facts.py.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING

from briefing.compose.knowledge import news_words
from briefing.compose.number_words import number_words
from briefing.compose.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from briefing.model.article import Published

#: Spans of time up to so many units are counted in every recap ("three days after"), and hours of the day told anew.
_FEW, _HOURS = 12, 24
#: Of what stands after a cue: a figure and its unit.
_PIECE = 30
_COMPOUNDING = frozenset(("de", "nl"))
_MONEY = re.compile(
    r"[$€£¥]|\b(?:dollar|dolar|euro|pound|livre|pfund|libra|sterling|franc|frank|yen|yuan|rubl|roubl|rupi|peso)"
)
_CURRENCIES = {
    **dict.fromkeys(("dollar", "dolar"), "$"),
    "euro": "€",
    **dict.fromkeys(("pound", "livre", "pfund", "libra", "sterling"), "£"),
    "frank": "franc",
    "roubl": "rubl",
}
_NEVER = re.compile(r"(?!)")
_ANY_DAY = date(2000, 12, 31)


def day_of(published: Published) -> date | None:
    """The day an article came out, by its publisher's own clock."""
    latest = published.latest
    return latest.date() if isinstance(latest, datetime) else latest


def weekdays_in(text: str, language: str | None) -> frozenset[int]:
    """Which days of the week a text names, Monday 0."""
    return frozenset(day for day, _ in _named_days(fold(text), language or ""))


def without_weekdays(text: str, language: str | None) -> str:
    """The text with a 0 for each day of the week."""
    names = _days(language or "")
    return re.sub(r"[^\W\d_]+", lambda found: "0" if fold(found[0]) in names else found[0], text) if names else text


def days_in(text: str, language: str | None, *, published: date | None) -> frozenset[date]:
    """The days on which an article dated `published` says that something happened, up to that day.

    "Monday" is the last one before or on it, "today" its own day, "3 March" the last of its name; "until Monday" says
    that nothing did.
    """
    if published is None:
        return frozenset()
    plain, code = fold(text), language or ""
    named = [day for day, at in _named_days(plain, code) if not _is_bound(plain[:at], code)]
    found = {published - timedelta(days=(published.weekday() - day) % 7) for day in named}
    for cue, back in (("today", 0), ("yesterday", 1)):
        if _pattern(code, cue).search(plain):
            found.add(published - timedelta(days=back))
    return frozenset(found | set(_dates(plain, code, published=published)))


@lru_cache(maxsize=64)
def names_a_day(text: str, language: str | None) -> bool:
    """Whether a text says at all when something happens."""
    return bool(days_in(text, language, published=_ANY_DAY) or weekdays_in(text, language))


def _dates(plain: str, language: str, *, published: date) -> Iterator[date]:
    """Of "3 March", "March 3rd", "3 de marzo", "3. Marz": the day of the last year that is no day to come."""
    for found in _months_of(language).finditer(plain):
        if not _is_bound(plain[: found.start()], language):
            number, month = int(found[1] or found[4]), _months(language)[found[2] or found[3]]
            with suppress(ValueError):  # 31 June, or 29 February of another year
                day = published.replace(month=month, day=number)
                yield day if day <= published else day.replace(year=day.year - 1)


def without_short_times(text: str, language: str | None) -> str:
    """The text without "three days", "20 hours" and their like; years, which are served in prison, stay."""
    for cue, most in (("units", _FEW), ("hours", _HOURS)):
        text = _times(language or "", cue).sub(partial(_unless_short, most=most, language=language), text)
    return text


def without_rough_counts(text: str, language: str | None) -> str:
    """The text without "thousands", which nobody counted, and without "in a hundred", whose number stays before it."""
    plain = _pattern(language or "", "per_hundred").sub(" ", fold(text))
    return _pattern(language or "", "vague").sub(
        lambda found: found[0] if _follows_number(plain[: found.start()], language) else " ", plain
    )


def _follows_number(before: str, language: str | None) -> bool:
    last = before.split()[-1:]
    return bool(last) and (last[0][-1].isdigit() or bool(number_words(last[0], language)))


def _unless_short(found: re.Match[str], *, most: int, language: str | None) -> str:
    values = (int(found[1]),) if found[1].isdecimal() else number_words(fold(found[1]), language)
    return " " if values and max(values) <= most else found[0]


def after_about(text: str, language: str | None) -> str:
    """What stands after the words that say a figure is rounded, each piece a few words long."""
    return _after(text, language, "about")


def after_instead(text: str, language: str | None) -> str:
    """What stands after "rather than" and its like, each piece a few words long."""
    return _after(text, language, "instead")


def _after(text: str, language: str | None, cue: str) -> str:
    plain = fold(text)
    pieces = _pattern(language or "", cue).finditer(plain)
    return "; ".join(plain[piece.end() : piece.end() + _PIECE].strip() for piece in pieces)


def currencies_in(text: str) -> frozenset[str]:
    """The currencies a text counts in, each by one sign or the beginning of its name."""
    return frozenset(_CURRENCIES.get(found, found) for found in _MONEY.findall(fold(text)))


def is_labelled(text: str, language: str | None) -> bool:
    """Whether a headline or sentence says first of all that it is a correction."""
    return bool(_pattern(language or "", "labels").match(fold(text).lstrip(" \"'“«[(")))


def takes_back(text: str, language: str | None) -> bool:
    """Whether a sentence speaks of something that was reported and is not so."""
    return bool(_pattern(language or "", "takes_back").search(fold(text)))


def is_lasting(text: str, language: str | None) -> bool:
    """Whether a sentence says that something goes on, waits or remains, which is how the news of yesterday is told."""
    return bool(_pattern(language or "", "lasting").search(fold(text)))


def contrasts(text: str, language: str | None) -> bool:
    """Whether a sentence sets what is right against what was wrong."""
    return bool(_pattern(language or "", "contrast").search(fold(text)))


def _named_days(plain: str, language: str) -> list[tuple[int, int]]:
    """Each day of the week in a folded text, and where it stands. German and Dutch write "Montagabend" in one word."""
    names = _days(language)
    lengths = _lengths(language)
    found = []
    for word in re.finditer(r"[^\W\d_]+", plain) if names else ():
        length = next((n for n in lengths if word[0][:n] in names), 0)
        if length and (length == len(word[0]) or language in _COMPOUNDING):
            found.append((names[word[0][:length]], word.start()))
    return found


def _is_bound(before: str, language: str) -> bool:
    near = " ".join(before[-40:].rpartition(",")[2].split()[-4:])
    return bool(_pattern(language, "bounds").search(near))


def events_in(text: str, language: str | None) -> frozenset[str]:
    """What a text says happened, in words that are the same in every language: "resign", "acquit", "end"."""
    plain = fold(text)
    return frozenset(kind for kind, pattern in _events(language or "") if pattern.search(plain))


@cache
def _events(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    kinds = (name for name in news_words().get(language, {}) if name.startswith("events."))
    return tuple((kind.removeprefix("events."), _pattern(language, kind)) for kind in sorted(kinds))


@cache
def _days(language: str) -> dict[str, int]:
    days = news_words().get(language, {}).get("days", "").split()
    return {fold(name): number for number, names in enumerate(days) for name in names.split(",")}


@cache
def _lengths(language: str) -> tuple[int, ...]:
    return tuple(sorted({len(name) for name in _days(language)}))


@cache
def _months(language: str) -> dict[str, int]:
    months = news_words().get(language, {}).get("months", "").split()
    return {fold(name): number for number, names in enumerate(months, 1) for name in names.split(",")}


@cache
def _months_of(language: str) -> re.Pattern[str]:
    if not _months(language):
        return _NEVER
    names = "|".join(sorted(_months(language), key=len, reverse=True))
    before = rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|o|\.)? (?:de )?({names})\b"
    return re.compile(rf"{before}|\b({names})\.? (\d{{1,2}})\b(?![.,]?\d)")


@cache
def _times(language: str, cue: str) -> re.Pattern[str]:
    units = news_words().get(language, {}).get(cue, "").split()
    return (
        re.compile(rf"\b([^\W_]+)[ -](?:{'|'.join(map(re.escape, units))})(?!\w)", re.IGNORECASE) if units else _NEVER
    )


@cache
def _pattern(language: str, cue: str) -> re.Pattern[str]:
    entries = news_words().get(language, {}).get(cue, "")
    if not entries:
        return _NEVER
    # A label is followed by a colon, a dash or the end: "Correction officers" are not one.
    end = r"[\s”\"»]*(?:[:.–—-]|$)" if cue == "labels" else r"(?!\w)"
    # "D'aujourd'hui" is of our time, not of today.
    start = r"(?<!\w)(?<!d')" if cue == "today" else r"(?<!\w)"
    return re.compile(rf"{start}(?:{'|'.join(map(_spelt, fold(entries).split('|')))}){end}")


def _spelt(entry: str) -> str:
    whole = re.escape(entry).replace(r"\ \*\ ", r" (?:[^\s.;:]+ ){1,10}")
    return whole.replace(r"\*", r"\w*")
