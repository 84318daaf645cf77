"""Takes ranked stories and the section plan, gives sections, the brief, and how many did not fit.

Next: briefing/render/mjml.py, which makes a mail of the edition.
"""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Carries an edition's stories in reading order; `cut` counts those left out for want of room."""

    sections: tuple[Section, ...]
    brief: tuple[Story, ...]
    cut: int


def arrange(stories: Sequence[Story], *, plan: SectionPlan, limit: int) -> Arrangement:
    """Fills the sections with the best stories and the brief with the next best.

    Args:
        stories: best first.
        plan: how to gather them, which sections come first, and how many stories one may hold.
        limit: stories in all; a quarter of them, rounded down, stands in the brief, and what a full section turns
            away goes there too.
    """
    room = limit - limit // BRIEF_SHARE
    taken: dict[str, list[Story]] = {}
    turned_away: list[Story] = []
    for story in stories:
        shelf = taken.setdefault(_key(story, plan.by), [])
        if sum(map(len, taken.values())) < room and len(shelf) < plan.stories_per_section:
            shelf.append(story)
        else:
            turned_away.append(story)
    told = {key: shelf for key, shelf in taken.items() if shelf}
    brief = tuple(turned_away[: limit - sum(map(len, told.values()))])
    keys = sorted(told, key=lambda key: _rank_of(key, told, plan))
    sections = tuple(Section(key=k, title=_title(k, plan.by), kind=plan.by, stories=tuple(told[k])) for k in keys)
    return Arrangement(sections=sections, brief=brief, cut=len(turned_away) - len(brief))


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
