"""Takes segments, gives batches of them: workers make the editions of one each, from the same gathering.

What an edition is made from is found once, by whoever hands the batches out. A worker makes editions as that one would
have: with the same articles, the same recipe, at the same moment, so with the same bytes.

Next: briefing/worker/tasks.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from briefing.errors import MakingError
from briefing.model.job import Batch, JobQueue
from briefing.services.filing import unwatched
from briefing.services.gathered import pack_gathered, unpack_gathered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime

    from briefing.model.run import Making
    from briefing.model.subscriber import Segment
    from briefing.ports import Gatherings
    from briefing.services.build import Gathered
    from briefing.services.filing import Watcher
    from briefing.services.newsroom import Newsroom
    from briefing.services.teamwork import Team

#: Segments of one batch: made in one to two seconds.
SEGMENTS_AT_ONCE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedNewsroom:
    """Makes editions with the help of workers where there are many segments. A `ports.EditionMaker`.

    Attributes:
        newsroom: reads the sources, and makes what is left.
    """

    newsroom: Newsroom
    gatherings: Gatherings
    team: Team
    watch: Watcher = unwatched

    def make(self, day: date, segments: Sequence[Segment], *, recipe: str, is_stopped: Callable[[], bool]) -> Making:
        """Makes these editions of that day and has them kept.

        Raises:
            MakingError: told to stop before all were made.
            StoreError: the files or the database cannot be written.
        """
        left = segments
        if len(segments) > SEGMENTS_AT_ONCE:
            now = self.newsroom.clock.now()
            self._share(day, segments, recipe=recipe, now=now)
            left = self.newsroom.lacking(day, segments, recipe=recipe, now=now)
        made = self.newsroom.make(day, left, recipe=recipe, is_stopped=is_stopped)
        return replace(made, figures=replace(made.figures, segments=len(segments)))

    def _share(self, day: date, segments: Sequence[Segment], *, recipe: str, now: datetime) -> None:
        packed = pack_gathered(self.newsroom.gathered(now))
        key = self.team.new_name()
        self.gatherings.put(key, packed, now=now)
        batches = [Batch(day=day, now=now, recipe=recipe, gathering=key, segments=some) for some in _portions(segments)]
        self.team.share(JobQueue.SEGMENTS, batches, watch=lambda done, total: self.watch("edition", done, total))


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDesk:
    """Does a worker's part of making editions.

    Attributes:
        recipe: a digest of what this worker makes them with.
        is_stopped: once it says so, none is begun any more.
    """

    newsroom: Newsroom
    recipe: str
    gatherings: Gatherings
    is_stopped: Callable[[], bool] = lambda: False
    _at_hand: dict[str, Gathered] = field(default_factory=dict)

    def make(self, batch: Batch) -> int:
        """Makes what of the batch is not there yet; gives how many editions those were.

        Raises:
            MakingError: this worker cannot make them, or is to stop.
            StoreError: they could not be kept.
        """
        if batch.recipe != self.recipe:
            raise MakingError(
                "the config or the templates are not those of `briefing serve`, which makes these editions itself; "
                "give this worker the same files under the same paths and start it again"
            )
        gathered = self._gathered(batch.gathering)
        left = self.newsroom.lacking(batch.day, batch.segments, recipe=batch.recipe, now=batch.now)
        self.newsroom.print_editions(
            gathered, batch.day, left, recipe=batch.recipe, now=batch.now, is_stopped=self.is_stopped
        )
        return len(left)

    def _gathered(self, key: str) -> Gathered:
        if key not in self._at_hand:
            packed = self.gatherings.find(key)
            if packed is None:
                raise MakingError("what these editions are made from is no longer kept")
            self._at_hand.clear()
            self.newsroom.builder.begin()
            self._at_hand[key] = unpack_gathered(packed)
        return self._at_hand[key]


def _portions(segments: Sequence[Segment]) -> Iterator[tuple[Segment, ...]]:
    remaining = iter(segments)
    while some := tuple(islice(remaining, SEGMENTS_AT_ONCE)):
        yield some
