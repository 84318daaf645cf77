"""What only PostgreSQL has: a server that can be away, passwords, transactions that see each other's work."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from briefing.errors import StoreError
from briefing.model.delivery import DeliveryStatus
from briefing.model.letter import Tally
from briefing.model.limits import Limit
from briefing.model.subscriber import Habit, Subscriber, SubscriberStatus
from briefing.store.bounces import SqlBounces
from briefing.store.database import open_database, parse_address, reading, writing, writing_closely
from briefing.store.inspection import SqlInspector, open_read_only
from briefing.store.keys import SqlKeys
from briefing.store.ledger import SqlLedger
from briefing.store.lock import only_server
from briefing.store.looks import SqlLookLog
from briefing.store.requests import SqlRequests
from briefing.store.schema import HEAD
from briefing.store.sources import SqlSourceLog
from briefing.store.subscribers import SqlSubscribers
from tests.postgres import ZONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from tests.postgres import Postgres

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


def at_once(*works: Callable[[], object]) -> None:
    """Lets each run in a thread of its own, all from the same moment; what one raises is raised."""
    start, failures = Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        start.wait(timeout=30)
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised below, where the test sees it
            failures.append(error)

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures:
        raise failure


# Addresses and complaints


def test_an_address_needs_no_driver_and_is_shown_as_it_was_written(postgresql_engine: Engine) -> None:
    assert parse_address("postgresql://ada@db.example/news").drivername == "postgresql+psycopg"
    with (
        pytest.raises(StoreError, match=r"^postgresql://postgres@/\w+\?host=\S+: relation"),
        reading(postgresql_engine) as connection,
    ):
        connection.execute(text("SELECT * FROM nothing_of_that_name"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://ada:hush@127.0.0.1:1/news", "start PostgreSQL, or correct host and port"),
        ("postgresql://ada:hush@localhost:1/news", "start PostgreSQL, or correct host and port"),
        ("postgresql://ada@127.0.0.1:1/news?password=hush", "start PostgreSQL, or correct host and port"),
        ("postgresql:///news?host=/nowhere&password=hush", "start PostgreSQL, or correct host and port"),
        ("postgresql://ada:hush@127.0.0.1:1/news?colour=hush", "leave it out of the address"),
        ("postgresql://guest:hush@/postgres?host={folder}", "correct user and password"),
        ("postgresql://guest@/postgres?host={folder}", "correct user and password"),
        ("postgresql://postgres:hush@/no_such?host={folder}", "does not exist; make it"),
        ("postgresql://nobody_we_know:hush@/postgres?host={folder}", "does not exist; make it"),
        ("postgresql+nothing://ada:hush@/news", "no driver for this kind of database"),
    ],
)
def test_who_cannot_connect_reads_why_and_what_to_do_and_never_the_password(
    address: str, words: str, postgres: Postgres
) -> None:
    url = address.format(folder=postgres.folder)
    for open_it in (open_database, lambda url: SqlInspector(url, open_read_only(url)).inspect()):
        with pytest.raises(StoreError) as caught:
            open_it(url)
        assert words in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1
        assert "hush" not in str(caught.value).replace("colour=hush", "")


def test_a_role_without_rights_reads_what_it_needs(postgres: Postgres) -> None:
    url = postgres.new().replace("postgres@", "visitor@")
    with pytest.raises(StoreError, match="permission denied for schema public; make the role the owner"):
        open_database(url)
    postgres.drop(url)


def test_a_server_that_may_only_be_read_says_so(postgres: Postgres) -> None:
    url = postgres.new()
    postgres.run(f"ALTER DATABASE {parse_address(url).database} SET default_transaction_read_only = on")
    with pytest.raises(StoreError, match="read-only transaction; name a server that may be written to"):
        open_database(url)
    postgres.drop(url)


@pytest.mark.parametrize(
    ("code", "cure"),
    [("53100", "free some space"), ("40P01", "try again"), ("53300", "too many programs"), ("57P03", "try again")],
)
def test_trouble_is_known_by_its_code_in_whatever_language(postgresql_engine: Engine, code: str, cure: str) -> None:
    oops = f"DO $$ BEGIN RAISE EXCEPTION 'Kein Platz' USING ERRCODE = '{code}', DETAIL = 'rosa@example.org'; END $$"
    with pytest.raises(StoreError, match=f"Kein Platz; .*{cure}") as caught, writing(postgresql_engine) as connection:
        connection.exec_driver_sql(oops)
    assert "rosa" not in str(caught.value)
    with pytest.raises(StoreError, match=f"Kein Platz; .*{cure}"), writing_closely(postgresql_engine) as cursor:
        cursor.execute(oops)


def test_a_connection_that_broke_is_one_clear_line_and_the_next_is_a_new_one(
    postgres: Postgres, postgresql_engine: Engine
) -> None:
    log = SqlLookLog(postgresql_engine)

    def break_off() -> None:
        name = postgresql_engine.url.database
        postgres.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def break_off_while_writing() -> None:
        with writing(postgresql_engine) as connection:
            break_off()
            connection.execute(text("SELECT 1"))

    def break_off_while_writing_closely() -> None:
        with writing_closely(postgresql_engine) as cursor:
            break_off()
            cursor.execute("SELECT 1")

    log.note_look(NOW)
    break_off()
    assert log.last_look() == NOW, "as after a restart of the server"
    for break_it in (break_off_while_writing, break_off_while_writing_closely):
        with pytest.raises(StoreError, match="try again"):
            break_it()
        assert log.last_look() == NOW


# What the house relies on


def test_texts_are_ordered_by_code_point_whatever_the_database_speaks(postgresql_engine: Engine) -> None:
    SqlLedger(postgresql_engine).plan(MONDAY, ["a"], now=NOW)
    collations = text(
        "SELECT DISTINCT o.collname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "JOIN pg_collation o ON o.oid = a.attcollation JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'i', 'I') AND a.attnum > 0 "
        "AND c.relname NOT LIKE 'alembic%'"
    )
    with reading(postgresql_engine) as connection:
        assert connection.scalars(collations).all() == ["C"]


def test_an_instant_comes_back_in_utc_whatever_the_zone_of_the_server(postgresql_engine: Engine) -> None:
    with reading(postgresql_engine) as connection:
        assert connection.scalar(text("SHOW timezone")) == ZONE
    ledger = SqlLedger(postgresql_engine)
    ledger.plan(MONDAY, ["a"], now=NOW)
    (row,) = ledger.rows(MONDAY)
    assert (row.updated_at, row.updated_at and row.updated_at.tzinfo) == (NOW, UTC)


def test_whoever_reads_sees_one_state_however_many_statements_they_need(postgresql_engine: Engine) -> None:
    ledger = SqlLedger(postgresql_engine)
    count = text("SELECT count(*) FROM deliveries")
    with reading(postgresql_engine) as connection:
        assert connection.scalar(count) == 0
        ledger.plan(MONDAY, ["a"], now=NOW)
        assert connection.scalar(count) == 0


@pytest.mark.parametrize("wanted", ["unfinished", "open"])
def test_open_rows_are_found_by_their_index(postgresql_engine: Engine, wanted: str) -> None:
    SqlLedger(postgresql_engine).plan(MONDAY, ["a"], now=NOW)
    condition = {
        "unfinished": "status IN ('pending', 'claimed', 'inflight', 'deferred')",
        "open": "status NOT IN ('sent', 'failed', 'suppressed') AND edition = '2026-11-23' ORDER BY subscriber LIMIT 9",
    }[wanted]
    with reading(postgresql_engine) as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        steps = connection.scalars(text(f"EXPLAIN SELECT subscriber FROM deliveries WHERE {condition}")).all()
        theirs = text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = CAST(:name AS regclass)")
        indexes = set(connection.scalars(theirs, {"name": f"deliveries_{wanted}"}))
    assert indexes & set(" ".join(steps).split())


# Many at once


def readers(count: int, habit: Habit) -> list[Subscriber]:
    one = Subscriber(id="", email="", status=SubscriberStatus.CONFIRMED, timezone=habit.timezone)
    names = [f"{habit.timezone}-{number}" for number in range(count)]
    return [replace(one, id=name, email=f"{name}@readers.example") for name in names]


def test_planners_who_begin_with_other_habits_do_not_wait_for_each_other_for_ever(postgresql_engine: Engine) -> None:
    habits = [Habit(timezone=f"Etc/GMT+{number}") for number in range(6)]
    for habit in habits:
        SqlSubscribers(postgresql_engine).save_subscribers(readers(300, habit))
    ledger = SqlLedger(postgresql_engine)
    at_once(
        lambda: ledger.plan_habits(MONDAY, habits, now=NOW),
        lambda: ledger.plan_habits(MONDAY, habits[::-1], now=NOW),
        lambda: ledger.plan_missed(MONDAY, habits[3:], joined_before=NOW, reason="late", now=NOW),
        lambda: ledger.plan(MONDAY, [reader.id for reader in readers(300, habits[2])][::-1], now=NOW),
    )
    assert (ledger.balance(MONDAY).audience, ledger.balance(MONDAY).is_balanced) == (1800, True)


def test_of_bounces_at_once_each_is_counted(postgresql_engine: Engine) -> None:
    store = SqlBounces(postgresql_engine)

    def one_more(before: Tally | None) -> Tally:
        return Tally(subscriber="ada", soft=(before.soft if before else 0) + 1, last_at=NOW, detail="full")

    at_once(*[lambda: store.change("ada", one_more)] * 8)
    tally = store.find("ada")
    assert tally is not None
    assert tally.soft == 8


def test_of_requests_at_once_no_more_are_admitted_than_the_limit(postgresql_engine: Engine) -> None:
    log, limit = (
        SqlRequests(postgresql_engine, b"key"),
        Limit(kind="all", subject="", most=3, within=timedelta(hours=1)),
    )
    admitted: list[bool] = []
    at_once(*[lambda: admitted.append(log.admit([limit], now=NOW))] * 8)
    assert sum(admitted) == 3


def test_of_rotations_at_once_no_key_is_lost(postgresql_engine: Engine) -> None:
    keys = SqlKeys(postgresql_engine)
    keys.signing_key()
    at_once(*[keys.rotate] * 5)
    assert len(set(keys.signing_keys())) == 6


def test_changes_to_the_list_are_counted_in_the_order_they_become_visible(postgresql_engine: Engine) -> None:
    """Otherwise a timetable that has seen number 7 would never look at a number 6 that comes later."""
    store, seen = SqlSubscribers(postgresql_engine), list[tuple[int, int]]()

    def change(number: int) -> None:
        for reader in readers(10, Habit(timezone=f"Etc/GMT+{number}")):
            store.save_subscriber(reader)

    def watch() -> None:
        for _ in range(60):
            last = store.last_change()
            with reading(postgresql_engine) as connection:
                visible = text("SELECT count(*) FROM subscribers WHERE change <= :last")
                seen.append((last, connection.scalar(visible, {"last": last}) or 0))

    at_once(lambda: change(1), lambda: change(2), lambda: change(3), watch)
    assert all(last == visible for last, visible in seen)
    assert store.last_change() == 30


def test_readers_who_leave_while_mail_goes_out_stop_nobody(postgresql_engine: Engine) -> None:
    store, ledger = SqlSubscribers(postgresql_engine), SqlLedger(postgresql_engine)
    everyone = readers(120, Habit(timezone="UTC"))
    store.save_subscribers(everyone)
    ledger.plan_habits(MONDAY, [Habit(timezone="UTC")], now=NOW)

    def send(name: str) -> None:
        after = None
        while rows := ledger.take(
            MONDAY,
            lambda row, reader: (
                replace(row, status=DeliveryStatus.CLAIMED, owner=name)
                if reader and row.status is DeliveryStatus.PENDING
                else None
            ),
            most=10,
            now=NOW,
            after=after,
        ):
            after = rows[-1][0].place
            ours = [replace(row, attempts=1) for row, _ in rows if row.owner == name and not row.attempts]
            started = ledger.record((), started=[replace(row, status=DeliveryStatus.INFLIGHT) for row in ours])
            sent = [row for row in ours if row.subscriber in started]
            ledger.record([replace(row, status=DeliveryStatus.SENT, owner=None) for row in sent])

    def leave() -> None:
        for reader in Random(1).sample(everyone, 40):
            store.save_subscriber(replace(reader, status=SubscriberStatus.UNSUBSCRIBED))

    at_once(lambda: send("one"), lambda: send("two"), leave)
    balance = ledger.balance(MONDAY)
    assert balance.is_balanced
    assert set(balance.counts) <= {DeliveryStatus.SENT, DeliveryStatus.SUPPRESSED, DeliveryStatus.CLAIMED}
    assert balance.counts[DeliveryStatus.SENT] >= 80


def test_senders_pass_by_rows_that_another_decides_about(postgresql_engine: Engine) -> None:
    ledger = SqlLedger(postgresql_engine)
    ledger.plan(MONDAY, ["a", "b"], now=NOW)
    with writing(postgresql_engine) as connection:
        connection.execute(text("SELECT 1 FROM deliveries WHERE subscriber = 'a' FOR UPDATE"))
        assert ledger.has_waiting(MONDAY, now=NOW, silent_since=NOW)  # who only looks waits for nobody
        assert [row.subscriber for row, _ in ledger.take(MONDAY, lambda *_: None, most=9, now=NOW)] == ["b"]


def test_one_program_at_a_time_serves_a_database(postgres: Postgres, postgresql_url: str) -> None:
    def serve_too() -> None:
        with only_server(postgresql_url):
            pass

    with only_server(postgresql_url), pytest.raises(StoreError, match="runs on this database already"):
        serve_too()
    with only_server(postgresql_url):  # whoever dies gives it back
        name = parse_address(postgresql_url).database
        postgres.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        serve_too()
    serve_too()
    with pytest.raises(StoreError, match="make it"), only_server(f"postgresql://postgres@/none?host={postgres.folder}"):
        pass


# The doctor's look


def inspector(url: str) -> SqlInspector:
    return SqlInspector(url, open_read_only(url))


def test_one_that_is_well_says_its_version_and_schema(postgresql_url: str, postgresql_engine: Engine) -> None:
    seen = inspector(postgresql_url).inspect()
    assert (seen.kind, seen.file, seen.schema, seen.known_schema) == ("postgresql", None, HEAD, HEAD)
    assert (seen.damage, seen.is_locked) == ((), False)
    assert int(seen.version.partition(".")[0]) >= 16


def test_one_without_tables_has_no_schema(postgres: Postgres) -> None:
    url = postgres.new()
    assert inspector(url).inspect().schema is None
    postgres.drop(url)


def test_nothing_can_be_written_through_a_look(postgresql_url: str, postgresql_engine: Engine) -> None:
    engine = open_read_only(postgresql_url)
    with pytest.raises(StoreError, match="read-only transaction"):
        SqlLedger(engine).plan(MONDAY, ["ada"], now=NOW)
    with pytest.raises(StoreError, match="read-only transaction"):
        SqlKeys(engine).signing_key()
    assert SqlSourceLog(engine).failing_since() == {}


def test_who_has_been_writing_for_seconds_is_noticed(
    postgresql_url: str, postgresql_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("briefing.store.inspection.LOCK_S", 0)
    with reading(postgresql_engine) as connection:
        connection.execute(text("SELECT count(*) FROM settings"))
        assert not inspector(postgresql_url).inspect().is_locked, "readers keep nobody waiting"
    with writing(postgresql_engine) as connection:
        connection.execute(text("UPDATE settings SET name = name"))
        assert inspector(postgresql_url).inspect().is_locked
        monkeypatch.setattr("briefing.store.inspection.LOCK_S", 2)
        assert not inspector(postgresql_url).inspect().is_locked, "not for two seconds yet"
