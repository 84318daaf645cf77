"""Takes a database, gives the right to be the one program that serves it, for as long as it runs.

Two would do no harm to readers: the books let each message be taken by one of them. But each would build, read the
mailbox and answer the operator's questions, and one of them with a config that nobody looks at any more.

Next: briefing/store/looks.py.
"""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.pool import NullPool

from briefing.errors import StoreError
from briefing.store.database import complaints_of, make_engine, parse_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

#: Of the advisory lock in PostgreSQL: "briefing" as a number.
_KEY = 0x6272696566696E67


@contextmanager
def only_server(database: str) -> Iterator[None]:
    """Holds the right while the block lasts; the system takes it back when the program dies, however it dies.

    Raises:
        StoreError: another program has it.
    """
    address = parse_address(database)
    if address.get_backend_name() == "postgresql":
        engine = make_engine(address, poolclass=NullPool)
        try:
            with closing(_held_connection(engine)):
                yield
        finally:
            engine.dispose()
        return
    with _locked_file(Path(f"{address.database}.lock")):
        yield


def _held_connection(engine: Engine) -> Connection:
    """A connection that holds the right for as long as it is open; in no transaction, which would hold up tidying."""
    with complaints_of(engine):
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        is_ours = connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY})
    if is_ours:
        return connection
    connection.close()
    raise _taken("somewhere")


@contextmanager
def _locked_file(path: Path) -> Iterator[None]:
    try:
        import fcntl  # noqa: PLC0415, Windows has none, and no service manager that starts two
    except ImportError:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise _taken(f"as process {file.read().strip() or 'unknown'}") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _taken(where: str) -> StoreError:
    return StoreError(f"`briefing serve` runs on this database already, {where}; stop that one first")
