"""Takes the articles of a story and the reader's topics, gives the names of the topics the story is about.

A topic matches by its words (a keyword in a title, or several mentions in the texts: a passing mention is not enough)
or by the meaning of its description (cosine of the vectors).

Next: briefing/compose/threads.py.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from briefing.compose.mentions import Mentions
from briefing.compose.words import STOP_WORDS, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from briefing.model.article import Article
    from briefing.model.settings import Topic

#: Cosine of a story with a description from which on it matches. 14 topics on 78 invented articles in six languages,
#: beside keywords: .30 gives F1 .87, .35 .84, .40 .80, keywords alone .71; .35 has the best precision (.84), which
#: counts most because a muted topic takes a story away.
LEAST_COSINE = 0.35
#: Mentions in the texts that make up for a missing one in the titles, per article of the story.
LEAST_MENTIONS = 2
#: Share of a story's articles that must speak of the topic.
LEAST_SHARE = 1 / 3


def match_topics(
    articles: Sequence[Article],
    topics: Sequence[Topic],
    *,
    vectors: Mapping[str, Sequence[float]],
    topic_vectors: Mapping[str, Sequence[float]],
) -> tuple[str, ...]:
    """Names the topics a story belongs to, in the order of the config.

    Args:
        articles: of one story; their order is of no matter.
        topics: as configured; muted ones match like any other.
        vectors: article id → unit vector; may lack any.
        topic_vectors: topic name → unit vector of its description; may lack any.
    """
    keywords = tuple(topic.keywords for topic in topics)
    voices = Counter(number for article in articles for number in _spoken_of(article, keywords))
    matched = {topics[number].name for number, count in voices.items() if count >= LEAST_SHARE * len(articles)}
    meaning = meaning_of(articles, vectors) if topic_vectors else None
    if meaning is not None:
        matched.update(name for name, described in topic_vectors.items() if _is_close(meaning, described))
    return tuple(topic.name for topic in topics if topic.name in matched)


def _spoken_of(article: Article, keywords: tuple[tuple[str, ...], ...]) -> frozenset[int]:
    """Numbers of the lists of keywords that the article speaks of."""
    mentions = _index(keywords, article.language)
    titled = mentions.count(in_small_letters(article.title))
    told = mentions.count(article.text or article.excerpt or "")
    return frozenset(titled) | {number for number, count in told.items() if count >= LEAST_MENTIONS}


@lru_cache(maxsize=16)
def _index(keywords: tuple[tuple[str, ...], ...], language: str | None) -> Mentions:
    """Made once per config and language; every article asks for it."""
    return Mentions(keywords, language=language)


def in_small_letters(title: str) -> str:
    """A headline all in capitals cannot tell WHO from who, so its function words are taken for words."""
    if not title.isupper():
        return title
    return " ".join(word.lower() if fold(word) in STOP_WORDS else word for word in title.split())


def meaning_of(articles: Sequence[Article], vectors: Mapping[str, Sequence[float]]) -> np.ndarray | None:
    """The direction the articles point in together; None when that is not known."""
    found = [vectors[a.id] for a in articles if a.id in vectors]
    if not found:
        return None
    mean = np.mean(np.asarray(found, dtype=np.float64), axis=0)
    length = float(np.linalg.norm(mean))
    return mean / length if length > 0 else None


def _is_close(meaning: np.ndarray, described: Sequence[float]) -> bool:
    """Whether a story points where the description does."""
    return float(meaning @ np.asarray(described, dtype=np.float64)) >= LEAST_COSINE
