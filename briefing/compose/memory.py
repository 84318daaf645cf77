"""Takes stories and what earlier editions told, gives the stories that still have something to tell.

Next: briefing/compose/rank.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from briefing.model.story import Story, StoryStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date


def recall(stories: Sequence[Story], told: Mapping[str, date], *, today: date) -> tuple[Story, ...]:
    """Leaves out what a reader has read before, and marks what has moved on since.

    A story whose every article was told in an earlier edition is left out. One that has gained an article stays, told
    from its newest voices, with the number of the day since it was first told.

    Args:
        stories: of today.
        told: article id → date of the first edition that told it.
        today: date of the edition being made.
    """
    kept = []
    for story in stories:
        known = [told[a.id] for a in story.articles if a.id in told]
        if not known:
            kept.append(story)
        elif len(known) < len(story.articles):
            fresh = tuple(sorted(story.articles, key=lambda a: a.id in told))
            day = (today - min(known)).days + 1
            kept.append(replace(story, articles=fresh, status=StoryStatus.DEVELOPING, day=day))
    return tuple(kept)
