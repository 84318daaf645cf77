"""Takes the articles of a story and the reader's topics, gives the names of the topics the story is about.

A topic matches by its words (a keyword in a title, or several mentions in the texts: a passing mention is not enough)
or by the meaning of its description (cosine of the vectors).

Next: briefing/compose/rank.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from briefing.compose.words import words

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
#: What may follow a keyword's last word: plural, case and gender endings of the languages we read.
ENDINGS = ("s", "es", "e", "n", "en", "er", "ns", "x", "i", "a", "as", "os", "'s")
#: Shorter keywords ("AI", "UE") are taken as they are: an ending would make another word of them.
LEAST_INFLECTED = 4


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
    texts = [(words(a.title), words(a.text or a.excerpt or "")) for a in articles]
    found = [vectors[a.id] for a in articles if a.id in vectors]
    meaning = np.mean(np.asarray(found, dtype=np.float64), axis=0) if found else None
    return tuple(
        topic.name
        for topic in topics
        if _has_words(texts, topic) or _has_meaning(meaning, topic_vectors.get(topic.name))
    )


def _has_words(texts: Sequence[tuple[list[str], list[str]]], topic: Topic) -> bool:
    """Whether enough of the articles speak of the topic."""
    phrases = [phrase for phrase in map(words, topic.keywords) if phrase]
    speaking = sum(_speaks(title, body, phrases) for title, body in texts)
    return speaking > 0 and speaking >= LEAST_SHARE * len(texts)


def _speaks(title: list[str], body: list[str], phrases: Sequence[list[str]]) -> bool:
    if any(_mentions(title, phrase) for phrase in phrases):
        return True
    return sum(_mentions(body, phrase) for phrase in phrases) >= LEAST_MENTIONS


def _mentions(text: list[str], phrase: list[str]) -> int:
    """How often a phrase stands in a text, its last word inflected or not."""
    width = len(phrase)
    return sum(
        text[at : at + width - 1] == phrase[:-1] and _is_form(text[at + width - 1], phrase[-1])
        for at in range(len(text) - width + 1)
    )


def _is_form(word: str, base: str) -> bool:
    """Whether a word is the keyword or a plain inflection of it."""
    if word == base:
        return True
    if len(base) < LEAST_INFLECTED or not word.startswith(base):
        return False
    return word[len(base) :] in ENDINGS


def _has_meaning(meaning: np.ndarray | None, described: Sequence[float] | None) -> bool:
    """Whether the mean vector of the story points where the description does."""
    if meaning is None or described is None:
        return False
    length = float(np.linalg.norm(meaning))
    return length > 0 and float(meaning @ np.asarray(described, dtype=np.float64)) / length >= LEAST_COSINE
