from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from briefing.engines.clock import SystemClock
from tests.cli.conftest import FEED, Ran, Terminal
from tests.cli.test_streams import BAD_LINES, nested

pytestmark = pytest.mark.slow

SEEDS = Path(__file__).parents[2] / "seeds"
PAGE = (
    '<!doctype html><html lang="en"><title>Harbour opens</title><article><h1>Harbour opens</h1><p>'
    + "The harbour opened on Friday with a brass band and eleven boats. " * 4
    + "</p></article></html>"
)


def lines_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.split("\n") if line]


@pytest.fixture(scope="session")
def piped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """`extract | summarise | group` over seeds in a shell, what went through each pipe kept."""
    folder = tmp_path_factory.mktemp("pipe")
    briefing = f"{sys.executable} -m briefing"
    files = " ".join(f"{SEEDS}/{name}" for name in ("*.xml", "*.json", "kiosque9-*.txt", "kaaibode-nl.html"))
    script = (
        f'set -o pipefail; {briefing} extract {files} | sed \'s/^{{/{{"mark": "kept", /\' | tee extract.jsonl'
        f" | {briefing} summarise | tee summarise.jsonl | {briefing} group > group.jsonl"
    )
    subprocess.run(["bash", "-c", script], cwd=folder, check=True, capture_output=True, text=True)
    return {
        stage: lines_of((folder / f"{stage}.jsonl").read_text("utf-8")) for stage in ("extract", "summarise", "group")
    }


@pytest.mark.slow
def test_one_line_comes_out_per_line_in_the_same_order(piped: dict[str, list[dict[str, Any]]]) -> None:
    assert len(piped["extract"]) >= 25
    ids = [[line["id"] for line in lines] for lines in piped.values()]
    assert ids[0] == ids[1] == ids[2]


@pytest.mark.slow
def test_fields_nobody_knows_are_handed_on(piped: dict[str, list[dict[str, Any]]]) -> None:
    assert {line["mark"] for line in piped["group"]} == {"kept"}


@pytest.mark.slow
def test_each_stage_adds_its_fields_and_changes_no_other(piped: dict[str, list[dict[str, Any]]]) -> None:
    for before, after, added in (
        ("extract", "summarise", {"summary"}),
        ("summarise", "group", {"story", "duplicate_of", "region", "theme", "topics", "muted", "templated"}),
    ):
        for old, new in zip(piped[before], piped[after], strict=True):
            assert {**new, **old} == new
            assert set(new) - set(old) == added


@pytest.mark.slow
def test_each_article_names_the_file_it_came_from(piped: dict[str, list[dict[str, Any]]]) -> None:
    assert {Path(line["file"]).parent for line in piped["extract"]} == {SEEDS}


@pytest.mark.slow
def test_two_languages_meet_in_one_story(piped: dict[str, list[dict[str, Any]]]) -> None:
    stories: dict[str, set[str]] = {}
    for line in piped["group"]:
        stories.setdefault(line["story"], set()).add(line["language"])
    assert max(map(len, stories.values())) >= 2


def test_extract_names_the_file_that_cannot_be_read_and_goes_on(terminal: Terminal) -> None:
    (terminal.folder / "empty.html").write_bytes(b"")
    (terminal.folder / "feed.xml").write_text(FEED)
    ran = terminal("extract", "empty.html", "gone.html", "feed.xml")
    assert ran.status == 1
    assert [line["file"] for line in lines_of(ran.out)] == ["feed.xml", "feed.xml"]
    assert [line.split(": ")[0] for line in ran.err.splitlines()] == ["empty.html", "gone.html"]


def test_address_and_moment_are_taken_from_the_command_line(terminal: Terminal) -> None:
    (terminal.folder / "page.html").write_text(PAGE)
    ran = terminal("extract", "page.html", "--url", "https://h.example/a", "--captured-at", "2026-11-22T05:00:00Z")
    (line,) = lines_of(ran.out)
    assert (line["url"], line["captured_at"], line["captured_assumed"]) == (
        "https://h.example/a",
        "2026-11-22T05:00:00Z",
        False,
    )


def test_without_a_moment_the_files_own_date_is_assumed(terminal: Terminal) -> None:
    (terminal.folder / "page.html").write_text(PAGE)
    (line,) = lines_of(terminal("extract", "page.html").out)
    assert line["captured_assumed"] is True


