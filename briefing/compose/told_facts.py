"""Takes what earlier editions told of a story, gives for any sentence how much of it none of them told.

Next: briefing/compose/news_worth.py.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from functools import cached_property, lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from briefing.compose.facts import Said, is_small, names_of, without_dates
from briefing.compose.figures import figures
from briefing.compose.news_cues import (
    after_about,
    after_instead,
    currencies_in,
    day_of,
    days_in,
    events_in,
    is_labelled,
    is_lasting,
    names_a_day,
    takes_back,
    without_rough_counts,
    without_short_times,
)
from briefing.compose.sentences import split_sentences
from briefing.compose.words import STOP_WORDS, fold, shingles, terms, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from briefing.compose.facts import Fact
    from briefing.compose.figures import Figure
    from briefing.model.article import Article

#: 120 articles of 4,000 characters take a second.
MOST_TOLD = 120
#: A sentence is a told one when this part of its runs of three words was told, and no figure or name is new in it.
_TOLD = 0.8
#: Of runs of so many words; shorter sentences are compared word by word.
_RUN = 3
#: "Nearly 4,000" stands for 3,950: a figure with fewer digits, at most this far away, and "more than 200" for 237…
_FARTHEST, _HEDGED = 0.2, Decimal("0.06")
#: …and without such a word for 63.4 as 63, or for thousands.
_LARGE = 1_000
#: What comes out earlier in the day was written about the day before.
_DAWN = 6
#: A sum or a difference up to so much is like many another number.
_SMALL = 12
#: Of a figure in other units: feet, miles, acres, pounds, and their reverses, each within this part.
_UNITS = (3.2808, 0.3048, 0.6214, 1.6093, 2.4711, 0.4047, 2.2046, 0.4536)
_MEASURES = re.compile(
    r"\b(?:feet|foot|ft|miles?|acres?|pounds?|lbs?|yards?|met(?:er|re)s?|kilomet\w*|km|hectares?|hektar|kilos?|kg|pieds?"
    r"|fuss|meilen?|metern?|pies|millas?|piedi|miglia|metri|metros?|pes|milhas?|voet|mijl)\b"
)
#: Of an amount in a currency that no told text has.
_EXCHANGE = 0.4
#: A name is known by its consonants, so many at least, when only its spelling is another language's.
_LEAST_CONSONANTS = 3
_ALIKE = str.maketrans("cqzv", "kksf")
_UNITS_LEAST, _UNITS_SPREAD = 100, 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Says what is new in one sentence.

    Attributes:
        figures: numbers above twelve that nobody told, and all of the dead; spans of time left out.
        names: of people, places and bodies that nobody told.
        events: kinds of things that happened and that nobody told, whatever the language.
        unseen: the part of its terms that no told text in its language has, 0 to 1; a half when there is no such text.
        is_later: names a day after those that the told articles speak of; most that come out after midnight speak of
            the day before.
        is_fresh: names a day that had not come when the newest of the told articles came out.
        is_undated: stands in an article that names no day at all.
        is_lasting: says that something goes on, waits or remains.
    """

    figures: int = 0
    names: int = 0
    events: frozenset[str] = frozenset()
    unseen: float = 0.5
    is_later: bool = False
    is_fresh: bool = False
    is_undated: bool = False
    is_lasting: bool = False


