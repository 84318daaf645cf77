"""Takes a sentence, gives the facts in it that another telling may lack: its figures, names and places.

No model of language is asked: a name is what is written with a capital where none is due, a place is what the
gazetteer knows. Dates, ages, small numbers and offices are no facts; neither is a capital or a leader of a country
that was named, because "Moscow" says no more than "Russia".

Next: briefing/compose/addition.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.compose.figures import Figure, figures
from briefing.compose.knowledge import gazetteer
from briefing.compose.words import STOP_WORDS, fold, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from briefing.compose.figures import Reading
    from briefing.compose.knowledge import PlaceWord

#: Where the gazetteer speaks of a place or a people, or of who speaks for one…
_PLACES = frozenset(
    {"names", "states", "bodies", "cities", "towns", "namesakes", "leaders", "peoples", "adjectives", "exact"}
)
#: …and where that says no more than the name of the country.
_STANDS_FOR_ALL = frozenset({"names", "leaders", "peoples", "adjectives", "exact"})
_CAPITALS = """
    ankara athen athenes athens atene baghdad bagdad beijing pekin peking pechino pequim berlin berlim berlino bern
    berne brasilia brussels bruxelles brussel bruselas bruxelas cairo caracas damascus damas damaskus delhi islamabad
    jerusalem kabul kaboul kiev kiew kyiv lisbon lisbonne lisboa london londres londra madrid moscow moscou moskau
    mosca moscu ottawa paris parigi prague pretoria riyadh riad ryad rome rom roma seoul taipei teheran tehran tokyo
    tokio ljubljana lubiana laibach liubliana zagreb zagabria belgrade belgrad belgrado budapest bucharest bucarest
    bukarest bucareste sofia copenhagen copenhague kopenhagen copenaghen stockholm estocolmo stoccolma oslo helsinki
    dublin dublino bogota lima caracas havana havane habana havanna nairobi lusaka dakar accra abuja luanda harare
    kampala manila manille hanoi bangkok jakarta giacarta canberra wellington riga vilnius tallinn bratislava beirut
    beyrouth amman doha dacca dhaka katmandu kathmandu vienna vienne wien warsaw varsovie warschau washington
    """
#: What places nothing: "European", "Middle East".
_VAGUE = frozenset({"void", "weak"})
#: Seats of power by whose name a country goes.
_SEATS = frozenset(_CAPITALS.split()) | {
    *("washington dc", "white house", "maison blanche", "weisses haus", "kremlin", "elysee"),
}
#: "a dozen" is not worth a line of its own.
_SMALL = 12
#: A name is known when a word that shares so many first letters was said: Ukraine and Ukrainian, Peru and Peruvian.
_STEM, _SHORT_STEM = 5, 4
_LONGEST_PLACE = 3

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}")
_CLINGING = re.compile(r"^(?:[dl]|qu)'|'s?$")
_ARTICLE = re.compile(r"^(?:[dDlL]|[Qq]u)['’]")
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|fév|avr|mai|jui|aoû|déc|mär|okt|dez|ene|abr|ago|dic|gen|mag"
    r"|giu|lug|set|ott|out)[^\W\d_]{0,7}\.?"
)
#: Dates, years, ages and time gone by: "17 February", "Feb. 17", "2020", "17 de marzo", ", 34,", "34-year-old",
#: "34-jährige", "in 80 years", "depuis 20 ans".
_WHEN = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th|er|º|\.)?(?: de)? {_MONTH}|{_MONTH} \d{{1,2}}\b|(?:19|20)\d\d\b(?!,?\d)s?)"
    r"|, (?:aged? )?\d{1,2}(?=,(?!\d))|\b\d{1,3}[ -](?:years?[ -]old|ans\b(?=,)|jährige\w*)"
    r"|\b(?:in|for|depuis|en|seit|desde hace|da|há) (?:[^\W\d]+ ){0,2}\d+ (?:years|ans|Jahren|años|anni|anos)\b",
    re.IGNORECASE,
)
_JOINING = "al bin da das de del della der di do dos du el ibn la le of the van von y zu"
#: What may stand between two parts of a name.
_PARTICLES = frozenset(_JOINING.split())
_CAPITALISED = """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag januar februar marz
    mai juni juli oktober dezember president presidents vice republic prime minister ministers ministry secretary
    senator governor mayor congress parliament government state federal police supreme court high king queen prince
    princess pope saint mr mrs ms dr sir lord lady rev reverend gen general col colonel captain justice judge chief
    senate house republican republicans democrat democrats democratic party union university department office foreign
    defense defence interior finance north south east west northern southern eastern western internet god m mm mme mmes
    mlle monsieur madame etat etats republique assemblee premier ministre presidente senado gobierno estado governo
    parlamento christmas easter noel islam islamic muslim muslims christian christians jewish jew catholic hindu
    """
#: Written with a capital, and no name: days, months (English and German), offices, directions, faiths.
_NO_NAMES = frozenset(_CAPITALISED.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Carries one figure or one name.

    Attributes:
        words: of a name, folded; none for a figure.
        start: where it stands in the sentence, in code points; 0 for a figure.
        regions: codes of the regions it stands for, when naming one of them says as much.
        is_person: as far as anybody can tell: a name that is no place and no people.
        is_introduced: a reader who meets it for the first time does not stumble; over a bare surname they do.
    """

    words: tuple[str, ...] = ()
    figure: Figure | None = None
    start: int = 0
    regions: frozenset[str] = frozenset()
    is_person: bool = False
    is_introduced: bool = True