def test_a_manifest_names_files_with_their_addresses(terminal: Terminal) -> None:
    (terminal.folder / "page.html").write_text(PAGE)
    (terminal.folder / "list.jsonl").write_text('{"file": "page.html", "url": "https://h.example/b"}\n')
    (line,) = lines_of(terminal("extract", "--manifest", "list.jsonl").out)
    assert (line["file"], line["url"]) == ("page.html", "https://h.example/b")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("extract",), "name files, or a list of them with --manifest; one of the two"),
        (("extract", "--manifest", "none.jsonl"), "none.jsonl: No such file or directory"),
        (("extract", "--manifest", "bad.jsonl"), 'bad.jsonl:2: wants {"file": …}'),
        (("summarise", "none.jsonl"), "none.jsonl: No such file or directory"),
        (("group", "--config", "none.yaml"), "none.yaml: no such file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_started_is_one_line_and_status_2(terminal: Terminal, words: tuple[str, ...], told: str) -> None:
    (terminal.folder / "bad.jsonl").write_text('{"file": "a"}\n{"url": "b"}\n')
    ran = terminal(*words)
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert told in ran.err


NO_VECTORS = "briefing: {name: N}\nsources: [{folder: .}]\nmail: {from: n@m.example}\nvectors: none\n"
GOOD = {"id": "a1", "title": "Harbour opens", "text": "The harbour opened on Friday. A band played. It rained."}


@pytest.mark.parametrize("moment", ["2026-11-22T05:00:00", "yesterday", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_is_none_is_refused_before_any_file_is_read(terminal: Terminal, moment: str) -> None:
    (terminal.folder / "page.html").write_text(PAGE)
    ran = terminal("extract", "page.html", "--captured-at", moment)
    assert (ran.status, ran.out) == (2, "")
    assert f'"{moment}" is no moment; write it as 2026-11-22T06:40:00+01:00' in ran.err


def test_a_pipe_is_not_waited_for(terminal: Terminal) -> None:
    os.mkfifo(terminal.folder / "page.html")
    ran = terminal("extract", "page.html")
    assert (ran.status, ran.err.strip()) == (1, "page.html: is no regular file")


def test_half_a_character_becomes_a_whole_one(terminal: Terminal) -> None:
    (terminal.folder / "lines.jsonl").write_text(
        '{"id": "a", "title": "Ferries \\ud800 return", "text": "They sail."}\n'
    )
    ran = terminal("summarise", "lines.jsonl")
    assert ran.status == 0
    assert json.loads(ran.out)["title"] == "Ferries \ufffd return"


@pytest.mark.parametrize("stage", ["summarise", "group"])
def test_a_bad_line_is_named_by_its_number_and_the_others_go_on(terminal: Terminal, stage: str) -> None:
    (terminal.folder / "none.yaml").write_text(NO_VECTORS)
    given = "\n".join([json.dumps(GOOD), "not json", "[1]", "", json.dumps({**GOOD, "id": "a2"})]) + "\n"
    ran = terminal(stage, "--config", "none.yaml", stdin=given)
    assert ran.status == 1
    assert [line["id"] for line in lines_of(ran.out)] == ["a1", "a2"]
    assert [line.split(": ")[0] for line in ran.err.splitlines()] == ["standard input:2", "standard input:3"]


@pytest.mark.parametrize("line", [{"title": "No id"}, {"id": "a2"}, {**GOOD, "id": "a2", "published_at": "soon"}])
@pytest.mark.parametrize("stage", ["summarise", "group"])
def test_a_line_that_is_no_article_is_named_by_its_number(terminal: Terminal, stage: str, line: dict[str, Any]) -> None:
    (terminal.folder / "lines.jsonl").write_text(f"{json.dumps(line)}\n{json.dumps(GOOD)}\n")
    (terminal.folder / "none.yaml").write_text(NO_VECTORS)
    ran = terminal(stage, "lines.jsonl", "--config", "none.yaml")
    assert ran.status == 1
    assert [found["id"] for found in lines_of(ran.out)] == ["a1"]
    assert ran.err.startswith("lines.jsonl:1: ")


def test_lines_end_at_newlines_only(terminal: Terminal) -> None:
    odd = {**GOOD, "mark": "a\u2028b\x85c"}
    ran = terminal("summarise", stdin=json.dumps(odd, ensure_ascii=False) + "\r\n")
    (line,) = lines_of(ran.out)
    assert line["mark"] == odd["mark"]


@pytest.mark.parametrize("stage", ["extract", "summarise"])
def test_timings_go_beside_the_answer(terminal: Terminal, stage: str) -> None:
    (terminal.folder / "page.html").write_text(PAGE)
    (terminal.folder / "lines.jsonl").write_text(json.dumps(GOOD))
    ran = terminal(stage, "page.html" if stage == "extract" else "lines.jsonl", "--timings")
    assert len(lines_of(ran.out)) == 1
    assert ran.err.startswith(f"{stage} 0.") or ran.err.startswith(f"{stage} ")
    assert ran.err.endswith(" s\n")


def test_a_process_reads_standard_input_in_any_locale(outside: Callable[..., Ran]) -> None:
    ran = outside("summarise", stdin=json.dumps({**GOOD, "text": "Le café rouvre à Besançon."}, ensure_ascii=False))
    assert lines_of(ran.out)[0]["summary"]["text"] == "Le café rouvre à Besançon."


@pytest.mark.parametrize("stage", ["summarise", "group"])
def test_no_line_stops_those_after_it(terminal: Terminal, stage: str) -> None:
    (terminal.folder / "none.yaml").write_text(NO_VECTORS)
    given = "".join(f"{line}\n{json.dumps({**GOOD, 'id': str(n)})}\n" for n, (line, _) in enumerate(BAD_LINES))
    ran = terminal(stage, "--config", "none.yaml", stdin=given)
    assert ran.status == 1
    assert [line["id"] for line in lines_of(ran.out)] == [str(n) for n in range(len(BAD_LINES))]
    told = [f"standard input:{2 * n + 1}: {told}" for n, (_, told) in enumerate(BAD_LINES)]
    assert ran.err.splitlines() == told


@pytest.mark.parametrize("stage", ["summarise", "group"])
def test_an_ordinary_line_may_nest_and_count(terminal: Terminal, stage: str) -> None:
    (terminal.folder / "none.yaml").write_text(NO_VECTORS)
    odd = {**GOOD, "nested": json.loads(nested(199)), "long": 10**639, "small": -2.5e-300}
    ran = terminal(stage, "--config", "none.yaml", stdin=json.dumps(odd))
    assert (ran.status, ran.err) == (0, "")
    assert {**lines_of(ran.out)[0], **odd} == lines_of(ran.out)[0]


@pytest.mark.parametrize("stage", ["summarise", "group"])
def test_a_byte_order_mark_is_skipped_also_where_two_files_meet(terminal: Terminal, stage: str) -> None:
    (terminal.folder / "none.yaml").write_text(NO_VECTORS)
    files = [json.dumps({**GOOD, "id": name}).encode("utf-8-sig") + b"\r\n" for name in ("a1", "a2")]
    ran = terminal(stage, "--config", "none.yaml", stdin=b"".join(files))
    assert (ran.status, ran.err) == (0, "")
    assert [line["id"] for line in lines_of(ran.out)] == ["a1", "a2"]


@pytest.mark.parametrize("stage", ["summarise", "group"])
def test_a_dash_is_standard_input(terminal: Terminal, stage: str) -> None:
    (terminal.folder / "none.yaml").write_text(NO_VECTORS)
    ran = terminal(stage, "-", "--config", "none.yaml", stdin=f"{json.dumps(GOOD)}\n[1]\n")
    assert (ran.status, ran.err) == (1, "standard input:2: not a JSON object\n")
    assert [line["id"] for line in lines_of(ran.out)] == ["a1"]


def test_a_page_can_be_piped_in_and_counts_as_saved_now(terminal: Terminal) -> None:
    before = SystemClock().now()
    ran = terminal("extract", "-", "--url", "https://h.example/a", stdin=PAGE)
    (line,) = lines_of(ran.out)
    assert (line["title"], line["url"], line["file"]) == ("Harbour opens", "https://h.example/a", "standard input")
    assert line["captured_assumed"] is True
    assert datetime.fromisoformat(line["captured_at"]) >= before


def test_a_manifest_can_be_piped_in(terminal: Terminal) -> None:
    (terminal.folder / "page.html").write_text(PAGE)
    assert len(lines_of(terminal("extract", "--manifest", "-", stdin='\ufeff{"file": "page.html"}').out)) == 1
    ran = terminal("extract", "--manifest", "-", stdin=f'{{"file": {nested(2000)}}}')
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert "standard input:1: wants" in ran.err


def test_a_name_that_no_file_can_have_is_refused_and_any_other_can_be_listed(terminal: Terminal) -> None:
    odd = os.fsdecode(b"caf\xe9.html")
    (terminal.folder / odd).write_text(PAGE)
    ran = terminal("extract", "--manifest", "-", stdin="".join(json.dumps({"file": f}) + "\n" for f in ("a\0b", odd)))
    assert (ran.status, len(lines_of(ran.out)), ran.err) == (1, 1, "a\0b: embedded null byte\n")
    assert terminal("extract", "--manifest", "-", stdin='{"file": "\\ud800"}').status == 2
