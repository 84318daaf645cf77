"""Parts of work in a queue: the fake and PostgreSQL's keep the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from briefing.errors import StoreError
from briefing.model.job import Backlog, JobQueue, Shard
from briefing.store.database import writing
from briefing.store.gatherings import SqlGatherings
from briefing.store.gauges import SqlGauges
from briefing.store.jobs import make_app
from briefing.store.workforce import QueuedWorkforce
from tests.fakes import MemoryGatherings, MemoryWorkforce
from tests.make import NOW

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.ports import Gatherings, Workforce

SHARDS = [Shard(number=number, of=3, now=NOW) for number in range(3)]


@dataclass
class Hall:
    """A workforce, and what a worker does to one job."""

    workforce: Workforce
    begin: Callable[[], object]
    finish: Callable[[], object]


def queued(engine: Engine) -> QueuedWorkforce:
    return QueuedWorkforce(engine, make_app(engine.url.render_as_string(hide_password=False), works=False))


@pytest.fixture(params=["fake", "postgresql"])
def hall(request: pytest.FixtureRequest) -> Hall:
    if request.param == "fake":
        memory = MemoryWorkforce()
        return Hall(memory, memory.begin, memory.finish)
    engine: Engine = request.getfixturevalue("queue")

    def run(statement: str) -> Callable[[], None]:
        def act() -> None:
            with writing(engine) as connection:
                connection.execute(text(statement))

        return act

    oldest = "(SELECT min(id) FROM procrastinate_jobs WHERE status = '{}')"
    begin = f"UPDATE procrastinate_jobs SET status = 'doing' WHERE id = {oldest.format('todo')}"
    finish = f"DELETE FROM procrastinate_jobs WHERE id = {oldest.format('doing')}"
    return Hall(queued(engine), run(begin), run(finish))


def test_a_backlog_tells_what_nobody_has_begun_from_what_is_under_way(hall: Hall) -> None:
    hall.workforce.hand_out(JobQueue.FETCH, SHARDS, work="tide")
    hall.workforce.hand_out(JobQueue.FETCH, SHARDS[:1], work="ebb")
    assert hall.workforce.backlog("tide") == Backlog(waiting=3)
    hall.begin()
    assert hall.workforce.backlog("tide") == Backlog(waiting=2, under_way=1)
    hall.finish()
    assert hall.workforce.backlog("tide") == Backlog(waiting=2)
    assert hall.workforce.backlog("ebb") == Backlog(waiting=1)
    assert hall.workforce.backlog("flood") == Backlog()


def test_only_what_nobody_has_begun_is_taken_back_and_only_of_that_work(hall: Hall) -> None:
    hall.workforce.hand_out(JobQueue.FETCH, SHARDS, work="tide")
    hall.workforce.hand_out(JobQueue.FETCH, SHARDS, work="ebb")
    hall.begin()
    hall.workforce.withdraw("tide")
    assert hall.workforce.backlog("tide") == Backlog(under_way=1)
    assert hall.workforce.backlog("ebb") == Backlog(waiting=3)


def test_a_job_says_where_to_look_and_each_queue_is_counted(queue: Engine) -> None:
    queued(queue).hand_out(JobQueue.FETCH, SHARDS, work="tide")
    queued(queue).hand_out(JobQueue.VECTORS, SHARDS[:2], work="ebb")
    with writing(queue) as connection:
        rows = connection.execute(text("SELECT task_name, queue_name, args FROM procrastinate_jobs ORDER BY id")).all()
    assert {(task, name) for task, name, _ in rows} == {("fetch", "fetch"), ("vectors", "vectors")}
    assert [Shard.parse(args) for _, _, args in rows[:3]] == SHARDS
    assert SqlGauges(queue).jobs_waiting() == {"fetch": 3, "vectors": 2}


def test_a_queue_that_cannot_be_written_is_one_line(queue: Engine) -> None:
    with writing(queue) as connection:
        connection.execute(text("ALTER TABLE procrastinate_jobs RENAME TO gone"))
    try:
        with pytest.raises(StoreError, match="jobs for workers cannot be written"):
            queued(queue).hand_out(JobQueue.FETCH, SHARDS, work="tide")
    finally:
        with writing(queue) as connection:
            connection.execute(text("ALTER TABLE gone RENAME TO procrastinate_jobs"))


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def gatherings(request: pytest.FixtureRequest) -> Gatherings:
    if request.param == "fake":
        return MemoryGatherings()
    return SqlGatherings(request.getfixturevalue(f"{request.param}_engine"))


def test_a_gathering_is_kept_for_hours_and_no_longer(gatherings: Gatherings) -> None:
    gatherings.put("early", b"\x00early", now=NOW - timedelta(hours=4))
    gatherings.put("late", b"late", now=NOW - timedelta(hours=2))
    assert gatherings.find("early") == b"\x00early"
    gatherings.put("now", b"now", now=NOW)
    assert [gatherings.find(key) for key in ("early", "late", "now", "none")] == [None, b"late", b"now", None]
