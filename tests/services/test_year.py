"""Weeks of outages, restarts, leaping clocks and dead relays: nobody gets two, and who gets none is told why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.services.world import FIRST, ZONES, World, days_over, stormy_days

pytestmark = pytest.mark.slow

#: Fewer than the benchmark's thousand, and more than there are zones.
READERS = 40


@contextmanager
def a_world(readers: int, url: str = "") -> Iterator[World]:
    with TemporaryDirectory() as folder:
        world = World(Path(folder), readers, url=url)
        try:
            yield world
        finally:
            world.close()


@pytest.mark.parametrize("seed", range(3))
def test_in_weeks_of_trouble_everybody_gets_each_edition_once_or_is_told_why_not(seed: int) -> None:
    with a_world(READERS) as world:
        found = stormy_days(world, 12, Random(seed))
    assert found["sent"] > READERS
    assert found["missed"] > 0


def test_on_postgresql_an_outage_is_the_same(postgresql_url: str) -> None:
    with a_world(READERS, postgresql_url) as world:
        world.live(timedelta(days=1), step=timedelta(minutes=40))
        world.stop()
        world.live(timedelta(hours=11))
        world.restart()
        world.live(timedelta(days=2), step=timedelta(minutes=40))
        world.check_nobody_got_two()
        days = days_over(world, since=FIRST.date() + timedelta(days=1))
        found = sum((world.check_nothing_was_silent(day) for day in days), Counter[str]())
    assert found["sent"] > READERS
    assert found["missed"] > 0


def test_in_a_quiet_month_nobody_misses_anything() -> None:
    with a_world(READERS) as world:
        world.live(timedelta(days=18), step=timedelta(minutes=30))
        days = days_over(world, since=FIRST.date() + timedelta(days=2))
        found = [world.check_nothing_was_silent(day) for day in days]
        assert len(days) > 12
        assert {status for counts in found for status in counts} == {"sent"}
        world.check_nobody_got_two()


class Trouble(RuleBasedStateMachine):
    """Whatever happens to a briefing, in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.checked = FIRST.date() + timedelta(days=2)
        self.moved: dict[str, object] = {}

    @initialize()
    def begin(self) -> None:
        self.world = World(Path(self.folder.name), 12)
        self.world.live(timedelta(days=2), step=timedelta(minutes=30))

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        self.world.live(timedelta(hours=hours), step=timedelta(minutes=30))

    @rule()
    def the_program_is_stopped(self) -> None:
        self.world.stop()

    @rule()
    def the_program_is_started_again(self) -> None:
        self.world.restart()

    @rule(minutes=st.sampled_from([-3_000, -1_500, -90, -20, 20, 90, 1_500, 3_000]), hours=st.integers(1, 30))
    def the_clock_is_wrong_for_a_while(self, minutes: int, hours: int) -> None:
        self.world.set_clock(wrong=timedelta(minutes=minutes))
        self.world.live(timedelta(hours=hours), step=timedelta(minutes=30))
        self.world.put_clock_right(by_hand=hours % 2 == 0)

    @rule(down=st.booleans())
    def the_relay_goes_or_comes(self, down: bool) -> None:
        self.world.relay.down = down

    @rule(has_news=st.booleans())
    def news_stop_or_come(self, has_news: bool) -> None:
        self.world.has_news = has_news

    @rule(number=st.integers(0, 11), zone=st.sampled_from(ZONES))
    def a_reader_moves(self, number: int, zone: str) -> None:
        self.world.move(number, zone)
        self.moved[f"{number:032x}"] = None

    @invariant()
    def nobody_got_two(self) -> None:
        if hasattr(self, "world"):
            self.world.check_nobody_got_two()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.relay.down, self.world.has_news = False, True
            self.world.restart()
            self.world.live(timedelta(days=2), step=timedelta(minutes=30))
            for day in days_over(self.world, since=self.checked):
                # Of a day on which a reader moved nobody can say which slot was theirs.
                self.world.check_nothing_was_silent(day, but=frozenset(self.moved))
            self.world.close()
        self.folder.cleanup()


TestTrouble = Trouble.TestCase
TestTrouble.settings = settings(
    max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
