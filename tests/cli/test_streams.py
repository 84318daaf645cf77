"""Lines of JSON from a pipe and into one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.cli.streams import parse_line

pytestmark = pytest.mark.slow

PAGE = (
    '<!doctype html><html lang="en"><title>Harbour opens</title><article><h1>Harbour opens</h1><p>'
    + "The harbour opened on Friday with a brass band and eleven boats. " * 40
    + "</p></article></html>"
)


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


BAD_LINES = [
    (f'{{"id": "x", "title": "T", "e": {nested(2000)}}}', "nested too deeply"),
    (nested(2000), "nested too deeply"),
    ("[" * 100_000, "nested too deeply"),
    (f'{{"id": "x", "title": "T", "e": {nested(200)}}}', "nested too deeply"),
    (
        f'{{"id": "x", "title": "T", "n": {"9" * 5000}}}',
        "a number of 5,000 digits; at most 640 can be read",
    ),
    ('{"id": "x", "title": "T", "n": -1e999}', "a number too large to be read, -1e999"),
    ("not json", "not JSON (one object per line is wanted): wrong from character 1 on, 'not json'"),
    (
        '{"id": "x", "title": "T" "text": "x"}',
        """not JSON (one object per line is wanted): wrong from character 26 on, '"text": "x"}'""",
    ),
    ("{", "not JSON (one object per line is wanted): it ends too early"),
    ("[1]", "not a JSON object"),
    *(
        (
            f'{{"id": "x", "title": "T", "n": [{word}]}}',
            f"not JSON (one object per line is wanted): {word} is no number",
        )
        for word in ("NaN", "Infinity", "-Infinity")
    ),
]


@pytest.mark.parametrize(("line", "told"), BAD_LINES, ids=[line[:40] for line, _ in BAD_LINES])
def test_a_line_that_cannot_be_read_is_told_in_a_readers_words(line: str, told: str) -> None:
    with pytest.raises((ValueError, TypeError)) as refused:
        parse_line(line)
    assert str(refused.value) == told


@pytest.mark.parametrize("depth", [2, 199])
def test_an_ordinary_depth_is_no_fault(depth: int) -> None:
    assert parse_line(f'{{"e": {nested(depth)}}}') == {"e": json.loads(nested(depth))}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_any_object_comes_through_as_it_is(line: dict[str, object]) -> None:
    assert parse_line(json.dumps(line)) == line


@given(st.text(alphabet='[]{}",:0123456789.eE+-NaInfity \\u') | st.text())
def test_any_other_text_is_refused_in_one_line(text: str) -> None:
    try:
        parse_line(text)
    except (ValueError, TypeError) as refused:
        assert len(str(refused).splitlines()) == 1  # noqa: PT017  # most texts are refused, some are not


@pytest.fixture
def stages_in(tmp_path: Path) -> dict[str, list[str]]:
    """Each stage as a command line with enough to say to fill any pipe."""
    (tmp_path / "none.yaml").write_text(
        "briefing: {name: N}\nsources: [{folder: .}]\nmail: {from: n@m.example}\nvectors: none\n"
    )
    (tmp_path / "page.html").write_text(PAGE)
    (tmp_path / "list.jsonl").write_text('{"file": "page.html"}\n' * 200)
    long = "".join(f"{json.dumps({'id': str(n), 'title': 'Harbour opens', 'kept': 'x' * 5000})}\n" for n in range(80))
    (tmp_path / "lines.jsonl").write_text(long)
    summarise = ["summarise", "lines.jsonl", "--config", "none.yaml"]
    return {
        "extract": ["extract", "--manifest", "list.jsonl"],
        "summarise": [*summarise, "--jobs", "1"],
        "summarise in two": [*summarise, "--jobs", "2"],
        "group": ["group", "lines.jsonl", "--config", "none.yaml"],
    }


def ends(words: list[str], folder: Path, out: IO[bytes] | int, *, reads: int = 0) -> tuple[int, str]:
    """Starts the program, reads so many lines of what it prints, leaves, and gives its status and its messages."""
    # Buffered as in a shell, so that what is left for the end fails there.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [sys.executable, "-m", "briefing", *words]
    with subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.PIPE, env=environment) as started:
        if started.stdout:
            assert all(started.stdout.readline() for _ in range(reads))
            started.stdout.close()
        assert started.stderr
        told = started.stderr.read().decode()
    return started.returncode, told


@pytest.mark.parametrize(
    ("stage", "reads"), [("extract", 0), ("extract", 1), ("summarise", 0), ("summarise in two", 1), ("group", 1)]
)
def test_a_reader_may_leave(tmp_path: Path, stages_in: dict[str, list[str]], stage: str, reads: int) -> None:
    assert ends(stages_in[stage], tmp_path, subprocess.PIPE, reads=reads) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize(("stage", "lines"), [("extract", 1), ("summarise", 1), ("summarise in two", 80), ("group", 1)])
def test_a_full_disk_is_one_line_and_status_2(
    tmp_path: Path, stages_in: dict[str, list[str]], stage: str, lines: int
) -> None:
    for name in ("lines.jsonl", "list.jsonl"):
        first = (tmp_path / name).read_text().splitlines(keepends=True)[:lines]
        (tmp_path / name).write_text("".join(first))
    with Path("/dev/full").open("wb") as full:
        told = ends(stages_in[stage], tmp_path, full)
    assert told == (2, "briefing: standard output: No space left on device\n")
