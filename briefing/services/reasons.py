"""Takes an edition and the config, gives for each of its stories why it is here, where it is, and by which line.

Next: briefing/services/rehearsal.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.compose.evidence import region_words, theme_words, topics_caught

if TYPE_CHECKING:
    from collections.abc import Iterator

    from briefing.compose.evidence import Caught
    from briefing.model.edition import Edition
    from briefing.model.settings import Config
    from briefing.model.source import Source
    from briefing.model.story import Story
    from briefing.services.build import Builder, Gathered


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Carries what decided about one story.

    Attributes:
        number: its place in the edition, from 1; `section` is the heading it stands under, "" for the last few words.
        region_words, theme_words: what in the articles spoke for them, with the weight or the count of each.
        topics: each with the keywords that were found and its line in the config.
        sources: those of the config that told it, where one has a weight of its own.
    """

    number: int
    section: str
    story: Story
    region_words: tuple[tuple[str, float], ...]
    theme_words: tuple[tuple[str, int], ...]
    topics: tuple[Caught, ...]
    sources: tuple[Source, ...]


def reasons_of(edition: Edition, gathered: Gathered, builder: Builder) -> tuple[Reasons, ...]:
    """The reasons of every story, in reading order."""
    config = builder.config
    described = builder.described_topics()
    return tuple(
        Reasons(
            number=number,
            section=section,
            story=story,
            region_words=region_words(story),
            theme_words=theme_words(story),
            topics=topics_caught(story, config.topics, vectors=gathered.vectors, topic_vectors=described),
            sources=_sources(story, config),
        )
        for number, (section, story) in enumerate(_placed(edition), 1)
    )


def _placed(edition: Edition) -> Iterator[tuple[str, Story]]:
    for section in edition.sections:
        for story in section.stories:
            yield section.title, story
    for story in edition.brief:
        yield "", story


def _sources(story: Story, config: Config) -> tuple[Source, ...]:
    outlets = set(story.outlets)
    return tuple(source for source in config.sources if source.name in outlets and source.weight != 1.0)
