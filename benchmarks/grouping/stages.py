"""Takes articles and their vectors, gives the processor seconds that each stage of finding and filing stories takes.

Next: benchmarks/grouping/labels.py.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from briefing.compose.duplicates import find_duplicates
from briefing.compose.regions import locate
from briefing.compose.stories import group
from briefing.compose.themes import classify
from briefing.compose.topics import match_topics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from briefing.model.article import Article
    from briefing.model.settings import Topic

    Vectors = Mapping[str, Sequence[float]]

Result = TypeVar("Result")


class StageClock:
    """Adds up what each stage takes."""

    def __init__(self, clock: Callable[[], float] = time.process_time) -> None:
        self.seconds: dict[str, float] = {}
        self._clock = clock

    def timed(self, stage: str, work: Callable[[], Result]) -> Result:
        """What the work gives; its seconds count for the stage."""
        started = self._clock()
        found = work()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + self._clock() - started
        return found


def stage_seconds(
    articles: Sequence[Article], vectors: Vectors, topics: Sequence[Topic] = (), topic_vectors: Vectors | None = None
) -> tuple[dict[str, float], int]:
    """Processor seconds by stage, in the order a build runs them, and the number of stories."""
    _read_knowledge(articles[0], vectors, topics)
    clock = StageClock()
    copies = clock.timed("duplicates", lambda: find_duplicates(articles))
    voices = [article for article in articles if article.id not in copies]
    stories = clock.timed("stories", lambda: group(voices, vectors))
    clock.timed("region", lambda: [locate(story) for story in stories])
    clock.timed("theme", lambda: [classify(story, vectors) for story in stories])
    clock.timed(
        "topics",
        lambda: [match_topics(s, topics, vectors=vectors, topic_vectors=topic_vectors or {}) for s in stories],
    )
    return clock.seconds, len(stories)


def _read_knowledge(article: Article, vectors: Vectors, topics: Sequence[Topic]) -> None:
    """Reads gazetteer and models, once a process, before anything is timed."""
    find_duplicates([article])
    for story in group([article], vectors):
        locate(story)
        classify(story, vectors)
        match_topics(story, topics, vectors=vectors, topic_vectors={})
