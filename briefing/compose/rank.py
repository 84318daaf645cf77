"""Takes stories, gives each a score whose every part has a name, and the sentence that says why it is there.

    score = ln(1 + voices) + plurality + recency + depth + topics + source + novelty

voices: outlets that tell it in words of their own. plurality: .5 when in two languages or from two countries. recency:
e^(-age / 24 h) of the youngest telling. depth: up to .3 for words enough to fill a summary. topics: boost - 1 of each
topic it matches. source: ln of the highest weight among its outlets. novelty: .3 for what no edition told before or
what is taken back, half of it for what goes on.

Next: briefing/compose/arrange.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from briefing.model.article import age_of
from briefing.model.story import Score, ScorePart, Story, StoryStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

#: Added when a story crosses a border: told in two languages, or from two countries.
PLURALITY = 0.5
#: Recency falls to 1/e of this after a day.
RECENCY = 1.0
DAY_SECONDS = 86_400
#: An age is told in hours up to here, then in days.
_HOURS_COUNTED = 72
#: Added for words enough to fill a summary; a bare headline gets nothing, an essay no more than a report.
DEPTH = 0.3
DEPTH_CHARS = 400
#: A running story gives way to a new one of the same weight; a correction does not.
NOVELTY = {StoryStatus.NEW: 0.3, StoryStatus.DEVELOPING: 0.15, StoryStatus.CORRECTED: 0.3}
#: A source of weight 0 still ranks somewhere: at the very end.
LEAST_WEIGHT = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """Says what the config and the reader want more or less of.

    Attributes:
        boosts: topic name → boost, 1 for no change.
        weights: source name → weight, 1 for an ordinary one.
        followed: topics this reader chose; each counts as a boost of at least 2.
    """

    boosts: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    followed: frozenset[str] = frozenset()


#: Stories with their scores, by what a score depends on beside the boosts and weights: the story itself, by identity,
#: the moment, and which of its topics the reader follows.
Ranked: TypeAlias = "dict[tuple[int, datetime, frozenset[str]], tuple[Story, Story]]"


def rank(
    stories: Sequence[Story], *, now: datetime, preference: Preference, known: Ranked | None = None
) -> tuple[Story, ...]:
    """Sorts stories, the best first; equal scores by id, so that the order never depends on the input's.

    Wire copies are no voices: they never raise a score. An undated story gets nothing for being recent.

    Args:
        known: of earlier calls with the same boosts and weights; grows. What readers share is scored once: for 500
            segments of a crowded morning that is 2 ms each instead of 40.
    """
    known = {} if known is None else known
    ranked = [_ranked(story, now, preference, known) for story in stories]
    return tuple(sorted(ranked, key=lambda s: (-s.score.total, s.id)))


def _ranked(story: Story, now: datetime, preference: Preference, known: Ranked) -> Story:
    key = id(story), now, preference.followed.intersection(story.topics)
    if key in known:
        return known[key][1]
    ranked = replace(story, score=_score(story, now, preference), why=_why(story, now))
    # What a reader was told before is theirs alone.
    if story.status is StoryStatus.NEW:
        known[key] = story, ranked  # what is kept cannot give its place away
    return ranked


def _voices(story: Story) -> int:
    return len({a.source for a in story.articles})


def _score(story: Story, now: datetime, preference: Preference) -> Score:
    weight = max(preference.weights.get(a.source or "", 1.0) for a in story.articles)
    parts = {
        "voices": math.log(1 + _voices(story)),
        "plurality": PLURALITY if _crosses_border(story) else 0.0,
        "recency": _recency(story, now),
        "depth": DEPTH * min(1.0, max(len(a.text or a.excerpt or "") for a in story.articles) / DEPTH_CHARS),
        "topics": sum(_boost(topic, preference) - 1 for topic in story.topics),
        "source": math.log(max(weight, LEAST_WEIGHT)),
        "novelty": NOVELTY[story.status],
    }
    return Score(parts=tuple(ScorePart(name=name, value=value) for name, value in parts.items()))


def _boost(topic: str, preference: Preference) -> float:
    boost = preference.boosts.get(topic, 1.0)
    return max(boost, 2.0) if topic in preference.followed else boost


def _crosses_border(story: Story) -> bool:
    languages = {a.language for a in story.articles if a.language}
    countries = {a.country for a in story.articles if a.country}
    return len(languages) > 1 or len(countries) > 1


def _recency(story: Story, now: datetime) -> float:
    ages = [age for a in story.articles if (age := age_of(a.published, now)) is not None]
    return RECENCY * math.exp(-min(ages).total_seconds() / DAY_SECONDS) if ages else 0.0


def _why(story: Story, now: datetime) -> str:
    voices, languages = _voices(story), len({a.language for a in story.articles if a.language})
    told = f"told by {voices} outlets" if voices > 1 else "told by one outlet"
    told += f" in {languages} languages" if languages > 1 else ""
    told += f", first by {story.coverage.first}" if voices > 1 and story.coverage.first else ""
    ages = [age for a in story.articles if (age := age_of(a.published, now)) is not None]
    fresh = _in_words(min(ages)) if ages else "no date known"
    topics = f"; matches {', '.join(story.topics)}" if story.topics else ""
    sentence = f"{told}, {fresh}{topics}{_goes_on(story)}"
    return sentence[0].upper() + sentence[1:]


def _in_words(age: timedelta) -> str:
    hours = round(age.total_seconds() / 3600)
    if hours < 1:
        return "within the hour"
    return f"{hours} h ago" if hours < _HOURS_COUNTED else f"{hours // 24} days ago"


def _goes_on(story: Story) -> str:
    if story.status is StoryStatus.NEW:
        return ""
    what = "something new" if story.status is StoryStatus.DEVELOPING else "something told is taken back"
    return f"; day {story.day}, {what}"
