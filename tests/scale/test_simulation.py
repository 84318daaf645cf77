from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.scale.crowds import PEOPLE, Crowd, crowds_of_the_world
from benchmarks.scale.limits import SPAN_S, Book, Part
from benchmarks.scale.scenario import DOMAIN, RELAY, SENDING, Costs, Domain, Outcome, Scenario, most_in_a_minute
from benchmarks.scale.simulation import simulate
from briefing.model.mail_rules import SmtpLimits
from briefing.services.pace import SharedPace
from briefing.store.database import open_database
from briefing.store.rates import SqlRates
from tests.fakes import MemoryRates

HOUR = 3600.0
COSTS = Costs(mail_s=0.01, job_s=0.01, book_s=0.0005, plan_s=0.0002)
BIG = Domain(share=0.4, per_minute=700)


def crowd(readers: int, *, due_s: float = HOUR, zone: str = "Europe/Paris") -> Crowd:
    return Crowd(zone=zone, due_s=due_s, readers=readers)


def scenario(readers: int = 5_000, **changed: Any) -> Scenario:
    return replace(Scenario(crowds=(crowd(readers),), workers=3, costs=COSTS), **changed)


@st.composite
def troubled_mornings(draw: st.DrawFn) -> Scenario:
    readers = draw(st.lists(st.integers(1, 4_000), min_size=1, max_size=4))
    crowds = tuple(crowd(number, due_s=HOUR * (1 + n / 2)) for n, number in enumerate(readers))
    begin, length = draw(st.floats(HOUR, 3 * HOUR)), draw(st.sampled_from([0.0, 600.0, HOUR]))
    return Scenario(
        crowds=crowds,
        workers=draw(st.integers(1, 6)),
        costs=COSTS,
        per_minute=draw(st.sampled_from([None, 1, 60, 2_000, 20_000])),
        domains=draw(st.sampled_from([(), (BIG,), (BIG, Domain(share=0.1, per_minute=3))])),
        put_off=draw(st.sampled_from([0.0, 0.02, 0.5])),
        again=draw(st.sampled_from([0.0, 0.3, 1.0])),
        refused=draw(st.sampled_from([0.0, 0.01, 0.6])),
        outage=(begin, begin + length),
        deaths=tuple(draw(st.lists(st.floats(HOUR, 2 * HOUR), max_size=3))),
        seed=draw(st.integers(0, 9)),
    )


@given(troubled_mornings())
def test_every_mail_is_sent_once_or_named(morning: Scenario) -> None:
    outcome = simulate(morning)
    for tally in outcome.tallies:
        assert tally.sent + tally.refused + tally.missed == tally.crowd.readers
        assert min(tally.sent, tally.refused, tally.missed) >= 0
    if len(morning.deaths) < morning.workers:
        assert outcome.left_alone == 0
    assert outcome.sent <= outcome.handed.total()
    assert outcome.perhaps_twice <= 4 * len(morning.deaths)


@given(troubled_mornings())
def test_no_limit_is_exceeded_in_any_minute(morning: Scenario) -> None:
    outcome = simulate(morning)
    if morning.per_minute is not None:
        assert most_in_a_minute(outcome.handed) <= morning.per_minute
    for domain, seconds in zip(morning.domains, outcome.to_domains, strict=True):
        assert most_in_a_minute(seconds) <= domain.per_minute


@given(troubled_mornings())
def test_the_same_seed_gives_the_same_morning(morning: Scenario) -> None:
    assert simulate(morning) == simulate(morning)


@given(
    readers=st.lists(st.integers(1, 6_000), min_size=1, max_size=3),
    workers=st.integers(1, 8),
    more=st.integers(1, 8),
    put_off=st.sampled_from([0.0, 0.05]),
)
def test_more_workers_never_finish_later(readers: list[int], workers: int, more: int, put_off: float) -> None:
    crowds = tuple(crowd(number, due_s=HOUR + 60 * n) for n, number in enumerate(readers))
    few = Scenario(crowds=crowds, workers=workers, costs=COSTS, put_off=put_off)
    # Whose turn comes first may change by a chunk of 500: that is how much later the last of them may be.
    a_chunk = 500 * COSTS.mail_s + COSTS.job_s
    assert simulate(replace(few, workers=workers + more)).ends_at <= simulate(few).ends_at + a_chunk


def test_a_mail_costs_its_worker_what_it_was_measured_to_cost() -> None:
    alone = scenario(10_000, workers=1, costs=Costs(mail_s=0.01, job_s=0.5))
    assert simulate(alone).ends_at == pytest.approx(HOUR + 20 * 0.5 + 10_000 * 0.01)


def test_the_database_serves_one_after_the_other() -> None:
    slow = scenario(10_000, workers=50, costs=Costs(mail_s=0.001, book_s=0.01))
    outcome = simulate(slow)
    assert outcome.ends_at >= HOUR + 10_000 * 0.01
    assert outcome.bottleneck == "the database"


def test_planning_comes_before_the_first_mail() -> None:
    outcome = simulate(scenario(10_000, costs=Costs(mail_s=0.001, plan_s=0.01)))
    assert min(outcome.handed) == HOUR + 100


@pytest.mark.parametrize(
    ("changed", "bottleneck"),
    [({}, SENDING), ({"per_minute": 300}, RELAY), ({"domains": (Domain(share=0.5, per_minute=100),)}, DOMAIN)],
    ids=["nothing else", "relay", "domain"],
)
def test_what_the_workers_wait_for_most_is_named(changed: dict[str, Any], bottleneck: str) -> None:
    assert simulate(scenario(5_000, **changed)).bottleneck == bottleneck


