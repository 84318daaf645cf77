"""Takes a PostgreSQL database, gives what `pg_dump` makes of its tables; takes that, puts it into an empty database.

Next: briefing/services/backup.py.
"""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect
from sqlalchemy.engine import URL

from briefing.errors import StoreError
from briefing.model.backup import Backup, Replacement
from briefing.store.backup_files import delete, fresh_file, names_in
from briefing.store.database import parse_address, reading
from briefing.store.inspection import open_read_only
from briefing.store.months import MONTHS
from briefing.store.premises import exists
from briefing.store.source_tables import metadata
from briefing.store.sqlite_backups import known_schema, no_backup

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import PurePath

_MAGIC = b"PGDMP"
_TABLES = ("alembic_version", *metadata.tables)
#: What is dumped: `pg_dump` takes a parted table for empty unless its parts are named, or matched, as well.
_DUMPED = (*_TABLES, MONTHS)
#: What a backup is counted by.
_COUNTED = ("alembic_version", "subscribers", "editions")
_MISSING = "install PostgreSQL's own programs (Debian: apt install postgresql-client), of the server's version or newer"


@dataclass(frozen=True, slots=True)
class PostgresBackups:
    """Backs the tables of the program up with PostgreSQL's own programs, and restores them with those.

    Attributes:
        url: of the database, as the config has it.
    """

    url: str

    @property
    def stem(self) -> str:
        """How the name of a backup begins where nobody chose one."""
        return re.sub(r"[^\w.-]", "-", parse_address(self.url).database or "briefing")

    @property
    def suffix(self) -> str:
        """How it ends."""
        return ".pgdump"

    def make(self, file: PurePath, *, now: datetime) -> Backup:
        """Writes what is in the database at this instant, whoever writes to it meanwhile, and checks it.

        Raises:
            StoreError: it could not be written, or is not whole; then there is no file.
        """
        with fresh_file(Path(file)) as copy:
            tables = [f"--table={table}" for table in _DUMPED]
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={copy}", *tables]
            self._run("pg_dump", *options, f"--dbname={_address(self._location)}")
            made = self.examine(copy)
        return replace(made, file=file, taken_at=now)

    def examine(self, file: PurePath) -> Backup:
        """Looks a backup through: every row of the tables that say what is in it is unpacked and counted.

        Raises:
            StoreError: it is none, is damaged, or was written by a newer version of this program.
        """
        path = Path(file)
        _require_dump(path)
        tables = [f"--table={table}" for table in _COUNTED]
        process = self._start("pg_restore", "--data-only", "--file=-", *tables, str(path))
        with process:
            assert process.stdout is not None
            tally = _Tally()
            for line in process.stdout:
                tally.read(line.rstrip("\n"))
            assert process.stderr is not None
            said = process.stderr.read()
        if process.returncode:
            raise StoreError(f"{path} is damaged ({_last_line(said)}); take another backup")
        return Backup(
            file=path,
            schema=known_schema(path, tally.schema),
            readers=tally.readers,
            confirmed=tally.confirmed,
            editions=tally.editions,
            newest=tally.newest,
            size=path.stat().st_size,
        )

    @contextmanager
    def replacing(self, file: PurePath, *, now: datetime) -> Iterator[Replacement]:
        """Fills the database of the config, which holds none of our tables yet; they go again after an exception.

        The database that it takes the place of is another one, and stays as it is.

        Raises:
            StoreError: there are tables of ours in it, or it could not be filled.
        """
        with reading(open_read_only(self.url)) as connection:
            if there := sorted(set(_TABLES) & set(inspect(connection).get_table_names())):
                raise StoreError(
                    f"{self._location.database} holds a briefing already (its table {there[0]}), which is left as it "
                    "is; make another database (createdb NAME), name that under `database:`, then restore into it"
                )
        options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        self._run("pg_restore", *options, f"--dbname={_address(self._location)}", str(file))
        try:
            yield Replacement(url=self.url)
        except BaseException:
            self._run(
                "psql", f"--dbname={_address(self._location)}", f"--command=DROP TABLE IF EXISTS {', '.join(_TABLES)}"
            )
            raise

    def kept(self, folder: PurePath) -> tuple[str, ...]:
        """The names of the files in a folder; () when there is none."""
        return names_in(folder)

    def forget(self, file: PurePath) -> None:
        """Deletes a backup.

        Raises:
            StoreError: it cannot be deleted.
        """
        delete(file)

    @property
    def _location(self) -> URL:
        return parse_address(self.url)

    def _run(self, program: str, *arguments: str) -> None:
        with self._start(program, *arguments) as process:
            _, said = process.communicate()
        if process.returncode:
            cure = f"; {_MISSING}" if "version mismatch" in said else ""
            raise StoreError(f"{program}: {_last_line(said)}{cure}")

    def _start(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        password = self._location.password
        # In the environment, for everybody on the machine can read what stands on a command line.
        secret = {} if password is None else {"PGPASSWORD": str(password)}
        try:
            return subprocess.Popen(  # noqa: S603 - PostgreSQL's own programs, a file and an address of the operator's
                [program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, "LC_ALL": "C.UTF-8", **secret},
            )
        except OSError as error:
            raise StoreError(f"{program} cannot be run ({error.strerror}); {_MISSING}") from error


class _Tally:
    """Counts the rows of a dump as its lines go by."""

    def __init__(self) -> None:
        self.schema: str | None = None
        self.readers = self.confirmed = self.editions = 0
        self.newest: date | None = None
        self._table = ""
        self._columns: list[str] = []

    def read(self, line: str) -> None:
        """Takes one line of SQL, or one row between `COPY …` and a line of its end."""
        if begun := re.match(r"COPY (?:\w+\.)?(\w+) \((.*)\) FROM stdin;", line):
            self._table = begun[1]
            self._columns = [name.strip(' "') for name in begun[2].split(",")]
        elif line == "\\.":
            self._table = ""
        elif self._table:
            self._count(dict(zip(self._columns, line.split("\t"), strict=True)))

    def _count(self, row: dict[str, str]) -> None:
        if self._table == "alembic_version":
            self.schema = row["version_num"]
        elif self._table == "subscribers":
            self.readers += 1
            self.confirmed += row["status"] == "confirmed"
        elif self._table == "editions":
            self.editions += 1
            day = date.fromisoformat(row["edition"])
            self.newest = max(day, self.newest or day)


def _require_dump(path: Path) -> None:
    if not exists(path):
        raise StoreError(f"{path} is not there; name a backup")
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror}); name a backup") from error
    if head != _MAGIC:
        raise no_backup(path, "it is no dump of PostgreSQL's, which the database of this config needs")


def _address(location: URL) -> str:
    """What libpq understands, without the password."""
    without = URL.create(
        "postgresql", location.username, None, location.host, location.port, location.database, location.query
    )
    return without.render_as_string(hide_password=False)


def _last_line(said: str) -> str:
    """What a program said last, without its own name before it."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return re.sub(r"^\w+: ", "", lines[-1]) if lines else "no reason given"
