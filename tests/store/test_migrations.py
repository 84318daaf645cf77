"""Databases of every version there ever was come to today's, with what stood in them, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect

from briefing.model.delivery import DeliveryStatus
from briefing.model.subscriber import Habit, SubscriberStatus
from briefing.store.archive import SqlArchive
from briefing.store.database import MIGRATIONS, make_engine, open_database, parse_address, reading
from briefing.store.ledger import SqlLedger
from briefing.store.memory import SqlEditionMemory
from briefing.store.months import ensure_month
from briefing.store.schema import HEAD
from briefing.store.source_tables import metadata
from briefing.store.subscribers import SqlSubscribers
from briefing.store.vectors import SqlVectors
from tests.fakes import FixedClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from tests.postgres import Postgres

pytestmark = pytest.mark.slow

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 7, 0, 0, 1, tzinfo=UTC)
READER = {
    "id": "ada",
    "address": "ada@example.org",
    "email": "Ada@example.org",
    "name": "Ada Løv",
    "status": "confirmed",
    "language": "fr",
    "languages": ["fr", "en"],
    "timezone": "Asia/Tokyo",
    "topics": ["Énergie"],
    "sections": [],
    "at": time(6, 30),
    "days": [0, 4],
    "created_at": NOW,
    "habit": "",
    "change": 0,
}
#: One row or two of each of the first tables; what a version does not know yet is left out.
ROWS: dict[str, list[dict[str, Any]]] = {
    "subscribers": [
        READER,
        {**READER, "id": "ben", "address": "ben@example.org", "timezone": None, "at": None, "days": None},
    ],
    "editions": [{"edition": MONDAY, "audience": 2}],
    "deliveries": [
        {"edition": MONDAY, "subscriber": "ada", "status": "sent", "attempts": 1, "updated_at": NOW},
        {"edition": MONDAY, "subscriber": "ben", "status": "deferred", "attempts": 2, "retry_at": NOW},
    ],
    "told": [{"edition": MONDAY, "segment": "default", "article": "a1", "thread": "a1", "since": MONDAY}],
    "vectors": [{"key": "v", "vector": b"\0\0\0\x3f", "used_on": MONDAY}],
    "archive": [
        {"segment": "default", "edition": MONDAY, "title": "T", "preheader": "p", "language": "fr"}
        | {"built_at": NOW, "html": b"x\x9c\x03\x00\x00\x00\x00\x01"}
    ],
}


def versions() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return sorted(script.revision for script in ScriptDirectory.from_config(config).walk_revisions())


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/old.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.new()
    yield url
    server.drop(url)


def make_old(url: str, version: str) -> None:
    """A database as that version left it, with rows."""
    engine = make_engine(parse_address(url))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    with engine.begin() as connection:
        if version >= "0015":
            ensure_month(connection, MONDAY)
        theirs = set(inspect(connection).get_table_names())
        for name, rows in ROWS.items():
            if name not in theirs:
                continue
            columns = {column["name"] for column in inspect(connection).get_columns(name)}
            # In the types of today, which none of these columns has changed.
            known = [{key: value for key, value in row.items() if key in columns} for row in rows]
            for row in known:
                connection.execute(metadata.tables[name].insert().values(row))
    engine.dispose()


@pytest.mark.parametrize("version", versions())
def test_a_database_of_any_version_comes_to_todays_with_what_is_in_it(bare: str, version: str) -> None:
    make_old(bare, version)
    engine = open_database(bare)
    _check_tables(engine)
    _check_rows(engine, has_archive=version >= "0004")
    if version < "0007":  # whoever writes a reader since writes their habit
        _check_habits(engine)
    engine.dispose()


def _check_tables(engine: Engine) -> None:
    with reading(engine) as connection:
        # The tables of months are made when they are needed.
        opts = {"compare_type": True, "include_name": lambda name, kind, _: not (kind == "table" and "_20" in name)}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == HEAD
        known, found = MetaData(), {}
        known.reflect(connection)
        for name, table in metadata.tables.items():
            found[name] = ({index.name for index in known.tables[name].indexes}, {i.name for i in table.indexes})
    # PostgreSQL keeps a unique column by an index; we name our own.
    assert {name: wanted - has for name, (has, wanted) in found.items() if wanted - has} == {}


def _check_rows(engine: Engine, *, has_archive: bool) -> None:
    store, ledger = SqlSubscribers(engine), SqlLedger(engine)
    ada, ben = store.list_subscribers()
    assert (ada.name, ada.email, ada.status) == ("Ada Løv", "Ada@example.org", SubscriberStatus.CONFIRMED)
    assert (ada.languages, ada.topics, ada.sections) == (("fr", "en"), ("Énergie",), ())
    assert (ada.timezone, ada.at, ada.days, ada.created_at) == ("Asia/Tokyo", time(6, 30), (0, 4), NOW)
    assert (ben.timezone, ben.at, ben.days) == (None, None, None)
    assert [(row.subscriber, row.status, row.attempts) for row in ledger.rows(MONDAY)] == [
        ("ada", DeliveryStatus.SENT, 1),
        ("ben", DeliveryStatus.DEFERRED, 2),
    ]
    assert (ledger.rows(MONDAY)[0].updated_at, ledger.rows(MONDAY)[1].retry_at) == (NOW, NOW)
    assert (ledger.unfinished(), ledger.balance(MONDAY).is_balanced) == ((MONDAY,), True)
    (told,) = SqlEditionMemory(engine).told_before(date(2026, 11, 24), "default")
    assert (told.article.id, told.thread, told.since) == ("a1", "a1", MONDAY)
    vectors = SqlVectors(engine, FixedClock(NOW))
    assert (vectors.prune(before=date(2026, 1, 1)), list(vectors.load_vectors(["v"])["v"])) == (0, [0.5])
    assert SqlArchive(engine).find_page(MONDAY, "default") == ("" if has_archive else None)


def _check_habits(engine: Engine) -> None:
    habits = {Habit(), Habit(timezone="Asia/Tokyo", at=time(6, 30), days=(0, 4))}
    assert set(SqlSubscribers(engine).habits()) == habits
    assert SqlLedger(engine).plan_habits(date(2026, 11, 24), habits, now=NOW) == 2
