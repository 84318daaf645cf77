from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from benchmarks.delivery.house import bench_config
from briefing.errors import MakingError
from briefing.model.subscriber import Segment
from briefing.services.prepared import unpack
from briefing.store.database import open_database
from briefing.store.prepared import SqlPreparedEditions
from briefing.wiring.maker import SeparateMaker
from tests.services.house import CONFIG, EVERYONE
from tests.wiring import newsrooms

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 23)
FRENCH = Segment(key="fr", language="fr", timezone="UTC")


def never() -> bool:
    return False


def maker(out: Path, opens: Callable[..., Any] = newsrooms.good, **ways: Any) -> SeparateMaker:
    return SeparateMaker(**{"config": CONFIG, "out": out, "watch": lambda *_: None, "opens": opens, **ways})


def calls(out: Path) -> list[str]:
    """A line for each newsroom that began its work: process, day, segments, recipe."""
    file = out / "calls"
    return file.read_text().splitlines() if file.exists() else []


def is_running(out: Path) -> bool:
    """Whether the newest newsroom is still there."""
    try:
        os.kill(int(calls(out)[-1].split()[0]), 0)
    except ProcessLookupError:
        return False
    return True


def test_an_edition_is_made_in_another_process_which_is_gone_afterwards(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    one = maker(tmp_path, watch=lambda *stage: heard.append(stage))
    assert one.make(DAY, [EVERYONE, FRENCH], recipe="r1", is_stopped=never) == newsrooms.MADE
    ((pid, *words),) = [line.split() for line in calls(tmp_path)]
    assert (int(pid) != os.getpid(), words) == (True, [str(DAY), "default", "fr", "r1"])
    assert not is_running(tmp_path)
    assert heard[-2:] == [("language", 1, 2), ("language", 2, 2)]


@pytest.mark.slow
def test_a_real_edition_is_kept_where_who_wanted_it_finds_it(tmp_path: Path) -> None:
    config = bench_config(tmp_path, port=25)
    one = SeparateMaker(config=config, out=tmp_path / "out", watch=lambda *_: None)
    made = one.make(DAY, [EVERYONE], recipe="r1", is_stopped=never)
    engine = open_database(config.database)
    kept = SqlPreparedEditions(engine).find(DAY, EVERYONE.key)
    engine.dispose()
    assert kept is not None
    assert (kept.recipe, unpack(kept.packed).reason) == ("r1", "")
    assert made.figures.articles > 50
    assert [problem.stage for problem in made.problems] == ["collect"]


MISTAKE = r"a mistake of the program, please report it: IndexError: pop from empty list \(line \d+ of newsrooms\.py\)"
DIED = "the process that made the edition died, perhaps for want of memory"


@pytest.mark.parametrize(
    ("opens", "reason"),
    [
        (newsrooms.without_a_database, r"^briefing\.db: the disk is full; free some space$"),
        (newsrooms.mistaken, MISTAKE),
        (newsrooms.leaving, DIED),
        (newsrooms.killed, DIED),
    ],
    ids=["raises", "makes a mistake", "leaves", "is killed"],
)
def test_however_a_newsroom_fails_it_is_said_in_a_line(
    tmp_path: Path, opens: Callable[..., Any], reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(MakingError, match=reason) as raised:
        maker(tmp_path, opens).make(DAY, [EVERYONE], recipe="r1", is_stopped=never)
    assert "\n" not in str(raised.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("opens", [newsrooms.silent, newsrooms.talking])
def test_one_that_takes_too_long_is_ended(tmp_path: Path, opens: Callable[..., Any]) -> None:
    with pytest.raises(MakingError, match="took longer than"):
        maker(tmp_path, opens, deadline_s=3).make(DAY, [EVERYONE], recipe="r1", is_stopped=never)
    assert calls(tmp_path)
    assert not is_running(tmp_path)


@pytest.mark.parametrize("opens", [newsrooms.silent, newsrooms.talking])
def test_one_that_is_to_stop_ends_within_a_look(tmp_path: Path, opens: Callable[..., Any]) -> None:
    asked: list[float] = []

    def is_stopped() -> bool:
        if calls(tmp_path):
            asked.append(time.monotonic())
        return bool(asked)

    with pytest.raises(MakingError, match="told to stop while the edition was made; the next start makes it"):
        maker(tmp_path, opens).make(DAY, [EVERYONE], recipe="r1", is_stopped=is_stopped)
    assert time.monotonic() - asked[0] < 2
    assert not is_running(tmp_path)


def test_one_that_was_told_to_stop_before_it_began_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(MakingError, match="told to stop"):
        maker(tmp_path).make(DAY, [EVERYONE], recipe="r1", is_stopped=lambda: True)


def test_whoever_waits_shows_every_second_that_it_lives(tmp_path: Path) -> None:
    signs: list[float] = []
    one = maker(tmp_path, newsrooms.silent, deadline_s=4, watch=lambda *_: signs.append(time.monotonic()))
    with pytest.raises(MakingError):
        one.make(DAY, [EVERYONE], recipe="r1", is_stopped=never)
    pauses = [later - earlier for earlier, later in pairwise(signs)]
    assert len(signs) >= 3
    assert max(pauses) < 2.5


@pytest.fixture
def failing(tmp_path: Path) -> SeparateMaker:
    return maker(tmp_path, newsrooms.mistaken, pauses_s=(1.0, 600.0))


def test_after_a_failure_it_is_left_alone_for_a_while_and_the_reason_stands(
    failing: SeparateMaker, tmp_path: Path
) -> None:
    began = []
    for pause in (0, 0, 1.1, 1.1):  # the second failure in a row is followed by a longer rest
        time.sleep(pause)
        with pytest.raises(MakingError, match="pop from empty list"):
            failing.make(DAY, [EVERYONE], recipe="r1", is_stopped=never)
        began.append(len(calls(tmp_path)))
    assert began == [1, 1, 2, 2]


def test_after_a_success_failures_are_counted_anew(tmp_path: Path) -> None:
    one = maker(tmp_path, newsrooms.mistaken, pauses_s=(0.0, 600.0))
    for opens in (newsrooms.mistaken, newsrooms.good, newsrooms.mistaken, newsrooms.good):
        one.opens = opens
        if opens is newsrooms.good:
            assert one.make(DAY, [EVERYONE], recipe="r1", is_stopped=never) == newsrooms.MADE
        else:
            with pytest.raises(MakingError):
                one.make(DAY, [EVERYONE], recipe="r1", is_stopped=never)
    assert len(calls(tmp_path)) == 4
