"""The optional language model, from config.yaml to the mail."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.cli.conftest import CONFIG, NOW, Terminal
from tests.engines.models import ModelServer, Reply, nobody, says, serving

pytestmark = pytest.mark.slow

KEY = "sk-hush-hush-1234567890"
FERRY = (
    "Ferries crossed the strait again on Saturday. The crossing had been shut for nine days. Crews cheered at the quay "
    "of Constanta, where the first ship left at noon with four hundred passengers. The harbour master, Ion Marin, said "
    "that both ferries had been checked twice. A third one will follow on Monday, when the last wreck has been lifted. "
    "Shops along the quay stayed open until midnight, and the bakers gave bread away to everyone who had waited there."
)
PAGE = (
    '<!doctype html><html lang="en"><title>Ferries return to the strait</title><article>'
    f"<h1>Ferries return to the strait</h1><p>{FERRY}</p></article></html>"
)
GOOD = "Ferries crossed the strait again after nine days; the first ship left Constanta with 400 passengers."


def prepare(terminal: Terminal, url: str, more: str = "") -> None:
    """Writes a config that asks the server at `url`, and one article long enough to be worth it."""
    (terminal.folder / "news").mkdir()
    (terminal.folder / "news" / "ferry.html").write_text(PAGE, "utf-8")
    (terminal.folder / "key").write_text(KEY)
    model = f"summary: {{method: llm, llm: {{base_url: {url}, model: small, api_key: {{file: key}}{more}}}}}\n"
    (terminal.folder / "config.yaml").write_text(CONFIG + model, "utf-8")


def test_a_generated_summary_is_labelled_in_every_part_of_the_mail(terminal: Terminal) -> None:
    with serving(says(GOOD)) as server:
        prepare(terminal, server.url)
        ran = terminal("build", "--now", NOW, "--json")
    assert (ran.status, server.keys) == (0, [f"Bearer {KEY}"])
    (story,) = [story for section in json.loads(ran.out)["sections"] for story in section["stories"]]
    assert story["summary"] == {"text": GOOD, "method": "llm", "spans": []}
    for name in ("edition.html", "edition.txt"):
        written = " ".join((terminal.folder / "out" / name).read_text("utf-8").split())
        assert GOOD in written
        assert "Summary by a language model" in written
    kept = b"".join(file.read_bytes() for file in terminal.folder.rglob("*") if file.is_file() and file.name != "key")
    assert KEY.encode() not in kept
    assert KEY not in ran.out + ran.err


def test_the_second_build_asks_nothing(terminal: Terminal) -> None:
    with serving(says(GOOD)) as server:
        prepare(terminal, server.url)
        first, second = (terminal("build", "--now", NOW, "--json") for _ in range(2))
    assert len(server.questions) == 1
    assert first.out == second.out


@pytest.mark.parametrize("command", [("build",), ("send", "--all")], ids=["build", "send"])
def test_what_was_not_written_is_said_on_the_terminal_and_in_the_mail(
    terminal: Terminal, command: tuple[str, ...]
) -> None:
    with serving(says(GOOD.replace("400", "500"))) as server:
        prepare(terminal, server.url)
        ran = terminal(*command, "--now", NOW)
    assert ran.status == 1
    assert "is told in the article's own sentences because the model stated a number" in ran.err
    footer = " ".join((terminal.folder / "out" / "edition.txt").read_text("utf-8").split())
    assert "Not every summary could be written by a language model;" in footer
    assert "Incomplete" not in footer
    assert "Summary by a language model" not in footer
    assert KEY not in ran.out + ran.err


def test_a_dead_server_costs_no_mail(terminal: Terminal) -> None:
    prepare(terminal, nobody(), ", timeout: 0.5")
    ran = terminal("build", "--now", NOW)
    assert ran.status == 1
    assert "1 story from 1 article" in ran.err
    assert "could not be reached" in ran.err


def summarised(terminal: Terminal, server: ModelServer, *texts: str, more: str = "") -> tuple[int, list[str], str]:
    prepare(terminal, server.url, more)
    lines = [json.dumps({"id": f"a{n}", "title": "Ferries return", "text": text}) for n, text in enumerate(texts)]
    ran = terminal("summarise", "--config", "config.yaml", stdin="\n".join(lines) + "\n")
    return ran.status, [json.loads(line)["summary"]["method"] for line in ran.out.splitlines()], ran.err


def test_lines_are_summarised_by_the_model_too(terminal: Terminal) -> None:
    with serving(says(GOOD)) as server:
        found = summarised(terminal, server, FERRY, "Ferries crossed the strait again on Saturday.")
    assert found == (0, ["llm", "ranked"], "")


def test_a_stream_of_lines_is_bounded_and_says_so(terminal: Terminal) -> None:
    with serving(says(GOOD)) as server:
        texts = (f"{FERRY} Report {number}." for number in range(4))
        status, methods, said = summarised(terminal, server, *texts, more=", max_calls: 2")
    assert (status, methods) == (1, ["llm", "llm", "ranked", "ranked"])
    assert "2 stories are told in the articles' own sentences because summary.llm.max_calls (2) is used up" in said
    assert len(server.questions) == 2


def test_a_key_that_is_refused_ends_the_questions(terminal: Terminal) -> None:
    with serving(Reply(KEY, status=401)) as server:
        status, methods, said = summarised(terminal, server, FERRY, f"{FERRY} Report.")
    assert (status, methods, len(server.questions)) == (1, ["ranked", "ranked"], 1)
    assert said.count("\n") == 1
    assert KEY not in said


@pytest.mark.parametrize("method", ["ranked", "llm"])
def test_nothing_of_it_is_loaded_unless_the_config_asks_for_it(terminal: Terminal, method: str) -> None:
    prepare(terminal, "http://127.0.0.1:9/v1")
    config = terminal.folder / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("method: llm", f"method: {method}"), "utf-8")
    program = (
        "import sys; from pathlib import Path\n"
        "from briefing import wiring; from briefing.config.load import load_config\n"
        "wiring.open_house(load_config(Path('config.yaml')), out=Path('out'), watch=lambda *_: None)\n"
        "print([m for m in ('briefing.engines.llm', 'briefing.services.generate') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=terminal.folder, capture_output=True, text=True, check=True
    )
    assert (run.stdout.strip() == "[]") is (method == "ranked")


def test_help_does_not_wait_for_the_http_library(terminal: Terminal) -> None:
    program = (
        "import sys, briefing.cli.commands; print([m for m in ('urllib3', 'briefing.engines.llm') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
