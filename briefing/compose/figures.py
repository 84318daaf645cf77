"""Takes a text, gives the figures it states, so that 1,200, 1.200, 1 200 and "twelve hundred" are the same one.

A check, not a reader: what can be read in two ways keeps both readings in an article, and needs one in a summary.

Next: briefing/compose/measures.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from briefing.compose.number_words import CONNECTORS, THOUSAND, number_words
from briefing.compose.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A figure's value in one spelling ("1200", "3.5", "14:30"), and whether it is a share of a hundred.
Reading = tuple[str, bool]

_TOKEN = re.compile(
    r"(?P<time>(?<![\d.,])\d{1,2}(?::| ?h ?)[0-5]\d(?!\d))"
    r"|(?P<digits>(?<!\d)(?:\d{1,3}(?:[ ']\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*))"
    r"|(?P<half>½)"
    r"|(?P<word>[^\W\d_]+)"
)
#: "Two and a half", "deux millions et demi", "zweieinhalb", "tweeënhalf", folded: what is said of a half…
_HALF = {
    "en": r" and a half\b",
    "fr": r" et demie?\b",
    "de": r"(?:und)?einhalb\b",
    "es": r" y medi[oa]\b",
    "it": r" e mezz[oa]\b",
    "pt": r" e mei[oa]\b",
    "nl": r"(?:en|eneen)half\b| en een half\b",
}
#: …and of one and a half.
_ONE_AND_A_HALF = {"de": (r"\banderthalb\b", "ein ½"), "nl": (r"\banderhalf\b|\banderhalve\b", "een ½")}
# After a number only: "pour cent jours" is for a hundred days. Percentage points and ‰ are no shares of a hundred.
_PERCENT = re.compile(
    r"\b(\w+)(?: ?-?(?:%|per ?cento?\b|percent\b|pour ?cents?\b|prozent\b|por ?cien(?:to)?\b|por ?cento\b"
    r"|procent\b))"
)
# What stands between the ends of a range: both are of the unit that only the second one names.
_RANGE = re.compile(r" ?(?:-|–|—|/|to|and|or|a|au|et|ou|bis|und|oder|y|o|e|tot|en|of) ?")
#: More of them are no number but noise, and too many for decimal arithmetic.
_MOST_DIGITS = 40
#: Words that multiply a smaller number before them: "two dozen", but "soixante-douze" is a sum.
_MULTIPLES = {12: 12, 100: 100}
_ONE_HALF = Decimal("0.5")
# "14.30 Uhr" is a time, no decimal.
_DOTTED_TIME = re.compile(r"(?<![\d.,])(\d{1,2})\.([0-5]\d)(?= ?(?:uhr|uur|h\b|heures|horas|ore\b|[ap]\.?m\b))")
_MONEY_MILLION = re.compile(r"(?<=[$€£¥])(\d+(?:[.,]\d+)?)m\b")


def has_foreign_figure(text: str, *, article: str, language: str | None) -> bool:
    """Whether the text states a number or a share that the article does not.

    Digits may be grouped in any way and words may stand for digits (in seven languages); 3,5 million is 3,500,000, but
    neither 3,5 nor 3,5 billion.
    """
    known = {reading for figure in figures(article, language) for reading in figure.readings | figure.parts}
    return any(not figure.is_in(known) for figure in figures(text, language))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number as stated.

    Attributes:
        readings: what it may mean; any of them is enough.
        parts: the numbers it is made of, for "two hundred and three" that means 200 and 3; all of them are needed.
    """

    readings: frozenset[Reading]
    parts: frozenset[Reading] = frozenset()

    def is_in(self, known: set[Reading]) -> bool:
        """Whether an article with these readings states it."""
        return not self.readings.isdisjoint(known) or bool(self.parts and self.parts <= known)


@dataclass(slots=True)
class _Run:
    """Adds up neighbouring tokens that make one number: "3,5 Millionen", "two hundred and five"."""

    start: int
    end: int
    total: Decimal = Decimal(0)
    current: Decimal | None = None
    digits: bool = False
    scale: int = 1
    tokens: list[Decimal] = field(default_factory=list)
    time: str = ""

    def takes(self, value: Decimal, *, digits: bool) -> bool:
        """Joins the next token, or says that it begins another number."""
        if not self._join(value, digits=digits):
            return False
        self.tokens.append(value)
        return True

    def _join(self, value: Decimal, *, digits: bool) -> bool:
        if self.time:
            return False
        if value == _ONE_HALF:
            return self._add_half()
        if not digits and value >= THOUSAND:
            return self._multiply(int(value))
        if not digits and self.current is not None and 1 <= self.current < _MULTIPLES.get(int(value), 0):
            self.current *= value
        elif self.current is None and (not self.tokens or not digits):
            self.current, self.digits = value, digits
        elif self.current is not None and not digits and not self.digits and _adds_to(self.current, value):
            self.current += value
        else:
            return False
        return True

    def _add_half(self) -> bool:
        """Of the unit named last: of one before "million", of a million behind it."""
        if self.current is not None and self.current % 1 == 0:
            self.current += _ONE_HALF
        elif self.current is None and self.scale > 1:
            self.total += self.scale * _ONE_HALF
        else:
            return False
        return True

    def _multiply(self, scale: int) -> bool:
        if self.scale == 1 or scale < self.scale:
            self.total += (Decimal(1) if self.current is None else self.current) * scale
        elif self.current is None:  # "mil millones"
            self.total *= scale
            scale *= self.scale
        else:
            return False
        self.current, self.scale = None, scale
        return True

    @property
    def value(self) -> Decimal:
        return self.total + (self.current or 0)

    def is_an_article(self) -> bool:
        """Whether it is "one", "une" or "ein" on its own, which states no number."""
        return not self.digits and self.tokens == [1]


