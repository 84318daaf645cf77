from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from briefing.errors import StoreError
from briefing.model.delivery import DeliveryStatus
from briefing.model.subscriber import Habit, Subscriber, SubscriberStatus
from briefing.store.database import reading, writing
from briefing.store.gauges import SqlGauges
from briefing.store.jobs import READERS_AT_ONCE, QueuedDispatcher, install_jobs, make_app
from briefing.store.ledger import SqlLedger
from briefing.store.subscribers import SqlSubscribers

if TYPE_CHECKING:
    from sqlalchemy import Engine


EDITION = date(2026, 11, 23)
SEVEN = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture
def engine(queue: Engine) -> Engine:
    return queue


@pytest.fixture
def dispatcher(engine: Engine) -> QueuedDispatcher:
    return QueuedDispatcher(engine, make_app(str(engine.url.render_as_string(hide_password=False)), works=False))


def invite(engine: Engine, count: int) -> None:
    readers = (
        Subscriber(id=f"{n:05}", email=f"r{n}@readers.example", status=SubscriberStatus.CONFIRMED) for n in range(count)
    )
    SqlSubscribers(engine).save_subscribers(readers)


def plan(dispatcher: QueuedDispatcher, *, now: datetime = SEVEN) -> int:
    return dispatcher.plan(EDITION, [Habit()], on_time=True, now=now)


def jobs(engine: Engine) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        return list(connection.scalars(text("SELECT args FROM procrastinate_jobs ORDER BY id")))


def finish(engine: Engine) -> None:
    """What a worker does to its jobs."""
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))


@pytest.mark.parametrize("count", [1, READERS_AT_ONCE, READERS_AT_ONCE + 1, 2 * READERS_AT_ONCE + 7])
def test_each_reader_is_in_one_job_and_no_job_has_too_many(
    engine: Engine, dispatcher: QueuedDispatcher, count: int
) -> None:
    invite(engine, count)
    assert plan(dispatcher) == count
    chunks = [(job["after"], job["last"]) for job in jobs(engine)]
    assert [after for after, _ in chunks] == ["", *(last for _, last in chunks[:-1])]
    ids = [f"{n:05}" for n in range(count)]
    sizes = [sum(after < each <= last for each in ids) for after, last in chunks]
    assert (sum(sizes), max(sizes) <= READERS_AT_ONCE, min(sizes) > 0) == (count, True, True)


def test_rows_and_jobs_are_written_together_or_not_at_all(engine: Engine, dispatcher: QueuedDispatcher) -> None:
    invite(engine, 3)
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE procrastinate_jobs RENAME TO gone"))
    with pytest.raises(StoreError, match="jobs for workers cannot be written: "):
        plan(dispatcher)
    assert SqlLedger(engine).rows(EDITION) == ()
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO procrastinate_jobs"))
    assert (plan(dispatcher), len(jobs(engine))) == (3, 1)


def test_who_joins_later_gets_a_job_and_the_others_no_second_one(engine: Engine, dispatcher: QueuedDispatcher) -> None:
    invite(engine, 3)
    plan(dispatcher)
    assert plan(dispatcher, now=SEVEN + timedelta(minutes=1)) == 0
    finish(engine)
    invite(engine, 4)
    assert plan(dispatcher, now=SEVEN + timedelta(minutes=2)) == 1
    assert [(job["after"], job["last"]) for job in jobs(engine)] == [("", "00003")]


def test_what_lost_its_job_gets_a_new_one_and_what_has_one_does_not(
    engine: Engine, dispatcher: QueuedDispatcher
) -> None:
    invite(engine, 3)
    plan(dispatcher)
    assert dispatcher.revive(EDITION, on_time=True, now=SEVEN) == 0
    finish(engine)
    assert dispatcher.revive(EDITION, on_time=False, now=SEVEN) == 1
    assert [job["on_time"] for job in jobs(engine)] == [False]


def test_rows_that_wait_or_are_done_need_no_job_yet(engine: Engine, dispatcher: QueuedDispatcher) -> None:
    invite(engine, 3)
    plan(dispatcher)
    finish(engine)
    ledger = SqlLedger(engine)
    first, second, third = ledger.rows(EDITION)
    later = SEVEN + timedelta(minutes=5)
    sent = [replace(row, status=DeliveryStatus.SENT) for row in (first, third)]
    ledger.record([*sent, replace(second, status=DeliveryStatus.DEFERRED, retry_at=later, attempts=1)])
    assert dispatcher.revive(EDITION, on_time=True, now=SEVEN) == 0
    assert dispatcher.revive(EDITION, on_time=True, now=later) == 1
    assert [job["last"] for job in jobs(engine)] == [second.subscriber]


def test_the_queue_says_how_much_waits_in_it(engine: Engine, dispatcher: QueuedDispatcher) -> None:
    gauges = SqlGauges(engine)
    assert gauges.jobs_waiting() == {}
    invite(engine, READERS_AT_ONCE + 1)
    plan(dispatcher)
    assert gauges.jobs_waiting() == {"deliver": 2}


def test_its_tables_are_made_once(engine: Engine) -> None:
    install_jobs(engine)
    assert jobs(engine) == []


def test_sqlite_keeps_no_queue() -> None:
    with pytest.raises(StoreError, match="workers need PostgreSQL"):
        make_app("sqlite:///briefing.db", works=True)


def test_who_was_changed_alone_is_planned_and_their_job_is_theirs_alone(
    engine: Engine, dispatcher: QueuedDispatcher
) -> None:
    invite(engine, 9)
    plan(dispatcher)
    finish(engine)
    since = SqlSubscribers(engine).last_change()
    readers = [
        Subscriber(id=i, email=f"{i}@a.example", status=SubscriberStatus.CONFIRMED) for i in ("0", "00003x", "9")
    ]
    SqlSubscribers(engine).save_subscribers(readers)
    later = SEVEN + timedelta(minutes=1)
    assert dispatcher.plan(EDITION, [Habit()], on_time=True, now=later, since=since + 1) == 0
    assert dispatcher.plan(EDITION, [Habit()], on_time=True, now=later, since=since) == 3
    chunks = [(job["after"], job["last"]) for job in jobs(engine)]
    assert chunks == [("", "0"), ("00003", "00003x"), ("00008", "9")]
    assert SqlLedger(engine).balance(EDITION).is_balanced


def test_many_who_were_changed_share_jobs(engine: Engine, dispatcher: QueuedDispatcher) -> None:
    invite(engine, 1)
    plan(dispatcher)
    finish(engine)
    since = SqlSubscribers(engine).last_change()
    invite(engine, READERS_AT_ONCE + 2)
    later = SEVEN + timedelta(minutes=1)
    assert dispatcher.plan(EDITION, [Habit()], on_time=True, now=later, since=since) == READERS_AT_ONCE + 1
    assert len(jobs(engine)) == 2
