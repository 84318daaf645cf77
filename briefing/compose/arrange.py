"""Takes ranked stories and the section plan, gives sections, the brief, and what did not fit.

The best stories come first, but a morning is more than its loudest theme, country or outlet: each has its share of the
full places, and takes more only when others leave places empty.

Next: briefing/render/mjml.py, which makes a mail of the edition.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.model.edition import Section, SectionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefing.model.settings import SectionPlan
    from briefing.model.story import Story

#: The section of stories that none of the headings takes; always last.
OTHER = "other"
#: One story in four of an edition is told in a single line.
BRIEF_SHARE = 4
#: Of the full places, the part that stories on one theme, from one country, or led by one outlet may take at first.
THEME_SHARE, REGION_SHARE, OUTLET_SHARE = 0.4, 0.4, 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Carries an edition's stories in reading order; `left_out` found no room, best first."""

    sections: tuple[Section, ...]
    brief: tuple[Story, ...]
    left_out: tuple[Story, ...]


def arrange(stories: Sequence[Story], *, plan: SectionPlan, limit: int, only: tuple[str, ...] = ()) -> Arrangement:
    """Fills the sections with the best stories and the brief with the next best.

    Args:
        stories: best first.
        plan: how to gather them, which sections come first, and how many stories one may hold.
        limit: stories in all; a quarter of them, rounded down, stands in the brief, and what a full section turns
            away goes there too.
        only: keys of the sections that are wanted; empty for all. Stories of the others are not there at all.
    """
    stories = [story for story in stories if not only or _key(story, plan.by) in only]
    room = limit - limit // BRIEF_SHARE
    chosen = _choose(stories, plan, room)
    taken: dict[str, list[Story]] = {}
    for story in (story for story in stories if story.id in chosen):
        taken.setdefault(_key(story, plan.by), []).append(story)
    turned_away = [story for story in stories if story.id not in chosen]
    brief = limit - len(chosen)
    keys = sorted(taken, key=lambda key: _rank_of(key, taken, plan))
    sections = tuple(Section(key=k, title=_title(k, plan.by), kind=plan.by, stories=tuple(taken[k])) for k in keys)
    return Arrangement(sections=sections, brief=tuple(turned_away[:brief]), left_out=tuple(turned_away[brief:]))


def _choose(stories: Sequence[Story], plan: SectionPlan, room: int) -> set[str]:
    """The ids of the stories that get a full place: within everybody's share, then whoever fits a section."""
    chosen: set[str] = set()
    shelves: Counter[str] = Counter()
    shares: Counter[tuple[str, str]] = Counter()
    for is_strict in (True, False):
        for story in stories:
            key, claims = _key(story, plan.by), _claims(story, plan.by)
            full = len(chosen) >= room or shelves[key] >= plan.stories_per_section
            if story.id in chosen or full:
                continue
            if is_strict and any(shares[claim] >= max(1, int(share * room)) for claim, share in claims.items()):
                continue
            chosen.add(story.id)
            shelves[key] += 1
            shares.update(claims.keys())
    return chosen


def _claims(story: Story, by: SectionKind) -> dict[tuple[str, str], float]:
    """What a story takes a share of. What the sections are made of is limited by them already."""
    claims: dict[tuple[str, str], float] = {}
    if story.theme and by is not SectionKind.THEME:
        claims["theme", story.theme.code] = THEME_SHARE
    if story.region:
        claims["region", story.region.code] = REGION_SHARE
    if story.lead.source:
        claims["outlet", story.lead.source] = OUTLET_SHARE
    return claims


def _key(story: Story, by: SectionKind) -> str:
    if by is SectionKind.REGION:
        return story.region.area.value if story.region else OTHER
    if by is SectionKind.THEME:
        return story.theme.name if story.theme else OTHER
    return story.topics[0] if story.topics else OTHER


def _rank_of(key: str, told: dict[str, list[Story]], plan: SectionPlan) -> tuple[int, int, float, str]:
    """Named sections in their order, then the others by their best story, "other" at the end unless it is named."""
    if key in plan.order:
        return (0, plan.order.index(key), 0.0, key)
    return (2 if key == OTHER else 1, 0, -told[key][0].score.total, key)


def _title(key: str, by: SectionKind) -> str:
    if key == OTHER:
        return "Other news"
    if by is SectionKind.REGION:
        return key.replace("-", " ").title()
    return key.capitalize() if by is SectionKind.THEME else key
