"""Takes the articles of a story and their vectors, gives its theme: one of the 17 top-level IPTC Media Topics.

Three witnesses speak, each with a probability per theme: the outlet's own section (feed category or a word in the
address), a linear model on the sentence vector, and the words of the text in seven languages. Their evidence adds up,
the articles of a story are pooled, the likeliest theme wins. Without vectors the other two decide.

Next: briefing/compose/inflections.py, the first step towards the reader's topics.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

import numpy as np

from briefing.compose.duplicates import split_address
from briefing.compose.knowledge import section_words, spelt, theme_model, theme_words
from briefing.compose.words import words
from briefing.model.story import Theme

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from briefing.model.article import Article

#: Key of a top-level Media Topic (the two digits after "medtop:") → the word a reader sees.
NAMES = {
    "01": "culture",
    "02": "crime",
    "03": "disaster",
    "04": "economy",
    "05": "education",
    "06": "environment",
    "07": "health",
    "08": "people",
    "09": "labour",
    "10": "lifestyle",
    "11": "politics",
    "12": "religion",
    "13": "science",
    "14": "society",
    "15": "sport",
    "16": "conflict",
    "17": "weather",
}
TITLE_WEIGHT, TEXT_WEIGHT, TEXT_CHARS = 2.0, 1.0, 1000
SECTION_WEIGHT, WORD_WEIGHT = 3.0, 3.0
#: What words weigh when no vector speaks beside them.
WORDS_ALONE_WEIGHT = 8.0
#: Added to the count of theme words, so that one word alone persuades less than six that agree.
WORD_DOUBT = 2.0
#: Least weight of theme words without vectors: one in the title, or two in the text.
LEAST_WORDS = 2.0
#: Least share of the likeliest theme; of 3,200 articles 6 had less, and even .3 is right only every other time.
LEAST_SHARE = 0.15
LEAST_STEM = 3


def theme_named(code: str) -> Theme:
    """The theme of a code such as "medtop:15000000", with its English name.

    Raises:
        KeyError: not one of the 17 codes.
    """
    key = code.removeprefix("medtop:").removesuffix("000000")
    if code != _code(key):
        raise KeyError(code)
    return Theme(code=code, name=NAMES[key])


def classify(articles: Sequence[Article], vectors: Mapping[str, Sequence[float]]) -> Theme | None:
    """Says what the story is about, or None when neither section, vector nor words tell.

    Args:
        articles: of one story; their order is of no matter.
        vectors: article id → unit vector of title and start of lead; may lack any of them.
    """
    evidence: defaultdict[str, float] = defaultdict(float)
    for article in sorted(articles, key=lambda a: a.id):
        for key, weight in _evidence(article, vectors.get(article.id)).items():
            evidence[key] += weight
    if not evidence:
        return None
    key = min(evidence, key=lambda k: (-round(evidence[k], 9), k))
    share = 1.0 / sum(math.exp(other - evidence[key]) for other in evidence.values())
    return theme_named(_code(key)) if share >= LEAST_SHARE else None


def _code(key: str) -> str:
    return f"medtop:{key}000000"


def _evidence(article: Article, vector: Sequence[float] | None) -> dict[str, float]:
    """Theme key → how much one article speaks for it, in nats above its least likely theme."""
    spoken = _word_votes(article)
    section = section_of(article)
    if vector is not None and not np.any(vector):
        vector = None  # what has no direction points at no theme, not even at the most usual one
    total = sum(spoken.values())
    if vector is None and section is None and total < LEAST_WORDS:
        return {}
    evidence = _model_votes(vector) if vector is not None else dict.fromkeys(NAMES, 0.0)
    worth = WORD_WEIGHT if vector is not None else WORDS_ALONE_WEIGHT
    for key, weight in spoken.items():
        evidence[key] += worth * weight / (total + WORD_DOUBT)
    if section:
        evidence[section] += SECTION_WEIGHT
    return evidence


def _model_votes(vector: Sequence[float]) -> dict[str, float]:
    """The linear model's log-probabilities, shifted so that the least likely theme has none."""
    model = theme_model()
    scores = model.weights @ np.asarray(vector, dtype=np.float32) + model.bias
    lowest = float(scores.min())
    return {key: float(score) - lowest for key, score in zip(model.themes, scores, strict=True)}


def _word_votes(article: Article) -> dict[str, float]:
    """Theme key → weight of the words that speak for it; a word of several themes is shared among them."""
    votes: defaultdict[str, float] = defaultdict(float)
    body = (article.text or article.excerpt or "")[:TEXT_CHARS]
    for text, weight in ((article.title, TITLE_WEIGHT), (body, TEXT_WEIGHT)):
        for themes in map(themes_of, words(text)):
            for key in themes:
                votes[key] += weight / len(themes)
    return votes


def themes_of(word: str) -> tuple[str, ...]:
    """The themes of a word, or of the longest stem it begins with."""
    known = theme_words()
    found = known.get(word)
    for length in range(min(len(word), _longest_stem()), LEAST_STEM - 1, -1):
        if found:
            break
        found = known.get(f"{word[:length]}*")
    return found or ()


@cache
def _longest_stem() -> int:
    """In characters: a "word" of 200,000 without a space must not be asked 200,000 times."""
    return max(map(len, theme_words())) - len("*")


def section_of(article: Article) -> str | None:
    """The theme of the outlet's own section: the one most of its names agree on."""
    known = section_words()
    votes = Counter(known[name] for name in section_names(article) if name in known)
    return min(votes, key=lambda key: (-votes[key], key)) if votes else None


def section_names(article: Article) -> Iterator[str]:
    """Feed categories, whole and in parts ("Sport/Football"), then the folders of the address, never its last part."""
    for category in article.categories:
        yield spelt(category)
        yield from (spelt(part) for part in re.split(r"[/|>,;:]", category)[1:])
    address = split_address(article.url) if article.url and "://" in article.url else None
    folders = address.path.split("/")[:-1] if address else []
    yield from (spelt(unquote(folder)) for folder in folders)
