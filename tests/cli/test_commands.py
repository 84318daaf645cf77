from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import typer.main

from briefing import __version__
from briefing.cli.commands import app
from briefing.cli.words import parse_moment
from tests.cli.conftest import CONFIG, NOW, Ran, Terminal
from tests.test_schema import faults

AT = ("--now", NOW)


def commands(group: Any = None, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command of the program as its words."""
    parent: Any = group or typer.main.get_command(app)
    for name, command in parent.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name)


def problems(terminal: Terminal) -> list[dict[str, Any]]:
    told: dict[str, Any] = json.loads((terminal.folder / "out/edition.json").read_bytes())
    found: list[dict[str, Any]] = told["problems"]
    return found


def outbox(terminal: Terminal) -> list[Path]:
    return sorted((terminal.folder / "out/outbox").glob("*.eml"))


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_the_help_of_every_command_has_an_example_of_it(terminal: Terminal, words: tuple[str, ...]) -> None:
    ran = terminal(*words, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert f"briefing {' '.join(words)}" in " ".join(ran.out.partition("Example")[2].split())


def test_every_command_of_the_contract_is_there() -> None:
    found = {" ".join(words) for words in commands()}
    assert found >= {"build", "send", "serve", "preview", "extract", "summarise", "group", "config check"}
    assert found >= {f"subscribers {verb}" for verb in ("add", "remove", "list", "import", "export", "show")}


def test_the_version_is_told(terminal: Terminal) -> None:
    assert terminal("--version") == Ran(0, f"briefing {__version__}\n", "")


def test_without_a_command_the_help_is_shown(terminal: Terminal) -> None:
    ran = terminal()
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("Usage: ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("build", "--nope"), "No such option: --nope"),
        (("print",), "No such command 'print'"),
        (("build", "--now", "yesterday"), '"yesterday" is no moment; write it as 2026-11-22T06:40:00+01:00'),
        (("build", "--now", "2026-11-22T06:40:00"), '"2026-11-22T06:40:00" is no moment'),
        (("preview", "--port", "high"), "Invalid value for '--port'"),
        (("worker", "--queues", "fecth"), 'no queue is called "fecth"; there are fetch, vectors, segments, deliver'),
        (("worker",), "workers need PostgreSQL"),
        (("subscribers", "add"), "Missing argument"),
        (
            ("build", "--config", "none.yaml"),
            "none.yaml: no such file; name one that is there, or make one with `briefing init`",
        ),
        (("send", "--config", "none.yaml"), "none.yaml: no such file"),
        (("config", "check", "--config", "none.yaml"), "none.yaml: no such file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_one_line_and_status_2(briefing: Terminal, words: tuple[str, ...], told: str) -> None:
    ran = briefing(*words)
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert told in ran.err


def test_a_moment_needs_an_offset() -> None:
    moment = parse_moment(NOW, option="--now")
    assert moment is not None
    assert moment.isoformat() == NOW
    assert parse_moment(None, option="--now") is None


def test_a_process_ends_with_the_same_words_and_status(outside: Callable[..., Ran]) -> None:
    ran = outside("build", "--config", "none.yaml")
    assert ran == Ran(2, "", "none.yaml: no such file; name one that is there, or make one with `briefing init`\n")


def test_a_build_writes_four_files_and_says_where(briefing: Terminal) -> None:
    ran = briefing("build", *AT)
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.endswith("2 stories from 2 articles in out/: edition.html, .txt, .eml, .json\n")
    assert sorted(path.name for path in (briefing.folder / "out").iterdir()) == [
        "edition.eml",
        "edition.html",
        "edition.json",
        "edition.txt",
    ]


def test_json_prints_the_edition_and_nothing_else(briefing: Terminal) -> None:
    ran = briefing("build", "--json", *AT)
    assert ran.status == 0
    assert faults(json.loads(ran.out)) == []
    assert json.loads(ran.out) == json.loads((briefing.folder / "out/edition.json").read_bytes())


def test_out_names_the_folder(briefing: Terminal) -> None:
    briefing("build", "--out", "deep/today", *AT)
    assert (briefing.folder / "deep/today/edition.html").exists()


@pytest.mark.parametrize("words", [("build",), ("send", "--all"), ("send", "--test", "me@desk.example")], ids=" ".join)
def test_a_file_in_place_of_the_folder_is_named(briefing: Terminal, words: tuple[str, ...]) -> None:
    briefing("subscribers", "add", "ada@readers.example", "--confirmed")
    (briefing.folder / "out").write_text("in the way")
    ran = briefing(*words, *AT)
    assert ran.status == 2 or (words == ("send", "--all") and ran.status == 1)
    assert "cannot be written" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("words", "status"),
    [(("build",), 2), (("send", "--all"), 1), (("send", "--test", "me@desk.example"), 2)],
    ids=["build", "send --all", "send --test"],
)
def test_a_broken_template_is_named_with_its_line_and_nothing_is_sent(
    briefing: Terminal, words: tuple[str, ...], status: int
) -> None:
    briefing("subscribers", "add", "ada@readers.example", "--confirmed")
    with_own_footer(briefing, "<p>fine</p>\n{% if %}\n")
    ran = briefing(*words, *AT)
    assert ran.status == status
    assert "footer.mjml.j2:2: " in ran.err
    assert "Traceback" not in ran.err
    assert outbox(briefing) == []


def with_own_footer(terminal: Terminal, footer: str) -> None:
    (terminal.folder / "mine").mkdir(exist_ok=True)
    (terminal.folder / "mine/footer.mjml.j2").write_text(footer)
    (terminal.folder / "config.yaml").write_text(CONFIG + "templates: mine/\n")


def test_an_edition_that_breaks_a_rule_is_built_and_not_sent(briefing: Terminal) -> None:
    briefing("subscribers", "add", "ada@readers.example", "--confirmed")
    with_own_footer(briefing, "<p>fine</p>")
    built, sent = briefing("build", *AT), briefing("send", "--all", *AT)
    assert (built.status, sent.status, outbox(briefing)) == (1, 1, [])
    assert "the edition for default is held: the HTML does not show the link that unsubscribes" in built.err
    assert "; nothing was sent to its 1 reader" in sent.err
    assert b"Ferries" in (briefing.folder / "out/edition.html").read_bytes()

    (briefing.folder / "config.yaml").write_text(CONFIG)
    assert briefing("send", "--all", *AT).status == 0
    assert len(outbox(briefing)) == 1


def test_a_missing_template_folder_is_named(briefing: Terminal) -> None:
    (briefing.folder / "config.yaml").write_text(CONFIG + "templates: nowhere/\n")
    ran = briefing("build", *AT)
    assert ran.status == 2
    assert 'templates: there is no folder "nowhere/"' in ran.err


def test_a_database_that_cannot_be_opened_is_named(briefing: Terminal) -> None:
    (briefing.folder / "briefing.db").write_text("no database at all, only text " * 50)
    ran = briefing("build", *AT)
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert "briefing.db" in ran.err


BAD_FILES: dict[str, bytes] = {
    "a-empty.html": b"",
    "b-binary.html": bytes(range(256)) * 40,
    "c-picture.txt": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "d-truncated.mhtml": b"From: <Saved by Blink>\r\nSubject: A page\r\nMIME-Version: 1.0\r\nContent-Type: multi",
    "e-bomb.xml": b"<?xml version='1.0'?><rss version='2.0'><channel><title>B</title><item "
    + b" ".join(b"a%d='1'" % n for n in range(9000))
    + b"><title>Boom</title></item></channel></rss>",
    "f-no-article.html": b"<!doctype html><html><head><title>Log in</title></head><form><input></form></html>",
    "g-cut.html": "<!doctype html><html><title>Cut</title><p>é".encode("utf-16")[:41],
}


@pytest.fixture
def spoilt(briefing: Terminal) -> Terminal:
    """A briefing with a bad file of every kind among its news."""
    for name, content in BAD_FILES.items():
        (briefing.folder / "news" / name).write_bytes(content)
    return briefing


def test_bad_files_are_each_named_once_and_the_edition_still_comes_out(spoilt: Terminal) -> None:
    ran = spoilt("build", *AT)
    assert ran.status == 1
    assert "2 stories from 2 articles" in ran.err
    found = problems(spoilt)
    assert sorted(problem["file"] for problem in found) == sorted(BAD_FILES)
    for problem in found:
        assert f"  ! {problem['file']}: {problem['message']}\n" in ran.err
    told = json.loads((spoilt.folder / "out/edition.json").read_bytes())
    assert faults(told) == []


def test_the_footer_names_the_source_of_bad_files_and_never_a_path(spoilt: Terminal) -> None:
    spoilt("build", *AT)
    mail = message_from_bytes((spoilt.folder / "out/edition.eml").read_bytes(), policy=policy.default)
    for part in mail.iter_parts():
        body = str(part.get_content())
        assert "Saved News" in body
        assert not [name for name in BAD_FILES if name in body]
        assert str(spoilt.folder) not in body


def test_a_page_in_another_encoding_than_it_says_is_still_read(briefing: Terminal) -> None:
    text = "Le café de la gare à Besançon rouvre après six années de travaux. Les habitués y étaient dès l’aube, hier. "
    page = (
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>Le café rouvre à Besançon</title>'
        f"<article><h1>Le café rouvre à Besançon</h1><p>{text * 3}</p></article></html>"
    )
    (briefing.folder / "news" / "cafe.html").write_bytes(page.encode("windows-1252"))
    briefing("build", *AT)
    told = (briefing.folder / "out/edition.json").read_text("utf-8")
    assert "Le café rouvre à Besançon" in told
    assert problems(briefing) == []


@pytest.mark.parametrize("when", ["--all", "--due"])
def test_with_all_sources_dead_nothing_is_sent_and_it_is_said(briefing: Terminal, when: str) -> None:
    briefing("subscribers", "add", "ada@readers.example", "--at", "06:00", "--confirmed")
    (briefing.folder / "config.yaml").write_text(CONFIG.replace("folder: news/", "folder: gone/"))
    ran = briefing("send", *(["--all"] if when == "--all" else []), *AT)
    assert (ran.status, ran.out) == (2, "")
    assert "briefing: nothing to send: none of 1 sources could be read" in ran.err
    assert outbox(briefing) == []


def test_a_build_of_nothing_says_why(briefing: Terminal) -> None:
    (briefing.folder / "news/harbour.xml").unlink()
    ran = briefing("build", *AT)
    assert ran.status == 1
    assert "nothing to send: no article was found" in ran.err


def test_without_readers_that_is_said(briefing: Terminal) -> None:
    ran = briefing("send", "--all", *AT)
    assert ran.status == 1
    assert "0 readers" in ran.out
    assert "has no readers" in ran.err
    assert "briefing subscribers add --confirmed" in ran.err


def test_send_all_delivers_to_everyone_once(briefing: Terminal) -> None:
    for name in ("ada", "ben"):
        briefing("subscribers", "add", f"{name}@readers.example", "--confirmed")
    first, second = briefing("send", "--all", *AT), briefing("send", "--all", *AT)
    assert (first.status, second.status) == (0, 0)
    assert "edition 2026-11-22: 2 readers: 2 sent; the books balance\n2 mails went to out/outbox/\n" in first.out
    assert "2 sent; the books balance\n" in second.out
    assert "went to" not in second.out
    recipients = {str(message_from_bytes(p.read_bytes(), policy=policy.default)["To"]) for p in outbox(briefing)}
    assert recipients == {"ada@readers.example", "ben@readers.example"}
    assert len(outbox(briefing)) == 2


def test_before_their_hour_nobody_is_due(briefing: Terminal) -> None:
    briefing("subscribers", "add", "ada@readers.example", "--at", "09:00", "--confirmed")
    ran = briefing("send", *AT)
    assert (ran.status, outbox(briefing)) == (0, [])
    assert "nobody's hour has come" in ran.out


def test_an_unconfirmed_reader_gets_nothing(briefing: Terminal) -> None:
    briefing("subscribers", "add", "ada@readers.example")
    briefing("send", "--all", *AT)
    assert outbox(briefing) == []


def test_a_dry_run_says_who_would_get_what_and_sends_nothing(briefing: Terminal) -> None:
    briefing("subscribers", "add", "ada@readers.example", "--confirmed")
    ran = briefing("send", "--dry-run", "--all", *AT)
    assert (ran.status, ran.out) == (0, "2026-11-22  ada@readers.example  (default)\n")
    assert not (briefing.folder / "out").exists()
    assert "1 sent" in briefing("send", "--all", *AT).out


def test_a_test_copy_goes_to_one_address_and_the_ledger_stays_as_it_was(briefing: Terminal) -> None:
    briefing("subscribers", "add", "ada@readers.example", "--confirmed")
    ran = briefing("send", "--test", "me@desk.example", *AT)
    assert (ran.status, ran.out) == (
        0,
        "one copy for me@desk.example went to out/outbox/; the ledger is untouched\n",
    )
    (copy,) = outbox(briefing)
    assert message_from_bytes(copy.read_bytes(), policy=policy.default)["To"] == "me@desk.example"
    assert "1 reader: 1 sent" in briefing("send", "--all", *AT).out


def test_readers_that_the_config_names_are_brought_in(briefing: Terminal) -> None:
    (briefing.folder / "readers.csv").write_text("email,name\nada@readers.example,Ada\n")
    (briefing.folder / "config.yaml").write_text(CONFIG + "subscribers: {import: readers.csv}\n")
    ran = briefing("send", "--all", *AT)
    assert ran.status == 0
    assert "1 reader added" in ran.err
    assert len(outbox(briefing)) == 1


@pytest.mark.parametrize(
    "content", [None, b"email\nnobody\n", b"\xff\xfe\x00"], ids=["missing", "bad line", "not text"]
)
def test_a_bad_list_of_readers_does_not_keep_others_from_their_mail(briefing: Terminal, content: bytes | None) -> None:
    briefing("subscribers", "add", "ada@readers.example", "--confirmed")
    if content is not None:
        (briefing.folder / "readers.csv").write_bytes(content)
    (briefing.folder / "config.yaml").write_text(CONFIG + "subscribers: {import: readers.csv}\n")
    ran = briefing("send", "--all", *AT)
    assert (ran.status, len(outbox(briefing))) == (1, 1)
    assert "readers.csv" in ran.err


def test_a_good_config_is_said_to_be_good(briefing: Terminal) -> None:
    assert briefing("config", "check") == Ran(0, "config.yaml: good; 1 source, 0 topics\n", "")


def test_every_mistake_of_a_config_is_named_with_line_and_column(briefing: Terminal) -> None:
    (briefing.folder / "config.yaml").write_text(
        CONFIG.replace("timezone: Europe/Paris", "timezone: Europe/Pariss") + "sections: {by: regoin}\n"
    )
    ran = briefing("config", "check")
    lines = ran.err.splitlines()
    assert (ran.status, ran.out, len(lines)) == (2, "", 7)
    assert lines[0].startswith("config.yaml:1:")
    assert lines[3].startswith('config.yaml:7:12: sections.by: "regoin" is not one of region, theme, topic')
    assert 'did you mean "region"?' in lines[3]
    assert (lines[4], lines[5]) == ("    7 | sections: {by: regoin}", "      |            ^")


def test_any_command_names_the_first_mistake_of_its_config(briefing: Terminal) -> None:
    (briefing.folder / "config.yaml").write_text(CONFIG + "sectoins: {}\n")
    ran = briefing("build", *AT)
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert ran.err.startswith("config.yaml:7:1: sectoins: unknown key")
