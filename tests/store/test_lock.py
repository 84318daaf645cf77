from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.engine import make_url

from briefing.errors import StoreError
from briefing.store.lock import only_server
from tests.make import folder_for_everyone, rights_of_an_ordinary_user

if TYPE_CHECKING:
    from tests.postgres import Postgres

#: Holds the right until it is ended, or says why it cannot.
HOLD = """
import sys
from sqlalchemy.engine import make_url

from briefing.errors import StoreError
from briefing.store.lock import only_server

try:
    with only_server(sys.argv[1]):
        print("held", flush=True)
        sys.stdin.read()
except StoreError as error:
    print(error, flush=True)
"""


@contextmanager
def holding(database: str, *, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that wants to serve the database, and the first that it says."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, database],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ.copy(),
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def test_the_second_is_refused_with_the_number_of_the_first(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/briefing.db"
    with holding(database, folder=tmp_path) as (first, said):
        assert said == "held"
        for _ in range(2):  # being refused changes nothing
            with holding(database, folder=tmp_path) as (_, answer):
                assert answer == (
                    f"`briefing serve` runs on this database already, as process {first.pid}; stop that one first"
                )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["kill -9", "kill"])
def test_however_the_first_ends_the_next_may_serve(tmp_path: Path, number: signal.Signals) -> None:
    database = f"sqlite:///{tmp_path}/briefing.db"
    with holding(database, folder=tmp_path) as (first, _):
        first.send_signal(number)
        assert first.wait(20) == -number
    with holding(database, folder=tmp_path) as (_, said):
        assert said == "held"


def test_who_is_done_lets_the_next_in(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/briefing.db"
    for _ in range(2):
        with only_server(database), pytest.raises(StoreError, match=f"process {os.getpid()}"), only_server(database):
            pass


def test_the_right_is_given_back_when_serving_fails(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/briefing.db"
    with pytest.raises(ValueError, match="boom"), only_server(database):
        raise ValueError("boom")
    with only_server(database):
        pass


def test_another_way_to_the_same_file_is_the_same_database(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var/briefing.db").touch()
    (tmp_path / "link.db").symlink_to("var/briefing.db")
    with holding("sqlite:///var/briefing.db", folder=tmp_path) as (first, said):
        assert said == "held"
        for other in (f"sqlite:///{tmp_path}/link.db", f"sqlite:///{tmp_path}/var/../var/briefing.db"):
            with pytest.raises(StoreError, match=f"process {first.pid}"), only_server(other):
                pass


def test_two_databases_are_served_side_by_side(tmp_path: Path) -> None:
    with only_server(f"sqlite:///{tmp_path}/one.db"), only_server(f"sqlite:///{tmp_path}/other.db"):
        pass


def test_a_file_that_may_not_be_locked_is_named_with_the_cure() -> None:
    with folder_for_everyone() as folder:
        (folder / "briefing.db.lock").touch(mode=0o600)
        if os.geteuid() != 0:
            (folder / "briefing.db.lock").chmod(0)
        with (
            rights_of_an_ordinary_user(),
            pytest.raises(StoreError, match=r"briefing\.db\.lock cannot be locked \(Permission denied\); give it to"),
            only_server(f"sqlite:///{folder}/briefing.db"),
        ):
            pass


@pytest.fixture
def server_url(postgres: Postgres) -> Iterator[str]:
    url = postgres.new()
    yield url
    postgres.drop(url)


def end_connections(postgres: Postgres, url: str) -> None:
    """What a restart of the server does to whoever is connected."""
    postgres.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()",
        make_url(url).database or "",
    )


def test_a_right_that_the_server_forgot_is_taken_again(postgres: Postgres, server_url: str) -> None:
    with only_server(server_url) as keep:
        keep()
        end_connections(postgres, server_url)
        keep()
        with pytest.raises(StoreError, match="runs on this database already"), only_server(server_url):
            pass
        keep()


def test_who_lost_the_right_to_another_is_told_so_until_that_one_ends(postgres: Postgres, server_url: str) -> None:
    with only_server(server_url) as keep:
        end_connections(postgres, server_url)
        with only_server(server_url):
            for _ in range(2):
                with pytest.raises(StoreError, match="runs on this database already"):
                    keep()
        keep()
