"""Takes nothing, gives what the room knows of the world: places, words of themes and sentences, weights.

The one module of the room that reads package data (`knowledge_files/`); everything is read once and kept. Phrases are
spelt as `spelt` spells them. `benchmarks/` makes the gazetteer, the model and `summary_weights.json`;
`theme_words.json`, `section_words.json`, `sentence_words.json` and `news_words.json` are written by hand where they
lie.

Next: briefing/compose/places.py, which finds them in a text.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from briefing.compose.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

#: Kinds of place words, the one that wins first when a word is of several.
CAPITAL_KINDS = ("void", "namesakes", "names", "states", "bodies", "leaders", "peoples", "cities", "towns")
ANY_CASE_KINDS = ("adjectives", "cues", "domestic", "weak")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceWord:
    """Says what a word or phrase tells about the place of a story.

    Attributes:
        kind: the section of the gazetteer it stands in; the weight hangs on it.
        codes: the regions that bear it, the usual one first.
        lesser: of those, the ones that are meant only when the rest of the text says so.
    """

    kind: str
    codes: tuple[str, ...]
    lesser: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """Carries everything known of places.

    Attributes:
        regions: code → (English name, area).
        capital, any_case: folded phrase → its meaning, for words that need a capital letter and for those that do not.
        exact: acronym as written → its meaning.
        after_comma: abbreviations that count after a place name and a comma only ("Paris, TX").
        longest: first word of a phrase, folded → number of words of the longest phrase that begins so.
        given: given names, folded.
        acts, asides, locatives: words of a headline that tell who acts where; `regions.py` says how.
    """

    regions: Mapping[str, tuple[str, str]]
    capital: Mapping[str, PlaceWord]
    any_case: Mapping[str, PlaceWord]
    exact: Mapping[str, PlaceWord]
    after_comma: Mapping[str, PlaceWord]
    longest: Mapping[str, int]
    given: frozenset[str]
    acts: frozenset[str]
    asides: frozenset[str]
    locatives: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeModel:
    """Carries the linear model: a vector times `weights` plus `bias` gives one score per theme.

    Attributes:
        themes: two-digit theme keys, one per row of `weights`.
    """

    themes: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


def spelt(text: str) -> str:
    """The spelling phrases are looked up in: folded words, one space between them."""
    return " ".join(words(text))


@cache
def summary_weights() -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    """What each trait of a summary is worth: language (or "other") → part → name of the trait → weight."""
    tables: Mapping[str, Mapping[str, Mapping[str, float]]] = _read("summary_weights.json")
    return tables


@cache
def gazetteer() -> Gazetteer:
    """Everything known of places; about 40 ms the first time."""
    book = _read("gazetteer.json")
    capital = _place_words(book, CAPITAL_KINDS)
    any_case = _place_words(book, ANY_CASE_KINDS)
    exact, after_comma = _coded(book["exact"], "exact"), _coded(book["after_comma"], "states")
    acronyms = [spelt(word) for word in (*exact, *after_comma)]
    longest = dict.fromkeys((*acronyms, *capital, *any_case), 1)
    for phrase in [phrase for phrase in longest if " " in phrase]:
        first = phrase[: phrase.index(" ")]
        longest[first] = max(1 + phrase.count(" "), longest.get(first, 0))
    return Gazetteer(
        regions={code: (name, area) for code, (name, area) in book["regions"].items()},
        capital=capital,
        any_case=any_case,
        exact=exact,
        after_comma=after_comma,
        longest=longest,
        **{name: frozenset(book[name].split("|")) for name in ("given", "acts", "asides", "locatives")},
    )


def _place_words(book: Mapping[str, Any], kinds: tuple[str, ...]) -> dict[str, PlaceWord]:
    """Later words win, so the kinds come in reverse order of precedence."""
    found: dict[str, PlaceWord] = {}
    for kind in reversed(kinds):
        if kind == "namesakes":
            found |= {name: _namesake(codes) for name, codes in book[kind].items()}
        elif kind == "void":
            found |= dict.fromkeys(book[kind].split("|"), PlaceWord(kind=kind, codes=()))
        else:
            found |= _coded(book[kind], kind)
    return found


def _coded(rows: Mapping[str, str], kind: str) -> dict[str, PlaceWord]:
    """The words of a section; no word stands in two of its rows."""
    found: dict[str, PlaceWord] = {}
    for codes, row in rows.items():
        found |= dict.fromkeys(row.split("|"), PlaceWord(kind=kind, codes=tuple(codes.split())))
    return found


def _namesake(codes: str) -> PlaceWord:
    bearers = codes.split()
    lesser = frozenset(code.upper() for code in bearers if code.islower())
    return PlaceWord(kind="namesakes", codes=tuple(code.upper() for code in bearers), lesser=lesser)


@cache
def theme_words() -> Mapping[str, tuple[str, ...]]:
    """Folded word → keys of the themes it speaks for. A word that ends in "*" stands for all that begin with it."""
    found: dict[str, tuple[str, ...]] = {}
    for theme, by_language in _read("theme_words.json").items():
        for word in " ".join(by_language.values()).split():
            stem = spelt(word) + ("*" if word.endswith("*") else "")
            found[stem] = tuple(dict.fromkeys((*found.get(stem, ()), theme)))
    return found


@cache
def section_words() -> Mapping[str, str]:
    """Folded section name, as outlets call the parts of their paper → theme key."""
    sections = _read("section_words.json")
    return {spelt(name): theme for theme, names in sections.items() for name in names.split("|")}


@cache
def sentence_words() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Language code, or "every" → name of the list → its entries; `sentence_rules.py` says what each list means."""
    return {
        language: {name: frozenset(" ".join(rows).split()) for name, rows in lists.items()}
        for language, lists in _read("sentence_words.json").items()
    }


@cache
def news_words() -> Mapping[str, Mapping[str, str]]:
    """Language code → name of the list → its entries as they stand; `news_cues.py` says what each list means.

    The lists of what may happen are named "events.resign" and so on.
    """
    lists = _read("news_words.json")
    return {
        language: {name: words for name, words in cues.items() if name != "events"}
        | {f"events.{kind}": words for kind, words in cues["events"].items()}
        for language, cues in lists.items()
    }


@cache
def theme_model() -> ThemeModel:
    """The model that `benchmarks/knowledge/fit_themes.py` fitted."""
    import numpy as np  # noqa: PLC0415, who only splits sentences never pays for it

    packed = _read("theme_model.json")
    themes = tuple(packed["themes"])
    steps = np.frombuffer(base64.b64decode(packed["weights"]), dtype=np.int8).reshape(len(themes), -1)
    scale = np.asarray(packed["scale"], dtype=np.float32)[:, None]
    return ThemeModel(themes=themes, weights=steps * scale, bias=np.asarray(packed["bias"], dtype=np.float32))


def _read(name: str) -> Any:
    return json.loads(files("briefing.compose").joinpath("knowledge_files", name).read_text("utf-8"))
