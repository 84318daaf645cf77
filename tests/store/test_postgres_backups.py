"""PostgreSQL's own programs are called with what they need, and what goes wrong is one line with its cure."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from briefing.errors import StoreError
from briefing.store.postgres_backups import PostgresBackups
from briefing.store.schema import HEAD
from briefing.store.source_tables import metadata

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
URL = "postgresql+psycopg://post:hush%40@db.example:5433/morning?sslmode=require"
DUMPED = f"""\
--
-- PostgreSQL database dump
--
COPY public.alembic_version (version_num) FROM stdin;
{HEAD}
\\.
COPY public.editions (edition, audience) FROM stdin;
2026-11-22\t2
2026-11-21\t2
\\.
COPY public.subscribers (number, id, email, "at", status) FROM stdin;
1\tada\tada@readers.example\t\\N\tconfirmed
2\tben\tben@readers.example\t\\N\tunsubscribed
\\.
"""


@dataclass
class Programs:
    """Stands in for PostgreSQL's programs: each writes down how it was called, and does what it is told."""

    folder: Path

    def put(self, name: str, script: str) -> None:
        file = self.folder / name
        log = f'echo "$0 $@ PGPASSWORD=$PGPASSWORD" >> {self.folder}/calls\n'
        file.write_text(f"#!/bin/sh\n{log}{script}\n")
        file.chmod(0o755)

    @property
    def calls(self) -> str:
        return (self.folder / "calls").read_text("utf-8")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "dumped").write_text(DUMPED)
    made = Programs(folder)
    made.put("pg_dump", 'for word; do case $word in --file=*) printf PGDMPxyz > "${word#--file=}";; esac; done')
    made.put("pg_restore", f"cat {folder}/dumped")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "b" / "morning.pgdump"


def test_a_dump_is_counted_by_what_is_in_it(programs: Programs, file: Path) -> None:
    made = PostgresBackups(URL).make(file, now=NOW)
    assert (made.file, made.taken_at, made.schema) == (file, NOW, HEAD)
    assert (made.readers, made.confirmed, made.editions, made.newest) == (2, 1, 2, date(2026, 11, 22))
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_the_password_stands_on_no_command_line(programs: Programs, file: Path) -> None:
    PostgresBackups(URL).make(file, now=NOW)
    line = programs.calls.splitlines()[0]
    words, _, password = line.partition(" PGPASSWORD=")
    assert password == "hush@"
    assert "hush" not in words
    assert "--dbname=postgresql://post@db.example:5433/morning?sslmode=require" in words


def test_only_our_tables_are_dumped(programs: Programs, file: Path) -> None:
    PostgresBackups(URL).make(file, now=NOW)
    assert {word for word in programs.calls.splitlines()[0].split() if word.startswith("--table=")} == {
        f"--table={table}" for table in (*metadata.tables, "deliveries_[0-9]*_[0-9]*", "alembic_version")
    }


def test_a_name_is_made_of_the_databases() -> None:
    backups = PostgresBackups(URL)
    assert (backups.stem, backups.suffix) == ("morning", ".pgdump")
    assert PostgresBackups("postgresql:///..%2Fa b").stem == "..-a-b"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'pg_dump: error: connection refused' >&2; exit 1", "pg_dump: error: connection refused$"),
        ("echo 'pg_dump: error: aborting because of server version mismatch' >&2; exit 1", "of the server's version"),
        ("exit 3", "no reason given"),
    ],
)
def test_a_dump_that_fails_leaves_no_file_and_says_why(programs: Programs, file: Path, script: str, words: str) -> None:
    programs.put("pg_dump", script)
    with pytest.raises(StoreError, match=words):
        PostgresBackups(URL).make(file, now=NOW)
    assert list(file.parent.iterdir()) == []


def test_programs_that_are_not_installed_are_named_with_the_cure(programs: Programs, file: Path) -> None:
    (programs.folder / "pg_dump").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(programs.folder))
        with pytest.raises(StoreError, match=r"pg_dump cannot be run .*apt install postgresql-client"):
            PostgresBackups(URL).make(file, now=NOW)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"hello", "it is no dump of PostgreSQL's"), (b"SQLite format 3\0", "it is no dump"), (None, "is not there")],
)
def test_a_file_that_is_no_dump_is_refused(
    programs: Programs, tmp_path: Path, content: bytes | None, words: str
) -> None:
    file = tmp_path / "dump"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(StoreError, match=words):
        PostgresBackups(URL).examine(file)


@pytest.mark.parametrize(
    ("dumped", "words"),
    [
        (DUMPED.replace(HEAD, "9999"), "newer version of this program"),
        ("--\n", "its schema has no number"),
    ],
)
def test_a_dump_that_cannot_be_used_is_refused(programs: Programs, tmp_path: Path, dumped: str, words: str) -> None:
    (programs.folder / "dumped").write_text(dumped)
    (tmp_path / "dump").write_bytes(b"PGDMPxyz")
    with pytest.raises(StoreError, match=words):
        PostgresBackups(URL).examine(tmp_path / "dump")


def test_a_damaged_dump_is_told_in_the_programs_words(programs: Programs, tmp_path: Path) -> None:
    programs.put("pg_restore", "echo 'pg_restore: error: could not uncompress data' >&2; exit 1")
    (tmp_path / "dump").write_bytes(b"PGDMPxyz")
    with pytest.raises(StoreError, match=r"dump is damaged \(error: could not uncompress data\); take another"):
        PostgresBackups(URL).examine(tmp_path / "dump")
