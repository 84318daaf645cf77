"""Takes an edition and the words of its frame, gives `Sheet`: every line of the mail, worded and clean, not yet set.

All templates (mail, page, text) are filled from it, so they cannot disagree. Nothing in it is markup.

Next: briefing/render/budget.py.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from briefing.model.edition import SectionKind
from briefing.model.story import Area
from briefing.render.clean import clean, cut, is_visible
from briefing.render.footer import Footer, footer_of
from briefing.render.wording import Wording
from briefing.render.words import capitalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from briefing.model.edition import Edition, Section
    from briefing.model.settings import Look, Sender
    from briefing.render.blocks import StoryBlock
    from briefing.render.words import Words

#: Five lines and the masthead fill the first screen of a phone; an index of three stories or fewer is not worth one.
_BEST, _GLANCE_LEAST = 5, 3
#: Adults read silently 238 words of English prose a minute (Brysbaert 2019), and about as many Chinese characters.
_WORDS_A_MINUTE = 238
_NAME_CHARS = 60
#: What a briefing is called whose name nobody can see.
_NAMELESS = "Briefing"
#: Scripts without spaces count a word a character, from the CJK radicals on.
_WIDE = re.compile("[\u2e80-\uffdc]")


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
        left_out: how many stories did not fit; `more` says so, as the words of a link when `is_online`.
        is_online: readers have pages where the whole edition stands.
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
    left_out: int
    more: str
    is_online: bool
    footer: Footer

    @property
    def told(self) -> tuple[StoryBlock, ...]:
        """Every story told in full, in reading order."""
        return tuple(story for section in self.sections for story in section.stories)

    @property
    def glance(self) -> tuple[StoryBlock, ...]:
        """The best stories as an index of the mail; empty when it would leave nothing out."""
        return self.best if len(self.told) > _GLANCE_LEAST else ()


def make_sheet(edition: Edition, *, look: Look, sender: Sender, words: Words) -> Sheet:
    """Words an edition: what the mail says, in the order it says it."""
    called = (cut(clean(text), _NAME_CHARS) for text in (look.logo, edition.name))
    name = next(filter(is_visible, called), _NAMELESS)
    date = words.full_date(edition.date)
    wording = Wording(words=words, now=edition.built_at)
    blank = Sheet(
        language=words.language,
        direction=words.direction,
        name=name,
        title=f"{name} · {date}",
        date=capitalised(date),
        count="",
        reading="",
        best=(),
        bars=(),
        sections=_sections(edition, wording),
        brief=tuple(wording.block(story) for story in edition.brief),
        left_out=edition.counts.cut,
        more="",
        is_online=sender.public_url is not None,
        footer=footer_of(edition, name=name, sender=sender, words=words),
    )
    return with_stories(blank, blank.told, blank.brief, words=words)


def with_stories(
    sheet: Sheet, told: Sequence[StoryBlock | None], brief: Sequence[StoryBlock], *, words: Words
) -> Sheet:
    """The sheet with its stories replaced one by one, and everything that counts them counted again.

    Args:
        told: one for each of `sheet.told`, in their order; None where it is not told in full any more.
    """
    best = _best([story for story in told if story], brief)
    leads = {best[0].anchor} if best and best[0].anchor else set()
    places = iter(told)
    sections = []
    for section in sheet.sections:
        kept = [story for _, story in zip(section.stories, places, strict=False) if story]
        stories = tuple(replace(story, is_lead=True) if story.anchor in leads else story for story in kept)
        if stories:
            count = words.count("{n} story", "{n} stories", len(stories))
            sections.append(replace(section, count=count, stories=stories))
    everything = [*(story for section in sections for story in section.stories), *brief]
    left_out = sheet.left_out + len(sheet.told) + len(sheet.brief) - len(everything)
    return replace(
        sheet,
        count=words.count("{n} story", "{n} stories", len(everything)),
        reading=_reading_time(everything, words),
        best=best,
        bars=_bars(everything, words),
        sections=tuple(sections),
        brief=tuple(brief),
        left_out=left_out,
        more=_more(left_out, words, is_online=sheet.is_online),
    )


def _sections(edition: Edition, wording: Wording) -> tuple[SectionBlock, ...]:
    blocks: list[SectionBlock] = []
    anchor = 0
    for section in edition.sections:
        known = _headings(section, wording.words)
        stories = []
        for story in section.stories:
            anchor += 1
            stories.append(wording.block(story, anchor=f"s{anchor}", known=known))
        blocks.append(SectionBlock(title=known[0], count="", stories=tuple(stories)))
    return tuple(blocks)


def _headings(section: Section, words: Words) -> tuple[str, ...]:
    # What the heading says already need not stand in every kicker below it.
    title = cut(clean(words.section_title(section)), _NAME_CHARS)
    title = title if is_visible(title) else words.say("Other stories")
    return (title,) if section.kind is not SectionKind.REGION else (title, words.area(Area.WORLD))


def _best(told: Sequence[StoryBlock], brief: Sequence[StoryBlock]) -> tuple[StoryBlock, ...]:
    """The highest scores among the stories told in full, or the head of the brief when none is."""
    return tuple(sorted(told, key=lambda story: -story.rank)[:_BEST]) or tuple(brief[:_BEST])


def _bars(stories: Iterable[StoryBlock], words: Words) -> tuple[Bar, ...]:
    counts = Counter(story.area for story in stories if story.area)
    if len(counts) < 2 or max(counts.values()) < 2:
        return ()  # a chart of one bar, or of ones, says nothing
    ranked = sorted(counts, key=lambda area: (-counts[area], list(Area).index(area)))
    longest = counts[ranked[0]]
    return tuple(
        Bar(label=words.area(area), count=words.number(counts[area]), percent=max(1, counts[area] * 100 // longest))
        for area in ranked
    )


def _reading_time(stories: Iterable[StoryBlock], words: Words) -> str:
    length = sum(sum(map(_length, _read(story))) for story in stories)
    return words.count("{n} minute", "{n} minutes", max(1, math.ceil(length / _WORDS_A_MINUTE)))


def _read(story: StoryBlock) -> Iterator[str]:
    yield story.headline
    yield from (sentence.text for sentence in story.sentences)
    if story.addition:
        yield story.addition.text
    if story.unsaid:
        yield story.unsaid.text


def _length(text: str) -> int:
    """Words, by their spaces: 20 times as fast as splitting."""
    return text.count(" ") + 1 + (0 if text.isascii() else len(_WIDE.findall(text)))


def _more(left_out: int, words: Words, *, is_online: bool) -> str:
    if not left_out:
        return ""
    if is_online:
        return words.count("Read {n} more story in the browser", "Read {n} more stories in the browser", left_out)
    return words.count("{n} more story did not fit in.", "{n} more stories did not fit in.", left_out)
