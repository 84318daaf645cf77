"""What a program asks PostgreSQL every few seconds, and a worker for each chunk, takes no longer for a longer list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, text

from benchmarks.delivery.house import invent_readers
from briefing.model.delivery import DeliveryStatus
from briefing.model.subscriber import Crowd
from briefing.services.attention import Attention
from briefing.services.send import SendReport
from briefing.store.database import open_database, writing
from briefing.store.habits import next_change
from briefing.store.jobs import QueuedDispatcher, install_jobs, make_app
from briefing.store.ledger import SqlLedger
from briefing.store.ledger_postgres import START
from briefing.store.months import ensure_month
from briefing.store.subscribers import SqlSubscribers
from tests.fakes import FixedClock
from tests.services.timetables import make_timetable

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from briefing.services.schedule import Timetable
    from tests.postgres import Postgres

SEVEN = datetime(2026, 11, 23, 7, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
#: A list much shorter than the first is read as a whole for a chunk of 500, which is quicker then.
FEW, MANY = 20_000, 50_000
#: Rows that looking around may take, whatever the list: a chunk has 500, in the index and in the table.
MOST_ROWS = 1_500


class Desk:
    """A program whose editions are left to workers, with so many readers who are planned."""

    def __init__(self, url: str, readers: int) -> None:
        invent_readers(url, readers)
        self.engine = open_database(url)
        install_jobs(self.engine)
        self.store, self.ledger = SqlSubscribers(self.engine), SqlLedger(self.engine)
        self.dispatcher = QueuedDispatcher(self.engine, make_app(url, works=False))
        self.clock = FixedClock(SEVEN)
        self.attention = Attention()
        with writing(self.engine) as connection:
            next_change(connection)
        self.tick()
        with writing(self.engine) as connection:
            connection.execute(text("ANALYZE"))  # what autovacuum does within a minute
            chunk = text("SELECT subscriber FROM deliveries ORDER BY 1 OFFSET 499 LIMIT 1")
            self.last: str = connection.execute(chunk).scalar_one()
            middle = text("SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY subscriber) FROM deliveries")
            self.middle: str = connection.execute(middle).scalar_one()

    def tick(self) -> None:
        make_timetable(
            self.store, self.ledger, self.clock, self._send, follow=self._follow, attention=self.attention
        ).tick()
        self.clock.moment += timedelta(seconds=20)

    def join(self) -> None:
        """Somebody signs up."""
        reader = self.store.find_subscriber("reader7@readers.example")
        assert reader is not None
        self.store.save_subscriber(replace(reader, id="late", email="late@readers.example"))

    def look_at_a_chunk(self) -> None:
        within = ("", self.last)
        self.ledger.take(MONDAY, lambda *_: None, most=200, now=SEVEN, within=within)
        self.ledger.left(MONDAY, within=within)

    def look_at_the_middle(self) -> None:
        self.ledger.take(MONDAY, lambda *_: None, most=200, now=SEVEN, after=(0, self.middle))

    def _send(self, day: date, crowds: tuple[Crowd, ...]) -> SendReport:
        habits = [crowd.habit for crowd in crowds]
        self.dispatcher.plan(day, habits, on_time=True, now=self.clock.now())
        return SendReport(edition=day, sent=0, balance=self.ledger.balance(day))

    def _follow(self, day: date, crowds: tuple[Crowd, ...], since: int) -> None:
        habits = [crowd.habit for crowd in crowds]
        if habits:
            self.dispatcher.plan(day, habits, on_time=True, now=self.clock.now(), since=since)
        self.dispatcher.revive(day, on_time=True, now=self.clock.now())


@contextmanager
def said_to(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Every statement while the block lasts."""
    said: list[tuple[str, Any]] = []

    def listen(_c: Connection, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def rows_touched(engine: Engine, act: Callable[[], object]) -> int:
    """How many rows of tables and indexes the server looks at for it; what it writes is written once more, and undone.

    A statement that adds a row finds it there the second time, having looked for it in the same way.
    """
    with said_to(engine) as said:
        act()
    touched = 0
    with engine.connect() as connection:
        for statement, parameters in said:
            if statement.split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}:
                plan = connection.exec_driver_sql(
                    f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters
                ).scalar_one()
                (told,) = json.loads(plan) if isinstance(plan, str) else plan
                touched += _rows_of(told["Plan"])
        connection.rollback()
    return touched


def _rows_of(node: dict[str, Any]) -> int:
    own = 0
    if "Scan" in node["Node Type"] and node["Node Type"] != "Subquery Scan":
        seen = node["Actual Rows"] + sum(value for name, value in node.items() if name.startswith("Rows Removed"))
        own = round(seen * node["Actual Loops"])
    return own + sum(map(_rows_of, node.get("Plans", ())))


