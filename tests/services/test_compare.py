from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import PurePath
from typing import Any

import pytest

from briefing.compose.changes import Reason
from briefing.model.colours import light_palette
from briefing.model.edition import Problem, SectionKind
from briefing.model.settings import BriefingRule, Config, FetchRule, Look, Schedule, SectionPlan, SummaryRule, WebRule
from briefing.model.source import Collected, Source, SourceKind
from briefing.model.story import told_by
from briefing.model.subscriber import Subscriber
from briefing.services.compare import Compared, Comparison, differing_keys
from briefing.services.reach import MOST_SEGMENTS
from tests import make
from tests.fakes import FakeCollector, FixedClock, MemoryEditionMemory, MemorySourceLog, MemorySubscribers
from tests.services import house
from tests.services.house import CARPET, ENERGY, FERRY, FROMAGE, GOSSIP, NEWS, WIND, FakeHouse, collected


def source(name: str, **fields: Any) -> Source:
    return Source(kind=SourceKind.FEED, location=f"https://{name}.example/rss", name=name, **fields)


CONFIG = replace(house.CONFIG, sources=(source("A"),))


def compare(used: Config, edited: Config, made: FakeHouse | None = None) -> Compared:
    """What an edit changes in a house."""
    here = made or FakeHouse()
    one, two = replace(here.builder, config=used), replace(here.builder, config=edited)
    return Comparison(used=one, edited=two, clock=FixedClock(make.NOW)).run()


@dataclass
class Shelves:
    """A collector that gives what stands in each source, and writes down what it was asked for."""

    articles: dict[str, Collected]
    asked: list[tuple[str | None, ...]] = field(default_factory=list)

    def collect(self, sources: Sequence[Source], *, now: datetime) -> Collected:
        self.asked.append(tuple(s.name for s in sources))
        found = [self.articles[str(s.name)] for s in sources]
        return Collected(
            articles=tuple(a for given in found for a in given.articles),
            problems=tuple(p for given in found for p in given.problems),
        )


def test_a_muted_topic_takes_its_stories_away() -> None:
    found = compare(CONFIG, replace(CONFIG, topics=(GOSSIP,)))
    (dropped,) = found.changes.dropped
    assert (dropped.story.lead, dropped.absence.reason) == (CARPET, Reason.MUTED)
    assert dropped.absence.topics == ("Gossip",)
    assert (len(found.changes.unchanged), found.choosing) == (len(NEWS) - 1, ("topics",))


def test_a_topic_is_told_by_the_stories_it_now_matches() -> None:
    (moved,) = compare(CONFIG, replace(CONFIG, topics=(replace(ENERGY, boost=1.0),))).changes.moved
    assert (moved.story.lead, moved.gained, moved.has_moved) == (WIND, ("Energy",), False)


def test_what_does_not_fit_any_more_says_so() -> None:
    tight = replace(CONFIG, briefing=replace(CONFIG.briefing, max_stories=2))
    changes = compare(CONFIG, tight).changes
    assert {d.absence.reason for d in changes.dropped} == {Reason.NO_ROOM}
    assert {a.absence.reason for a in compare(tight, CONFIG).changes.added} == {Reason.NO_ROOM}


def test_a_shorter_window_leaves_the_older_out() -> None:
    old = replace(FERRY, published=replace(FERRY.published, at=make.NOW - timedelta(hours=20)))
    here = FakeHouse(collector=FakeCollector(collected(old, WIND)))
    short = replace(CONFIG, briefing=replace(CONFIG.briefing, window=timedelta(hours=6)))
    (dropped,) = compare(CONFIG, short, here).changes.dropped
    assert (dropped.story.lead, dropped.absence.reason) == (old, Reason.OUTSIDE_WINDOW)


