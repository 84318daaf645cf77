"""Takes a language and dice, gives newspaper prose that nobody printed: headlines, sentences, outlets, places.

The sentences are of the length that newspapers write, and hold what breaks mails: quotation marks of six traditions,
percent signs, dashes, combining marks, joiners, digits of other scripts, one word of 49 letters.

Next: benchmarks/email/drawings.py.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

PROSE = Path(__file__).parent / "prose.tsv"
LANGUAGES = ("en", "fr", "de", "ar", "hi", "ja")
#: What a summary of two or three sentences takes, in characters. Japanese says the same in half as many.
SUMMARY_CHARS, DENSE_SUMMARY_CHARS = (280, 400), (120, 180)
_THOUSANDS = {"fr": "\u202f", "de": ".", "ar": "٬"}


@lru_cache(maxsize=1)
def _lines() -> dict[tuple[str, str], list[str]]:
    lines: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for line in PROSE.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            language, kind, text = line.split("\t")
            lines[language, kind].append(text)
    return dict(lines)


def outlets(language: str) -> list[str]:
    """The eight newspapers of a language."""
    return _lines()[language, "outlet"]


def places(language: str) -> list[str]:
    """Ten places that are on no map."""
    return _lines()[language, "place"]


def headline(language: str, dice: random.Random) -> str:
    """One of 24 headlines with a place and numbers in it: about 20,000 different ones."""
    return _filled(dice.choice(_lines()[language, "headline"]), language, dice)


def sentences(language: str, dice: random.Random) -> tuple[str, ...]:
    """Two or three sentences, together as long as a summary is."""
    least, most = DENSE_SUMMARY_CHARS if language == "ja" else SUMMARY_CHARS
    for _ in range(200):
        drawn = dice.sample(_lines()[language, "sentence"], dice.choice((2, 3, 3)))
        told = tuple(_filled(sentence, language, dice) for sentence in drawn)
        if least <= len(" ".join(told)) <= most:
            return told
    raise ValueError(f"no {language} sentences of {least} to {most} characters")


def sentence(language: str, dice: random.Random) -> str:
    """A single sentence."""
    return _filled(dice.choice(_lines()[language, "sentence"]), language, dice)


def _filled(text: str, language: str, dice: random.Random) -> str:
    large = f"{dice.randrange(1_000, 90_000):,}".replace(",", _THOUSANDS.get(language, ","))
    return (
        text.replace("{p}", dice.choice(places(language)))
        .replace("{n}", str(dice.randrange(3, 60)))
        .replace("{m}", large)
    )
