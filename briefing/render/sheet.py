"""Takes an edition and the words of its frame, gives `Sheet`: every line of the mail, worded and clean, not yet set.

Both templates (HTML and text) are filled from it, so they cannot disagree. Nothing in it is markup.

Next: briefing/render/budget.py.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.model.edition import SectionKind
from briefing.model.story import Area
from briefing.render.blocks import StoryBlock, block_of
from briefing.render.clean import clean, cut
from briefing.render.footer import Footer, footer_of
from briefing.render.words import capitalised

if TYPE_CHECKING:
    from briefing.model.edition import Edition, Section
    from briefing.model.settings import Look, Sender
    from briefing.model.story import Story
    from briefing.render.words import Words

#: Five lines and the masthead fill the first screen of a phone; an index of three stories or fewer is not worth one.
_BEST, _GLANCE_LEAST = 5, 3
#: Adults read silently 238 words of English prose a minute (Brysbaert 2019), and about as many Chinese characters.
_WORDS_A_MINUTE = 238
_NAME_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionBlock:
    """Sets one section: its heading, how many stories, and those."""

    title: str
    count: str
    stories: tuple[StoryBlock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Sets one area's share of the stories; `percent` of the longest bar, 1 to 100."""

    label: str
    count: str
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Carries the whole mail in reading order. Empty strings and tuples stand for what this edition does not have.

    Attributes:
        best: the stories of the highest scores, which make the subject, the preheader and the glance.
        more: how many stories did not fit.
    """

    language: str
    direction: str
    name: str
    title: str
    date: str
    count: str
    reading: str
    best: tuple[StoryBlock, ...]
    bars: tuple[Bar, ...]
    sections: tuple[SectionBlock, ...]
    brief: tuple[StoryBlock, ...]
    more: str
    footer: Footer

    @property
    def glance(self) -> tuple[StoryBlock, ...]:
        """The best stories as an index of the mail; empty when it would leave nothing out."""
        told = sum(len(section.stories) for section in self.sections)
        return self.best if told > _GLANCE_LEAST else ()


def make_sheet(edition: Edition, *, look: Look, sender: Sender, words: Words) -> Sheet:
    """Words an edition: what the mail says, in the order it says it."""
    name = cut(clean(look.logo) or clean(edition.name), _NAME_CHARS)
    date = words.full_date(edition.date)
    sections = _sections(edition, words)
    brief = tuple(block_of(story, edition, words) for story in edition.brief)
    told = sum(len(section.stories) for section in sections) + len(brief)
    return Sheet(
        language=words.language,
        direction=words.direction,
        name=name,
        title=f"{name}, {date}",
        date=capitalised(date),
        count=words.count("{n} story", "{n} stories", told),
        reading=_reading_time(sections, brief, words),
        best=_best(edition, sections, brief),
        bars=_bars(edition.stories, words),
        sections=sections,
        brief=brief,
        more=_more(edition.counts.cut, words),
        footer=footer_of(edition, name=name, sender=sender, words=words),
    )


def _sections(edition: Edition, words: Words) -> tuple[SectionBlock, ...]:
    blocks: list[SectionBlock] = []
    anchor = 0
    for section in edition.sections:
        known = _headings(section, words)
        stories = []
        for story in section.stories:
            anchor += 1
            stories.append(block_of(story, edition, words, anchor=f"s{anchor}", known=known))
        if stories:
            count = words.count("{n} story", "{n} stories", len(stories))
            blocks.append(SectionBlock(title=known[0], count=count, stories=tuple(stories)))
    return tuple(blocks)


def _headings(section: Section, words: Words) -> tuple[str, ...]:
    # What the heading says already need not stand in every kicker below it.
    title = cut(clean(words.section_title(section)), _NAME_CHARS) or words.say("Other stories")
    return (title,) if section.kind is not SectionKind.REGION else (title, words.area(Area.WORLD))


def _best(
    edition: Edition, sections: tuple[SectionBlock, ...], brief: tuple[StoryBlock, ...]
) -> tuple[StoryBlock, ...]:
    """The highest scores among the stories told in full, or the head of the brief when none is."""
    blocks = [story for section in sections for story in section.stories]
    stories = [story for section in edition.sections for story in section.stories]
    ranked = sorted(range(len(blocks)), key=lambda place: (-stories[place].score.total, place))
    return tuple(blocks[place] for place in ranked[:_BEST]) or brief[:_BEST]


def _bars(stories: tuple[Story, ...], words: Words) -> tuple[Bar, ...]:
    counts = Counter(story.region.area for story in stories if story.region)
    if len(counts) < 2 or max(counts.values()) < 2:
        return ()  # a chart of one bar, or of ones, says nothing
    ranked = sorted(counts, key=lambda area: (-counts[area], list(Area).index(area)))
    longest = counts[ranked[0]]
    return tuple(
        Bar(label=words.area(area), count=words.number(counts[area]), percent=max(1, counts[area] * 100 // longest))
        for area in ranked
    )


def _reading_time(sections: tuple[SectionBlock, ...], brief: tuple[StoryBlock, ...], words: Words) -> str:
    told = [story for section in sections for story in section.stories] + list(brief)
    texts = [text for story in told for text in (story.headline, story.summary)]
    texts += [story.addition.text for story in told if story.addition]
    texts += [story.news.text for story in told if story.news and not story.news.is_told]
    # Scripts without spaces count a word a character from the CJK radicals on (U+2E80).
    length = sum(len(text.split()) + sum("\u2e80" <= char <= "\uffdc" for char in text) for text in texts)
    return words.count("{n} minute", "{n} minutes", max(1, math.ceil(length / _WORDS_A_MINUTE)))


def _more(left_out: int, words: Words) -> str:
    if not left_out:
        return ""
    return words.count("{n} more story did not fit in.", "{n} more stories did not fit in.", left_out)
