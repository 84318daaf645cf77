"""Work is shared for as long as somebody gets on with it; whoever handed it out never waits for nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from briefing.model.job import JobQueue, Shard
from briefing.services.teamwork import LOOK_S, STUCK_S, UNHEARD_S, Team
from tests.fakes import FixedClock, MemoryWorkforce
from tests.make import NOW

SHARDS = [Shard(number=number, of=4, now=NOW) for number in range(4)]


@dataclass
class Office:
    """A team whose workers do something at each look; time passes only while somebody waits."""

    at_look: Callable[[MemoryWorkforce, int], object]
    workforce: MemoryWorkforce = field(default_factory=MemoryWorkforce)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    looks: int = 0
    heard: list[tuple[int, int]] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.clock.move(seconds=seconds)
        self.looks += 1
        self.at_look(self.workforce, self.looks)

    def share(self) -> bool:
        team = Team(workforce=self.workforce, stopwatch=self.clock, sleep=self.sleep, new_name=lambda: "tide")
        return team.share(JobQueue.FETCH, SHARDS, watch=lambda *told: self.heard.append(told))

    @property
    def waited_s(self) -> float:
        return self.looks * LOOK_S


def one_worker(workforce: MemoryWorkforce, look: int) -> None:
    """Begins a part at each odd look and ends it at the next."""
    workforce.begin() if look % 2 else workforce.finish()


def dies_with_a_part(workforce: MemoryWorkforce, look: int) -> None:
    if look == 1:
        workforce.begin()


def goes_after_two(workforce: MemoryWorkforce, look: int) -> None:
    if look <= 4:
        one_worker(workforce, look)


def is_slow(workforce: MemoryWorkforce, look: int) -> None:
    """Takes almost all of the patience for each part."""
    step = round((UNHEARD_S - 1) / LOOK_S)
    if look % step == 0:
        one_worker(workforce, look // step)


@pytest.mark.parametrize(
    ("at_look", "is_done", "at_least_s", "at_most_s", "left"),
    [
        (one_worker, True, 0, 2, 0),
        (is_slow, True, 8 * (UNHEARD_S - 1), 8 * UNHEARD_S, 0),
        (lambda *_: None, False, UNHEARD_S, UNHEARD_S + 1, 0),
        (goes_after_two, False, UNHEARD_S, UNHEARD_S + 2, 0),
        (dies_with_a_part, False, STUCK_S, STUCK_S + 1, 1),
    ],
    ids=["a worker", "a slow one", "nobody", "one that stops", "one that dies"],
)
def test_work_is_waited_for_while_it_gets_on_and_taken_back_when_it_does_not(
    at_look: Callable[[MemoryWorkforce, int], object], is_done: bool, at_least_s: float, at_most_s: float, left: int
) -> None:
    office = Office(at_look)
    assert office.share() is is_done
    assert at_least_s <= office.waited_s <= at_most_s
    # What a dead worker holds stays: another may take it over, and does no harm.
    assert len(office.workforce.jobs) == left


def test_whoever_waits_hears_how_far_it_is() -> None:
    office = Office(one_worker)
    office.share()
    assert [done for done, _ in office.heard] == [0, 1, 1, 2, 2, 3, 3, 4]
    assert {total for _, total in office.heard} == {4}


def test_work_of_others_in_the_same_queue_is_neither_waited_for_nor_taken_back() -> None:
    office = Office(lambda *_: None)
    office.workforce.hand_out(JobQueue.FETCH, SHARDS, work="another")
    assert not office.share()
    assert office.workforce.backlog("another").waiting == len(SHARDS)
