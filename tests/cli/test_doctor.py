"""`briefing doctor` tells what is wrong, changes nothing, and says by its exit status whether to look."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, Terminal
from tests.deliver.servers import Play, scripted

pytestmark = pytest.mark.slow

ADA = "ada@readers.example"


@pytest.fixture
def post(briefing: Terminal) -> Terminal:
    """A briefing that goes to files, with one reader who has today's edition."""
    briefing("subscribers", "add", ADA, "--confirmed")
    assert briefing("send", "--all").status in {0, 1}
    return briefing


def traces(folder: Path) -> dict[str, str]:
    """Every file there is, by what is in it; but for the page on which SQLite's readers note that they read."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-shm"))
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


def states(out: str) -> dict[str, str]:
    """What each line is about → how it is."""
    return {line[10:].partition(":")[0]: line[:8].strip() for line in out.splitlines()}


def test_a_briefing_that_is_well_gets_a_line_for_everything_and_0(post: Terminal) -> None:
    ran = post("doctor", "--offline")
    found = states(ran.out)
    assert ran.status == 0, ran.out
    for name in ("config", "templates", "disk out", "database", "clock", "zones", "sources", "readers", "last edition"):
        assert found[name] == "ok", ran.out
    assert found["network"] == "skipped"
    assert ran.err == "ok 12, skipped 5\n"


def test_nothing_is_changed_by_looking(post: Terminal) -> None:
    before = traces(post.folder)
    post("doctor", "--offline")
    post("doctor")
    assert traces(post.folder) == before


def test_nothing_is_made_where_nothing_was(briefing: Terminal) -> None:
    before = traces(briefing.folder)
    ran = briefing("doctor", "--offline")
    assert ran.status == 1
    assert states(ran.out)["database"] == "broken"
    assert traces(briefing.folder) == before
    assert not (briefing.folder / "out").exists()


def test_trouble_is_worth_a_look_and_has_its_cure_on_the_line(post: Terminal) -> None:
    (post.folder / "news" / "harbour.xml").unlink()
    ran = post("doctor", "--offline")
    assert ran.status == 1
    (line,) = [line for line in ran.out.splitlines() if line.startswith("warning")]
    assert "news is empty; put pages or feeds there, or correct line 3 of the config" in line


def test_a_secret_that_everybody_may_read_is_told_by_its_file(post: Terminal) -> None:
    (post.folder / "key").write_text("0123456789abcdef")
    (post.folder / "key").chmod(0o644)
    with (post.folder / "config.yaml").open("a") as config:
        config.write("web: {api_key: {file: key}}\n")
    ran = post("doctor", "--offline")
    assert ran.status == 1
    assert "warning   secrets: everybody on this machine may read key; chmod 600 key" in ran.out
    assert "0123456789" not in ran.out + ran.err
    (post.folder / "key").chmod(0o600)
    assert post("doctor", "--offline").status == 0


def test_a_config_that_cannot_be_used_is_told_and_ends_with_2(post: Terminal) -> None:
    (post.folder / "config.yaml").write_text(CONFIG + "unheard: of\n")
    ran = post("doctor")
    assert ran.status == 2
    assert ran.out.startswith("broken    config: config.yaml:7:1: ")
    ran = post("doctor", "--config", "nowhere.yaml", "--json")
    assert ran.status == 2
    assert json.loads(ran.out)["counts"] == {"broken": 1}


def test_as_json_it_is_for_programs(post: Terminal) -> None:
    ran = post("doctor", "--offline", "--json")
    told = json.loads(ran.out)
    assert (ran.status, ran.err) == (0, "")
    assert {"name", "state", "message", "cure"} == set(told["findings"][0])
    assert sum(told["counts"].values()) == len(told["findings"])
    assert {finding["state"] for finding in told["findings"]} <= {"ok", "warning", "broken", "skipped"}


def test_the_relay_and_the_pages_are_knocked_at_and_get_no_mail(post: Terminal) -> None:
    """The machine's own name servers are out of reach here, which is a line each and stops nothing."""
    play = Play()
    with scripted(play) as port:
        relay = f"transport: smtp, smtp: {{host: 127.0.0.1, port: {port}, security: none}}"
        config = CONFIG.replace("mail: {from: The Post <post@mail.example>}", f"mail: {{from: a@b.example, {relay}}}")
        (post.folder / "config.yaml").write_text(config + "web: {public_url: http://127.0.0.1:9}\n")
        before = traces(post.folder)
        ran = post("doctor")
    assert play.verbs == ["EHLO", "QUIT"]
    found = states(ran.out)
    assert (found["transport"], found["web"], found["unsubscribe"]) == ("ok", "broken", "broken")
    assert ran.status == 1
    assert traces(post.folder) == before


def test_no_reader_is_named(post: Terminal) -> None:
    post("subscribers", "add", "ben@readers.example", "--confirmed", "--timezone", "Europe/Paris")
    assert "readers.example" not in post("doctor", "--offline").out
