from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from briefing.errors import StoreError
from briefing.store import database
from briefing.store.database import MIGRATIONS, open_database, reading, writing
from briefing.store.schema import HEAD
from briefing.store.source_tables import articles
from tests.make import folder_for_everyone, rights_of_an_ordinary_user
from tests.store.older import BACK_TO_0004, BACK_TO_0007, BACK_TO_0008

if TYPE_CHECKING:
    from sqlalchemy import Engine


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
        assert compare_metadata(context, articles.metadata) == []


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_opening_again_keeps_what_is_there_and_leaves_alembic_alone(url: str) -> None:
    first = open_database(url)
    with writing(first) as connection:
        connection.execute(text("INSERT INTO settings VALUES ('a', x'01')"))
    first.dispose()
    code = (
        "import sys; from briefing.store.database import open_database, reading; from sqlalchemy import text\n"
        "with reading(open_database(sys.argv[1])) as c: print(c.scalar(text('SELECT count(*) FROM settings')))\n"
        "print('alembic' in sys.modules)"
    )
    again = run_python(code, url)
    assert again.communicate()[0].split() == ["1", "False"]


def test_only_the_owner_can_read_the_file(url: str) -> None:
    open_database(url).dispose()
    assert file_of(url).stat().st_mode & 0o777 == 0o600


def test_six_programs_starting_at_once_all_find_the_tables(url: str) -> None:
    code = "import sys; from briefing.store.database import open_database; open_database(sys.argv[1]); print('open')"
    running = [run_python(code, url) for _ in range(6)]
    assert [program.communicate() for program in running] == [("open\n", "")] * 6


def test_sqlite_is_set_up_on_every_connection(engine: Engine) -> None:
    with reading(engine) as one, reading(engine) as two:
        for connection in (one, two):
            pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            values = [connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() for pragma in pragmas]
            assert values == ["wal", 1, 1, 10_000]


def test_a_failed_block_writes_nothing(engine: Engine) -> None:
    def fail_half_way() -> None:
        with writing(engine) as connection:
            connection.execute(text("INSERT INTO settings VALUES ('a', x'01')"))
            raise LookupError

    with pytest.raises(LookupError):
        fail_half_way()
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM settings")) == 0


def test_a_writer_waits_for_another_one_who_read_first(url: str, engine: Engine) -> None:
    """A transaction begun late would fail at once here, whatever the busy timeout."""
    other = open_database(url)
    with writing(engine) as connection:
        connection.execute(text("SELECT count(*) FROM settings"))
        with reading(other) as reader:
            reader.execute(text("SELECT count(*) FROM settings"))
        connection.execute(text("INSERT INTO settings VALUES ('a', x'01')"))
    with writing(other) as connection:
        connection.execute(text("INSERT INTO settings VALUES ('b', x'01')"))
    with reading(other) as reader:
        assert reader.scalar(text("SELECT count(*) FROM settings")) == 2
    other.dispose()


def test_a_locked_database_names_itself_and_the_cure(url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    other = open_database(url)
    with (
        writing(engine),
        pytest.raises(StoreError, match=r"briefing\.db: database is locked; another program"),
        writing(other),
    ):
        pass
    other.dispose()


def test_a_file_that_is_no_database_is_named_and_left_alone(url: str) -> None:
    file_of(url).parent.mkdir()
    file_of(url).write_text("My shopping list\n" * 100)
    with pytest.raises(StoreError, match="file is not a database; it is some other file"):
        open_database(url)
    assert file_of(url).read_text().startswith("My shopping list")


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
            connection.execute(text("INSERT INTO settings VALUES ('a', x'01')"))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param("var/briefing.db", "cannot be read; write sqlite:///", id="a path instead of an address"),
        pytest.param("sqlite://", "name a file", id="memory"),
        pytest.param("sqlite:///:memory:", "name a file", id="memory by name"),
        pytest.param("oracle9://me:hush@host/db", "no driver", id="unknown kind"),
        pytest.param("postgresql+pg8000://me:hush@host/db", "no driver", id="driver not installed"),
    ],
)
def test_an_address_that_cannot_work_is_refused_without_its_password(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        open_database(url)
    assert "hush" not in str(caught.value)


def test_a_complaint_shows_no_value_of_the_statement(engine: Engine) -> None:
    twice = text("INSERT INTO settings VALUES (:name, x'01'), (:name, x'01')")
    with pytest.raises(StoreError) as caught, writing(engine) as connection:
        connection.execute(twice, {"name": "rosa@example.org"})
    assert "rosa" not in str(caught.value)
    assert "two entries" in str(caught.value)


def test_a_database_of_the_first_version_gains_what_came_later(url: str) -> None:
    first = open_database(url)
    with writing(first) as connection:
        connection.execute(text("INSERT INTO settings VALUES ('a', x'01')"))
        for statement in BACK_TO_0004:
            connection.execute(text(statement))
        for table in ("generated", "snapshots", "archive"):
            connection.execute(text(f"DROP TABLE {table}"))
        for column in ("thread", "since", "snapshot"):
            connection.execute(text(f"ALTER TABLE told DROP COLUMN {column}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    first.dispose()
    engine = open_database(url)
    with reading(engine) as reader:
        assert reader.scalar(text("SELECT count(*) FROM generated")) == 0
        assert reader.scalar(text("SELECT count(*) FROM settings")) == 1
    engine.dispose()


def test_an_old_database_is_brought_up_to_date_in_place(url: str) -> None:
    """A database made outside, without our tables, gets them; what is in it stays."""
    file_of(url).parent.mkdir()
    with sqlite3.connect(file_of(url)) as connection:
        connection.execute("CREATE TABLE theirs (n)")
    connection.close()
    engine = open_database(url)
    with reading(engine) as reader:
        assert reader.scalar(text("SELECT count(*) FROM theirs")) == 0
        assert reader.scalar(text("SELECT count(*) FROM told")) == 0
    engine.dispose()


def test_a_database_without_run_reports_gains_them_and_keeps_its_books(url: str) -> None:
    first = open_database(url)
    with writing(first) as connection:
        connection.execute(text("INSERT INTO editions VALUES ('2026-11-22', 12)"))
        for statement in BACK_TO_0007:
            connection.execute(text(statement))
        connection.execute(text("UPDATE alembic_version SET version_num = '0007'"))
    first.dispose()
    engine = open_database(url)
    with reading(engine) as reader:
        assert reader.scalar(text("SELECT audience FROM editions")) == 12
        assert reader.scalar(text("SELECT count(*) FROM runs")) == 0
        assert reader.scalar(text("SELECT count(*) FROM alarms")) == 0
    engine.dispose()


def test_a_database_without_articles_gains_their_tables_and_keeps_what_it_knew_of_sources(url: str) -> None:
    first = open_database(url)
    with writing(first) as connection:
        connection.execute(text("INSERT INTO source_log VALUES ('The Quay', '2026-11-22 06:00:00.000000')"))
        for statement in BACK_TO_0008:
            connection.execute(text(statement))
        connection.execute(text("UPDATE alembic_version SET version_num = '0008'"))
    first.dispose()
    engine = open_database(url)
    with reading(engine) as reader:
        assert reader.scalar(text("SELECT source FROM source_log")) == "The Quay"
        for table in ("visits", "hosts", "articles"):
            assert reader.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    engine.dispose()