class Said:
    """Remembers what some texts say, so that facts can be looked up in it."""

    def __init__(self, *texts: str, language: str | None) -> None:
        text = _without_dots("\n".join(texts))
        self._words = frozenset(words(text))
        self._figures: set[Reading] = {r for figure in figures(text, language) for r in figure.readings | figure.parts}
        self._regions = frozenset(_regions_in(text))

    def has(self, fact: Fact) -> bool:
        """Whether the fact was said. A name is when one of its words is: Jackson stands for Jesse Jackson."""
        if fact.figure is not None:
            return fact.figure.is_in(self._figures)
        if fact.regions & self._regions:
            return True
        return any(self._has_word(word) for word in fact.words if word not in _PARTICLES)

    def _has_word(self, word: str) -> bool:
        if word in self._words:
            return True
        if len(word) < _SHORT_STEM:
            return False
        stem = word[:_STEM]
        return any(w.startswith(stem) or (len(w) >= _SHORT_STEM and word.startswith(w)) for w in self._words)


def facts_of(sentence: str, language: str | None) -> tuple[Fact, ...]:
    """Finds the figures and the names of one sentence.

    In German, where every noun has a capital, only places and what follows a given name count as names.
    """
    stated = figures_of(sentence, language)
    return (*(Fact(figure=figure) for figure in stated if not is_small(figure)), *names_of(sentence, language))


def figures_of(sentence: str, language: str | None) -> tuple[Figure, ...]:
    """The figures of one sentence, small ones too, without dates and ages."""
    return figures(without_dates(sentence), language)


def without_dates(text: str) -> str:
    """The text without dates, years, ages and spans of years."""
    return _WHEN.sub(" ", text)


def names_of(sentence: str, language: str | None) -> tuple[Fact, ...]:
    """The names and places of one sentence, from left to right."""
    text = _without_dots(sentence)
    tokens = list(_WORD.finditer(text))
    found: list[Fact] = []
    at = 0
    while at < len(tokens):
        run = _run(text, tokens, at)
        found += _named(run, opening=at == 0, language=language)
        at += max(1, len(run))
    return tuple(found)


def is_small(figure: Figure) -> bool:
    """Whether it is a dozen at most, and no share."""
    return all(value.isdigit() and int(value) <= _SMALL and not share for value, share in figure.readings)


