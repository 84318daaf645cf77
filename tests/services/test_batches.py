"""Editions made in batches by workers are those that would have been made without them, to the byte."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import PurePath
from typing import Any

import pytest

from briefing.errors import MakingError
from briefing.model.edition import Problem
from briefing.model.job import Batch
from briefing.model.source import Collected
from briefing.model.story import Told
from briefing.model.subscriber import Segment
from briefing.render.templates import load_templates
from briefing.services.batches import SEGMENTS_AT_ONCE, BatchDesk, SharedNewsroom
from briefing.services.editions import recipe_of
from briefing.services.gathered import pack_gathered, unpack_gathered
from briefing.services.newsroom import Newsroom
from briefing.services.prepared import unpack
from briefing.services.teamwork import Team
from tests.fakes import FakeCollector, FakeEncoder, MemoryGatherings, MemoryPreparedEditions, MemoryWorkforce
from tests.make import NOW
from tests.services.house import CONFIG, FERRY, GOSSIP, NEWS, WIND, FakeHouse, collected, read

TODAY = NOW.date()
COPY = replace(WIND, id="copy", source="Another Courier", title="", captured_at=NOW, confidence=0.0)
BARE = replace(FERRY, id="bare", title="", text="", excerpt="Told by an early version.")
SEGMENTS = tuple(
    Segment(key=f"en-{n}", language="en", timezone="Europe/Paris", languages=("fr",), topics=("Energy",))
    for n in range(2 * SEGMENTS_AT_ONCE + 3)
)


def house(**ways: Any) -> FakeHouse:
    """A house whose news have all that there can be: a copy, two languages, a failing source, a problem."""
    problem = Problem(stage="collect", source="Dead Post", file="a.html", message="did not answer")
    reports = (read("Dune Courier"), read("Dead Post", 0, "did not answer"))
    found = collected(*NEWS, COPY, reports=reports, problems=(problem,))
    ways.setdefault("collector", FakeCollector(found))
    return FakeHouse(encoder=FakeEncoder(), **ways)


@dataclass
class Office:
    """A newsroom with one worker, which has a newsroom of its own on the same database."""

    serve: FakeHouse = field(default_factory=house)
    gatherings: MemoryGatherings = field(default_factory=MemoryGatherings)
    workforce: MemoryWorkforce = field(default_factory=MemoryWorkforce)
    worker_recipe: str = "tide"
    is_stopped: bool = False
    by_workers: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        nothing = FakeCollector(Collected())  # a worker reads no source to make an edition
        self.worker = FakeHouse(
            kept=self.serve.kept, memory=self.serve.memory, collector=nothing, clock=replace(self.serve.clock)
        )
        self.worker.clock.move(seconds=3_000)  # its clock is another
        self.desk = BatchDesk(
            newsroom=self.worker.newsroom,
            recipe=self.worker_recipe,
            gatherings=self.gatherings,
            is_stopped=lambda: self.is_stopped,
        )

    def sleep(self, seconds: float) -> None:
        self.serve.clock.move(seconds=seconds)
        if not self.workforce.jobs:
            return
        _, part = self.workforce.begin()
        assert isinstance(part, Batch)
        try:
            self.by_workers.append(self.desk.make(Batch.parse(part.fields)))
        except MakingError:
            self.by_workers.append(0)
        self.workforce.finish()

    def make(self, segments: Sequence[Segment] = SEGMENTS) -> Any:
        names = iter("abcdef")
        team = Team(
            workforce=self.workforce, stopwatch=self.serve.clock, sleep=self.sleep, new_name=lambda: next(names)
        )
        shared = SharedNewsroom(newsroom=self.serve.newsroom, gatherings=self.gatherings, team=team)
        return shared.make(TODAY, segments, recipe="tide", is_stopped=lambda: False)


def editions(kept: MemoryPreparedEditions) -> dict[str, Any]:
    return {segment: unpack(row.packed) for (_, segment), row in kept.rows.items()}


def test_editions_of_workers_are_those_that_one_program_makes() -> None:
    alone, office = house(), Office()
    expected = alone.newsroom.make(TODAY, SEGMENTS, recipe="tide", is_stopped=lambda: False)
    made = office.make()
    assert sum(office.by_workers) == len(SEGMENTS)
    assert editions(office.serve.kept) == editions(alone.kept)
    assert editions(alone.kept)["en-0"].message is not None
    assert made == expected
    assert office.worker.collector.asked == []
    assert office.serve.collector.asked == [NOW]


def test_the_edition_of_everybody_still_lies_where_the_one_who_serves_can_see_it() -> None:
    office = Office()
    office.make()
    assert "default" in office.serve.shelf.files


@pytest.mark.parametrize(
    "spoil",
    [
        lambda office: setattr(office, "is_stopped", True),
        lambda office: setattr(office, "sleep", lambda seconds: office.serve.clock.move(seconds=seconds)),
        lambda office: setattr(office.gatherings, "find", lambda key: None),
        lambda office: setattr(office, "desk", replace(office.desk, recipe="another config")),
    ],
    ids=["told to stop", "no worker", "the gathering is lost", "another config"],
)
def test_what_workers_do_not_make_is_made_by_the_one_who_handed_it_out(spoil: Callable[[Office], object]) -> None:
    alone, office = house(), Office()
    spoil(office)
    alone.newsroom.make(TODAY, SEGMENTS, recipe="tide", is_stopped=lambda: False)
    office.make()
    assert sum(office.by_workers) == 0
    told = {key: edition.told for key, edition in editions(office.serve.kept).items()}
    assert told == {key: edition.told for key, edition in editions(alone.kept).items()}


def test_few_segments_are_no_work_to_share() -> None:
    office = Office()
    office.make(SEGMENTS[:SEGMENTS_AT_ONCE])
    assert (office.by_workers, len(office.serve.kept.rows)) == ([], SEGMENTS_AT_ONCE)


def test_a_batch_that_is_done_twice_makes_nothing_the_second_time() -> None:
    office = Office()
    office.make()
    batch = Batch(day=TODAY, now=NOW, recipe="tide", gathering="a", segments=SEGMENTS[:5])
    assert office.desk.make(batch) == 0


def test_a_worker_with_another_config_says_what_to_do() -> None:
    batch = Batch(day=TODAY, now=NOW, recipe="another", gathering="a", segments=SEGMENTS[:5])
    with pytest.raises(MakingError, match="start it again"):
        Office().desk.make(batch)


def test_what_was_gathered_survives_being_kept() -> None:
    serve = house()
    early = Told(article=BARE, thread="t", since=TODAY - timedelta(days=1))
    serve.memory.remember(TODAY - timedelta(days=1), "default", [early])
    gathered = serve.builder.gather(now=NOW)
    first, *others = gathered.stories
    stories = (replace(first, copied_by=(COPY,)), *others)
    gathered = replace(gathered, stories=stories, follows={first.id: (BARE, FERRY), **gathered.follows})
    kept = unpack_gathered(pack_gathered(gathered))
    assert kept == replace(gathered, visits=(), read=frozenset(), vectors={})


def test_the_recipe_is_the_same_on_another_machine_and_another_with_another_topic() -> None:
    templates = load_templates()
    here = recipe_of(CONFIG, templates, None)
    there = replace(CONFIG, path=PurePath("/etc/briefing.yaml"), database="postgresql://db/news", workers=True)
    assert recipe_of(there, templates, None) == here
    assert recipe_of(replace(CONFIG, topics=(GOSSIP,)), templates, None) != here


def test_a_batch_survives_the_queue() -> None:
    batch = Batch(day=TODAY, now=NOW, recipe="r", gathering="g", segments=SEGMENTS[:2])
    assert Batch.parse(batch.fields) == batch


def test_newsrooms_know_what_is_lacking() -> None:
    serve = house()
    newsroom: Newsroom = serve.newsroom
    newsroom.make(TODAY, SEGMENTS[:2], recipe="tide", is_stopped=lambda: False)
    serve.kept.mark_out(TODAY, "en-0")
    later = NOW + timedelta(minutes=5)
    # One that somebody got stays as it is; another is made anew later, or by another recipe.
    assert newsroom.lacking(TODAY, SEGMENTS[:3], recipe="tide", now=NOW) == SEGMENTS[2:3]
    assert newsroom.lacking(TODAY, SEGMENTS[:3], recipe="tide", now=later) == SEGMENTS[1:3]
    assert newsroom.lacking(TODAY, SEGMENTS[:3], recipe="other", now=NOW) == SEGMENTS[1:3]
    assert newsroom.lacking(TODAY + timedelta(days=1), SEGMENTS[:1], recipe="tide", now=NOW) == SEGMENTS[:1]
