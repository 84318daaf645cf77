from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count

import pytest

from briefing.errors import NothingToSendError, ReaderRefusedError, StoreError
from briefing.model.delivery import DeliveryStatus
from briefing.model.edition import Problem
from briefing.model.run import Figures, Run
from briefing.render.templates import load_templates
from briefing.services.runs import MOST_PROBLEMS, RunKeeper, StageClock, merged
from briefing.services.send import SendReport
from tests.fakes import FakeCollector, FakeTransport, MemoryRuns
from tests.make import NOW
from tests.services.house import NEWS, FakeHouse, collected, confirmed, read, without_the_link

TODAY = date(2026, 11, 22)
RUN = Run(
    edition=TODAY,
    started_at=NOW,
    finished_at=NOW + timedelta(minutes=1),
    seconds={"collect": 2.0, "deliver": 1.0},
    figures=Figures(sources=4, articles=9, stories=5, segments=2),
    audience=2,
    counts={DeliveryStatus.SENT: 1, DeliveryStatus.DEFERRED: 1},
    problems=("a",),
)


@dataclass
class Ear:
    """Keeps what it hears."""

    heard: list[tuple[str, object]] = field(default_factory=list)

    def hear_begin(self, edition: date) -> None:
        self.heard.append(("begin", edition))

    def hear_report(self, report: SendReport) -> None:
        self.heard.append(("report", report.sent))

    def hear_failure(self, edition: date, reason: str) -> None:
        self.heard.append(("failure", reason))


@dataclass
class Watched:
    """A briefing whose runs are kept; a second passes between any two looks at the clock."""

    fake: FakeHouse
    runs: MemoryRuns = field(default_factory=MemoryRuns)
    ear: Ear = field(default_factory=Ear)

    def __post_init__(self) -> None:
        seconds = count()
        stages = StageClock(monotonic=lambda: float(next(seconds)))
        keeper = RunKeeper(runs=self.runs, clock=self.fake.clock, stages=stages, listeners=(self.ear,))
        maker = replace(self.fake.newsroom, builder=replace(self.fake.builder, watch=stages.watch))
        editions = replace(self.fake.morning.editions, maker=maker)
        self.fake.morning = replace(self.fake.morning, observer=keeper, editions=editions)

    @property
    def run(self) -> Run:
        (kept,) = self.runs.runs.values()
        return kept


def test_an_edition_leaves_a_report_of_what_it_was_made_from_and_what_became_of_it() -> None:
    reports = (*(read(a.source or "?") for a in NEWS), read("Dead Post", 0, "did not answer"))
    dead = Problem(stage="collect", source="Dead Post", message="did not answer")
    watched = Watched(FakeHouse(collector=FakeCollector(collected(*NEWS, reports=reports, problems=(dead,)))))
    watched.fake.store.save_subscriber(confirmed("cleo", language="fr"))
    watched.fake.morning.send_due()
    run = watched.run
    assert (run.edition, run.audience, run.sent) == (TODAY, 3, 3)
    assert run.problems == ("Dead Post: did not answer",)
    assert run.figures == Figures(sources=5, failed_sources=1, articles=4, stories=4, segments=2)
    assert list(run.seconds) == ["collect", "language", "duplicates", "stories", "file", "edition", "deliver"]
    assert all(seconds > 0 for seconds in run.seconds.values())
    assert watched.ear.heard == [("begin", TODAY), ("report", 3)]


def test_a_report_names_no_reader() -> None:
    refused = ReaderRefusedError("5.1.1 <ada@readers.example> is unknown", code=550, transient=False)
    watched = Watched(FakeHouse(transport=FakeTransport(script={"ada@readers.example": [refused]})))
    watched.fake.morning.send_due()
    (line,) = watched.run.problems
    assert line.startswith("deliver: refused for good")
    assert "@" not in line
    assert "ada" not in line


def test_looking_at_a_held_edition_again_and_again_is_no_work() -> None:
    watched = Watched(FakeHouse(templates=without_the_link(load_templates())))
    watched.fake.morning.send_due()
    first = watched.run
    for _ in range(3):
        watched.fake.clock.move(seconds=20)
        watched.fake.morning.send_due()
    assert watched.run is first
    assert "is held" in first.problems[0]
    assert watched.ear.heard.count(("report", 0)) == 4


def test_a_morning_without_news_is_reported_and_told_every_time() -> None:
    watched = Watched(FakeHouse(collector=FakeCollector(collected())))
    for _ in range(2):
        with pytest.raises(NothingToSendError):
            watched.fake.morning.send_due()
        watched.fake.clock.move(seconds=20)
    reason = "nothing to send: no article was found; look at `sources:` in your config"
    assert (watched.run.problems, watched.run.audience) == ((reason,), 0)
    assert watched.ear.heard == [("begin", TODAY), ("failure", reason)] * 2


def test_a_report_that_cannot_be_written_keeps_no_mail_back(caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched(FakeHouse(), runs=MemoryRuns(broken=StoreError("disk is full")))
    (report,) = watched.fake.morning.send_due()
    assert report.sent == 2
    assert watched.ear.heard[-1] == ("report", 2)
    assert "the run report of 2026-11-22 is lost: disk is full" in caplog.text


def test_two_times_of_work_are_one_report() -> None:
    later = replace(
        RUN,
        started_at=NOW + timedelta(hours=1),
        finished_at=NOW + timedelta(hours=2),
        seconds={"deliver": 0.5, "archive": 1.0},
        figures=Figures(sources=5, articles=12, stories=6, segments=1),
        audience=3,
        counts={DeliveryStatus.SENT: 3},
        problems=("b", "a"),
    )
    both = merged(RUN, later)
    assert (both.started_at, both.finished_at) == (NOW, NOW + timedelta(hours=2))
    assert both.seconds == {"collect": 2.0, "deliver": 1.5, "archive": 1.0}
    assert both.figures == Figures(sources=5, articles=12, stories=6, segments=2)
    assert (both.audience, both.counts, both.problems) == (3, {DeliveryStatus.SENT: 3}, ("a", "b"))


def test_work_that_failed_takes_nothing_of_the_earlier_report_away() -> None:
    failed = Run(edition=TODAY, started_at=NOW, finished_at=NOW + timedelta(hours=1), problems=("no news",))
    both = merged(RUN, failed)
    assert (both.figures, both.audience, both.counts) == (RUN.figures, RUN.audience, RUN.counts)
    assert both.problems == ("a", "no news")


def test_a_report_does_not_grow_for_ever() -> None:
    run = RUN
    for number in range(2 * MOST_PROBLEMS):
        run = merged(run, replace(RUN, problems=(f"problem {number}",)))
    assert len(run.problems) == MOST_PROBLEMS
    assert run.problems[:2] == ("a", "problem 0")
