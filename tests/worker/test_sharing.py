"""Real workers on a real PostgreSQL read the sources, make the vectors and the editions that one program asks for."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from benchmarks.whole.feed_web import ENTRIES, feed_web
from briefing.config.load import load_config
from briefing.engines.clock import SystemClock
from briefing.model.subscriber import Segment
from briefing.services.filing import unwatched
from briefing.services.prepared import PreparedEdition, unpack
from briefing.store.database import open_database, reading
from briefing.wiring import open_house
from tests.worker.program import workers

if TYPE_CHECKING:
    from briefing.model.run import Making
    from tests.postgres import Postgres

pytestmark = pytest.mark.slow

FEEDS, SEGMENTS = 120, 60
CONFIG = """
briefing: {{name: The Morning Tide, language: en, timezone: Europe/Paris, max_stories: 8}}
sources:
{sources}
fetch: {{contact: "https://tide.example/bot", allow_private: true}}
mail: {{from: post@tide.example, imprint: Quay 1}}
database: "{database}"
vectors: {vectors}
workers: {workers}
"""
CHOICES = tuple(
    Segment(key=f"en-{n:04}", language="en", timezone="Europe/Paris" if n % 2 else "Asia/Tokyo")
    for n in range(SEGMENTS)
)


@dataclass
class Newspaper:
    """A briefing with many feeds, and a database of its own."""

    folder: Path
    database: str
    feeds: list[str]

    def config(self, name: str, *, database: str = "", workers: bool = True, vectors: str = "none") -> Path:
        path = self.folder / name / "config.yaml"
        path.parent.mkdir(exist_ok=True)
        listed = "\n".join(f"  - {{feed: '{address}'}}" for address in self.feeds)
        words = CONFIG.format(
            sources=listed, database=database or self.database, workers=str(workers).lower(), vectors=vectors
        )
        path.write_text(words)
        return path

    def workers(self, config: Path, count: int) -> AbstractContextManager[list[subprocess.Popen[bytes]]]:
        return workers(config, count, log=self.folder / "workers.log")

    @property
    def log(self) -> str:
        return (self.folder / "workers.log").read_text()

    def count(self, statement: str) -> int:
        engine = open_database(self.database)
        with reading(engine) as connection:
            found = connection.scalar(text(statement))
        engine.dispose()
        assert isinstance(found, int)
        return found


@pytest.fixture
def paper(postgres: Postgres, tmp_path: Path) -> Iterator[Newspaper]:
    url = postgres.new()
    with feed_web(FEEDS, now=SystemClock().now()) as feeds:
        yield Newspaper(tmp_path, url, feeds)
    postgres.drop(url)


def make(config: Path) -> tuple[Making, dict[str, PreparedEdition]]:
    """Makes the day's editions as `briefing send` does; gives them as they are kept, without the moment."""
    house = open_house(load_config(config), out=config.parent / "out", watch=unwatched)
    day = SystemClock().now().date()
    editions = house.morning.editions
    making = editions.make(day, CHOICES, is_stopped=lambda: False)
    rows = {segment.key: editions.kept.find(day, segment.key) for segment in CHOICES}
    house.close()
    return making, {key: unpack(row.packed) for key, row in rows.items() if row is not None}


def headlines(editions: dict[str, PreparedEdition]) -> dict[str, list[str]]:
    return {key: [told.article.title for told in edition.told] for key, edition in editions.items()}


def test_editions_with_two_workers_tell_what_one_program_tells(paper: Newspaper) -> None:
    alone, by_alone = make(paper.config("alone", database=f"sqlite:///{paper.folder}/alone.db", workers=False))
    shared = paper.config("shared")
    with paper.workers(shared, 2):
        making, editions = make(shared)
    assert (making.figures, making.problems) == (alone.figures, alone.problems)
    assert making.figures.articles == FEEDS * ENTRIES
    assert headlines(editions) == headlines(by_alone)
    assert all(headlines(editions).values())
    # Nothing of it was left to the one who asked.
    read = Counter(line.split()[0] for line in _fields(paper.log, "sources"))
    assert sum(int(count) * times for count, times in read.items()) == FEEDS
    assert sum(int(line.split()[0]) for line in _fields(paper.log, "made")) == SEGMENTS
    assert paper.count("SELECT count(*)::int FROM procrastinate_jobs") == 0


def test_vectors_are_made_by_workers_before_they_are_needed(paper: Newspaper) -> None:
    paper = replace(paper, feeds=paper.feeds[:100])
    config = paper.config("shared", vectors="use")
    with paper.workers(config, 2):
        make(config)
    assert sum(int(line.split()[0]) for line in _fields(paper.log, "queue=vectors", "articles")) == 100 * ENTRIES
    assert paper.count("SELECT count(*)::int FROM vectors") > 0


def test_of_a_worker_that_is_killed_while_it_reads_the_other_reads_the_shard_again(paper: Newspaper) -> None:
    config = paper.config("shared")
    with paper.workers(config, 2) as (victim, _), dying(victim, paper):
        making, editions = make(config)
    assert making.figures.articles == FEEDS * ENTRIES
    assert making.figures.failed_sources == 0
    assert len(editions) == SEGMENTS


def test_without_any_worker_the_one_who_asks_does_it_all(paper: Newspaper) -> None:
    making, editions = make(paper.config("shared"))
    assert making.figures.articles == FEEDS * ENTRIES
    assert len(editions) == SEGMENTS
    assert paper.count("SELECT count(*)::int FROM procrastinate_jobs") == 0


@contextmanager
def dying(victim: subprocess.Popen[bytes], paper: Newspaper) -> Iterator[None]:
    """Kills the worker in the middle of a shard while the block lasts."""

    def kill() -> None:
        while paper.count("SELECT count(*)::int FROM pg_tables WHERE tablename = 'procrastinate_jobs'") == 0:
            time.sleep(0.05)
        while paper.count("SELECT count(*)::int FROM procrastinate_jobs WHERE status = 'doing'") < 2:
            time.sleep(0.01)
        victim.send_signal(signal.SIGKILL)

    thread = Thread(target=kill, daemon=True)
    thread.start()
    yield
    thread.join(60)
    assert victim.wait(10) == -signal.SIGKILL


def _fields(log: str, *names: str) -> list[str]:
    """What stands after the last of the names in each line of the log that has them all."""
    found = []
    for line in log.splitlines():
        if all(name in line for name in names) and f"{names[-1]}=" in line:
            found.append(line.split(f"{names[-1]}=", 1)[1])
    return found
