"""Takes a story and the topics, gives what spoke for its region, its theme and each topic: in the articles' own words.

The rules are those of `regions.py`, `themes.py` and `topics.py`; this file only writes down what they saw.

Next: briefing/compose/mentions.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from briefing.compose.knowledge import section_words
from briefing.compose.mentions import Mentions
from briefing.compose.regions import place_words
from briefing.compose.themes import section_names, themes_of
from briefing.compose.topics import LEAST_COSINE, in_small_letters, meaning_of
from briefing.compose.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from briefing.model.article import Article
    from briefing.model.settings import Topic
    from briefing.model.story import Story

#: More words than a person wants to read.
MOST_WORDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """Says why a topic matches a story.

    Attributes:
        keywords: those that stand in its articles, and how often.
        closeness: cosine of the story with the topic's description; None without either.
        is_close: that alone is enough.
    """

    topic: Topic
    keywords: tuple[tuple[str, int], ...]
    closeness: float | None = None

    @property
    def is_close(self) -> bool:
        """Whether the description would have caught it by itself."""
        return self.closeness is not None and self.closeness >= LEAST_COSINE


def region_words(story: Story) -> tuple[tuple[str, float], ...]:
    """The place words that point at the story's region, the weightiest first, with the sum of their weights."""
    if story.region is None:
        return ()
    found: Counter[str] = Counter()
    for article in story.articles:
        for written, word, weight in place_words(article):
            if story.region.code in word.codes:
                found[written] += weight  # type: ignore[assignment]  # a Counter of sums
    return tuple((word, float(weight)) for word, weight in found.most_common(MOST_WORDS))


def theme_words(story: Story) -> tuple[tuple[str, int], ...]:
    """The words that speak for the story's theme, the most frequent first; the outlets' own sections before them."""
    if story.theme is None:
        return ()
    key = story.theme.code.removeprefix("medtop:")[:2]
    sections = Counter(n for a in story.articles for n in section_names(a) if section_words().get(n) == key)
    spoken = Counter(w for a in story.articles for w in words(a.words_of) if key in themes_of(w))
    return tuple([*sections.most_common(MOST_WORDS), *spoken.most_common(MOST_WORDS)][:MOST_WORDS])


def topics_caught(
    story: Story,
    topics: Sequence[Topic],
    *,
    vectors: Mapping[str, Sequence[float]],
    topic_vectors: Mapping[str, Sequence[float]],
) -> tuple[Caught, ...]:
    """Why each topic of the story matches it, in the order of the config. The vectors are those of `match_topics`."""
    meaning = meaning_of(story.articles, vectors)
    found = []
    for topic in topics:
        if topic.name in story.topics:
            described = topic_vectors.get(topic.name)
            keywords = tuple(_keywords(story.articles, topic))
            found.append(Caught(topic=topic, keywords=keywords, closeness=_closeness(meaning, described)))
    return tuple(found)


def _closeness(meaning: np.ndarray | None, described: Sequence[float] | None) -> float | None:
    if meaning is None or described is None:
        return None
    return float(meaning @ np.asarray(described, dtype=np.float64))


def _keywords(articles: Sequence[Article], topic: Topic) -> Iterator[tuple[str, int]]:
    for keyword in topic.keywords:
        count = sum(_count(article, keyword) for article in articles)
        if count:
            yield keyword, count


def _count(article: Article, keyword: str) -> int:
    mentions = Mentions(((keyword,),), language=article.language)
    texts = (in_small_letters(article.title), article.text or article.excerpt or "")
    return sum(sum(mentions.count(text).values()) for text in texts)
