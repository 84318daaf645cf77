"""Makes a database of any schema that was ever released, with rows as the program of that time wrote them."""

from __future__ import annotations

import json
import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from briefing.store.database import MIGRATIONS

AT = "2026-11-22 06:00:00.000000"
KEY = bytes(range(32))
PAGE = bytes.fromhex("789ccb48cdc9c9070006")  # begins as zlib does
_HABIT = json.dumps(["Europe/Paris", "07:30:00", "[0, 1, 2, 3, 4, 5, 6]", None])
_READER = {"languages": "[]", "topics": '["Ukraine"]', "sections": "[]", "created_at": AT, "change": 1}

#: One row or more for each table, with every column it ever got; a database gets those that it has.
ROWS: dict[str, tuple[dict[str, Any], ...]] = {
    "subscribers": (
        {
            **_READER,
            "number": 1,
            "id": "ada",
            "address": "ada@readers.example",
            "email": "Ada@readers.example",
            "name": "Ada",
            "status": "confirmed",
            "language": "fr",
            "timezone": "Europe/Paris",
            "at": "07:30:00.000000",
            "days": "[0, 1, 2, 3, 4, 5, 6]",
            "habit": _HABIT,
        },
        {
            **_READER,
            "number": 2,
            "id": "ben",
            "address": "ben@readers.example",
            "email": "ben@readers.example",
            "status": "unsubscribed",
            "habit": json.dumps([None, None, None, None]),
        },
        {
            **_READER,
            "number": 3,
            "id": "cleo",
            "address": "cleo@readers.example",
            "email": "cleo@readers.example",
            "status": "unconfirmed",
            "asked_at": AT,
            "habit": json.dumps([None, None, None, None]),
        },
    ),
    "counters": ({"name": "subscribers", "value": 1},),
    "editions": ({"edition": "2026-11-22", "audience": 2},),
    "deliveries": (
        {"edition": "2026-11-22", "subscriber": "ada", "status": "sent", "message_id": "<a@b>", "attempts": 1},
        {"edition": "2026-11-22", "subscriber": "ben", "status": "pending", "attempts": 0, "updated_at": AT},
    ),
    "bounces": ({"subscriber": "ada", "soft": 2, "last_at": AT, "detail": "452 4.2.2 full"},),
    "requests": ({"number": 1, "kind": "signup", "key": "k", "at": AT},),
    "announcements": ({"number": 1, "address": "https://hook.example", "event": "{}", "attempts": 0, "retry_at": AT},),
    "told": (
        {
            "edition": "2026-11-22",
            "segment": "default",
            "article": "river",
            "thread": "river",
            "since": "2026-11-22",
        },
    ),
    "snapshots": ({"key": "s", "edition": "2026-11-22", "article": '{"id": "river", "title": "The river rose"}'},),
    "archive": (
        {
            "segment": "default",
            "edition": "2026-11-22",
            "title": "Post",
            "preheader": "News",
            "language": "en",
            "built_at": AT,
            "html": PAGE,
        },
    ),
    "prepared": (
        {
            "edition": "2026-11-22",
            "segment": "default",
            "made_at": AT,
            "recipe": "r",
            "is_out": 1,
            "packed": b"packed",
        },
    ),
    "gatherings": ({"key": "2c" * 32, "made_at": AT, "packed": b"packed"},),
    "runs": (
        {
            "edition": "2026-11-22",
            "started_at": AT,
            "finished_at": AT,
            "seconds": '[["collect", 1.5]]',
            "figures": '{"sources": 3, "stories": 2}',
            "audience": 2,
            "counts": '{"sent": 1, "pending": 1}',
            "problems": "[]",
        },
    ),
    "alarms": ({"kind": "held", "subject": "2026-11-22", "edition": "2026-11-22"},),
    "source_log": ({"source": "The Harbour Post", "failing_since": AT},),
    "visits": (
        {
            "key": "0a" * 32,
            "name": "harbour.example",
            "outlet": "The Harbour Post",
            "recipe": "r",
            **dict.fromkeys(("asked_at", "next_at", "read_at", "full_at", "failing_since"), AT),
            "etag": '"1"',
            "last_modified": "Sun, 22 Nov 2026 06:00:00 GMT",
            "address": "https://harbour.example/new",
            "moves_to": "https://harbour.example/newer",
            "error": "answered 500",
            "is_gone": 0,
            "listed": b"<opml/>",
        },
    ),
    "hosts": ({"host": "harbour.example:443", "paused_until": AT, "robots": "", "robots_at": AT},),
    "articles": (
        {
            "feed": "0a" * 32,
            "id": "river",
            "hash": "1b" * 32,
            "first_at": AT,
            "seen_at": AT,
            "at": AT,
            "place": 0,
            "article": '{"id": "river", "title": "The river rose", "text": "It rose."}',
        },
    ),
    "rates": ({"key": "minute", "since": AT, "used": 3},),
    "vectors": ({"key": "v", "vector": struct.pack("<2f", 0.5, -1.0), "used_on": "2026-11-22"},),
    "generated": ({"key": "g", "text": "A ferry crossed."},),
    "settings": (
        {"name": "signing_key", "value": KEY},
        {"name": "last_look", "value": b"2026-11-22T06:00:00+00:00"},
    ),
}


def revisions() -> list[str]:
    """Every schema, the first one first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return sorted(script.revision for script in ScriptDirectory.from_config(config).walk_revisions())


def make_released(file: Path, revision: str) -> None:
    """Makes the database of that schema, with its rows."""
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{file}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    with closing(sqlite3.connect(file)) as database:
        for table in tables_of(database):
            _fill(database, table)
        database.commit()


def tables_of(database: sqlite3.Connection) -> list[str]:
    """The names of its tables, Alembic's apart."""
    found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return sorted(row[0] for row in found if row[0] != "alembic_version")


def _fill(database: sqlite3.Connection, table: str) -> None:
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    for row in ROWS[table]:
        known = {name: value for name, value in row.items() if name in columns}
        places = ", ".join("?" for _ in known)
        names = ", ".join(f'"{name}"' for name in known)
        database.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", tuple(known.values()))


def counts_in(file: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(sqlite3.connect(file)) as database:
        return {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables_of(database)}
