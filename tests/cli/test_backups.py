"""`briefing backup` and `briefing restore`: a copy, checked, and a return to it that sends nobody anything twice."""

from __future__ import annotations

import gc
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from briefing.store.schema import HEAD
from tests.cli.conftest import Terminal
from tests.store.released import make_released, revisions

pytestmark = pytest.mark.slow

SUNDAY, EARLIER = "2026-11-22T08:00:00+01:00", "2026-11-22T03:00:00+01:00"
NINE = "2026-11-22T09:00:00+01:00"
DEFAULT = "backups/briefing-2026-11-22-020000Z.db"


@pytest.fixture
def post(briefing: Terminal) -> Terminal:
    """A briefing with two readers, backed up at three in the morning."""
    for name in ("ada", "ben"):
        briefing("subscribers", "add", f"{name}@readers.example", "--confirmed")
    assert briefing("backup", "--now", EARLIER).status == 0
    return briefing


def outbox(post: Terminal) -> list[str]:
    return sorted(path.name for path in (post.folder / "out" / "outbox").rglob("*.eml"))


def end_earlier_commands() -> None:
    """Closes what they have opened, as the end of their processes would; here they all run in one."""
    gc.collect()


def restore(post: Terminal, file: str = DEFAULT, *, now: str = NINE) -> str:
    end_earlier_commands()
    ran = post("restore", file, "--now", now)
    assert ran.status == 0, ran.err
    return ran.out


def test_a_backup_is_told_with_its_contents_and_what_is_not_in_it(post: Terminal) -> None:
    (post.folder / "key").write_text("0123456789abcdef")
    with (post.folder / "config.yaml").open("a") as config:
        config.write("web: {api_key: {file: key}}\n")
    ran = post("backup", "--now", SUNDAY)
    assert ran.status == 0
    assert ran.out == (
        f"backups/briefing-2026-11-22-070000Z.db: whole; schema {HEAD}, 2 readers (2 confirmed), 0 editions; 0.2 MB\n"
    )
    assert ran.err == "not in it: config.yaml, key; keep copies of what you cannot write anew\n"
    assert "readers.example" not in ran.out + ran.err


def test_old_ones_are_deleted_and_named(post: Terminal) -> None:
    ran = post("backup", "--now", SUNDAY, "--keep", "1")
    assert ran.err.splitlines()[-1] == f"deleted: {DEFAULT}"
    assert [path.name for path in (post.folder / "backups").iterdir()] == ["briefing-2026-11-22-070000Z.db"]


#: What is typed, and what the line says.
REFUSED = (
    (("backup", "news/harbour.xml"), "news/harbour.xml is there already"),
    (("backup", "config.yaml"), "config.yaml is there already"),
    (("backup", "briefing.db"), "briefing.db is there already"),
    (("backup", "x.db", "--keep", "3"), "--keep goes by the default names"),
    (("backup", "config.yaml/x.db"), "cannot be written"),
    (("backup", "--keep", "0"), "--keep"),
    (("restore", "nothing.db"), "nothing.db cannot be read"),
    (("restore", "news"), "news cannot be read (Is a directory)"),
    (("restore", "news/harbour.xml"), "is no backup of a briefing"),
    (("restore", "briefing.db"), "is the database itself"),
)


def test_what_cannot_be_done_is_one_line_and_changes_nothing(post: Terminal) -> None:
    before = names(post)
    for words, said in REFUSED:
        ran = post(*words)
        assert (ran.status, ran.out) == (2, ""), words
        assert said in ran.err
        assert ran.err.count("\n") == 1, words
        assert names(post) == before, words


def names(post: Terminal) -> list[str]:
    """Every file below the folder but the two that SQLite keeps beside a database while it is open."""
    every = (path.name for path in post.folder.rglob("*"))
    return sorted(name for name in every if not name.endswith(("-wal", "-shm")))