def _adds_to(current: Decimal, value: Decimal) -> bool:
    """Whether two words are one number: "hundred five", "twenty-three", "soixante-douze", "drei-und-zwanzig"."""
    if value >= 20 and value % 10 == 0 and current < 10:
        return value < 100 and current > 0
    rest = current % 100
    return (rest == 0 and value < 100) or (rest % 10 == 0 and value < 10) or (rest in {60, 80} and value < 20)


def figures(text: str, language: str | None) -> tuple[Figure, ...]:
    """Every number of the text in reading order."""
    plain = _prepared(text, language)
    runs = [run for run in _runs(plain, language) if not run.is_an_article()]
    found = []
    for place, run in enumerate(runs):
        percent = plain.startswith("%", run.end)
        readings = {(run.time or _spelt(run.value), percent)}
        following = runs[place + 1] if place + 1 < len(runs) else None
        if following and run.scale == 1 and not percent and _RANGE.fullmatch(plain, run.end, following.start):
            readings.add((_spelt(run.value * following.scale), plain.startswith("%", following.end)))
        small = run.scale == 1 and not percent and not run.time and len(run.tokens) > 1
        parts = {(_spelt(token), False) for token in run.tokens} if small else set()
        found.append(Figure(readings=frozenset(readings), parts=frozenset(parts)))
    return tuple(found)


def _prepared(text: str, language: str | None) -> str:
    """Folded, one kind of space, a sign for every word for percent, superscripts (km²) left out."""
    plain = re.sub(r"\s", " ", fold(re.sub("[²³¹]", "", text)))
    plain = _PERCENT.sub(
        lambda found: f"{found[1]}%" if found[1][-1].isdigit() or number_words(found[1], language) else found[0], plain
    )
    plain = _DOTTED_TIME.sub(r"\1:\2", plain)
    if language == "en":
        plain = _MONEY_MILLION.sub(r"\1 million", plain)
    if language in _HALF:
        plain = re.sub(_HALF[language], " ½", plain)
        whole, spelt = _ONE_AND_A_HALF.get(language, ("(?!)", ""))
        plain = re.sub(whole, spelt, plain)
    return re.sub(r"quatre[- ]vingts?\b", "quatrevingt", plain) if language == "fr" else plain


def _runs(plain: str, language: str | None) -> Iterator[_Run]:
    run: _Run | None = None
    joint = CONNECTORS.get(language or "")
    for start, end, values, kind in _tokens(plain, language):
        gap = plain[run.end : start] if run else ""
        near = gap in {"", " ", "-"} or (kind == "word" and gap in {f" {joint} ", f"-{joint}-"})
        for value in values:
            if run and near and kind != "time" and run.takes(value, digits=kind == "digits"):
                run.end = end
                continue
            if run:
                yield run
            if value == _ONE_HALF and kind == "half":
                run = None
                continue
            run, near = _Run(start=start, end=end), True
            run.takes(value, digits=kind == "digits")
            if kind == "time":
                run.time = ":".join(f"{int(part):02d}" for part in re.findall(r"\d+", plain[start:end]))
    if run:
        yield run


def _tokens(plain: str, language: str | None) -> Iterator[tuple[int, int, tuple[Decimal, ...], str]]:
    for found in _TOKEN.finditer(plain):
        kind, token = str(found.lastgroup), found[0]
        if kind == "word":
            values = tuple(map(Decimal, number_words(token, language)))
        elif kind == "half":
            values = (_ONE_HALF,)
        else:
            values = (Decimal(0),) if kind == "time" else tuple(_values(token))
        if values:
            yield found.start(), found.end(), values, kind


def _values(token: str) -> Iterator[Decimal]:
    """One number, or the parts of a date or a version."""
    digits = re.sub("[ ']", "", token)[:_MOST_DIGITS].rstrip(".,")
    pieces = re.split("[.,]", digits)
    marks = re.findall("[.,]", digits)
    grouped = len(pieces[0]) <= 3 and pieces[0] != "0" and all(len(piece) == 3 for piece in pieces[1:])
    if marks and len(set(marks)) == 1 and grouped:
        yield Decimal("".join(pieces))
    elif len(marks) <= 1:
        yield Decimal(".".join(pieces))
    elif marks[-1] not in marks[:-1] and len(set(marks)) == 2:
        yield Decimal("".join(pieces[:-1]) + "." + pieces[-1])
    else:
        yield from map(Decimal, pieces)


def _spelt(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
