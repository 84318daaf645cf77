"""Takes what happens to an edition while it is made and sent, gives its run report, kept and told to whoever listens.

Next: briefing/services/health.py.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from briefing.errors import StoreError
from briefing.model.edition import SourceState
from briefing.model.run import Figures, Run
from briefing.services.discretion import discreet, told_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime

    from briefing.model.edition import Problem
    from briefing.ports import Clock, RunLog
    from briefing.services.build import Gathered
    from briefing.services.send import SendReport

log = logging.getLogger(__name__)

#: Lines about problems in one report; the first ones say how it began.
MOST_PROBLEMS = 50


class Observer(Protocol):
    """Hears how an edition gets on. It never raises: what it does about it holds up no mail."""

    def begin(self, edition: date) -> None:
        """Work on the edition begins, perhaps again."""

    def enter(self, stage: str) -> None:
        """Another stage of it begins, and ends the one before."""

    def end(self, report: SendReport, figures: Figures, problems: Iterable[Problem]) -> None:
        """This time's work is over; `problems` are those of reading and telling, beside the report's."""

    def fail(self, edition: date, reason: str) -> None:
        """It could not be done."""


class Unobserved:
    """Hears and does nothing."""

    def begin(self, edition: date) -> None:
        """Does nothing."""

    def enter(self, stage: str) -> None:
        """Does nothing."""

    def end(self, report: SendReport, figures: Figures, problems: Iterable[Problem]) -> None:
        """Does nothing."""

    def fail(self, edition: date, reason: str) -> None:
        """Does nothing."""


class Listener(Protocol):
    """Hears what came of it: the outer watch, the lookout."""

    def hear_begin(self, edition: date) -> None:
        """Work on the edition begins."""

    def hear_report(self, report: SendReport) -> None:
        """An edition was worked on."""

    def hear_failure(self, edition: date, reason: str) -> None:
        """An edition could not be worked on."""


@dataclass(slots=True, kw_only=True)
class StageClock:
    """Adds up how long the stages take, from what they report.

    Attributes:
        monotonic: seconds on a clock that nobody sets.
        pass_on: hears what the builder tells of its stages as well.
        beat: hears of every sign of life, and at which stage.
    """

    monotonic: Callable[[], float]
    pass_on: Callable[[str, int, int], None] | None = None
    beat: Callable[[str], object] | None = None
    _stage: str = ""
    _since: float = 0.0
    _seconds: dict[str, float] = field(default_factory=dict)

    def watch(self, stage: str, done: int, total: int) -> None:
        """Hears how far a stage has come, as a builder tells it; the one that is heard of first ends the one before."""
        self.enter(stage)
        if self.pass_on is not None:
            self.pass_on(stage, done, total)

    def enter(self, stage: str) -> None:
        """Begins a stage, unless it has begun."""
        if self.beat is not None:
            self.beat(stage)
        if stage != self._stage:
            self._close()
            self._stage = stage

    def start(self) -> None:
        """Forgets what was counted."""
        self._seconds, self._stage, self._since = {}, "", self.monotonic()

    def take(self) -> dict[str, float]:
        """Seconds of each stage since the start, in the order they began; to the millisecond."""
        self._close()
        found, self._seconds, self._stage = self._seconds, {}, ""
        return {stage: round(seconds, 3) for stage, seconds in found.items()}

    def _close(self) -> None:
        now = self.monotonic()
        if self._stage:
            self._seconds[self._stage] = self._seconds.get(self._stage, 0.0) + now - self._since
        self._since = now


@dataclass(slots=True, kw_only=True)
class RunKeeper:
    """Writes each edition's run report, and tells those who listen.

    Attributes:
        listeners: hear of everything, also of what changed nothing.
    """

    runs: RunLog
    clock: Clock
    stages: StageClock
    listeners: tuple[Listener, ...] = ()
    _began: dict[date, datetime] = field(default_factory=dict)

    def begin(self, edition: date) -> None:
        """Starts the clocks."""
        self._began[edition] = self.clock.now()
        self.stages.start()
        for listener in self.listeners:
            listener.hear_begin(edition)

    def enter(self, stage: str) -> None:
        """Notes where the work has come to."""
        self.stages.enter(stage)

    def end(self, report: SendReport, figures: Figures, problems: Iterable[Problem]) -> None:
        """Writes down what this time added."""
        balance, told = report.balance, tuple(map(told_of, (*problems, *report.problems)))
        run = replace(
            self._run(report.edition, told), figures=figures, audience=balance.audience, counts=balance.counts
        )
        self._keep(run)
        for listener in self.listeners:
            listener.hear_report(report)

    def fail(self, edition: date, reason: str) -> None:
        """Writes down why nothing could be done."""
        self._keep(self._run(edition, (discreet(reason),)))
        for listener in self.listeners:
            listener.hear_failure(edition, reason)

    def _run(self, edition: date, problems: tuple[str, ...]) -> Run:
        now = self.clock.now()
        began = self._began.pop(edition, now)
        return Run(edition=edition, started_at=began, finished_at=now, seconds=self.stages.take(), problems=problems)

    def _keep(self, run: Run) -> None:
        try:
            earlier = self.runs.find_run(run.edition)
            kept = run if earlier is None else merged(earlier, run)
            if kept != earlier:
                self.runs.save_run(kept)
        except StoreError as error:
            log.warning("the run report of %s is lost: %s", run.edition, error)


def figures_of(gathered: Gathered, *, segments: int) -> Figures:
    """What an edition was made from."""
    return Figures(
        sources=len(gathered.reports),
        failed_sources=sum(report.state is SourceState.FAILED for report in gathered.reports),
        articles=gathered.articles,
        duplicates=gathered.duplicates,
        stories=len(gathered.stories),
        segments=segments,
    )


def merged(earlier: Run, later: Run) -> Run:
    """Both reports on one edition as one; `earlier` itself where the later work changed nothing.

    A held edition, or one whose relay is away, is looked at every few seconds: that is neither work nor news.
    """
    known = replace(
        earlier,
        figures=_grown(earlier.figures, later.figures),
        audience=later.audience or earlier.audience,
        counts=later.counts or earlier.counts,
        problems=tuple(dict.fromkeys((*earlier.problems, *later.problems)))[:MOST_PROBLEMS],
    )
    if known == earlier:
        return earlier
    return replace(known, finished_at=later.finished_at, seconds=_added(earlier.seconds, later.seconds))


def _grown(earlier: Figures, later: Figures) -> Figures:
    """The newest reading of the sources, and the most segments that any time's work had."""
    if not later.sources and not later.articles:
        return earlier
    return replace(later, segments=max(earlier.segments, later.segments))


def _added(earlier: Mapping[str, float], later: Mapping[str, float]) -> dict[str, float]:
    stages = dict.fromkeys((*earlier, *later))
    return {stage: round(earlier.get(stage, 0.0) + later.get(stage, 0.0), 3) for stage in stages}
