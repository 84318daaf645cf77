"""Takes a SQLite database that may be in use, gives a copy of one instant; takes such a copy, puts it in its place.

Next: briefing/store/postgres_backups.py.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import URL

from briefing.errors import StoreError
from briefing.model.backup import Backup, Replacement
from briefing.store.backup_files import COMPANIONS, delete, fresh_file, names_in, persist, unfinished, unwritable
from briefing.store.database import refusal
from briefing.store.inspection import connect_to_read
from briefing.store.lock import only_server
from briefing.store.premises import exists
from briefing.store.schema import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

#: Pages copied in one step; 4 MB take about 2 ms, and writers do not wait even for those.
_PAGES = 1_000
#: How long somebody may hold the database until it counts as in use; looking at it takes less.
_PATIENCE_S = 2
#: What every schema of ours has had.
_OURS = frozenset({"alembic_version", "subscribers", "editions", "deliveries", "settings"})
_TAKEN_AT = "backup_taken_at"
_MAGIC, _POSTGRES_MAGIC = b"SQLite format 3\0", b"PGDMP"


@dataclass(frozen=True, slots=True)
class SqliteBackups:
    """Backs a database file up, and restores it.

    Attributes:
        file: the database.
    """

    file: Path

    @property
    def stem(self) -> str:
        """How the name of a backup begins where nobody chose one: two briefings may share a folder."""
        return self.file.stem

    @property
    def suffix(self) -> str:
        """How it ends."""
        return ".db"

    def make(self, file: PurePath, *, now: datetime) -> Backup:
        """Writes what is in the database at this instant, whoever writes to it meanwhile, and checks it.

        Raises:
            StoreError: it could not be written, or is not whole; then there is no file.
        """
        if not exists(self.file):
            raise StoreError(f"{self.file} is not there, so there is nothing to back up")
        with fresh_file(Path(file)) as copy:
            _copy(self.file, copy)
            with _open(copy) as connection, _telling(copy):
                _stamp(connection, now)
            made = self.examine(copy)
        return replace(made, file=file)

    def examine(self, file: PurePath) -> Backup:
        """Looks a backup through: each page, the schema, and what is in it.

        Raises:
            StoreError: it is none, is damaged, or was written by a newer version of this program.
        """
        path = Path(file)
        _require_sqlite(path)
        try:
            with closing(connect_to_read(path)) as connection:
                return _seen(connection, path)
        except sqlite3.OperationalError as error:
            raise _refusal(error, path) from error
        except sqlite3.DatabaseError as error:
            raise _damaged(path, str(error)) from error

    @contextmanager
    def replacing(self, file: PurePath, *, now: datetime) -> Iterator[Replacement]:
        """Copies a backup beside the database, and puts it in its place when the block ends without an exception.

        Raises:
            StoreError: somebody has the database in use, or the copy could not be written.
        """
        if exists(self.file) and self.file.samefile(file):
            raise StoreError(f"{file} is the database itself; name a backup of it")
        aside = self.file.with_name(f"{self.file.name}.replaced-{now:%Y-%m-%d-%H%M%S}Z") if exists(self.file) else None
        with only_server(f"sqlite:///{self.file}"), unfinished(self.file) as copy, _possession(self.file):
            _copy(Path(file), copy)
            with _open(copy) as connection, _telling(copy):
                connection.execute("DELETE FROM settings WHERE name = ?", (_TAKEN_AT,))  # it is no backup any more
            yield Replacement(url=f"sqlite:///{copy.absolute()}", aside=aside)
            with _open(copy) as connection, _telling(copy):
                connection.execute("PRAGMA journal_mode = DELETE")  # all of it in one file
            try:
                _swap(copy, self.file, aside)
            except OSError as error:
                raise unwritable(self.file, error) from error

    def kept(self, folder: PurePath) -> tuple[str, ...]:
        """The names of the files in a folder; () when there is none."""
        return names_in(folder)

    def forget(self, file: PurePath) -> None:
        """Deletes a backup.

        Raises:
            StoreError: it cannot be deleted.
        """
        delete(file)


def _copy(source: Path, target: Path) -> None:
    """Copies one instant of a database. The open transaction is what holds the instant.

    Without it, each step would see the file as it is by then, and begin again whenever somebody has written: beside a
    sender, which writes many times in a second, the copy would never be finished.
    """
    with _telling(source):
        origin = connect_to_read(source)
    with closing(origin), _open(target) as copy, _telling(target):
        origin.execute("BEGIN")
        origin.execute("SELECT count(*) FROM sqlite_master").fetchone()
        origin.backup(copy, pages=_PAGES)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, which can be read where nothing can be written


@contextmanager
def _open(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=_PATIENCE_S)) as connection:
        yield connection


def _stamp(connection: sqlite3.Connection, now: datetime) -> None:
    with suppress(sqlite3.OperationalError):  # a file without our tables is told of when it is examined
        connection.execute(
            "INSERT OR REPLACE INTO settings VALUES (?, ?)", (_TAKEN_AT, now.astimezone(UTC).isoformat().encode())
        )


def _require_sqlite(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror}); name a backup") from error
    if head.startswith(_POSTGRES_MAGIC):
        raise StoreError(f"{path} is a backup of a PostgreSQL database; name one of that kind under `database:` first")
    if head != _MAGIC:
        raise no_backup(path, "it is no SQLite file")


def _seen(connection: sqlite3.Connection, path: Path) -> Backup:
    if faults := [row[0] for row in connection.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]:
        raise _damaged(path, faults[0])
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables >= _OURS:
        raise no_backup(path, "its tables are others")
    schema = known_schema(path, _first(connection, "SELECT version_num FROM alembic_version"))
    taken_at = _first(connection, f"SELECT value FROM settings WHERE name = '{_TAKEN_AT}'")  # noqa: S608 - a literal
    newest = _first(connection, "SELECT max(edition) FROM editions")
    return Backup(
        file=path,
        schema=schema,
        taken_at=taken_at and datetime.fromisoformat(taken_at.decode()),
        readers=_first(connection, "SELECT count(*) FROM subscribers"),
        confirmed=_first(connection, "SELECT count(*) FROM subscribers WHERE status = 'confirmed'"),
        editions=_first(connection, "SELECT count(*) FROM editions"),
        newest=newest and date.fromisoformat(newest),
        size=path.stat().st_size,
    )


def _first(connection: sqlite3.Connection, query: str) -> Any:
    row = connection.execute(query).fetchone()
    return None if row is None else row[0]


def known_schema(path: Path, found: str | None) -> str:
    """The schema of a backup, when this program can read it.

    Raises:
        StoreError: it cannot.
    """
    if found is None or not re.fullmatch(r"[0-9]{4}", found):
        raise no_backup(path, "its schema has no number")
    if found > HEAD:
        raise StoreError(
            f"{path} was written by a newer version of this program (schema {found}, known here {HEAD}); "
            "upgrade the program, then restore it"
        )
    return found


def no_backup(path: Path, why: str) -> StoreError:
    """Says that a file is something else."""
    return StoreError(f"{path} is no backup of a briefing ({why}); name a file that `briefing backup` wrote")


def _damaged(path: Path, fault: str) -> StoreError:
    return StoreError(f"{path} is damaged ({' '.join(fault.split())[:200]}); take another backup")


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Turns the driver's complaints about a file into ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise _refusal(error, path) from error


def _refusal(error: sqlite3.Error, path: Path) -> StoreError:
    return refusal(str(error), URL.create("sqlite", database=str(path)))


@contextmanager
def _possession(file: Path) -> Iterator[None]:
    """Keeps everybody else out of the database as long as the block lasts.

    SQLite leaves its write-ahead log only when nobody else has the file open, so this finds whoever has, even if they
    are doing nothing at the moment. A damaged file is nobody's.

    Raises:
        StoreError: somebody has it open.
    """
    if not exists(file):
        yield
        return
    with _open(file) as connection:
        try:
            is_alone = connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
            connection.execute("BEGIN EXCLUSIVE")  # undone when the connection is closed
            is_alone = is_alone and connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise _refusal(error, file) from error
            is_alone = False
        except sqlite3.DatabaseError:
            is_alone = True
        if not is_alone:
            raise StoreError(f"{file} is in use; stop `briefing serve`, and whatever else has it open, then restore")
        yield


def _swap(copy: Path, file: Path, aside: Path | None) -> None:
    """Gives the copy the database's name, and the database another; at no moment is there none."""
    if aside is not None:
        owner = file.stat()
        if os.geteuid() == 0:  # whoever runs the program must be able to open what root has put there
            os.chown(copy, owner.st_uid, owner.st_gid)
        for companion in COMPANIONS:
            with suppress(FileNotFoundError):  # of a damaged file; those of a good one are in it by now
                Path(f"{file}{companion}").rename(f"{aside}{companion}")
        try:
            aside.hardlink_to(file)
        except OSError:  # a file system that knows no second names
            file.rename(aside)
    persist(copy)
    copy.replace(file)
    persist(file.parent)
