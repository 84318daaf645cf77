"""A database is looked at through and through, and stays what it was, to the byte."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from briefing.errors import StoreError
from briefing.model.delivery import DeliveryStatus
from briefing.store import inspection
from briefing.store.database import open_database, writing
from briefing.store.inspection import SqlInspector, open_read_only
from briefing.store.keys import SqlKeys
from briefing.store.ledger import SqlLedger
from briefing.store.schema import HEAD, source_log
from tests.make import folder_for_everyone, rights_of_an_ordinary_user

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "var" / "briefing.db"


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def made(url: str) -> str:
    """A database with a source that fails, and nobody in it."""
    engine = open_database(url)
    with writing(engine) as connection:
        connection.execute(source_log.insert(), [{"source": f"s{n}", "failing_since": NOW} for n in range(2000)])
    engine.dispose()
    return url


def inspector(url: str) -> SqlInspector:
    return SqlInspector(url, open_read_only(url))


def test_one_that_is_well_is_of_the_newest_schema_whole_and_free(made: str, file: Path) -> None:
    seen = inspector(made).inspect()
    assert (seen.kind, seen.file, seen.schema, seen.known_schema) == ("sqlite", str(file), HEAD, HEAD)
    assert (seen.damage, seen.is_checked, seen.is_locked) == ((), True, False)


def test_looking_leaves_no_trace(made: str, file: Path) -> None:
    before = {path.name: sha256(path.read_bytes()).hexdigest() for path in file.parent.iterdir()}
    looker = inspector(made)
    looker.inspect()
    looker.newest_delivery()
    assert {path.name: sha256(path.read_bytes()).hexdigest() for path in file.parent.iterdir()} == before


def test_nothing_can_be_written_through_it(made: str) -> None:
    engine = open_read_only(made)
    with pytest.raises(StoreError, match="readonly"):
        SqlLedger(engine).plan(date(2026, 11, 23), ["ada"], now=NOW)
    with pytest.raises(StoreError, match="readonly"):
        SqlKeys(engine).signing_key()


def test_one_that_is_not_there_is_not_made(url: str, file: Path) -> None:
    with pytest.raises(StoreError, match="is not there"):
        inspector(url).inspect()
    with pytest.raises(StoreError, match="unable to open"):
        inspector(url).newest_delivery()
    assert not file.parent.exists()


def test_one_without_tables_has_no_schema(url: str, file: Path) -> None:
    file.parent.mkdir()
    file.touch()
    assert inspector(url).inspect().schema is None


def test_another_file_is_no_database(url: str, file: Path) -> None:
    file.parent.mkdir()
    file.write_text("hello " * 1000)
    with pytest.raises(StoreError, match="file is not a database"):
        inspector(url).inspect()


def test_damage_is_found(made: str, file: Path) -> None:
    octets = bytearray(file.read_bytes())
    octets[8192:40960] = b"\xff" * (40960 - 8192)
    file.write_bytes(octets)
    assert inspector(made).inspect().damage


def test_who_has_been_writing_for_seconds_is_noticed(made: str, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert inspector(made).inspect().is_locked
        other.execute("ROLLBACK")
    assert not inspector(made).inspect().is_locked


def test_somebody_who_reads_or_has_it_open_is_no_trouble(made: str) -> None:
    engine = open_database(made)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM source_log")
        assert not inspector(made).inspect().is_locked
    engine.dispose()


def test_one_that_only_others_may_write_is_read() -> None:
    with folder_for_everyone() as folder:
        url = f"sqlite:///{folder}/b.db"
        open_database(url).dispose()
        (folder / "b.db").chmod(0o444)
        with rights_of_an_ordinary_user():
            seen = inspector(url).inspect()
    assert (seen.schema, seen.is_locked) == (HEAD, False)


def test_a_large_one_is_not_looked_through_for_ever(made: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(made.removeprefix("sqlite:///"))) as connection:
        connection.execute("INSERT INTO source_log SELECT source || hex(randomblob(8)), failing_since FROM source_log")
        connection.executemany("INSERT INTO source_log VALUES (?, '2026')", ((f"x{n}",) for n in range(60_000)))
        connection.commit()
    monkeypatch.setattr(inspection, "CHECK_S", -1.0)
    seen = inspector(made).inspect()
    assert (seen.is_checked, seen.damage) == (False, ())


def test_the_newest_delivery_is_of_the_newest_edition(made: str) -> None:
    looker = inspector(made)
    assert looker.newest_delivery() is None
    engine = open_database(made)
    ledger = SqlLedger(engine)
    for day, at in ((22, NOW + timedelta(days=9)), (23, NOW)):
        edition = date(2026, 11, day)
        ledger.plan(edition, ["ada", "ben"], now=at - timedelta(hours=1))
        (row, _) = ledger.rows(edition)
        ledger.record([replace(row, status=DeliveryStatus.SENT, updated_at=at)])
    engine.dispose()
    assert looker.newest_delivery() == NOW


@pytest.mark.parametrize("url", ["nonsense", "oracle://scott:tiger@db/x"])
def test_an_address_that_nobody_can_open_does_not_show_its_password(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        inspector(url).inspect()
    assert "tiger" not in str(caught.value)