class Known:
    """Remembers what the told articles of one thread say, so that sentences can be held against it.

    Of more than `MOST_TOLD` articles the newest count. What only some sentences need is looked up when one does.
    """

    def __init__(self, told: Sequence[Article]) -> None:
        newest = sorted(told, key=lambda a: (day_of(a.published) or date.min, a.id, a.text), reverse=True)
        self._told = newest[:MOST_TOLD]
        self._readings = {
            reading
            for text, language in self._texts()
            for figure in figures(text, language)
            for reading in figure.readings | figure.parts
        }
        values = sorted({value for reading, _ in self._readings if (value := _value(reading)) is not None})
        self._values, self._sizes = values, np.array(values, dtype=np.float64)
        self._terms: defaultdict[str | None, set[str]] = defaultdict(set)
        self._runs: set[str] = set()
        self._words: set[str] = set()
        for article in self._told:
            self._terms[article.language] |= set(terms(f"{article.title} {article.text}"))
            for text in (article.title, article.text):
                spoken = words(text)
                self._runs |= shingles(spoken, _RUN)
                self._words |= set(spoken)
        dated = [(day, article) for article in self._told if (day := day_of(article.published))]
        self._last = max((day for day, _ in dated), default=None)
        self._covered = max((_covered(day, article) for day, article in dated), default=None)

    @cached_property
    def took_back(self) -> bool:
        """Whether one of the told articles was a correction."""
        return any(takes_back(text, lang) or is_labelled(text, lang) for text, lang in self._texts())

    @cached_property
    def _derived(self) -> frozenset[Decimal]:
        """What two figures of one told sentence make together or leave of one another: 214 passengers and 23 crew."""
        pairs = (
            pair
            for text, language in self._texts()
            for start, end in split_sentences(text, language)
            for pair in combinations(_values_of(text[start:end], language), 2)
        )
        return frozenset(made for one, other in pairs for made in (one + other, abs(one - other)) if made > _SMALL)

    @cached_property
    def _said(self) -> list[Said]:
        by_language: defaultdict[str | None, list[str]] = defaultdict(list)
        for text, language in self._texts():
            by_language[language].append(text)
        return [Said(*texts, language=language) for language, texts in by_language.items()]

    @cached_property
    def _skeletons(self) -> frozenset[str]:
        return frozenset(_consonants(word) for text, _ in self._texts() for word in _capitalised(text))

    @cached_property
    def _events(self) -> frozenset[str]:
        return frozenset(kind for text, language in self._texts() for kind in events_in(text, language))

    @cached_property
    def _currencies(self) -> frozenset[str]:
        return frozenset(currency for text, _ in self._texts() for currency in currencies_in(text))

    def _texts(self) -> Iterator[tuple[str, str | None]]:
        return ((f"{article.title}\n{article.text}", article.language) for article in self._told)

    def traits_of(self, sentence: str, article: Article) -> Traits | None:
        """What is new in a sentence of that article; None when it was told as it stands."""
        spoken = words(sentence)
        runs = shingles(spoken, _RUN)
        known = len(runs & self._runs) / len(runs) if len(spoken) >= _RUN else float(self._words.issuperset(spoken))
        if known == 1:
            return None
        numbers = list(self._new_figures(sentence, article.language))
        happened = events_in(sentence, article.language)
        small = 0 if "die" in happened else sum(map(is_small, numbers))  # of the dead, each counts
        names = sum(not self._has_name(name) for name in names_of(sentence, article.language))
        if known >= _TOLD and not numbers and not names:
            return None
        meant = set(terms(sentence))
        same_language = self._terms.get(article.language)
        unseen = len(meant - same_language) / max(1, len(meant)) if same_language else 0.5
        days = days_in(sentence, article.language, published=day_of(article.published))
        return Traits(
            figures=len(numbers) - small,
            names=names,
            events=happened - self._events if happened else happened,
            unseen=unseen,
            is_later=any(self._covered is None or day > self._covered for day in days),
            is_fresh=any(self._last is None or day > self._last for day in days),
            is_undated=not names_a_day(article.text or sentence, article.language),
            is_lasting=is_lasting(sentence, article.language),
        )

    def is_set_right(self, sentence: str, language: str | None) -> bool:
        """Whether a sentence puts another figure in place of a told one: "seven people and not nine"."""
        wrong = figures(after_instead(sentence, language), language)
        return any(figure.is_in(self._readings) for figure in wrong) and any(self._new_figures(sentence, language))

    def _has_name(self, name: Fact) -> bool:
        if any(word in self._words for word in name.words if word not in STOP_WORDS) or any(
            said.has(name) for said in self._said
        ):
            return True
        skeletons = {_consonants(word) for word in name.words}
        return any(len(skeleton) >= _LEAST_CONSONANTS and skeleton in self._skeletons for skeleton in skeletons)

    def _new_figures(self, sentence: str, language: str | None) -> Iterator[Figure]:
        meant = currencies_in(sentence)
        changed = bool(meant and self._currencies and meant.isdisjoint(self._currencies))
        measured = bool(_MEASURES.search(fold(sentence)))
        rounded = {r for figure in figures(after_about(sentence, language), language) for r in figure.readings}
        counted = without_rough_counts(without_dates(without_short_times(sentence, language)), language)
        for figure in figures(counted, language):
            if figure.is_in(self._readings):
                continue
            values = [value for reading, _ in figure.readings if (value := _value(reading)) is not None]
            hedged = not figure.readings.isdisjoint(rounded)
            restated = (
                self._restates(value, hedged=hedged)
                or value in self._derived
                or (measured and self._converts(float(value)))
                or (changed and self._is_near(float(value), _EXCHANGE))
                for value in values
            )
            if not any(restated):
                yield figure

    def _is_near(self, size: float, part: float) -> bool:
        return bool((np.abs(self._sizes - size) <= part * self._sizes).any())

    def _converts(self, size: float) -> bool:
        converted = np.outer(_UNITS, self._sizes)
        return size >= _UNITS_LEAST and bool((np.abs(converted - size) <= _UNITS_SPREAD * size).any())

    def _restates(self, value: Decimal, *, hedged: bool) -> bool:
        away = np.abs(self._sizes - float(value))
        near = (self._values[place] for place in np.flatnonzero(away <= _FARTHEST * self._sizes))
        return any((value == known and _is_telling(value)) or _rounds(value, known, hedged=hedged) for known in near)


