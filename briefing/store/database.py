"""Takes a database address, gives an Engine whose tables are current, or one line with what is wrong and its cure.

Next: briefing/store/subscribers.py, the first noun kept in it.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from briefing.errors import StoreError
from briefing.store import postgres
from briefing.store.schema import HEAD

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
    from sqlalchemy.engine.interfaces import DBAPICursor

MIGRATIONS = Path(__file__).parent / "migrations"

#: How long to wait for another writer. A commit takes well under a millisecond; only a migration, a backup or a stuck
#: program holds the lock for seconds.
BUSY_SECONDS = 10
#: Keys named in one statement; SQLite before 3.32 refuses more than 999 parameters.
KEYS_AT_ONCE = 500

#: Words of the databases' own complaints, and what a person can do about each.
CURES = (
    ("database is locked", "another program is writing to it; wait for it or stop it, then try again"),
    ("file is not a database", "it is some other file; name another one under `database:`, or restore a backup"),
    ("malformed", "restore a backup"),
    ("unable to open", "make the file and its folder readable and writable, or name another under `database:`"),
    ("readonly", "make the file and its folder writable, or name another under `database:`"),
    ("disk is full", "free some space; what was written before is safe"),
    ("UNIQUE constraint", "two entries want the same name; change one of them"),
)


def open_database(url: str) -> Engine:
    """Opens the database, making its folder and bringing its tables up to date where needed.

    Safe when several programs start at once: one migrates, the others wait for it.

    Raises:
        StoreError: the database cannot be opened, or was written by a newer version of this program.
    """
    location = parse_address(url)
    if location.get_backend_name() == "sqlite":
        _make_room(location)
    engine = make_engine(location)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    else:
        postgres.prepare(engine, busy_seconds=BUSY_SECONDS)
    try:
        with reading(engine) as connection:
            current = _version(connection, location)
        if current != HEAD:
            with writing(engine) as connection:
                _migrate(connection, location)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Lends a connection that sees one consistent state.

    Raises:
        StoreError: whatever the database complains about.
    """
    with complaints_of(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":  # where each statement would see a state of its own
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Lends a connection in a transaction: committed when the block ends, undone when it raises.

    In SQLite nobody else writes meanwhile. In PostgreSQL others do: what is read to be changed is read "for update",
    and where that is no one row, writers `take_turns`.

    Raises:
        StoreError: whatever the database complains about; nothing of the block was kept.
    """
    with (
        complaints_of(engine),
        engine.connect() as connection,
        connection.execution_options(takes_write_lock=True, preserve_rowcount=True).begin(),
    ):
        yield connection


@contextmanager
def writing_closely(engine: Engine) -> Iterator[DBAPICursor]:
    """Lends a driver's cursor in a transaction, for the few statements that run for each message.

    SQLAlchemy's own steps take 90 µs for each transaction and 80 for each statement; SQLite takes 13 for a row.

    Raises:
        StoreError: as `writing` does.
    """
    # Closed, it goes back to the pool, which undoes what was not committed.
    with complaints_of(engine), closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        if engine.dialect.name == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        yield cursor
        connection.commit()
        connection.info[postgres.BUSY] = monotonic()


def insert_into(connection: Connection, table: Table) -> SqliteInsert | PostgresInsert:
    """An INSERT that knows `on_conflict_do_nothing`, which both databases spell alike."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def portions(keys: Iterable[str]) -> Iterator[list[str]]:
    """Keys in as many lists as it takes statements to name them all, each key once."""
    remaining = iter(dict.fromkeys(keys))
    while some := list(islice(remaining, KEYS_AT_ONCE)):
        yield some


def parse_address(url: str) -> URL:
    """The address in its parts; of PostgreSQL with our driver, where it names none.

    Raises:
        StoreError: it cannot be read.
    """
    try:
        location = make_url(url)
    except (ArgumentError, ValueError) as error:
        # The address is not repeated: what cannot be parsed may hold a password anywhere.
        raise StoreError("the address under `database:` cannot be read; write sqlite:///path/to/file.db") from error
    return location.set(drivername=postgres.DRIVER) if location.drivername == "postgresql" else location


def make_engine(location: URL, **options: Any) -> Engine:
    """An engine with what the kind of database needs.

    Raises:
        StoreError: there is no driver for it.
    """
    cure = "no driver for this kind of database; use sqlite:///FILE, or postgresql://HOST/NAME"
    if location.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreError(f"{_shown(location)}: {cure}")
    is_postgres = location.get_backend_name() == "postgresql"
    wanted = postgres.engine_options(location) if is_postgres else {}
    try:
        return create_engine(location, **wanted, **options)
    except (ModuleNotFoundError, NoSuchModuleError, ArgumentError) as error:
        is_ours = location.drivername == postgres.DRIVER
        raise StoreError(f"{_shown(location)}: {postgres.INSTALL if is_ours else cure}") from error


def _shown(location: URL) -> str:
    """The address as a person may have written it, without what is secret: a password may stand in the query too."""
    told = location.difference_update_query(("password", "sslpassword"))
    if told.drivername == postgres.DRIVER:
        told = told.set(drivername="postgresql")
    return told.render_as_string(hide_password=True)


def _make_room(location: URL) -> None:
    """Makes the file ahead of SQLite, which would let everyone on the machine read addresses and the signing key."""
    if location.database in {None, "", ":memory:"}:
        raise StoreError(f"{_shown(location)}: name a file, as in sqlite:///var/briefing.db")
    file = Path(str(location.database))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        cure = "make the folder writable, or name another file under `database:`"
        raise StoreError(f"{_shown(location)}: {error.strerror}; {cure}") from error


def _prepare_sqlite(engine: Engine) -> None:
    """Sets what SQLite forgets between connections.

    WAL with synchronous=NORMAL survives a killed process, not a power cut (which may repeat a few mails); measured
    twice as fast as FULL. Transactions are begun by hand because the driver would begin them too late: a transaction
    that reads first and writes later fails at once, without waiting, when somebody else wrote in between.
    """

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {BUSY_SECONDS * 1000}",
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("takes_write_lock")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _version(connection: Connection, location: URL) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if version is not None and version > HEAD:
        raise StoreError(
            f"{_shown(location)}: written by a newer version of this program (schema {version}, known here {HEAD}); "
            "upgrade the program or restore an older backup"
        )
    return version


def _migrate(connection: Connection, location: URL) -> None:
    """Looks again, now that nobody else can write, and brings the tables up to date."""
    postgres.take_turns(connection, "migration")
    if _version(connection, location) == HEAD:
        return
    # Alembic takes 0.2 s to import, which every command would pay although few ever migrate.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name == "postgresql":
        postgres.order_by_code_point(connection)


@contextmanager
def complaints_of(engine: Engine) -> Iterator[None]:
    """Turns what the driver complains of into a StoreError.

    Only its own words are told: SQLAlchemy's would repeat the statement and with it addresses.
    """
    assert engine.dialect.dbapi is not None
    try:
        yield
    except DBAPIError as error:
        raise refusal(error.orig, engine.url) from error
    except engine.dialect.dbapi.Error as error:  # of a driver's cursor
        raise refusal(error, engine.url) from error


def refusal(said: object, location: URL) -> StoreError:
    """What a driver said, in one line with its cure, and without the password or any value of a statement."""
    if location.get_backend_name() == "postgresql":
        words, cure = postgres.explain(said)
    else:
        words = str(said).strip().splitlines()[0]
        cure = next((cure for sign, cure in CURES if sign in words), None)
    return StoreError(f"{_shown(location)}: {words}" + (f"; {cure}" if cure else ""))
