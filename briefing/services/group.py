"""Takes article lines, gives them back grouped into stories and filed: the third stage as a Unix filter.

One line out per line in, in the same order; copies are marked, never dropped.

Next: briefing/services/build.py, which does all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from briefing.compose.duplicates import find_duplicates
from briefing.compose.regions import locate
from briefing.compose.stories import group, vector_text
from briefing.compose.themes import classify
from briefing.compose.topics import match_topics
from briefing.model.lines import parse_article, region_fields, theme_fields
from briefing.services.build import encode_all, story_id, unwatched
from briefing.services.extract import Line, with_language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from briefing.model.article import Article
    from briefing.model.settings import Topic
    from briefing.ports import Encoder, LanguageDetector
    from briefing.services.build import Watcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Groups and files article lines as a build would, with the same stages and settings."""

    topics: Sequence[Topic]
    detector: LanguageDetector
    encoder: Encoder | None
    watch: Watcher = unwatched

    def run(self, lines: Sequence[Mapping[str, Any]]) -> list[Line]:
        """The lines with `story`, `duplicate_of`, `region`, `theme` and `topics`; copies carry their story's.

        Raises:
            ValueError: a line is no article line, or two lines share an id.
        """
        if self.encoder is not None:
            self.encoder.prepare()
        articles = [with_language(parse_article(line), self.detector) for line in lines]
        if len({a.id for a in articles}) < len(articles):
            raise ValueError("two lines share an id; every line needs its own")
        texts = {a.id: vector_text(a) for a in articles}
        vectors = encode_all(texts, self.encoder, None, watch=self.watch)
        self.watch("duplicates", 0, 0)
        copies = find_duplicates(articles)
        self.watch("stories", 0, 0)
        groups = group([a for a in articles if a.id not in copies], vectors)
        self.watch("file", 0, 0)
        filed = self._file(groups, vectors)
        found = [{**line, **filed[copies.get(a.id, a.id)]} for line, a in zip(lines, articles, strict=True)]
        self.watch("done", 0, 0)
        return [{**line, "duplicate_of": copies.get(a.id)} for line, a in zip(found, articles, strict=True)]

    def _file(
        self, groups: Sequence[Sequence[Article]], vectors: Mapping[str, Sequence[float]]
    ) -> dict[str, dict[str, Any]]:
        topic_texts = {t.name: t.description for t in self.topics if t.description}
        topic_vectors = encode_all(topic_texts, self.encoder, None)
        filed: dict[str, dict[str, Any]] = {}
        for voices in groups:
            names = match_topics(voices, self.topics, vectors=vectors, topic_vectors=topic_vectors)
            fields = {
                "story": story_id(voices[0]),
                "duplicate_of": None,
                "region": region_fields(locate(voices)),
                "theme": theme_fields(classify(voices, vectors)),
                "topics": list(names),
            }
            filed |= {article.id: fields for article in voices}
        return filed
