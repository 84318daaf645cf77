from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from briefing.engines.clock import SystemClock
from tests.cli.conftest import CONFIG, Ran, Terminal

TOPICS = "topics:\n  - {name: Energy, keywords: [wind]}\n"
ADA = "ada@readers.example"


@pytest.fixture
def readers(briefing: Terminal) -> Terminal:
    (briefing.folder / "config.yaml").write_text(CONFIG + TOPICS)
    return briefing


def test_a_list_is_exported_and_imported_into_another_house_unchanged(readers: Terminal) -> None:
    readers(
        *("subscribers", "add", ADA, "--name", "Ada, the first", "--language", "fr", "--languages", "fr;en"),
        *("--timezone", "Asia/Tokyo", "--topics", "Energy", "--at", "06:30", "--days", "mon;wed", "--confirmed"),
    )
    readers("subscribers", "add", "ben@readers.example")
    exported = readers("subscribers", "export")
    (readers.folder / "copy.csv").write_text(exported.out)
    (readers.folder / "other.yaml").write_text((CONFIG + TOPICS).replace("briefing.db", "other.db"))
    ran = readers("subscribers", "import", "copy.csv", "--confirmed", "--config", "other.yaml")
    assert (ran.status, ran.out, ran.err) == (0, "", "2 readers added, 0 changed, 0 as before\n")
    assert readers("subscribers", "export", "--config", "other.yaml").out == exported.out


def test_who_is_added_stands_on_the_list(readers: Terminal) -> None:
    assert readers("subscribers", "add", "Ada@Readers.Example", "--confirmed").out == "Ada@readers.example: confirmed\n"
    assert readers("subscribers", "add", "ben@readers.example").out == "ben@readers.example: unconfirmed\n"
    ran = readers("subscribers", "list")
    assert ran.out.splitlines() == ["confirmed     Ada@readers.example", "unconfirmed   ben@readers.example"]
    assert ran.err == "2 readers\n"


def test_who_is_removed_stays_away_from_every_import(readers: Terminal) -> None:
    readers("subscribers", "add", ADA, "--confirmed")
    assert readers("subscribers", "remove", ADA) == Ran(0, f"{ADA}: unsubscribed\n", "")
    (readers.folder / "all.csv").write_text(f"email\n{ADA}\n")
    ran = readers("subscribers", "import", "all.csv", "--confirmed")
    assert (ran.status, "1 stay away as they wished" in ran.err) == (0, True)
    assert "unsubscribed" in readers("subscribers", "list").out


def test_what_a_reader_chose_can_be_shown(readers: Terminal) -> None:
    readers("subscribers", "add", ADA, "--timezone", "Asia/Tokyo", "--topics", "Energy")
    shown = {line[:12].strip(): line[14:] for line in readers("subscribers", "show", ADA).out.splitlines()}
    assert (shown["email"], shown["timezone"], shown["topics"], shown["at"]) == (ADA, "Asia/Tokyo", "Energy", "-")


def test_a_reader_pauses_and_resumes(readers: Terminal) -> None:
    readers("subscribers", "add", ADA, "--confirmed")
    until = SystemClock().now().date() + timedelta(days=30)
    ran = readers("subscribers", "pause", ADA, "--until", str(until))
    assert ran == Ran(0, f"{ADA}: confirmed, paused until {until}\n", "")
    assert f"paused_until  {until}\n" in readers("subscribers", "show", ADA).out
    assert json.loads(readers("subscribers", "show", ADA, "--json").out)["subscriber"]["paused_until"] == str(until)
    assert f",{until},confirmed," in readers("subscribers", "export").out
    assert f"paused until {until}" in readers("schedule", "--explain").out
    assert readers("subscribers", "resume", ADA) == Ran(0, f"{ADA}: confirmed, not paused\n", "")
    assert "paused_until  -\n" in readers("subscribers", "show", ADA).out


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("tomorrow", "'tomorrow' is not a date; write it as 2026-12-01"),
        ("2026-11-01", "2026-11-01 is not ahead: it is "),
        ("2999-01-01", "a pause until 2999-01-01 is longer than a year"),
    ],
)
def test_a_pause_that_cannot_be_is_said_not_to_be(readers: Terminal, until: str, told: str) -> None:
    readers("subscribers", "add", ADA, "--confirmed")
    ran = readers("subscribers", "pause", ADA, "--until", until)
    assert (ran.status, ran.out, told in ran.err) == (2, "", True)
    assert "paused_until  -\n" in readers("subscribers", "show", ADA).out


def test_a_pause_of_long_ago_is_shown_as_none(readers: Terminal) -> None:
    (readers.folder / "old.csv").write_text(f"email,paused_until\n{ADA},2020-02-01\n")
    assert readers("subscribers", "import", "old.csv", "--confirmed").status == 0
    assert "paused_until  -\n" in readers("subscribers", "show", ADA).out


@pytest.mark.parametrize("verb", ["remove", "show", "resume"])
def test_a_stranger_is_said_to_be_one(readers: Terminal, verb: str) -> None:
    ran = readers("subscribers", verb, "nobody@readers.example")
    assert (ran.status, ran.out) == (2, "")
    assert "nobody@readers.example is not on the list; `briefing subscribers list` shows who is" in ran.err


@pytest.mark.parametrize(
    ("choice", "value", "told"),
    [
        ("--timezone", "Europe/Pari", "Europe/Paris"),
        ("--topics", "Enrgy", "Energy"),
        ("--at", "25:00", "25:00"),
        ("--days", "mon;xyz", "xyz"),
        ("--language", "french", "french"),
    ],
)
def test_a_wrong_choice_is_named_with_what_would_be_right(
    readers: Terminal, choice: str, value: str, told: str
) -> None:
    ran = readers("subscribers", "add", ADA, choice, value)
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert told in ran.err
    assert readers("subscribers", "list").out == ""


def test_an_import_with_wrong_lines_names_each_and_takes_none(readers: Terminal) -> None:
    (readers.folder / "bad.csv").write_text(f"email,timezone\n{ADA},\nnobody,\nben@readers.example,Mars/Base\n{ADA},\n")
    ran = readers("subscribers", "import", "bad.csv")
    lines = ran.err.splitlines()
    assert (ran.status, ran.out) == (2, "")
    assert [line.split(": ")[0] for line in lines[:-1]] == ["bad.csv:3", "bad.csv:4", "bad.csv:5"]
    assert lines[-1] == "nothing was imported; correct the lines above and import again"
    assert readers("subscribers", "list").out == ""


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"], ids=["missing", "not text"])
def test_a_list_that_cannot_be_read_is_named(readers: Terminal, content: bytes | None) -> None:
    file = Path("list.csv")
    if content is not None:
        (readers.folder / file).write_bytes(content)
    ran = readers("subscribers", "import", str(file))
    assert (ran.status, ran.out) == (2, "")
    assert "list.csv cannot be read as UTF-8 text" in ran.err