def test_this_mornings_mail_is_not_sent_again_after_a_restore(post: Terminal) -> None:
    assert post("send", "--now", SUNDAY).status == 0
    sent = outbox(post)
    assert len(sent) == 2
    told = restore(post)
    assert f"restored as of 2026-11-22 02:00 UTC: schema {HEAD}, 2 readers (2 confirmed), 0 editions\n" in told
    assert "2 copies of today's edition may have been sent since then and will not be; `briefing send --all`" in told
    assert "nobody's hour has come" in post("send", "--now", NINE).out
    assert outbox(post) == sent


def test_todays_edition_can_be_sent_anyway_and_then_only_once(post: Terminal) -> None:
    restore(post)
    assert "2 mails went to" in post("send", "--all", "--now", NINE).out
    assert post("send", "--all", "--now", NINE).out.endswith("nothing was sent now: nobody is left who may get one\n")
    assert len(outbox(post)) == 2


def test_who_unsubscribed_since_then_stays_off(post: Terminal) -> None:
    post("subscribers", "remove", "ben@readers.example")
    assert "1 reader who said no since then, by the database that it replaced: kept off" in restore(post)
    assert post("subscribers", "list").out.splitlines() == [
        "confirmed     ada@readers.example",
        "unsubscribed  ben@readers.example",
    ]


def test_what_it_replaced_is_kept_and_can_be_restored_in_its_turn(post: Terminal) -> None:
    post("subscribers", "add", "cleo@readers.example", "--confirmed")
    told = restore(post)
    found = re.search("what it replaced is kept: (.*)", told)
    assert found is not None
    assert "3 readers (3 confirmed)" in restore(post, found[1], now=NINE.replace("09:", "10:"))
    assert len(post("subscribers", "list").out.splitlines()) == 3


def test_a_database_that_cannot_be_asked_who_said_no_is_worth_a_look(post: Terminal) -> None:
    end_earlier_commands()
    (post.folder / "briefing.db").write_text("hello " * 1000)
    ran = post("restore", DEFAULT, "--now", NINE)
    assert ran.status == 1
    assert "kept off" not in ran.out
    assert "no database could be asked who said no since then\n" in ran.err
    assert "whoever said no since then" in ran.err
    assert "briefing bounces read" in ran.err
    assert len(post("subscribers", "list").out.splitlines()) == 2


def test_a_restore_beside_a_running_program_is_refused(post: Terminal) -> None:
    code = (
        "import sys\nfrom briefing.store.database import *\nengine = open_database('sqlite:///briefing.db')\n"
        "print('open', flush=True)\nsys.stdin.read()"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=post.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        ran = post("restore", DEFAULT)
        other.communicate("")
    assert (ran.status, ran.out) == (2, "")
    assert "briefing.db is in use; stop `briefing serve`" in ran.err
    assert not list(post.folder.glob("*.replaced*"))


@pytest.mark.parametrize("revision", [revisions()[0], revisions()[-3]])
def test_a_backup_of_an_older_schema_is_brought_up_to_date(post: Terminal, revision: str) -> None:
    """In the rows of that time Ada has Sunday's edition, and Ben's was still to be sent when he had left."""
    file = post.folder / "old.db"
    make_released(file, revision)
    told = restore(post, "old.db", now="2026-11-24T09:00:00+01:00")
    assert f"restored as of 2026-11-22 06:00 UTC: schema {revision}, 3 readers (1 confirmed), 1 edition" in told
    assert "1 copy of today's edition" in told
    assert "2 copies of editions before today" in told
    with closing(sqlite3.connect(post.folder / "briefing.db")) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
        rows = database.execute("SELECT edition, subscriber, status FROM deliveries ORDER BY 1, 2").fetchall()
    assert rows == [
        ("2026-11-22", "ada", "sent"),
        ("2026-11-22", "ben", "missed"),
        ("2026-11-23", "ada", "missed"),
        ("2026-11-24", "ada", "missed"),
    ]


def test_backups_lie_beside_the_config_wherever_the_command_was_called(
    post: Terminal, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere: Path = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    assert post("backup", "--config", str(post.folder / "config.yaml"), "--now", SUNDAY).status == 0
    assert (post.folder / "backups" / "briefing-2026-11-22-070000Z.db").exists()
    assert list(elsewhere.iterdir()) == []