@lru_cache(maxsize=64)
def known_of(told: tuple[Article, ...]) -> Known:
    """What they say, looked at once for all segments that were told the same."""
    return Known(told)


def _covered(published: date, article: Article) -> date:
    """The newest day that an article tells of: of one that names none and came out before dawn, the day before."""
    named = days_in(f"{article.title}. {article.text}", article.language, published=published)
    latest = article.published.latest
    at_night = isinstance(latest, datetime) and latest.hour < _DAWN
    return max(named, default=published - timedelta(days=at_night))


def _capitalised(text: str) -> Iterator[str]:
    return (fold(word) for word in re.findall(r"[^\W\d_]+", text) if word[0].isupper())


def _consonants(word: str) -> str:
    """What a name keeps in another language: Rosellón and Roussillon are both r-s-l-n."""
    kept = re.sub("[aeiouyhjw]", "", word.replace("ck", "k").translate(_ALIKE))
    return re.sub(r"(.)\1+", r"\1", kept)


def _value(reading: str) -> Decimal | None:
    try:
        return Decimal(reading)
    except InvalidOperation:  # a time of day
        return None


def _values_of(text: str, language: str | None) -> set[Decimal]:
    readings = (min(figure.readings) for figure in figures(without_dates(text), language))
    return {value for reading, _ in readings if (value := _value(reading)) is not None}


def _is_telling(value: Decimal) -> bool:
    """Whether the same number is the same figure, with "per cent" behind it or without."""
    return value > 12 or value != value.to_integral_value()


def _rounds(value: Decimal, known: Decimal, *, hedged: bool) -> bool:
    digits = len(value.normalize().as_tuple().digits)
    if digits >= len(known.normalize().as_tuple().digits):
        return hedged and value % _LARGE == 0 and abs(value - known) <= _HEDGED * known
    if hedged and (abs(value - known) <= _HEDGED * known or _to_digits(known, digits, ROUND_DOWN) == value):
        return True
    is_rough = known != known.to_integral_value() or known >= _LARGE
    return is_rough and _to_digits(known, digits, ROUND_HALF_EVEN) == value


def _to_digits(known: Decimal, digits: int, rounding: str) -> Decimal:
    return Context(prec=digits, rounding=rounding).plus(known)
