"""Takes article lines, gives them back grouped into stories and filed: the third stage as a Unix filter.

One line out per line in, in the same order; copies, pages made from a form and what a topic mutes are marked, never
dropped.

Next: briefing/services/filing.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from briefing.compose.forms import Forms
from briefing.model.lines import parse_article, region_fields, theme_fields
from briefing.services.extract import Line, with_language
from briefing.services.filing import Filing, unwatched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from briefing.model.settings import Topic
    from briefing.model.story import Story
    from briefing.ports import Encoder, LanguageDetector
    from briefing.services.filing import Watcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Groups and files article lines as a build would, with the same stages and settings."""

    topics: Sequence[Topic]
    detector: LanguageDetector
    encoder: Encoder | None
    watch: Watcher = unwatched

    def run(self, lines: Sequence[Mapping[str, Any]]) -> list[Line]:
        """The lines with `story`, `region`, `theme` and `topics`; a copy carries those of the article it repeats.

        `duplicate_of` names that article; `templated` says that the outlet makes its headline from a form, `muted`
        that an edition would leave the story out.

        Raises:
            ValueError: a line is no article line, or two lines share an id.
        """
        if self.encoder is not None:
            self.encoder.prepare()
        articles = [with_language(parse_article(line), self.detector) for line in lines]
        if len({a.id for a in articles}) < len(articles):
            raise ValueError("two lines share an id; every line needs its own")
        filed = Filing(topics=self.topics, encoder=self.encoder, watch=self.watch).file(articles)
        fields = {a.id: told for story in filed.stories for told in [self._fields(story)] for a in story.printed}
        forms = Forms(articles)
        self.watch("done", 0, 0)
        marks = (
            {"duplicate_of": filed.originals.get(a.id), "templated": place in forms.of}
            for place, a in enumerate(articles)
        )
        return [{**line, **fields[a.id], **mark} for line, a, mark in zip(lines, articles, marks, strict=True)]

    def _fields(self, story: Story) -> dict[str, Any]:
        muted = {topic.name for topic in self.topics if topic.mute}
        return {
            "story": story.id,
            "region": region_fields(story.region),
            "theme": theme_fields(story.theme),
            "topics": list(story.topics),
            "muted": not muted.isdisjoint(story.topics),
        }
