"""Takes a database address, gives how the database is: nothing is made, migrated or written.

Next: briefing/services/doctor.py, which tells the operator.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlalchemy import create_engine, event, func, inspect, select, text
from sqlalchemy.pool import NullPool

from briefing.errors import StoreError
from briefing.model.checkup import DatabaseSeen
from briefing.store import postgres
from briefing.store.database import make_engine, parse_address, reading, refusal
from briefing.store.premises import exists, may
from briefing.store.schema import HEAD, deliveries, editions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL

#: A commit takes well under a millisecond: who holds the lock so long is stuck, or at a large migration.
LOCK_S = 2
#: For looking through all pages; SQLite takes about 1 s for 500 MB that are in memory.
CHECK_S = 15.0
#: Faults shown of a damaged database.
_MOST_FAULTS = 3


def open_read_only(url: str) -> Engine:
    """An engine that can read what is there and write nothing.

    Raises:
        StoreError: the address or its driver is not known.
    """
    location = parse_address(url)
    if location.get_backend_name() == "sqlite":
        return _read_only_sqlite(location)
    engine = make_engine(location, poolclass=NullPool)
    postgres.prepare(engine, busy_seconds=LOCK_S, may_write=False)
    return engine


def _read_only_sqlite(location: URL) -> Engine:
    # No pool: SQLite tidies its -wal and -shm away when the last connection closes.
    engine = create_engine(location, creator=lambda: connect_to_read(Path(str(location.database))), poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def connect_to_read(file: Path) -> sqlite3.Connection:
    """A connection that changes nothing, to a file that is there.

    It is opened for writing where that may be: one for reading alone would leave -wal and -shm behind.
    """
    mode = "rw" if may(file, os.W_OK) and may(file.parent, os.W_OK) else "ro"
    address = f"file:{quote(str(file.absolute()))}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=LOCK_S)
    connection.execute("PRAGMA query_only = ON")
    return connection


@dataclass(frozen=True, slots=True)
class SqlInspector:
    """Looks at a database through an engine of `open_read_only`.

    Attributes:
        url: as the config has it.
        engine: on the same database.
    """

    url: str
    engine: Engine

    def inspect(self) -> DatabaseSeen:
        """How it is.

        Raises:
            StoreError: it is not there, or cannot be opened.
        """
        location = parse_address(self.url)
        if location.get_backend_name() != "sqlite":
            return self._look_at_server()
        file = Path(str(location.database))
        if not exists(file):
            raise StoreError(f"{file} is not there")
        try:
            with closing(connect_to_read(file)) as connection:
                is_locked = _is_locked(connection)
                damage = _damage(connection)
        except sqlite3.Error as error:
            raise refusal(str(error), location) from error
        return DatabaseSeen(
            kind="sqlite",
            file=str(file),
            schema=self._schema(),
            known_schema=HEAD,
            damage=damage or (),
            is_checked=damage is not None,
            is_locked=is_locked,
        )

    def _look_at_server(self) -> DatabaseSeen:
        with reading(self.engine) as connection:
            version = postgres.version(connection)
            is_locked = postgres.has_slow_writer(connection, seconds=LOCK_S)
        schema = self._schema()
        return DatabaseSeen(kind="postgresql", version=version, schema=schema, known_schema=HEAD, is_locked=is_locked)

    def newest_delivery(self) -> datetime | None:
        """When a row of the newest edition was last written."""
        newest = select(func.max(editions.c.edition)).scalar_subquery()
        wanted = select(deliveries.c.updated_at).where(deliveries.c.edition == newest)
        last = wanted.where(deliveries.c.updated_at.is_not(None)).order_by(deliveries.c.updated_at.desc()).limit(1)
        with reading(self.engine) as connection:
            found: datetime | None = connection.scalar(last)
            return found

    def _schema(self) -> str | None:
        with reading(self.engine) as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return version


def _is_locked(connection: sqlite3.Connection) -> bool:
    """Asks for the lock that a writer takes, and gives it back."""
    connection.execute("PRAGMA query_only = OFF")  # who may not write is not asked to wait for the lock
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return True
        if "readonly" not in str(error):
            raise
    finally:
        connection.execute("PRAGMA query_only = ON")
    return False


def _damage(connection: sqlite3.Connection) -> tuple[str, ...] | None:
    """What SQLite finds wrong with its pages; None when that takes too long to know."""
    patience = monotonic() + CHECK_S
    connection.set_progress_handler(lambda: int(monotonic() > patience), 100_000)
    try:
        rows = connection.execute(f"PRAGMA quick_check({_MOST_FAULTS})").fetchall()
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            return None
        raise
    except sqlite3.DatabaseError as error:
        return (str(error),)
    finally:
        connection.set_progress_handler(None, 0)
    found = tuple(str(row[0]) for row in rows)
    return () if found == ("ok",) else found
