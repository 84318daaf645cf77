"""Takes articles, gives stories: grouped by happening, each filed by region, theme and topic.

What a build and the filter `briefing group` have in common.

Next: briefing/services/build.py, which does all of it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from briefing.compose.coverage import cover
from briefing.compose.duplicates import find_duplicates
from briefing.compose.regions import locate
from briefing.compose.stories import group, vector_text
from briefing.compose.themes import classify
from briefing.compose.topics import match_topics
from briefing.model.story import Story
from briefing.services.results import Results

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from briefing.model.article import Article
    from briefing.model.settings import Topic
    from briefing.ports import Encoder, VectorCache

#: Texts encoded at once: often enough for a bar to move.
_BATCH = 64


class Watcher(Protocol):
    """Hears how far a stage has come; the terminal draws a bar from it."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` pieces of the stage are finished; a total of 0 is not known yet."""


def unwatched(stage: str, done: int, total: int) -> None:
    """Hears and says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """Carries stories, those with most voices first, and what was found on the way.

    Attributes:
        originals: id of a copy → id of the article it repeats.
        vectors: id of an article → its vector; empty without an encoder.
    """

    stories: tuple[Story, ...]
    originals: Mapping[str, str]
    vectors: Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """Makes stories of articles.

    Attributes:
        encoder: None does without vectors: stories then meet within one language only.
        cache: None computes every vector anew.
        results: of earlier runs; by default nothing is kept.
    """

    topics: Sequence[Topic]
    encoder: Encoder | None
    cache: VectorCache | None = None
    watch: Watcher = unwatched
    results: Results = field(default_factory=Results)

    def file(self, articles: Sequence[Article]) -> Filed:
        """Finds the stories in the articles, hangs the copies on them, and says which topics each matches."""
        return self.tag(self.find(articles))

    def find(self, articles: Sequence[Article]) -> Filed:
        """The same without the topics, which is what a person edits most."""
        vectors = self.encode({a.id: vector_text(a) for a in articles}, watch=self.watch)
        self.watch("duplicates", 0, 0)
        originals = find_duplicates(articles)
        self.watch("stories", 0, 0)
        groups = group([a for a in articles if a.id not in originals], vectors)
        copies: defaultdict[str, list[Article]] = defaultdict(list)
        for article in articles:
            if article.id in originals:
                copies[originals[article.id]].append(article)
        outlets = frozenset(article.source for article in articles if article.source)
        placed = self.results.pieces("place")
        keys = [(self.encoder is None, voices) for voices in groups]
        stories = []
        for done, (key, voices) in enumerate(zip(keys, groups, strict=True), start=1):
            self.watch("file", done, len(groups))
            repeats = tuple(copy for voice in voices for copy in copies[voice.id])
            if key not in placed:
                placed[key] = locate(voices), classify(voices, vectors)
            region, theme = placed[key]
            stories.append(
                Story(
                    id=story_id(voices[0]),
                    articles=voices,
                    copied_by=repeats,
                    coverage=cover(voices + repeats, outlets),
                    region=region,
                    theme=theme,
                )
            )
        self.results.forget_pieces("place", but=set(keys))
        return Filed(stories=tuple(stories), originals=originals, vectors=vectors)

    def tag(self, found: Filed, *, made_of: Hashable = ()) -> Filed:
        """Says which topics each story matches; what was looked for before in the same stories is known.

        Args:
            made_of: equal whenever the stories are.
        """
        keys = {topic.name: (made_of, topic.keywords, topic.description) for topic in self.topics}
        caught = self.results.pieces("topic")
        sought = [topic for topic in self.topics if keys[topic.name] not in caught]
        described = self.encode({t.name: t.description for t in sought if t.description})
        matches: dict[str, set[str]] = {topic.name: set() for topic in sought}
        for story in found.stories if sought else ():
            for name in match_topics(story.articles, sought, vectors=found.vectors, topic_vectors=described):
                matches[name].add(story.id)
        caught.update((keys[name], ids) for name, ids in matches.items())
        self.results.forget_pieces("topic", but=set(keys.values()))
        stories = (
            replace(story, topics=tuple(name for name, key in keys.items() if story.id in caught[key]))
            for story in found.stories
        )
        return replace(found, stories=tuple(stories))

    def encode(self, texts: Mapping[str, str], *, watch: Watcher = unwatched) -> dict[str, Sequence[float]]:
        """Vectors by the same keys as the texts; only what the cache has never seen is computed.

        A text whose vector points nowhere has none. Empty without an encoder.
        """
        if self.encoder is None or not texts:
            return {}
        hashes = {key: digest(text) for key, text in texts.items()}
        known = dict(self.cache.load_vectors(hashes.values())) if self.cache else {}
        missing = list({h: texts[key] for key, h in hashes.items() if h not in known}.items())
        for start in range(0, len(missing), _BATCH):
            part = dict(missing[start : start + _BATCH])
            found = dict(zip(part, self.encoder.encode(list(part.values())), strict=True))
            if self.cache:
                self.cache.save_vectors(found)
            known |= found
            watch("vectors", min(start + _BATCH, len(missing)), len(missing))
        return {key: known[h] for key, h in hashes.items() if _points(known[h])}


def story_id(lead: Article) -> str:
    """A story's id: the same as long as it is told from the same article."""
    return "s" + digest(lead.id)[:12]


def digest(text: str) -> str:
    """What a text is remembered by."""
    # A feed may bring half a surrogate pair, which is no UTF-8.
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _points(vector: Sequence[float]) -> bool:
    """Whether a vector has a direction: one of zeros has none, one with a NaN none that anybody knows."""
    return bool(np.isfinite(vector).all() and np.any(vector))
