"""Takes a moment, gives the day's editions: sources read, stories told, mails set, checked and kept.

Next: briefing/services/morning.py, which sends them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from briefing.errors import MakingError, RenderError, StoreError
from briefing.model.prepared import Kept
from briefing.model.run import Making
from briefing.model.subscriber import Subscriber
from briefing.services.editions import SHELF_LIFE
from briefing.services.holding import held_edition, pageless_edition
from briefing.services.prepared import pack
from briefing.services.press import Press, Printed, default_copy, nothing_to_send
from briefing.services.runs import figures_of
from briefing.services.segments import default_segment
from briefing.services.slots import zone_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from pathlib import PurePath

    from briefing.model.edition import Problem
    from briefing.model.picture import Picture
    from briefing.model.settings import Config
    from briefing.model.subscriber import Segment
    from briefing.ports import Clock, PreparedEditions, Shelf
    from briefing.render.templates import Templates
    from briefing.services.build import Builder, Gathered


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """Carries what `briefing build` made.

    Attributes:
        files: by name: edition.json, edition.html, edition.txt, edition.eml.
        folder: where they stand.
        problems: why it would not be sent, when it would not.
    """

    printed: Printed
    files: dict[str, bytes]
    folder: PurePath
    problems: tuple[Problem, ...] = ()

    @property
    def nothing_to_send(self) -> str:
        """Why there is no story, when there is none."""
        return nothing_to_send(self.printed.edition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsroom:
    """Makes one briefing's editions. Owns no state but the last reading of the sources.

    Attributes:
        reuse: an edition that nobody got is replaced when it is older.
    """

    config: Config
    clock: Clock
    builder: Builder
    kept: PreparedEditions
    shelf: Shelf
    templates: Templates
    logo: Picture | None = None
    reuse: timedelta = timedelta(0)
    _read: dict[str, tuple[datetime, Gathered]] = field(default_factory=dict)

    def build(self) -> Built:
        """Makes today's edition for the readers who chose nothing and puts its files on the shelf.

        Raises:
            RenderError: a template is wrong.
            StoreError: the files or the database cannot be written.
        """
        now = self.clock.now()
        press = self._press(self.gathered(now), self._own_day(), now)
        printed, files = default_copy(press)
        segment = default_segment(self.config)
        edition = press.prepare(segment)
        held = (held_edition(segment.key, edition.held),) if edition.held else ()
        pageless = (pageless_edition(segment.key, edition.pageless),) if edition.pageless else ()
        folder = self.shelf.put(printed.edition.segment, files)
        return Built(printed=printed, files=files, folder=folder, problems=(*held, *pageless))

    def make(self, day: date, segments: Sequence[Segment], *, recipe: str, is_stopped: Callable[[], bool]) -> Making:
        """Makes these editions of that day and keeps them.

        Raises:
            MakingError: told to stop before all were made.
            StoreError: the files or the database cannot be written.
        """
        now = self.clock.now()
        gathered = self.gathered(now)
        unshelved = self.print_editions(gathered, day, segments, recipe=recipe, now=now, is_stopped=is_stopped)
        everyone = default_segment(self.config)
        if day == self._own_day() and everyone not in segments:
            unshelved = unshelved or self._shelve(self._press(gathered, day, now), everyone)
        if unshelved is not None:
            raise unshelved
        problems = (*gathered.problems, *self.builder.generation_problems)
        return Making(figures=figures_of(gathered, segments=len(segments)), problems=problems)

    def print_editions(
        self,
        gathered: Gathered,
        day: date,
        segments: Sequence[Segment],
        *,
        recipe: str,
        now: datetime,
        is_stopped: Callable[[], bool],
    ) -> StoreError | None:
        """Makes these editions of what was gathered, as of that moment, and keeps them.

        Gives what went wrong with the shelf: the editions are there all the same, and sent from elsewhere.

        Raises:
            MakingError: told to stop before all were made.
            StoreError: the database cannot be written.
        """
        press, unshelved = self._press(gathered, day, now), None
        for segment in segments:
            if is_stopped():
                raise MakingError("told to stop while the editions were made; the next start makes the others")
            packed = pack(press.prepare(segment))
            edition = Kept(date=day, segment=segment.key, made_at=now, recipe=recipe, packed=packed)
            self.kept.put(edition, since=now - self.reuse)
            unshelved = unshelved or self._shelve(press, segment)
            press.forget(segment)  # of 500 editions, what they became would be 170 MB
        return unshelved

    def lacking(self, day: date, segments: Sequence[Segment], *, recipe: str, now: datetime) -> tuple[Segment, ...]:
        """Those of the segments whose edition is not there, or would be made anew at that moment."""

        def is_good(segment: Segment) -> bool:
            found = self.kept.find(day, segment.key)
            if found is None or found.is_out:
                return found is not None
            return found.recipe == recipe and now - self.reuse <= found.made_at

        return tuple(segment for segment in segments if not is_good(segment))

    def gathered(self, now: datetime) -> Gathered:
        """What the sources give, read at that moment or within the last hour."""
        read_at, gathered = self._read.get("last", (None, None))
        if read_at is None or gathered is None or not read_at <= now < read_at + SHELF_LIFE:
            gathered = self.builder.gather(now=now)
            self._read["last"] = (now, gathered)
        return gathered

    def _own_day(self) -> date:
        zone = zone_of(Subscriber(id="", email=""), self.config.briefing.timezone)
        return self.clock.now().astimezone(zone).date()

    def _shelve(self, press: Press, segment: Segment) -> StoreError | None:
        """Puts its files on the shelf, also those of an edition that is held; one that cannot be set has none.

        Gives what went wrong with the shelf.
        """
        if press.edition(segment).stories:
            try:
                self.shelf.put(segment.key, press.files(segment))
            except RenderError:
                return None
            except StoreError as error:
                return error
        return None

    def _press(self, gathered: Gathered, day: date, now: datetime) -> Press:
        return Press(
            config=self.config,
            builder=self.builder,
            gathered=gathered,
            templates=self.templates,
            today=day,
            now=now,
            logo=self.logo,
        )
