"""Takes the headlines of benchmarks/knowledge/headlines.tsv, gives as many as wanted that nobody ever printed.

Most of the words of each are replaced by words of its language, and a quarter are near-twins of one before, so that
there are stories to find. Vectors are those of the headlines they were made from, perturbed: encoding 50,000 texts
would take minutes and say nothing about the stages after it.

Next: benchmarks/grouping/stages.py.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from briefing.model.article import Article, Published

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

HEADLINES = Path(__file__).parents[1] / "knowledge/headlines.tsv"
NOW = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)
#: Share of headlines that are near-twins, of those that repeat word for word, and of words replaced in a fresh
#: headline and in a twin.
TWINS, COPIES, FRESH_WORDS, TWIN_WORDS = 0.25, 0.2, 0.7, 0.2
#: Length of the noise added to a unit vector. Cosines of headlines of one origin are then about .3, of twins .9.
FRESH_NOISE, TWIN_NOISE = 1.5, 0.33
OUTLETS = 200
_WINDOW_MINUTES = 36 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """Carries headlines and their unit vectors by article id."""

    articles: tuple[Article, ...]
    vectors: Mapping[str, Sequence[float]]


def read_headlines() -> list[tuple[str, str]]:
    """Language and text of each headline we wrote."""
    lines = HEADLINES.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(language, text) for _, language, text in rows]


def invent(count: int, base: Matrix, *, seed: int = 1) -> Invented:
    """Makes `count` headlines of 36 hours by 200 outlets; the same for the same seed.

    Args:
        count: at least 1.
        base: one unit vector per line of `read_headlines`.
        seed: of the choice of headlines, words and noise.
    """
    dice, headlines = random.Random(seed), read_headlines()
    vocabulary: defaultdict[str, list[str]] = defaultdict(list)
    for language, text in headlines:
        vocabulary[language] += text.split()
    articles: list[Article] = []
    vectors = _noise(count, base.shape[1], seed=seed)
    for place in range(count):
        if articles and dice.random() < TWINS:
            origin = dice.randrange(place)
            articles.append(_twin(articles[origin], place, vocabulary, dice))
            vectors[place] = vectors[origin] + TWIN_NOISE * vectors[place]
        else:
            origin = dice.randrange(len(headlines))
            articles.append(_fresh(headlines[origin], place, vocabulary, dice))
            vectors[place] = base[origin] + FRESH_NOISE * vectors[place]
        vectors[place] /= np.linalg.norm(vectors[place])
    return Invented(articles=tuple(articles), vectors={a.id: v for a, v in zip(articles, list(vectors), strict=True)})


def _noise(count: int, width: int, *, seed: int) -> Matrix:
    noise = np.random.default_rng(seed).standard_normal((count, width), dtype=np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    return noise


def _fresh(
    headline: tuple[str, str], place: int, vocabulary: Mapping[str, Sequence[str]], dice: random.Random
) -> Article:
    language, text = headline
    return Article(
        id=f"a{place:06}",
        title=_reworded(text, vocabulary[language], FRESH_WORDS, dice),
        language=language,
        source=f"Outlet {dice.randrange(OUTLETS)}",
        url=f"https://outlet-{place % OUTLETS}.example/{place}",
        published=Published(at=NOW - timedelta(minutes=dice.randrange(_WINDOW_MINUTES))),
    )


def _twin(article: Article, place: int, vocabulary: Mapping[str, Sequence[str]], dice: random.Random) -> Article:
    words = vocabulary[article.language or ""]
    title = article.title if dice.random() < COPIES else _reworded(article.title, words, TWIN_WORDS, dice)
    return replace(
        article,
        id=f"a{place:06}",
        title=title,
        source=f"Outlet {dice.randrange(OUTLETS)}",
        url=f"https://outlet-{place % OUTLETS}.example/{place}",
    )


def _reworded(text: str, words: Sequence[str], share: float, dice: random.Random) -> str:
    return " ".join(dice.choice(words) if dice.random() < share else word for word in text.split())
