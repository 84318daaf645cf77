"""Takes the readers by what they chose and two ways to make their editions, gives how many would get another one.

Next: briefing/services/compare.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from briefing.services.segments import default_segment, segment_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from briefing.model.edition import Edition
    from briefing.model.subscriber import Crowd, Segment
    from briefing.services.build import Builder, Gathered

#: Editions compared, the largest segments first: each takes some milliseconds, and a person waits.
MOST_SEGMENTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Says how many readers an edit reaches.

    Attributes:
        changed: those whose edition tells other stories, or the same in another order.
        readers: all who are confirmed.
        is_least: True when there are so many segments that not all were looked at.
    """

    changed: int = 0
    readers: int = 0
    is_least: bool = False


#: Of a comparison that counts nobody.
NOBODY = Reach()


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Makes the editions of one config from what it gathered, each once."""

    builder: Builder
    gathered: Gathered
    now: datetime
    _made: dict[str, Edition] = field(default_factory=dict)

    def default(self) -> Edition:
        """The edition of those who chose nothing."""
        return self.edition(default_segment(self.builder.config))

    def edition(self, segment: Segment) -> Edition:
        """The edition of a segment on the day that it is there."""
        if segment.key not in self._made:
            today = self.now.astimezone(ZoneInfo(segment.timezone)).date()
            self._made[segment.key] = self.builder.edition(self.gathered, segment=segment, today=today, now=self.now)
        return self._made[segment.key]


def count_reached(crowds: Iterable[Crowd], before: Side, after: Side) -> Reach:
    """How many of them get another edition after the edit."""
    pairs: dict[tuple[str, str], tuple[Segment, Segment]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for crowd in crowds:
        one = segment_of(crowd.example, before.builder.config)
        other = segment_of(crowd.example, after.builder.config)
        pairs[one.key, other.key] = (one, other)
        counts[one.key, other.key] += crowd.count
    changed = 0
    for keys, count in counts.most_common(MOST_SEGMENTS):
        one, other = pairs[keys]
        if _seen(before.edition(one)) != _seen(after.edition(other)):
            changed += count
    return Reach(changed=changed, readers=counts.total(), is_least=len(counts) > MOST_SEGMENTS)


def _seen(edition: Edition) -> tuple[object, ...]:
    """What a reader sees of which stories are told, and where."""
    sections = [(section.title, [story.lead.id for story in section.stories]) for section in edition.sections]
    return (edition.language, sections, [story.lead.id for story in edition.brief])
