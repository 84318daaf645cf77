"""Takes a sentence and its language, gives the cues of news in it: days it names, what it rounds, what it takes back.

The words stand in `knowledge_files/news_words.json`, a list per language and cue: `days` from Monday on; `today`;
`bounds` that make a day the end or the beginning of something; `units` of time and `hours`; `about` before a rounded
figure; `labels` that open a correction, `takes_back` anywhere in it, and the `contrast` between wrong and right; and
`events`, what may happen, by kind. In an entry "*" stands for the rest of a word or for one to ten words.

Next: briefing/compose/told_facts.py.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

from briefing.compose.knowledge import news_words
from briefing.compose.number_words import number_words
from briefing.compose.words import fold

if TYPE_CHECKING:
    from datetime import date

    from briefing.model.article import Published

#: Spans of time up to so many units are counted in every recap ("three days after"), and hours of the day told anew.
_FEW, _HOURS = 12, 24
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
    """The days of its last week on which an article dated `published` says that something happened.

    "Today" is its own day; "until Monday" and "since Monday" say that nothing did.
    """
    if published is None:
        return frozenset()
    plain = fold(text)
    named = [day for day, at in _named_days(plain, language or "") if not _is_bound(plain[:at], language or "")]
    found = {published - timedelta(days=(published.weekday() - day) % 7) for day in named}
    return frozenset(found | {published}) if _pattern(language or "", "today").search(plain) else frozenset(found)


def without_short_times(text: str, language: str | None) -> str:
    """The text without "three days", "20 hours" and their like; years, which are served in prison, stay."""
    for cue, most in (("units", _FEW), ("hours", _HOURS)):
        text = _times(language or "", cue).sub(partial(_unless_short, most=most, language=language), text)
    return text


def _unless_short(found: re.Match[str], *, most: int, language: str | None) -> str:
    values = (int(found[1]),) if found[1].isdecimal() else number_words(fold(found[1]), language)
    return " " if values and max(values) <= most else found[0]


def after_about(text: str, language: str | None) -> str:
    """What stands after the words that say a figure is rounded, each piece a few words long."""
    pieces = _pattern(language or "", "about").finditer(fold(text))
    return "; ".join(fold(text)[piece.end() : piece.end() + 30].strip() for piece in pieces)


def currencies_in(text: str) -> frozenset[str]:
    """The currencies a text counts in, each by one sign or the beginning of its name."""
    return frozenset(_CURRENCIES.get(found, found) for found in _MONEY.findall(fold(text)))


def is_labelled(text: str, language: str | None) -> bool:
    """Whether a headline or sentence says first of all that it is a correction."""
    return bool(_pattern(language or "", "labels").match(fold(text).lstrip(" \"'“«[(")))


def takes_back(text: str, language: str | None) -> bool:
    """Whether a sentence speaks of something that was reported and is not so."""
    return bool(_pattern(language or "", "takes_back").search(fold(text)))


def contrasts(text: str, language: str | None) -> bool:
    """Whether a sentence sets what is right against what was wrong."""
    return bool(_pattern(language or "", "contrast").search(fold(text)))


def _named_days(plain: str, language: str) -> list[tuple[int, int]]:
    """Each day of the week in a folded text, and where it stands. German and Dutch write "Montagabend" in one word."""
    names = _days(language)
    found = []
    for word in re.finditer(r"[^\W\d_]+", plain) if names else ():
        length = next((n for n in sorted({len(name) for name in names}) if word[0][:n] in names), 0)
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
