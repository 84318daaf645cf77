"""Takes an engine on PostgreSQL, gives one that keeps what the house relies on, and cures for what it complains of.

Next: briefing/store/database.py, which opens it.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from sqlalchemy import event, text
from sqlalchemy.exc import DisconnectionError

from briefing.store.source_tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

#: Of the ways to write the address, the one that says which driver.
DRIVER = "postgresql+psycopg"
INSTALL = "the driver for PostgreSQL is not installed: pip install 'briefing[postgres]'"
#: How long a server is waited for. Without it, one behind a silent firewall takes two minutes.
CONNECT_SECONDS = 10
#: A sender's connection that was not used for so many seconds is tried first: while it works, 2 ms lie between.
RESTED_S = 0.05
#: Where a connection's record has the moment at which a sender last used it.
BUSY = "busy_at"

_TRY_AGAIN = "try again"
_FULL = "free some space on the database's disk; what was written before is safe"
_GRANTS = "make the role the owner of the database (ALTER DATABASE … OWNER TO …), or name another role"
_LOGIN = "correct user and password under `database:`, in PGPASSWORD or in ~/.pgpass"
_ADDRESS = "start PostgreSQL, or correct host and port under `database:`"
#: What a person can do about each error, by its code: words come in the language of the server.
#: https://www.postgresql.org/docs/current/errcodes-appendix.html
CURES_BY_CODE = {
    "22021": "a text holds a character that PostgreSQL cannot keep",
    "23505": "two entries want the same name; change one of them",
    "25006": "name a server that may be written to: this one is a copy, or set to be read only",
    "40P01": _TRY_AGAIN,
    "42501": _GRANTS,
    "53100": _FULL,
    "53300": "too many programs use this server; stop some, or raise its max_connections",
    "55P03": "another program is writing to it; wait for it or stop it, then try again",
    "57P01": _TRY_AGAIN,
    "57P03": "it is starting or stopping; try again",
    "58030": _FULL,
}
#: The same by words of the driver's own, and of a server that refused to be connected to: those come without a code.
CURES_BY_WORDS = (
    ("password authentication failed", _LOGIN),
    ("no password supplied", _LOGIN),
    ("does not exist", "make it (createuser, createdb), or name another under `database:`"),
    ("no pg_hba.conf entry", "let this machine in (pg_hba.conf of the server)"),
    ("too many clients", CURES_BY_CODE["53300"]),
    ("Connection refused", _ADDRESS),
    ("No such file or directory", _ADDRESS),
    ("timeout expired", _ADDRESS),
    ("could not translate host name", "correct the host under `database:`"),
    ("failed to resolve host", "correct the host under `database:`"),
    ("server closed the connection", _TRY_AGAIN),
    ("invalid connection option", "leave it out of the address under `database:`"),
    ("invalid URI query parameter", "leave it out of the address under `database:`"),
)


def engine_options(location: URL) -> dict[str, object]:
    """What `create_engine` needs on top of the address.

    Whatever the server's own default is, a statement sees all that was committed before it began.
    """
    waits = {} if "connect_timeout" in location.query else {"connect_timeout": CONNECT_SECONDS}
    return {"isolation_level": "READ COMMITTED", "connect_args": waits}


def prepare(engine: Engine, *, busy_seconds: float, may_write: bool = True) -> None:
    """Has every connection give up waiting for a lock after so long, as SQLite does; and read only, where it may.

    Each is tried before it is used, so a server that was restarted is no trouble; but not between two messages of a
    sender (`writing_closely`), where that took a fifth of the time.
    """

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = {round(busy_seconds * 1000) or 1}")  # 0 would mean for ever
        if not may_write:
            cursor.execute("SET default_transaction_read_only = on")
        connection.commit()

    @event.listens_for(engine, "checkout")
    def try_it(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if monotonic() - record.info.pop(BUSY, -RESTED_S) >= RESTED_S:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise DisconnectionError("the server let go of it") from error  # the pool takes another


def take_turns(connection: Connection, name: str) -> None:
    """Lets one transaction at a time go on from here, of those that name the same; the next when this one has ended.

    For whoever writes what follows from what they read. SQLite lets one write at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        turn = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
        connection.execute(turn, {"name": f"briefing: {name}"})


def order_by_code_point(connection: Connection) -> None:
    """Has our text columns compared as SQLite and Python compare them, whatever the language of the database.

    Indexes of collation C also survive a new version of the system's C library, which orders other collations anew.
    Run after migrations, so that none of them has to say so.
    """
    found = connection.execute(_OTHER_COLLATIONS, {"tables": list(metadata.tables)}).all()
    for table in dict.fromkeys(row.table for row in found):
        mine = [f'ALTER COLUMN "{row.column}" TYPE {row.type} COLLATE "C"' for row in found if row.table == table]
        connection.execute(text(f'ALTER TABLE "{table}" {", ".join(mine)}'))


_OTHER_COLLATIONS = text(
    """
    SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_collation o ON o.oid = a.attcollation
    WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) AND c.relname = ANY(:tables)
      AND a.attnum > 0 AND NOT a.attisdropped AND o.collname <> 'C'
    ORDER BY 1, a.attnum
    """
)


def version(connection: Connection) -> str:
    """The server's, such as 18.4."""
    told: str = connection.execute(text("SHOW server_version")).scalar_one()
    return told.partition(" ")[0]


def has_slow_writer(connection: Connection, *, seconds: int) -> bool:
    """Whether somebody else has held a lock on our tables for so long that nobody else may write to some of it."""
    return bool(connection.scalar(_SLOW_WRITER, {"tables": list(metadata.tables), "seconds": seconds}))


_SLOW_WRITER = text(
    """
    SELECT EXISTS (
      SELECT 1 FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid JOIN pg_class c ON c.oid = l.relation
      WHERE l.granted AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
        AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND pg_table_is_visible(c.oid) AND c.relname = ANY(:tables)
        AND a.xact_start < clock_timestamp() - make_interval(secs => :seconds)
    )
    """
)


def explain(error: object) -> tuple[str, str | None]:
    """A complaint in one line, and what to do about it where somebody knows.

    What a server says of a statement has a code, and lines that repeat values after the first. What it says to somebody
    who may not connect has none, and one line for each address of the host, after one that counts them.
    """
    lines = [line.strip(" -\t") for line in str(error).strip().splitlines()] or ["no reason given"]
    code = getattr(error, "sqlstate", None)
    if code is not None:
        return lines[0], CURES_BY_CODE.get(code)
    known = ((line, cure) for line in lines for sign, cure in CURES_BY_WORDS if sign in line)
    return next(known, (lines[0], None))
