"""Takes a database, gives the right to be the one program that serves it, for as long as it runs.

Two would do no harm to readers: the books let each message be taken by one of them. But each would build, read the
mailbox and answer the operator's questions, and one of them with a config that nobody looks at any more.

Next: briefing/store/looks.py.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from briefing.errors import StoreError
from briefing.store.database import complaints_of, make_engine, parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

#: Of the advisory lock in PostgreSQL: "briefing" as a number.
_KEY = 0x6272696566696E67


@contextmanager
def only_server(database: str) -> Iterator[Callable[[], None]]:
    """Holds the right while the block lasts; the system takes it back when the program dies, however it dies.

    Gives what is called now and then to keep it: a PostgreSQL that restarts forgets who held it. That raises
    `StoreError` for as long as another program has it, or nobody can say.

    Raises:
        StoreError: another program has it, or nobody can: the file beside the database cannot be locked.
    """
    address = parse_address(database)
    if address.get_backend_name() == "postgresql":
        engine = make_engine(address, poolclass=NullPool)
        held = _Held(engine)
        try:
            held.keep()
            yield held.keep
        finally:
            held.give_back()
            engine.dispose()
        return
    # Whatever links lead to it, a database has one such file.
    with _locked_file(Path(f"{Path(address.database or '').resolve()}.lock")):
        yield lambda: None


class _Held:
    """Holds the right by a connection that stays open, and takes it again when that was lost."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def keep(self) -> None:
        """Makes sure that the right is still ours."""
        if self._connection is not None:
            try:
                with complaints_of(self._engine):
                    self._connection.scalar(text("SELECT 1"))
            except StoreError:
                self.give_back()
        if self._connection is None:
            self._connection = _held_connection(self._engine)

    def give_back(self) -> None:
        """Ends the connection, dead or alive."""
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.close()
            self._connection = None


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
    with ExitStack() as held:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = held.enter_context(path.open("a+"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise _taken(f"as process {file.read().strip() or 'unknown'}") from error
        except OSError as error:
            why = os.strerror(error.errno or 0)
            cure = "give it to the user who runs this, on a disk of this machine"
            raise StoreError(f"{path} cannot be locked ({why}); {cure}") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _taken(where: str) -> StoreError:
    return StoreError(f"`briefing serve` runs on this database already, {where}; stop that one first")
