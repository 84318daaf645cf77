"""A backup is one instant of a database, whole and private; a restore is all of it or nothing."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text

from briefing.errors import StoreError
from briefing.model.delivery import DeliveryStatus
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.store.database import open_database, writing
from briefing.store.keys import SqlKeys
from briefing.store.ledger import SqlLedger
from briefing.store.lock import only_server
from briefing.store.schema import HEAD
from briefing.store.sqlite_backups import SqliteBackups
from briefing.store.subscribers import SqlSubscribers
from tests.make import folder_for_everyone, rights_of_an_ordinary_user

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
MONDAY = date(2026, 11, 23)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with two readers, one of them confirmed, and an edition."""
    file = tmp_path / "var" / "briefing.db"
    engine = open_database(f"sqlite:///{file}")
    ada = Subscriber(id="ada", email="ada@readers.example", status=SubscriberStatus.CONFIRMED)
    SqlSubscribers(engine).save_subscribers([ada, Subscriber(id="ben", email="ben@readers.example")])
    SqlLedger(engine).plan(MONDAY, ["ada"], now=NOW)
    engine.dispose()
    return file


@pytest.fixture
def copy(file: Path, tmp_path: Path) -> Path:
    """A backup of it."""
    SqliteBackups(file).make(tmp_path / "copy.db", now=NOW)
    return tmp_path / "copy.db"


def contents(folder: Path) -> dict[str, str]:
    return {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.is_file() and path.suffix != ".lock"
    }