def test_what_both_configs_name_is_read_once() -> None:
    shelves = Shelves({"A": collected(FERRY), "B": collected(WIND), "C": collected(FROMAGE)})
    here = FakeHouse(collector=shelves)  # type: ignore[arg-type]  # as good as the fake
    used = replace(CONFIG, sources=(source("A", line=4), source("B", line=5)))
    edited = replace(CONFIG, sources=(source("C", line=4), source("A", weight=2.0, line=5)))
    found = compare(used, edited, here)
    assert shelves.asked == [("A",), ("B",), ("C",)]
    assert [(a.story.lead, a.absence.reason) for a in found.changes.added] == [(FROMAGE, Reason.NOT_READ)]
    assert [(d.story.lead, d.absence.reason) for d in found.changes.dropped] == [(WIND, Reason.NOT_READ)]


def test_with_other_rules_of_fetching_everything_is_read_twice() -> None:
    shelves = Shelves({"A": collected(FERRY)})
    here = FakeHouse(collector=shelves)  # type: ignore[arg-type]  # as good as the fake
    used = replace(CONFIG, sources=(source("A"),))
    compare(used, replace(used, fetch=FetchRule(timeout=5.0)), here)
    assert shelves.asked == [("A",), ("A",)]


def test_problems_of_both_builds_are_told_once() -> None:
    away, late = (Problem(stage="collect", message=m) for m in ("is away", "is late"))
    shelves = Shelves({"A": collected(FERRY, problems=(away,)), "B": collected(problems=(late,))})
    here = FakeHouse(collector=shelves)  # type: ignore[arg-type]  # as good as the fake
    used = replace(CONFIG, sources=(source("A"),))
    found = compare(used, replace(used, sources=(source("A"), source("B"))), here)
    assert found.problems == (away, late)
    assert found.changes.is_empty


@dataclass
class SealedMemory(MemoryEditionMemory):
    """A memory that nobody may write to."""

    def remember(self, *_: object) -> None:
        raise AssertionError("a comparison remembers nothing")


class SealedLog(MemorySourceLog):
    """A log that nobody may write to."""

    def log_sources(self, *_: object, **__: object) -> None:
        raise AssertionError("a comparison logs nothing")


def test_nothing_is_recorded() -> None:
    here = FakeHouse(memory=SealedMemory(), source_log=SealedLog())
    assert compare(CONFIG, replace(CONFIG, topics=(GOSSIP,)), here).changes.dropped
    assert here.shelf.files == {}


def test_both_editions_leave_out_what_was_told_before() -> None:
    here = FakeHouse()
    here.memory.remember(
        make.NOW.date() - timedelta(days=1),
        "default",
        told_by([make.story(FERRY)], edition=make.NOW.date() - timedelta(days=1)),
    )
    found = compare(CONFIG, replace(CONFIG, topics=(ENERGY,)), here)
    told = [k.story.lead.id for k in (*found.changes.moved, *found.changes.unchanged)]
    assert FERRY.id not in told
    assert WIND.id in told