@pytest.fixture(scope="module")
def desks(postgres: Postgres) -> Iterator[tuple[Desk, Desk]]:
    urls = postgres.new(), postgres.new()
    few, many = Desk(urls[0], FEW), Desk(urls[1], MANY)
    yield few, many
    for desk, url in zip((few, many), urls, strict=True):
        desk.engine.dispose()
        postgres.drop(url)


def test_the_measure_sees_a_query_that_grows(desks: tuple[Desk, Desk]) -> None:
    few, many = (rows_touched(desk.engine, lambda desk=desk: desk.ledger.balance(MONDAY)) for desk in desks)  # type: ignore[misc]  # bound now
    assert few >= FEW
    assert many >= MANY


ACTS = {"a tick": Desk.tick, "a chunk": Desk.look_at_a_chunk, "the middle": Desk.look_at_the_middle}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_it_takes_no_longer_for_a_longer_list(desks: tuple[Desk, Desk], act: Callable[[Desk], None]) -> None:
    few, many = (rows_touched(desk.engine, lambda desk=desk: act(desk)) for desk in desks)  # type: ignore[misc]  # bound now
    assert few <= MOST_ROWS
    assert many <= min(few * 1.2 + 50, MOST_ROWS)


@pytest.fixture(scope="module")
def afternoons(postgres: Postgres) -> Iterator[tuple[Timetable, Timetable]]:
    """Programs that send themselves: one reader's window is open and served, so many others missed theirs."""
    urls = postgres.new(), postgres.new()
    engines = []
    for url, readers in zip(urls, (FEW, MANY), strict=True):
        invent_readers(url, readers)
        engines.append(open_database(url))
    yield _afternoon(engines[0]), _afternoon(engines[1])
    for engine, url in zip(engines, urls, strict=True):
        engine.dispose()
        postgres.drop(url)


def _afternoon(engine: Engine) -> Timetable:
    store, ledger = SqlSubscribers(engine), SqlLedger(engine)
    known = store.find_subscriber("reader7@readers.example")
    assert known is not None
    store.save_subscriber(replace(known, at=time(13)))
    ledger.plan(MONDAY, [known.id], now=SEVEN)
    ledger.record([replace(row, status=DeliveryStatus.SENT) for row in ledger.rows(MONDAY)])
    ledger.plan_missed(MONDAY, store.habits(), joined_before=SEVEN, reason="off", now=SEVEN)

    def send(*_: object) -> SendReport:
        pytest.fail("there was nothing to do")

    return make_timetable(store, ledger, FixedClock(SEVEN + timedelta(hours=6, minutes=30)), send)


def test_a_look_takes_no_longer_for_more_who_missed_the_edition(afternoons: tuple[Timetable, Timetable]) -> None:
    first, later = ([rows_touched(table.ledger.engine, table.tick) for table in afternoons] for _ in range(2))  # type: ignore[attr-defined]  # ours
    assert min(first) >= FEW
    assert max(later) <= 50


def test_a_message_is_started_by_its_key_also_before_the_server_has_counted_anything(postgres: Postgres) -> None:
    url = postgres.new()
    invent_readers(url, FEW)
    engine = open_database(url)
    with writing(engine) as connection:
        ensure_month(connection, MONDAY)
        rows = "SELECT DATE '2026-11-23', id, 'claimed', 0, TIMESTAMPTZ '2026-11-23 07:00Z', 'me' FROM subscribers"
        named = "edition, subscriber, status, attempts, updated_at, owner"
        connection.execute(text(f"INSERT INTO deliveries ({named}) {rows}"))
        mine = list(
            connection.execute(text("SELECT subscriber FROM deliveries ORDER BY 1 LIMIT 4 OFFSET 900")).scalars()
        )
        told = {"status": "inflight", "attempts": 1, "updated_at": SEVEN, "owner": "me"}
        columns = {name: [told.get(name)] * 4 for name in ("message_id", "detail", "retry_at", *told)}
        plan = connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {START}", {**columns, "subscriber": mine, "of_edition": MONDAY}
        )
        (explained,) = plan.scalar_one()
    assert _rows_of(explained["Plan"]) <= 20
    engine.dispose()
    postgres.drop(url)


def test_nor_when_somebody_has_just_joined(desks: tuple[Desk, Desk]) -> None:
    touched = []
    for desk in desks:
        desk.join()
        touched.append(rows_touched(desk.engine, desk.tick))
        assert len(desk.ledger.deliveries_of("late", limit=2)) == 1
    assert max(touched) <= MOST_ROWS