def test_the_chunk_of_a_dead_worker_is_redone_after_its_lease_and_no_earlier() -> None:
    alive = scenario(400, workers=2, costs=Costs(mail_s=0.1))
    outcome = simulate(replace(alive, deaths=(HOUR + 5,)))
    assert (outcome.sent, outcome.missed) == (400, 0)
    # A hundred were handed over when it died within the second hundred of what it had claimed.
    free = outcome.handed[int(HOUR) + 45]
    assert free > 0
    late = [second for second in outcome.handed if second >= HOUR + 300]
    assert late
    assert sum(outcome.handed[second] for second in late) == 100
    assert 0 < outcome.perhaps_twice <= 4


def test_when_all_workers_die_what_is_left_is_named() -> None:
    outcome = simulate(scenario(5_000, deaths=(HOUR + 3, HOUR + 3, HOUR + 3)))
    assert outcome.missed == outcome.left_alone > 0
    assert outcome.sent + outcome.missed == 5_000


def test_what_is_refused_for_now_comes_back_after_five_fifteen_and_sixty_minutes() -> None:
    outcome = simulate(scenario(100, workers=1, put_off=1.0, again=1.0, costs=Costs(mail_s=0.001)))
    minutes = [round((second - HOUR) / 60) for second in sorted(outcome.handed)]
    assert minutes == [0, 5, 20, 80, 140, 200, 260, 320]
    assert (outcome.sent, outcome.missed) == (0, 100)


def test_an_outage_within_the_window_loses_nobody() -> None:
    outcome = simulate(scenario(outage=(HOUR + 5, 2 * HOUR)))
    assert (outcome.sent, outcome.missed) == (5_000, 0)
    assert not any(HOUR + 5 <= second < 2 * HOUR for second in outcome.handed)
    assert outcome.share_late() > 0.5


def test_an_outage_longer_than_the_window_is_named() -> None:
    outcome = simulate(scenario(outage=(0.0, 9 * HOUR)))
    assert (outcome.sent, outcome.missed) == (0, 5_000)


def test_a_slow_domain_holds_nobody_else_up() -> None:
    outcome = simulate(scenario(50_000, workers=3, domains=(Domain(share=0.5, per_minute=1_000),)))
    elsewhere = outcome.handed - outcome.to_domains[0]
    alone = simulate(scenario(25_000, workers=3))
    assert max(elsewhere) - HOUR < 2 * (alone.ends_at - HOUR) < 240
    assert max(outcome.to_domains[0]) - HOUR > 24 * 60


def test_the_world_wakes_up_once() -> None:
    crowds = crowds_of_the_world(10_000_000)
    assert sum(each.readers for each in crowds) == 10_000_000
    assert [each.due_s for each in crowds] == sorted({each.due_s for each in crowds})
    assert {each.zone for each in crowds} <= set(PEOPLE)
    assert simulate(Scenario(crowds=crowds_of_the_world(1_000), workers=1, costs=COSTS)).sent == 1_000


# ------------------------------------------------------------------ the limits, as the program keeps them

MOMENTS = st.lists(st.tuples(st.floats(0, 9), st.integers(1, 90)), max_size=40)
SEVEN = datetime(2026, 11, 23, 7, tzinfo=UTC)


KEYS = count()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlRates]:
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('rates')}/rates.db")
    yield SqlRates(engine)
    engine.dispose()


@settings(max_examples=25)
@given(steps=MOMENTS, most=st.integers(1, 300))
def test_the_book_gives_what_the_real_one_gives(real: SqlRates, steps: list[tuple[float, int]], most: int) -> None:
    key, ours, now = f"limit {next(KEYS)}", Book(most), 0.0
    for later, wanted in steps:
        now += round(later, 3)
        at = SEVEN + timedelta(seconds=now)
        given, more_at = real.draw(key, wanted=wanted, most=most, span=timedelta(seconds=SPAN_S), now=at)
        granted, again_at = ours.draw(wanted, now=SEVEN.timestamp() + now)
        assert granted == given
        assert again_at == pytest.approx(more_at.timestamp())


@given(MOMENTS, st.integers(1, 3_000))
def test_a_part_lets_go_what_the_real_pace_lets_go(steps: list[tuple[float, int]], most: int) -> None:
    pace, part, now = SharedPace(SmtpLimits(per_minute=most), SteppedRates(Book(most))), Part(Book(most)), 0.0
    for later, wanted in steps:
        now += round(later, 3)
        at, given = SEVEN + timedelta(seconds=now), 0
        while given < wanted and not pace.wait(now=at):
            pace.count("a.example", now=at)
            given += 1
        assert part.take(wanted, now=at.timestamp())[0] == given


class SteppedRates(MemoryRates):
    """A book of the real interface that counts in steps, without a database."""

    def __init__(self, book: Book) -> None:
        super().__init__()
        self._book = book

    def draw(self, key: str, *, wanted: int, most: int, span: timedelta, now: datetime) -> tuple[int, datetime]:
        granted, again_at = self._book.draw(wanted, now=now.timestamp())
        return granted, datetime.fromtimestamp(again_at, UTC)


def test_an_outcome_without_readers_is_empty() -> None:
    assert (Outcome(tallies=()).sent, Outcome(tallies=()).share_late(), Outcome(tallies=()).ends_at) == (0, 0.0, 0.0)
