"""On PostgreSQL each month's books have a table of their own, made when it is needed and dropped whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import cycle
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from briefing.errors import StoreError
from briefing.model.delivery import DeliveryStatus
from briefing.model.subscriber import Habit, Subscriber, SubscriberStatus
from briefing.store import months
from briefing.store.database import MIGRATIONS, make_engine, open_database, parse_address, reading, writing
from briefing.store.jobs import QueuedDispatcher, install_jobs, make_app
from briefing.store.ledger import SqlLedger
from briefing.store.ledger_postgres import RECORD, START
from briefing.store.subscribers import SqlSubscribers
from tests.store.test_growth import said_to
from tests.store.test_postgres import at_once

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from tests.postgres import Postgres

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
SEPTEMBER, OCTOBER, MONDAY, DECEMBER = date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 23), date(2026, 12, 1)


@pytest.fixture
def ledger(postgresql_engine: Engine) -> SqlLedger:
    return SqlLedger(postgresql_engine)


@pytest.fixture
def bare(postgres: Postgres) -> Iterator[str]:
    """The address of a database without tables."""
    url = postgres.new()
    yield url
    postgres.drop(url)


def tables(engine: Engine) -> list[str]:
    """Of months, with rows or without."""
    with reading(engine) as connection:
        found = text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'deliveries'::regclass")
        return sorted(connection.scalars(found))


def rows_by_table(connection: Connection) -> dict[str, int]:
    counted = connection.execute(text("SELECT tableoid::regclass::text, count(*) FROM deliveries GROUP BY 1"))
    return dict(map(tuple, counted))


# Made


def test_each_row_lies_in_the_table_of_its_month(ledger: SqlLedger) -> None:
    assert tables(ledger.engine) == []
    for edition in (MONDAY, date(2026, 11, 1), date(2026, 11, 30), DECEMBER, date(2027, 1, 31)):
        ledger.plan(edition, ["a", "b"], now=NOW)
    with reading(ledger.engine) as connection:
        found = rows_by_table(connection)
    assert found == {"deliveries_2026_11": 6, "deliveries_2026_12": 2, "deliveries_2027_01": 2}


def test_planners_at_once_make_each_month_once_and_all_go_on(ledger: SqlLedger) -> None:
    days = [date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 2), OCTOBER, DECEMBER]
    at_once(*(lambda day=day: ledger.plan(day, ["a", "b"], now=NOW) for day in days))
    assert tables(ledger.engine) == ["deliveries_2026_10", "deliveries_2026_11", "deliveries_2026_12"]
    assert [ledger.balance(day).audience for day in dict.fromkeys(days)] == [2, 2, 2, 2]


def test_a_new_month_waits_for_no_sender_and_no_planner_who_is_not_done(ledger: SqlLedger) -> None:
    ledger.plan(MONDAY, ["a"], now=NOW)
    with writing(ledger.engine) as sender, writing(ledger.engine) as planner:
        sender.execute(text("UPDATE deliveries SET status = 'claimed'"))
        sender.execute(text("SELECT 1 FROM deliveries FOR UPDATE"))
        months.ensure_month(planner, DECEMBER)
        planner.execute(text("INSERT INTO deliveries VALUES ('2026-12-01', 'b', 'pending', NULL, 0)"))
        assert ledger.plan(date(2026, 12, 2), ["a"], now=NOW) == 1
        assert ledger.plan(date(2027, 1, 1), ["a"], now=NOW) == 1


def test_a_month_that_was_made_for_a_plan_that_failed_serves_the_next(ledger: SqlLedger) -> None:
    with pytest.raises(StoreError), writing(ledger.engine) as connection:
        _plan_in_vain(connection)
    assert tables(ledger.engine) == ["deliveries_2026_11"]
    assert ledger.plan(MONDAY, ["a"], now=NOW) == 1


def _plan_in_vain(connection: Connection) -> None:
    months.ensure_month(connection, MONDAY)
    connection.execute(text("INSERT INTO deliveries (edition) VALUES ('2026-11-23')"))


def test_each_month_has_the_indexes_of_all(ledger: SqlLedger) -> None:
    ledger.plan(MONDAY, ["a"], now=NOW)
    of = text("SELECT indexdef FROM pg_indexes WHERE tablename = :table ORDER BY indexdef")
    with reading(ledger.engine) as connection:
        month, parent = (
            {re.sub(r"INDEX \S+ ON \S+ \S+ ", "", row.replace("ONLY ", "")) for row in connection.scalars(of, told)}
            for told in ({"table": "deliveries_2026_11"}, {"table": "deliveries"})
        )
    assert len(month) == 5
    assert month == parent


# Dropped


def test_months_that_are_over_are_dropped_whole_and_no_row_of_them_is_deleted(ledger: SqlLedger) -> None:
    for edition in (SEPTEMBER, OCTOBER, date(2026, 11, 1), MONDAY):
        ledger.plan(edition, ["a", "b"], now=NOW)
    with said_to(ledger.engine) as said:
        assert ledger.prune(before=MONDAY) == 6
    assert tables(ledger.engine) == ["deliveries_2026_11"]
    (deleted,) = [asked for statement, asked in said if statement.startswith("DELETE FROM deliveries")]
    assert touched(ledger.engine, "DELETE FROM deliveries WHERE edition < '2026-11-23'", None) == {"deliveries_2026_11"}
    assert MONDAY in deleted.values()
    assert ledger.prune(before=DECEMBER) == 2
    assert tables(ledger.engine) == []


def test_a_month_that_somebody_is_busy_in_stays_whole_until_the_next_time(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(months, "_DROP_WAITS_MS", 20)
    for edition in (SEPTEMBER, OCTOBER, date(2026, 11, 1), MONDAY):
        ledger.plan(edition, ["a", "b"], now=NOW)
    with reading(ledger.engine) as busy:  # a backup, say
        busy.execute(text("SELECT 1 FROM deliveries_2026_10"))
        assert ledger.prune(before=MONDAY) == 4
        assert tables(ledger.engine) == ["deliveries_2026_10", "deliveries_2026_11"]
        assert (ledger.balance(OCTOBER).audience, ledger.balance(OCTOBER).is_balanced) == (2, True)
    assert ledger.prune(before=MONDAY) == 2
    assert [ledger.balance(day).audience for day in (SEPTEMBER, OCTOBER, MONDAY)] == [0, 0, 2]


# Asked


def touched(engine: Engine, statement: str, parameters: Any) -> set[str]:
    """The tables of months that the server would look at for it."""
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
        return set(re.findall(r"deliveries_\d{4}_\d{2}\b", re.sub(r"using \S+", "", " ".join(plan))))


def test_whatever_is_asked_of_an_edition_is_looked_for_in_its_month_alone(bare: str) -> None:
    engine = open_database(bare)
    ledger = SqlLedger(engine)
    install_jobs(engine)
    ada = Subscriber(id="ada", email="ada@example.org", status=SubscriberStatus.CONFIRMED)
    SqlSubscribers(engine).save_subscriber(ada)
    for edition in (SEPTEMBER, OCTOBER, MONDAY, DECEMBER):
        ledger.plan(edition, ["a"], now=NOW)
    dispatcher, habits = QueuedDispatcher(engine, make_app(bare, works=False)), [Habit()]
    with said_to(engine) as said:
        ledger.plan(MONDAY, ["b"], now=NOW)
        dispatcher.plan(MONDAY, habits, on_time=True, now=NOW)
        dispatcher.revive(MONDAY, on_time=True, now=NOW)
        ledger.plan_missed(MONDAY, habits, joined_before=NOW, reason="off", now=NOW)
        ledger.lacks(MONDAY, habits)
        ledger.lacks(MONDAY, habits, since=1)
        ledger.take(MONDAY, lambda *_: None, most=9, now=NOW, after=(1, "a"))
        ledger.take(MONDAY, lambda *_: None, most=9, now=NOW, within=("a", "c"))
        ledger.left(MONDAY, within=("", "z"))
        ledger.rows(MONDAY, DeliveryStatus.PENDING)
        ledger.balance(MONDAY)
    of_books = [(statement, asked) for statement, asked in said if re.search(r"(FROM|JOIN) deliveries\b", statement)]
    assert len(of_books) >= 9
    for statement, asked in of_books:
        assert touched(engine, statement, asked) == {"deliveries_2026_11"}, statement
    row = {name: [None] for name in ("status", "message_id", "attempts", "detail", "retry_at", "updated_at", "owner")}
    for written in (RECORD, START):
        assert touched(engine, written, {**row, "subscriber": ["a"], "of_edition": MONDAY}) == {"deliveries_2026_11"}
    engine.dispose()


# Counted


@pytest.mark.parametrize("readers", [9_999, 10_000])
def test_after_many_rows_were_added_the_server_counts_the_month_anew(ledger: SqlLedger, readers: int) -> None:
    ledger.plan(MONDAY, [f"r{number}" for number in range(readers)], now=NOW)
    with reading(ledger.engine) as connection:
        known = connection.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'deliveries_2026_11'"))
    assert known == (readers if readers >= 10_000 else -1)


# Migrated


def test_books_in_one_table_are_parted_without_losing_a_row(bare: str) -> None:
    engine, config = make_engine(parse_address(bare)), Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    columns = ("edition", "subscriber", "status", "message_id", "attempts", "detail", "retry_at", "updated_at", "owner")
    days = [date(2025, 12, 31), date(2026, 2, 28), OCTOBER, date(2026, 11, 1), MONDAY, date(2026, 11, 30)]
    statuses = cycle(DeliveryStatus)
    rows = [
        (day, f"{day}-é{n}", str(next(statuses)), "<m@x>", n, "450 später", NOW, NOW, "me" if n % 2 else None)
        for day in days
        for n in range(20)
    ]
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0014")
    with engine.begin() as connection:
        places = ", ".join(f":{name}" for name in columns)
        connection.execute(
            text(f"INSERT INTO deliveries ({', '.join(columns)}) VALUES ({places})"),
            [dict(zip(columns, row, strict=True)) for row in rows],
        )
    engine.dispose()
    engine = open_database(bare)
    with reading(engine) as connection:
        found = connection.execute(text(f"SELECT {', '.join(columns)} FROM deliveries ORDER BY 1, 2")).all()
        assert [tuple(row) for row in found] == sorted(rows)
        counted = rows_by_table(connection)
    assert counted == {
        "deliveries_2025_12": 20,
        "deliveries_2026_02": 20,
        "deliveries_2026_10": 20,
        "deliveries_2026_11": 60,
    }
    ledger = SqlLedger(engine)
    held = ledger.rows(MONDAY, DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT)
    assert {row.status for row in held} == {DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT}
    ledger.record([replace(row, status=DeliveryStatus.SENT) for row in held])
    assert ledger.rows(MONDAY, DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT) == ()
    assert ledger.plan(date(2026, 1, 1), ["a"], now=NOW) == 1
    engine.dispose()