def _run(text: str, tokens: Sequence[re.Match[str]], at: int) -> list[re.Match[str]]:
    """The words with a capital that begin here, one space between them, particles of names among them."""
    run: list[re.Match[str]] = []
    kept = 0
    for token in tokens[at:]:
        near = not run or text[run[-1].end() : token.start()] in {" ", "\u00a0"}
        capital = _ARTICLE.sub("", token[0])[:1].isupper()
        if not near or not (capital or (run and token[0] in _PARTICLES)):
            break
        run.append(token)
        kept = len(run) if capital else kept
    return run[:kept]


def _named(run: Sequence[re.Match[str]], *, opening: bool, language: str | None) -> Iterator[Fact]:
    """The name that a run of words with a capital is, if it is one, without the office before it."""
    place = _place(run)
    if place is None:
        if opening and run and _bare(run[0]) in STOP_WORDS:
            run, opening = run[1:], False
        run = [token for token in run if _bare(token) not in _NO_NAMES]
        place = _place(run)
    spoken = _without_function_words(run)
    if not run or (place and place.kind in _VAGUE):
        return
    if place is None and not _is_name(run, spoken, opening=opening, language=language):
        return
    yield Fact(
        words=spoken or (_phrase(run),),
        start=run[0].start(),
        regions=frozenset(place.codes) - place.lesser if place and _is_metonym(place, run) else frozenset(),
        is_person=place is None or place.kind == "leaders",
        is_introduced=place is not None or len(spoken) > 1,
    )


def _is_name(run: Sequence[re.Match[str]], spoken: Sequence[str], *, opening: bool, language: str | None) -> bool:
    """Not an initial, an abbreviation (DNA, CEO) or the capital that every sentence begins with."""
    if len("".join(spoken)) < 2 or (len(run) == 1 and (opening or run[0][0].isupper())):
        return False
    return language != "de" or spoken[0] in gazetteer().given


def _bare(token: re.Match[str]) -> str:
    """A word folded, without the article or the genitive that clings to it."""
    return _CLINGING.sub("", fold(token[0]))


def _phrase(run: Sequence[re.Match[str]]) -> str:
    return " ".join(word for token in run for word in words(_bare(token)))


def _without_function_words(run: Sequence[re.Match[str]]) -> tuple[str, ...]:
    spoken = [word for word in _phrase(run).split(" ") if word not in STOP_WORDS or word in _PARTICLES]
    while spoken and spoken[0] in _PARTICLES:
        del spoken[0]
    return tuple(spoken)


def _place(run: Sequence[re.Match[str]]) -> PlaceWord | None:
    book = gazetteer()
    if len(run) == 1 and run[0][0] in book.exact:
        return book.exact[run[0][0]]
    every, bare = _phrase(run), " ".join(_without_function_words(run))
    word = book.capital.get(every) or book.capital.get(bare) or book.any_case.get(bare)
    return word if word and word.kind in _PLACES | _VAGUE else None


def _is_metonym(place: PlaceWord, run: Sequence[re.Match[str]]) -> bool:
    return place.kind in _STANDS_FOR_ALL or " ".join(_without_function_words(run)) in _SEATS


def _regions_in(text: str) -> Iterator[str]:
    book = gazetteer()
    for token in _WORD.finditer(text):
        if token[0] in book.exact:
            yield from book.exact[token[0]].codes
    spoken = words(text)
    for length in range(1, _LONGEST_PLACE + 1):
        for at in range(len(spoken) - length + 1):
            phrase = " ".join(spoken[at : at + length])
            word = book.capital.get(phrase) or book.any_case.get(phrase)
            if word and word.kind in _PLACES - {"states", "towns"}:
                yield from frozenset(word.codes) - word.lesser


def _without_dots(text: str) -> str:
    """Writes initials such as U.S. in one word."""
    return _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