@pytest.mark.parametrize(
    ("edited", "choosing", "telling", "other"),
    [
        pytest.param(CONFIG, (), (), (), id="nothing"),
        pytest.param(replace(CONFIG, schedule=Schedule(at=time(8))), (), (), ("schedule",), id="hour"),
        pytest.param(replace(CONFIG, mail=replace(CONFIG.mail, transport="smtp")), (), (), ("mail",), id="transport"),
        pytest.param(replace(CONFIG, web=WebRule(port=9)), (), (), ("web",), id="port"),
        pytest.param(
            replace(CONFIG, mail=replace(CONFIG.mail, sender=replace(CONFIG.mail.sender, public_url=None))),
            (),
            (),
            ("web",),
            id="public address",
        ),
        pytest.param(replace(CONFIG, readers=PurePath("x.csv")), (), (), ("subscribers",), id="readers"),
        pytest.param(replace(CONFIG, signup="open"), (), (), ("subscribers",), id="signup"),
        pytest.param(replace(CONFIG, keep_ledger=timedelta(days=9)), (), (), ("keep",), id="books"),
        pytest.param(replace(CONFIG, keep_articles=timedelta(days=9)), (), (), ("keep",), id="articles"),
        pytest.param(replace(CONFIG, look=Look(light=light_palette("#000000"))), (), ("look",), (), id="colour"),
        pytest.param(replace(CONFIG, summary=SummaryRule(max_chars=200)), (), ("summary",), (), id="length"),
        pytest.param(
            replace(CONFIG, briefing=BriefingRule(name="Post", timezone="Europe/Paris")),
            (),
            ("briefing.name",),
            (),
            id="name",
        ),
        pytest.param(replace(CONFIG, sections=SectionPlan(line=9)), (), (), (), id="line"),
        pytest.param(
            replace(CONFIG, database="sqlite:///elsewhere.db", path=PurePath("new.yaml")), (), (), (), id="file"
        ),
        pytest.param(
            replace(CONFIG, briefing=replace(CONFIG.briefing, timezone="UTC", max_stories=23)),
            ("briefing.timezone", "briefing.max_stories"),
            (),
            (),
            id="zone and room",
        ),
    ],
)
def test_keys_that_move_no_story_are_named_by_what_they_do(
    edited: Config, choosing: tuple[str, ...], telling: tuple[str, ...], other: tuple[str, ...]
) -> None:
    found = compare(CONFIG, edited)
    assert found.changes.is_empty
    assert (found.choosing, found.telling, found.other) == (choosing, telling, other)
    assert set(differing_keys(CONFIG, edited)) == {*choosing, *telling, *other}


def test_where_a_topic_or_source_stands_in_the_file_is_no_difference() -> None:
    used = replace(CONFIG, topics=(replace(GOSSIP, line=3),), sources=(source("A", line=9),))
    moved = replace(CONFIG, topics=(replace(GOSSIP, line=5),), sources=(source("A", line=12),))
    assert differing_keys(used, moved) == ()
    assert differing_keys(used, replace(moved, sources=(source("A", weight=2.0),))) == ("sources",)


def reach(used: Config, edited: Config, *readers: Subscriber) -> tuple[int, int, bool]:
    store = MemorySubscribers()
    store.save_subscribers(readers)
    here = FakeHouse()
    one, two = replace(here.builder, config=used), replace(here.builder, config=edited)
    found = Comparison(used=one, edited=two, clock=FixedClock(make.NOW), readers=store).run().reach
    return found.changed, found.readers, found.is_least


def test_readers_are_counted_by_what_their_own_edition_tells() -> None:
    by_topic = replace(CONFIG, topics=(ENERGY, replace(GOSSIP, mute=False)), sections=SectionPlan(by=SectionKind.TOPIC))
    muted = replace(by_topic, topics=(ENERGY, GOSSIP))
    everybody = [house.confirmed("ada"), house.confirmed("ben"), replace(house.confirmed("cyd"), sections=("Energy",))]
    assert reach(by_topic, by_topic, *everybody) == (0, 3, False)
    assert reach(by_topic, muted, *everybody) == (2, 3, False)
    assert reach(by_topic, muted) == (0, 0, False)


def test_of_very_many_segments_the_largest_are_looked_at() -> None:
    chosen = [replace(house.confirmed(f"r{n}"), at=time(n // 60, n % 60)) for n in range(MOST_SEGMENTS + 5)]
    assert reach(CONFIG, replace(CONFIG, topics=(GOSSIP,)), *chosen) == (MOST_SEGMENTS, MOST_SEGMENTS + 5, True)


def test_a_section_without_a_story_left_is_named_unless_sections_are_of_another_kind() -> None:
    by_topic = replace(CONFIG, topics=(ENERGY, replace(GOSSIP, mute=False)), sections=SectionPlan(by=SectionKind.TOPIC))
    assert compare(by_topic, replace(by_topic, topics=(ENERGY, GOSSIP))).emptied == ("Gossip",)
    assert compare(by_topic, replace(by_topic, sections=SectionPlan())).emptied == ()
