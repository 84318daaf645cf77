"""Takes two editions of one morning and what each was chosen from, gives what a reader would see change, and why.

Next: briefing/render/mjml.py, which makes a mail of an edition.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from briefing.model.edition import Edition
    from briefing.model.story import Story

#: Where the stories told in a line stand; no section has an empty key.
BRIEF = ""
#: Within a section a story has to pass so many others for a person to notice; the first place is always noticed.
LEAST_SHIFT = 2


class Reason(StrEnum):
    """Why an edition does not tell a story."""

    #: it matches a muted topic
    MUTED = "muted"
    #: it is part of another story of that edition
    MERGED = "merged"
    #: others ranked before it, and the edition or its section was full
    NO_ROOM = "no-room"
    #: nothing new since an earlier edition
    TOLD_BEFORE = "told-before"
    #: read, but too old, not out yet, or without a date
    OUTSIDE_WINDOW = "outside-window"
    #: none of the sources gave it
    NOT_READ = "not-read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Carries an edition and what it was made from.

    Attributes:
        stories: every story that was found, told or not; each article stands in one of them at most.
        read: ids of all articles that the sources gave.
        muted: names of the topics whose stories are left out.
    """

    edition: Edition
    stories: tuple[Story, ...]
    read: frozenset[str]
    muted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Says where a story stands: the `number`th of its section, from 1. `section` is a key, or `BRIEF`."""

    section: str
    title: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Says why an edition does not tell a story.

    Attributes:
        topics: for a muted story, those that mute it.
        headline: for a merged one, that of the story it is part of.
    """

    reason: Reason
    topics: tuple[str, ...] = ()
    headline: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """Carries a story that only the second edition tells.

    Attributes:
        gained: topics it matches now and did not before.
        absence: why the first edition does not tell it.
    """

    story: Story
    place: Place
    gained: tuple[str, ...]
    absence: Absence


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Carries a story that only the first edition tells, where it stood, the topics it lost, and why it is gone."""

    story: Story
    place: Place
    lost: tuple[str, ...]
    absence: Absence


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Carries a story of both editions, as the second tells it.

    Attributes:
        has_moved: to another section, or within one so far that a reader notices. Who is merely pushed down by what
            came in above has not.
    """

    story: Story
    before: Place
    after: Place
    has_moved: bool
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionMove:
    """Says that a section with all its stories stands elsewhere among the sections; places count from 1."""

    title: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Carries the difference of two editions; every story of either is in exactly one of the first four.

    Attributes:
        moved: stories that stand elsewhere, or in their place with other topics; in the order of the second edition.
    """

    added: tuple[Added, ...]
    dropped: tuple[Dropped, ...]
    moved: tuple[Kept, ...]
    unchanged: tuple[Kept, ...]
    sections: tuple[SectionMove, ...]

    @property
    def is_empty(self) -> bool:
        """Whether a reader of the second edition sees what a reader of the first sees."""
        return not (self.added or self.dropped or self.moved or self.sections)


def find_changes(before: Made, after: Made) -> Changes:
    """Compares two editions of the same morning.

    Stories are the same when they share articles, whichever of them leads; of several the one that shares most.
    """
    olds, news = _placed(before.edition), _placed(after.edition)
    pairs = _pairs([story for story, _ in olds], [story for story, _ in news])
    restless = _restless([(*olds[old], *news[new]) for old, new in pairs])
    kept = {new: _keep(olds[old], news[new], has_moved=at in restless) for at, (old, new) in enumerate(pairs)}
    left = {old for old, _ in pairs}
    changed = {new for new, story in kept.items() if story.has_moved or story.gained or story.lost}
    return Changes(
        added=tuple(_add(story, place, before) for at, (story, place) in enumerate(news) if at not in kept),
        dropped=tuple(_drop(story, place, after) for at, (story, place) in enumerate(olds) if at not in left),
        moved=tuple(kept[new] for new in sorted(changed)),
        unchanged=tuple(kept[new] for new in sorted(kept.keys() - changed)),
        sections=_section_moves(before.edition, after.edition),
    )


def _placed(edition: Edition) -> list[tuple[Story, Place]]:
    """Every story with its place, in reading order."""
    told = [(section.key, section.title, section.stories) for section in edition.sections]
    return [
        (story, Place(section=key, title=title, number=number))
        for key, title, stories in (*told, (BRIEF, "", edition.brief))
        for number, story in enumerate(stories, start=1)
    ]


def _ids(story: Story) -> frozenset[str]:
    return frozenset(article.id for article in story.printed)


def _pairs(olds: Sequence[Story], news: Sequence[Story]) -> list[tuple[int, int]]:
    """Numbers of the stories that are the same, each in one pair at most, in the order of the first edition."""
    holders: dict[str, list[int]] = {}
    for new, story in enumerate(news):
        for key in _ids(story):
            holders.setdefault(key, []).append(new)
    likely = []
    for old, story in enumerate(olds):
        ids = _ids(story)
        for new in {new for key in ids for new in holders.get(key, ())}:
            others = _ids(news[new])
            likely.append((-len(ids & others), len(ids | others), old, new))
    found: dict[int, int] = {}
    for *_, old, new in sorted(likely):
        if old not in found and new not in found.values():
            found[old] = new
    return sorted(found.items())


def _restless(pairs: Sequence[tuple[Story, Place, Story, Place]]) -> set[int]:
    """Numbers of the pairs whose story a reader has to look for elsewhere."""
    moved = {at for at, (_, old, _, new) in enumerate(pairs) if old.section != new.section}
    for section in {place.section for *_, place in pairs}:
        stayed = [at for at, (_, _, _, new) in enumerate(pairs) if at not in moved and new.section == section]
        order = sorted(stayed, key=lambda at: pairs[at][3].number)
        ranks = [order.index(at) for at in stayed]
        steady = _longest_rise(ranks, [pairs[at][0].score == pairs[at][2].score for at in stayed])
        for number, at in enumerate(stayed):
            leads = 1 in {pairs[at][1].number, pairs[at][3].number}
            if number not in steady and (leads or abs(ranks[number] - number) >= LEAST_SHIFT):
                moved.add(at)
    return moved


def _longest_rise(ranks: Sequence[int], is_steady: Sequence[bool]) -> set[int]:
    """Numbers of those that kept their order: as many as can be; of two that change places, the one that is steady."""
    best: list[tuple[int, int, int]] = []
    for at, rank in enumerate(ranks):
        length, steady, before = max(
            ((*best[i][:2], i) for i in range(at) if ranks[i] < rank), default=(0, 0, -1), key=lambda run: run[:2]
        )
        best.append((length + 1, steady + is_steady[at], before))
    at = max(range(len(best)), key=lambda i: best[i][:2], default=-1)
    kept: set[int] = set()
    while at >= 0:
        kept.add(at)
        at = best[at][2]
    return kept


def _keep(old: tuple[Story, Place], new: tuple[Story, Place], *, has_moved: bool) -> Kept:
    (was, before), (story, after) = old, new
    return Kept(
        story=story,
        before=before,
        after=after,
        has_moved=has_moved,
        gained=_without(story.topics, was.topics),
        lost=_without(was.topics, story.topics),
    )


def _without(topics: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple(topic for topic in topics if topic not in others)


def _add(story: Story, place: Place, before: Made) -> Added:
    found = _likest(story, before.stories)
    gained = _without(story.topics, found.topics if found else ())
    return Added(story=story, place=place, gained=gained, absence=_absence(story, before))


def _drop(story: Story, place: Place, after: Made) -> Dropped:
    found = _likest(story, after.stories) or story
    lost = _without(story.topics, found.topics)
    return Dropped(story=story, place=place, lost=lost, absence=_absence(story, after))


def _absence(story: Story, made: Made) -> Absence:
    """Why an edition does not tell a story; the story is in no pair with one of its own."""
    if told := _likest(story, made.edition.stories):
        return Absence(reason=Reason.MERGED, headline=told.lead.title)
    found = _likest(story, made.stories)
    if found is None:
        was_read = not made.read.isdisjoint(_ids(story))
        return Absence(reason=Reason.OUTSIDE_WINDOW if was_read else Reason.NOT_READ)
    muting = tuple(topic for topic in found.topics if topic in made.muted)
    if muting:
        return Absence(reason=Reason.MUTED, topics=muting)
    return Absence(reason=Reason.NO_ROOM if made.edition.counts.cut else Reason.TOLD_BEFORE)


def _likest(story: Story, others: Sequence[Story]) -> Story | None:
    """The story that shares most articles with this one, the first of equals; None when none shares any."""
    ids = _ids(story)
    best = max(others, key=lambda other: len(ids & _ids(other)), default=None)
    return best if best is not None and ids & _ids(best) else None


def _section_moves(before: Edition, after: Edition) -> tuple[SectionMove, ...]:
    """The fewest sections that must be moved to get from one order to the other."""
    olds = _numbers(before)
    news = {key: (number, title) for key, (number, title) in _numbers(after).items() if key in olds}
    ranks = {key: rank for rank, key in enumerate(news)}
    common = [key for key in olds if key in news]
    steady = _longest_rise([ranks[key] for key in common], [True] * len(common))
    return tuple(
        SectionMove(title=news[key][1], before=olds[key][0], after=news[key][0])
        for number, key in enumerate(common)
        if number not in steady
    )


def _numbers(edition: Edition) -> Mapping[str, tuple[int, str]]:
    return {section.key: (number, section.title) for number, section in enumerate(edition.sections, start=1)}
