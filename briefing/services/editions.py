"""Takes a day and segments, gives their editions: those that are kept and still good, and new ones for the others.

Next: briefing/services/newsroom.py, which makes them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from briefing.errors import BriefingError
from briefing.model.run import Figures
from briefing.services.prepared import unpack_for_copies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from briefing.model.edition import Problem
    from briefing.model.picture import Picture
    from briefing.model.run import Making
    from briefing.model.settings import Config
    from briefing.model.subscriber import Segment
    from briefing.ports import Clock, EditionMaker, PreparedEditions
    from briefing.render.templates import Templates
    from briefing.services.prepared import PreparedEdition


#: Sources are asked again only after this long, however often something is due: 60 minutes is what publishers ask
#: of readers, and the editions of neighbouring zones may share a reading.
SHELF_LIFE = timedelta(minutes=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionDesk:
    """Has editions made when somebody needs them.

    Attributes:
        maker: makes editions and has them kept.
        recipe: a digest of what it makes them with.
        reuse: an edition that nobody got is made anew when it is older; whoever got one, the others get the same.
    """

    kept: PreparedEditions
    maker: EditionMaker
    clock: Clock
    recipe: str
    reuse: timedelta = timedelta(0)

    def lacks(self, day: date, segment: Segment) -> bool:
        """Whether the segment's edition of that day is to be made, or made anew."""
        found = self.kept.find(day, segment.key)
        if found is None or found.is_out:
            return found is None
        age = self.clock.now() - found.made_at
        return found.recipe != self.recipe or not timedelta(0) <= age < self.reuse

    def make(self, day: date, segments: Sequence[Segment], *, is_stopped: Callable[[], bool]) -> Making:
        """Makes them now."""
        return self.maker.make(day, segments, recipe=self.recipe, is_stopped=is_stopped)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Gives one day's editions, and the same one each time.

    Attributes:
        problems: what went wrong while those were made that had to be.
        settled: editions by segment that somebody got, so that they stay as they are; kept for another look at the day.
        is_stopped: once it says so, none is made any more.
    """

    desk: EditionDesk
    date: date
    is_stopped: Callable[[], bool] = lambda: False
    problems: list[Problem] = field(default_factory=list)
    settled: dict[str, PreparedEdition] = field(default_factory=dict)
    _editions: dict[str, PreparedEdition] = field(default_factory=dict)
    _figures: list[Figures] = field(default_factory=list)

    @property
    def figures(self) -> Figures:
        """What the newest of them were made from; nothing when all were there."""
        return self._figures[-1] if self._figures else Figures()

    def prepare(self, segments: Iterable[Segment]) -> None:
        """Sees to it that all of these are there, with one reading of the sources."""
        wanted = [segment for segment in segments if segment.key not in self._editions]
        lacking = [segment for segment in wanted if self.desk.lacks(self.date, segment)]
        if lacking:
            made = self.desk.make(self.date, lacking, is_stopped=self.is_stopped)
            self.problems.extend(made.problems)
            self._figures.append(made.figures)
        for segment in wanted:
            self._editions[segment.key] = self._kept(segment)

    def edition(self, segment: Segment) -> PreparedEdition:
        """The segment's edition, made if need be."""
        self.prepare([segment])
        return self._editions[segment.key]

    def known(self, segment: Segment) -> PreparedEdition | None:
        """The segment's edition if it was made; nothing is made to find out."""
        key = segment.key
        if key in self._editions:
            return self._editions[key]
        if key in self.settled:
            self._editions[key] = self.settled[key]
        elif found := self.desk.kept.find(self.date, key):
            self._editions[key] = unpack_for_copies(found.packed)
            if found.is_out:
                self.settled[key] = self._editions[key]
        return self._editions.get(key)

    def _kept(self, segment: Segment) -> PreparedEdition:
        found = self.desk.kept.find(self.date, segment.key)
        if found is None:
            raise BriefingError(f"the edition of {self.date} for {segment.key} was made and is not there; start again")
        return unpack_for_copies(found.packed)


def recipe_of(config: Config, templates: Templates, logo: Picture | None) -> str:
    """A digest of what editions are made with, so that whoever edits it is not sent what was made before.

    The same on every machine with these files: where the config and the database are, and who shares the work, is not
    part of it.
    """
    config = replace(config, path=None, database="", readers=None, workers=False)
    made_with = (config, templates.sources, templates.catalogues, logo and logo.content)
    return hashlib.sha256(repr(made_with).encode()).hexdigest()