def readers_in(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM subscribers ORDER BY id")]


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()


def replace_with(copy: Path, file: Path) -> Path | None:
    """Restores without doing anything to the copy; gives where the old one is."""
    with SqliteBackups(file).replacing(copy, now=NOW) as place:
        pass
    return None if place.aside is None else Path(place.aside)


# Backing up


def test_a_backup_says_what_is_in_it_and_when_it_was_made(file: Path, tmp_path: Path) -> None:
    made = SqliteBackups(file).make(tmp_path / "b" / "copy.db", now=NOW)
    assert (made.file, made.schema, made.taken_at) == (tmp_path / "b" / "copy.db", HEAD, NOW)
    assert (made.readers, made.confirmed, made.editions, made.newest) == (2, 1, 1, MONDAY)
    assert made.size == (tmp_path / "b" / "copy.db").stat().st_size
    assert SqliteBackups(file).examine(tmp_path / "b" / "copy.db") == made


def test_it_is_one_file_that_nobody_else_can_read(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    SqliteBackups(file).make(folder / "copy.db", now=NOW)
    assert [path.name for path in folder.iterdir()] == ["copy.db"]
    assert (folder / "copy.db").stat().st_mode & 0o777 == 0o600


def test_it_holds_the_key_that_readers_links_are_signed_with(file: Path, tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{file}")
    key = SqlKeys(engine).signing_key()
    SqliteBackups(file).make(tmp_path / "copy.db", now=NOW)
    engine.dispose()
    other = open_database(f"sqlite:///{tmp_path}/copy.db")
    assert SqlKeys(other).signing_key() == key
    other.dispose()


def test_the_database_stays_what_it_was_even_of_an_older_schema(file: Path, tmp_path: Path) -> None:
    change(file, "UPDATE alembic_version SET version_num = '0003'")
    before = contents(file.parent)
    assert SqliteBackups(file).make(tmp_path / "copy.db", now=NOW).schema == "0003"
    assert contents(file.parent) == before


def test_a_backup_beside_a_sender_is_one_instant_and_the_sender_never_waits(file: Path, tmp_path: Path) -> None:
    """Every transaction of the writer plans a reader and hands one over: in each copy both sides balance."""
    url, stop = f"sqlite:///{file}", Event()
    engine = open_database(url)
    with writing(engine) as connection:  # large enough for many steps
        connection.execute(text("INSERT INTO vectors (key, vector) VALUES ('v', zeroblob(40000000))"))
    written: list[int] = []

    def send() -> None:
        own = open_database(url)
        ledger = SqlLedger(own)
        while not stop.is_set():
            name = f"reader {len(written)}"
            ledger.plan(MONDAY, [name], now=NOW)
            (row,) = ledger.deliveries_of(name, limit=1)
            ledger.record([replace(row, status=DeliveryStatus.SENT, updated_at=NOW)])
            written.append(1)
        own.dispose()

    sender = Thread(target=send)
    sender.start()
    try:
        while len(written) < 5:
            pass
        counts = []
        for number in range(3):
            before = len(written)
            SqliteBackups(file).make(tmp_path / f"{number}.db", now=NOW)
            counts.append(len(written) - before)
    finally:
        stop.set()
        sender.join()
        engine.dispose()
    assert min(counts) > 0  # the sender went on meanwhile
    for number in range(3):
        other = open_database(f"sqlite:///{tmp_path}/{number}.db")
        balance = SqlLedger(other).balance(MONDAY)
        assert balance.is_balanced
        assert sum(balance.counts.values()) - balance.counts.get(DeliveryStatus.SENT, 0) in {1, 2}
        other.dispose()


def test_what_is_there_is_never_written_over(file: Path, copy: Path) -> None:
    for target in (copy, file):
        before = target.read_bytes()
        with pytest.raises(StoreError, match="is there already; name another file"):
            SqliteBackups(file).make(target, now=NOW)
        assert target.read_bytes() == before


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing to back up"):
        SqliteBackups(tmp_path / "none.db").make(tmp_path / "copy.db", now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_gives_no_backup(file: Path, tmp_path: Path) -> None:
    damage(file)
    with pytest.raises(StoreError, match=r"is damaged|malformed"):
        SqliteBackups(file).make(tmp_path / "b" / "copy.db", now=NOW)
    assert list((tmp_path / "b").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named_with_the_cure() -> None:
    with folder_for_everyone() as folder:
        open_database(f"sqlite:///{folder}/briefing.db").dispose()
        (folder / "briefing.db").chmod(0o666)
        (folder / "mine").mkdir(mode=0o500)
        with rights_of_an_ordinary_user(), pytest.raises(StoreError, match=r"mine cannot be written .*another place"):
            SqliteBackups(folder / "briefing.db").make(folder / "mine" / "copy.db", now=NOW)


@contextmanager
def files_no_larger_than(octets: int) -> Iterator[None]:
    """What a full disk looks like to whoever writes a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_fills_up_leaves_nothing_behind(file: Path, tmp_path: Path) -> None:
    with files_no_larger_than(50_000), pytest.raises(StoreError):
        SqliteBackups(file).make(tmp_path / "b" / "copy.db", now=NOW)
    assert list((tmp_path / "b").iterdir()) == []


# Looking through


def damage(file: Path) -> None:
    octets = bytearray(file.read_bytes())
    octets[8192:40960] = b"\xff" * (40960 - 8192)
    file.write_bytes(octets)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def other_tables(file: Path) -> None:
    file.unlink()
    change(file, "CREATE TABLE theirs (n)")


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "damaged": (damage, "is damaged"),
    "cut short": (cut, "is damaged"),
    "cut to nothing": (lambda file: file.write_bytes(b""), "is no backup of a briefing"),
    "another file": (lambda file: file.write_text("hello " * 1000), "is no backup of a briefing"),
    "another program's": (other_tables, "is no backup of a briefing .its tables are others"),
    "of PostgreSQL": (lambda file: file.write_bytes(b"PGDMP" + bytes(99)), "is a backup of a PostgreSQL database"),
    "not there": (Path.unlink, "cannot be read .*name a backup"),
    "newer": (
        lambda file: change(file, "UPDATE alembic_version SET version_num = '9999'"),
        rf"newer version of this program \(schema 9999, known here {HEAD}\); upgrade the program",
    ),
    "of no schema": (lambda file: change(file, "DELETE FROM alembic_version"), "its schema has no number"),
    "of a strange one": (lambda file: change(file, "UPDATE alembic_version SET version_num = 'a1'"), "has no number"),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_what_is_no_good_backup_is_refused_with_the_reason(kind: str, file: Path, copy: Path) -> None:
    spoil, words = SPOILT[kind]
    spoil(copy)
    with pytest.raises(StoreError, match=words) as caught:
        SqliteBackups(file).examine(copy)
    assert "copy.db" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_looking_changes_nothing_and_leaves_nothing(file: Path, copy: Path) -> None:
    before = contents(copy.parent)
    SqliteBackups(file).examine(copy)
    assert contents(copy.parent) == before


def test_a_copy_that_cp_made_of_a_database_at_rest_is_a_backup_of_an_unknown_hour(file: Path, tmp_path: Path) -> None:
    shutil.copy(file, tmp_path / "cp.db")
    assert SqliteBackups(file).examine(tmp_path / "cp.db").taken_at is None
    assert readers_in(tmp_path / "cp.db") == ["ada", "ben"]


# Putting in place


def test_the_database_that_is_replaced_is_kept_beside_it(file: Path, copy: Path) -> None:
    change(
        file,
        "INSERT INTO subscribers SELECT 9, 'eve', 'e', 'e', null, status, language, languages, timezone, "
        "topics, at, days, created_at, sections, reason, asked_at, paused_until, habit, change "
        "FROM subscribers LIMIT 1",
    )
    aside = replace_with(copy, file)
    assert aside == file.with_name("briefing.db.replaced-2026-11-23-030000Z")
    assert (readers_in(file), readers_in(aside)) == (["ada", "ben"], ["ada", "ben", "eve"])
    assert sorted(contents(file.parent)) == [file.name, aside.name]
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_was_restored_is_no_backup_any_more(file: Path, copy: Path) -> None:
    replace_with(copy, file)
    assert SqliteBackups(file).examine(file).taken_at is None


def test_a_backup_is_put_where_nothing_was(copy: Path, tmp_path: Path) -> None:
    assert replace_with(copy, tmp_path / "new" / "briefing.db") is None
    assert readers_in(tmp_path / "new" / "briefing.db") == ["ada", "ben"]


def test_what_the_block_writes_comes_along(file: Path, copy: Path) -> None:
    with SqliteBackups(file).replacing(copy, now=NOW) as place:
        engine = open_database(place.url)
        SqlSubscribers(engine).save_subscriber(Subscriber(id="cleo", email="cleo@readers.example"))
        engine.dispose()
    assert readers_in(file) == ["ada", "ben", "cleo"]
    assert readers_in(copy) == ["ada", "ben"]


def test_an_exception_leaves_everything_as_it_was(file: Path, copy: Path) -> None:
    before = contents(file.parent)

    def fail() -> None:
        with SqliteBackups(file).replacing(copy, now=NOW):
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert contents(file.parent).keys() == before.keys()
    assert readers_in(file) == ["ada", "ben"]


@pytest.mark.parametrize("is_busy", [True, False], ids=["writing", "doing nothing"])
def test_a_database_that_another_program_has_open_is_not_replaced(file: Path, copy: Path, is_busy: bool) -> None:
    doing = "writing(engine)" if is_busy else "reading(engine)"
    code = (
        "import sys\nfrom briefing.store.database import *\nengine = open_database(sys.argv[1])\n"
        f"with {doing} as connection:\n connection.exec_driver_sql('SELECT count(*) FROM told').all()\n"
        + (
            " print('open', flush=True)\n sys.stdin.read()"
            if is_busy
            else "print('open', flush=True)\nsys.stdin.read()"
        )
    )
    command = [sys.executable, "-c", code, f"sqlite:///{file}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(StoreError, match="is in use; stop `briefing serve`"):
            replace_with(copy, file)
        other.communicate("")
    assert other.returncode == 0
    assert replace_with(copy, file) is not None


def test_a_program_that_serves_the_database_is_named_by_its_process(file: Path, copy: Path) -> None:
    with only_server(f"sqlite:///{file}"), pytest.raises(StoreError, match=rf"runs .* as process {os.getpid()}; stop"):
        replace_with(copy, file)
    assert not list(file.parent.glob("*.replaced*"))


def test_nobody_gets_in_while_it_is_replaced(file: Path, copy: Path) -> None:
    with (
        SqliteBackups(file).replacing(copy, now=NOW),
        closing(sqlite3.connect(file, timeout=0)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("SELECT count(*) FROM told")
    with closing(sqlite3.connect(file, timeout=0)) as other:
        assert other.execute("SELECT count(*) FROM told").fetchone() == (0,)


@pytest.mark.parametrize("spoil", [damage, cut, lambda file: file.write_text("hello " * 1000)])
def test_a_database_that_is_beyond_help_is_replaced_and_kept(
    file: Path, copy: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(file)
    before = file.read_bytes()
    aside = replace_with(copy, file)
    assert aside is not None
    assert aside.read_bytes()[4096:] == before[4096:]
    assert readers_in(file) == ["ada", "ben"]


def test_the_database_is_no_backup_of_itself(file: Path) -> None:
    with pytest.raises(StoreError, match="is the database itself"):
        replace_with(file, file)


def test_a_disk_that_fills_up_leaves_the_old_database(file: Path, copy: Path) -> None:
    before = readers_in(file), sorted(contents(file.parent))
    with files_no_larger_than(50_000), pytest.raises(StoreError):
        replace_with(copy, file)
    assert (readers_in(file), sorted(contents(file.parent))) == before


def test_files_of_a_folder_are_listed_and_deleted(file: Path, copy: Path, tmp_path: Path) -> None:
    backups = SqliteBackups(file)
    assert backups.kept(tmp_path) == ("copy.db",)
    assert backups.kept(tmp_path / "nowhere") == ()
    backups.forget(copy)
    assert backups.kept(tmp_path) == ()
    with pytest.raises(StoreError, match=r"copy\.db cannot be deleted"):
        backups.forget(copy)
