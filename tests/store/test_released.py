"""A database of every schema that was ever released is brought up to date, with all that is in it, and is used on."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from briefing.model.article import Article
from briefing.model.delivery import DeliveryStatus
from briefing.model.story import Told
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.store.announcements import SqlAnnouncements
from briefing.store.archive import SqlArchive
from briefing.store.bounces import SqlBounces
from briefing.store.database import open_database, reading
from briefing.store.generated import SqlGeneratedTexts
from briefing.store.keys import SqlKeys
from briefing.store.ledger import SqlLedger
from briefing.store.looks import SqlLookLog
from briefing.store.memory import SqlEditionMemory
from briefing.store.prepared import SqlPreparedEditions
from briefing.store.runs import SqlRuns
from briefing.store.schema import HEAD
from briefing.store.source_tables import metadata
from briefing.store.sources import SqlSourceLog
from briefing.store.subscribers import SqlSubscribers
from briefing.store.vectors import SqlVectors
from tests.fakes import FakeTransport, FixedClock
from tests.services.house import mailroom
from tests.services.timetables import sending
from tests.store.released import KEY, ROWS, counts_in, make_released, revisions

SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)
AT = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Upgraded:
    """A database that was opened by this program.

    Attributes:
        revision: the schema that it had before.
        before: how many rows each of its tables had then.
    """

    revision: str
    before: dict[str, int]
    engine: Engine

    def has(self, since: str) -> bool:
        """Whether its tables of that schema had rows already."""
        return self.revision >= since


@pytest.fixture(scope="module", params=revisions())
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Upgraded]:
    """Each database is made and migrated once."""
    file = tmp_path_factory.mktemp(request.param) / "briefing.db"
    make_released(file, request.param)
    before = counts_in(file)
    engine = open_database(f"sqlite:///{file}")
    engine.dispose()
    return file, Upgraded(request.param, before, engine)


@pytest.fixture
def upgraded(opened: tuple[Path, Upgraded], tmp_path: Path) -> Iterator[Upgraded]:
    file, upgraded = opened
    shutil.copy(file, tmp_path / "briefing.db")
    engine = open_database(f"sqlite:///{tmp_path}/briefing.db")
    yield replace(upgraded, engine=engine)
    engine.dispose()


def test_every_table_has_rows_of_its_time() -> None:
    """Whoever adds a table or a column adds it to the rows."""
    assert revisions()[-1] == HEAD
    assert set(ROWS) == set(metadata.tables)
    unset = {
        "subscribers": {"paused_until", "reason"},
        "deliveries": {"detail", "retry_at", "owner"},
        "told": {"snapshot"},
    }
    for name, rows in ROWS.items():
        filled = {column for row in rows for column in row}
        assert filled == {column.name for column in metadata.tables[name].columns} - unset.get(name, set()), name


def test_its_tables_become_the_newest(upgraded: Upgraded) -> None:
    with reading(upgraded.engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_its_rows_are_all_there(upgraded: Upgraded) -> None:
    after = counts_in(Path(str(upgraded.engine.url.database)))
    assert {table: after[table] for table in upgraded.before} == upgraded.before
    assert {count for table, count in after.items() if table not in upgraded.before} <= {0}


def test_readers_keep_their_choices(upgraded: Upgraded) -> None:
    ada, ben, cleo = SqlSubscribers(upgraded.engine).list_subscribers()
    assert (ada.id, ada.email, ada.name, ada.status) == (
        "ada",
        "Ada@readers.example",
        "Ada",
        SubscriberStatus.CONFIRMED,
    )
    assert (ada.language, ada.timezone, ada.topics) == ("fr", "Europe/Paris", ("Ukraine",))
    assert (ada.at, ada.days, ada.created_at) == (time(7, 30), (0, 1, 2, 3, 4, 5, 6), AT)
    assert (ada.sections, ada.paused_until, ada.reason) == ((), None, None)
    assert (ben.status, ben.days) == (SubscriberStatus.UNSUBSCRIBED, None)
    assert cleo.asked_at == (AT if upgraded.has("0006") else None)


def test_the_books_and_the_keys_are_read(upgraded: Upgraded) -> None:
    ledger = SqlLedger(upgraded.engine)
    ada, ben = ledger.rows(SUNDAY)
    assert (ada.status, ada.message_id, ada.attempts, ada.updated_at) == (DeliveryStatus.SENT, "<a@b>", 1, None)
    assert (ben.status, ben.updated_at, ben.owner) == (DeliveryStatus.PENDING, AT, None)
    assert ledger.balance(SUNDAY).is_balanced
    assert SqlKeys(upgraded.engine).signing_keys() == (KEY,)
    assert SqlLookLog(upgraded.engine).last_look() == AT


def test_what_is_remembered_is_read(upgraded: Upgraded) -> None:
    engine = upgraded.engine
    river = Told(article=Article(id="river"), thread="river", since=SUNDAY)
    assert SqlEditionMemory(engine).told_before(MONDAY, "default") == (river,)
    assert SqlSourceLog(engine).failing_since() == {"The Harbour Post": AT}
    assert list(SqlVectors(engine, FixedClock(AT)).load_vectors(["v"])["v"]) == [0.5, -1.0]
    assert SqlGeneratedTexts(engine).load_texts(["g"]) == ({"g": "A ferry crossed."} if upgraded.has("0002") else {})
    assert [e.title for e in SqlArchive(engine).list_editions("default", limit=9)] == ["Post"] * upgraded.has("0004")


def test_what_came_later_is_read_or_empty(upgraded: Upgraded) -> None:
    engine = upgraded.engine
    assert [tally.soft for tally in SqlBounces(engine).tallies()] == [2] * upgraded.has("0005")
    assert len(SqlAnnouncements(engine).take(most=9, now=LATER, until=LATER)) == int(upgraded.has("0005"))
    prepared = SqlPreparedEditions(engine).find(SUNDAY, "default")
    assert (prepared is not None and prepared.is_out) == upgraded.has("0007")
    assert [run.figures.sources for run in SqlRuns(engine).list_runs(limit=9)] == [3] * upgraded.has("0008")


def test_the_next_edition_is_planned_and_sent_once_at_each_readers_hour(upgraded: Upgraded) -> None:
    store, ledger = SqlSubscribers(upgraded.engine), SqlLedger(upgraded.engine)
    store.save_subscriber(Subscriber(id="dora", email="dora@readers.example", status=SubscriberStatus.CONFIRMED))
    transport, clock = FakeTransport(), FixedClock(datetime(2026, 11, 23, 6, 29, tzinfo=UTC))  # 07:29 in Paris
    room = mailroom(store, ledger, transport, clock)

    timetable = sending(room)
    timetable.tick()
    assert transport.recipients == []
    for _ in range(3):
        clock.move(minutes=15)
        timetable.tick()
    assert transport.recipients == ["Ada@readers.example", "dora@readers.example"]
    balance = ledger.balance(MONDAY)
    assert (balance.is_balanced, balance.counts) == (True, {DeliveryStatus.SENT: 2})


def test_a_database_that_cannot_be_migrated_stays_as_it_was(tmp_path: Path) -> None:
    """A table of somebody else's is in the way of the last step: none of the steps was taken."""
    file = tmp_path / "briefing.db"
    make_released(file, "0001")
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE runs (theirs)")
        database.commit()
    before = counts_in(file)
    with pytest.raises(Exception, match="runs already exists"):
        open_database(f"sqlite:///{file}")
    assert counts_in(file) == before
