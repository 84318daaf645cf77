from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text

from briefing.errors import StoreError
from briefing.store import database
from briefing.store.database import MIGRATIONS, make_engine, open_database, parse_address, reading, writing
from briefing.store.postgres import INSTALL
from briefing.store.schema import HEAD, settings
from briefing.store.source_tables import metadata
from tests.make import folder_for_everyone, rights_of_an_ordinary_user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database without tables, of each kind in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.new()
    yield url
    server.drop(url)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


def put(connection: Connection, *names: str) -> None:
    """Writes something down."""
    connection.execute(settings.insert(), [{"name": name, "value": b"\x01"} for name in names])


def count_settings(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(settings)) or 0


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def run_python(code: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_new_database_gets_its_folder_and_every_table(url: str) -> None:
    engine = open_database(url)
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM deliveries")) == 0
    engine.dispose()


def test_the_migrations_lead_to_the_tables_of_the_schema(engine: Engine) -> None:
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_opening_again_keeps_what_is_there_and_leaves_alembic_alone(url: str) -> None:
    first = open_database(url)
    with writing(first) as connection:
        put(connection, "a")
    first.dispose()
    code = (
        "import sys; from briefing.store.database import open_database, reading; from sqlalchemy import text\n"
        "with reading(open_database(sys.argv[1])) as c: print(c.scalar(text('SELECT count(*) FROM settings')))\n"
        "print('alembic' in sys.modules)"
    )
    again = run_python(code, url)
    assert again.communicate()[0].split() == ["1", "False"]


def test_only_the_owner_can_read_the_file(sqlite_url: str) -> None:
    open_database(sqlite_url).dispose()
    assert file_of(sqlite_url).stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_six_programs_starting_at_once_all_find_the_tables(url: str) -> None:
    code = "import sys; from briefing.store.database import open_database; open_database(sys.argv[1]); print('open')"
    running = [run_python(code, url) for _ in range(6)]
    assert [program.communicate() for program in running] == [("open\n", "")] * 6


def test_sqlite_is_set_up_on_every_connection(sqlite_engine: Engine) -> None:
    with reading(sqlite_engine) as one, reading(sqlite_engine) as two:
        for connection in (one, two):
            pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            values = [connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() for pragma in pragmas]
            assert values == ["wal", 1, 1, 10_000]


def test_a_failed_block_writes_nothing(engine: Engine) -> None:
    def fail_half_way() -> None:
        with writing(engine) as connection:
            put(connection, "a")
            raise LookupError

    with pytest.raises(LookupError):
        fail_half_way()
    with reading(engine) as connection:
        assert count_settings(connection) == 0


def test_a_writer_waits_for_another_one_who_read_first(url: str, engine: Engine) -> None:
    """A transaction begun late would fail at once here, whatever the busy timeout."""
    other = open_database(url)
    with writing(engine) as connection:
        count_settings(connection)
        with reading(other) as reader:
            count_settings(reader)
        put(connection, "a")
    with writing(other) as connection:
        put(connection, "b")
    with reading(other) as reader:
        assert count_settings(reader) == 2
    other.dispose()


def test_a_locked_database_names_itself_and_the_cure(url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    other = open_database(url)
    with writing(engine) as connection:
        put(connection, "a")
        with pytest.raises(StoreError, match=r"lock.*; another program is writing to it; wait"), writing(other) as late:
            put(late, "a")
    other.dispose()


def test_a_file_that_is_no_database_is_named_and_left_alone(sqlite_url: str) -> None:
    file_of(sqlite_url).parent.mkdir()
    file_of(sqlite_url).write_text("My shopping list\n" * 100)
    with pytest.raises(StoreError, match="file is not a database; it is some other file"):
        open_database(sqlite_url)
    assert file_of(sqlite_url).read_text().startswith("My shopping list")


def test_a_newer_schema_is_not_touched(url: str, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=rf"newer version of this program \(schema 9999, known here {HEAD}\)"):
        open_database(url)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, not a folder")
    with pytest.raises(StoreError, match=r"var/briefing\.db: .*make the folder writable"):
        open_database(f"sqlite:///{tmp_path}/var/briefing.db")


def test_a_read_only_database_names_the_cure() -> None:
    with folder_for_everyone() as folder, rights_of_an_ordinary_user():
        url = f"sqlite:///{folder}/briefing.db"
        open_database(url).dispose()
        file_of(url).chmod(0o400)
        with pytest.raises(StoreError, match="make the file"), writing(open_database(url)) as connection:
            put(connection, "a")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param("var/briefing.db", "cannot be read; write sqlite:///", id="a path instead of an address"),
        pytest.param("sqlite://", "name a file", id="memory"),
        pytest.param("sqlite:///:memory:", "name a file", id="memory by name"),
        pytest.param("oracle9://me:hush@host/db", "no driver", id="unknown kind"),
        pytest.param("mysql://me:hush@host/db", "no driver", id="another kind"),
        pytest.param("postgresql+pg8000://me:hush@host/db", "no driver", id="driver not installed"),
    ],
)
def test_an_address_that_cannot_work_is_refused_without_its_password(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        open_database(url)
    assert "hush" not in str(caught.value)


def test_without_the_driver_for_postgresql_the_cure_is_how_to_install_it() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None; from briefing.store.database import open_database\n"
        "open_database(sys.argv[1])"
    )
    told = run_python(code, "postgresql://ada:hush@db.example/news").communicate()[1].splitlines()[-1]
    assert told.endswith("postgresql://ada:***@db.example/news: " + INSTALL)


def test_a_complaint_shows_no_value_of_the_statement(engine: Engine) -> None:
    with pytest.raises(StoreError) as caught, writing(engine) as connection:
        put(connection, "rosa@example.org", "rosa@example.org")
    assert "rosa" not in str(caught.value)
    assert "two entries" in str(caught.value)


def test_a_database_of_others_gains_our_tables_beside_theirs(url: str) -> None:
    others = make_engine(parse_address(url))
    file_of(url).parent.mkdir(exist_ok=True) if others.dialect.name == "sqlite" else None
    with others.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (n INTEGER)"))
    others.dispose()
    engine = open_database(url)
    with reading(engine) as reader:
        assert reader.scalar(text("SELECT count(*) FROM theirs")) == 0
        assert reader.scalar(text("SELECT count(*) FROM told")) == 0
    engine.dispose()
