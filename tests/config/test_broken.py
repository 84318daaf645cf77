from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.config.edit import add_topic
from briefing.config.load import check_config, check_text
from briefing.config.shown import show_error
from briefing.errors import ConfigError
from tests.config.broken import BROKEN, LEAST
from tests.config.styles import STYLES


@pytest.mark.parametrize(("content", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_told_with_line_column_and_cure(tmp_path: Path, content: str | bytes, message: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = [str(error).removeprefix(f"{path}:") for error in check_config(path, environ={})]
    assert found
    assert message in found[0]
    assert not [one for one in found if "\n" in one or "hunter2" in one]


def test_there_are_enough_mistakes_that_nobody_makes_one_for_the_first_time() -> None:
    assert len(BROKEN) >= 80


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_are_counted_alike_whatever_ends_them(tmp_path: Path, line_break: str) -> None:
    path = tmp_path / "config.yaml"
    for text, place in ((f"{LEAST}\u00a0look: {{}}\n", (5, 1)), (f"{LEAST}look: {{a: [\n", (5, 11))):
        path.write_bytes(text.replace("\n", line_break).encode())
        (error, *_) = check_config(path, environ={})
        assert (error.line, error.column) == place


def test_what_an_alias_or_a_merge_brings_in_is_read_like_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    text = "sources:\n  - &a {folder: x, name: &n Post}\n  - {<<: *a, folder: y}\nbriefing: {name: *n}\n"
    path.write_text(text)
    assert check_config(path, environ={}) == ()
    path.write_text(text.replace("folder: x", "folder: x, nme: z"))
    assert [(error.line, error.message) for error in check_config(path, environ={})] == [
        (2, 'sources.0.nme: unknown key; did you mean "name"?'),
        (3, 'sources.1.nme: unknown key; did you mean "name"?'),
    ]


#: What YAML gives a meaning to.
SIGNS = [
    *(
        "\t",
        "\n",
        "  ",
        "- ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        "&a ",
        "*a",
        "#",
        "!x ",
        "|\n",
        ">-\n",
        "? ",
        "%",
        "@",
    ),
    *(
        "@",
        "<<: ",
        "null",
        "~",
        "2026-13-45",
        "99:99",
        "\x00",
        "\u2028",
        "---\n",
        "!!set ",
        "!!timestamp x",
        "\ufeff",
        ",",
    ),
]


@given(st.sampled_from([*STYLES.values()]), st.lists(st.tuples(st.floats(0, 1), st.sampled_from(SIGNS)), max_size=4))
def test_however_a_file_is_broken_there_is_an_answer_with_a_place(text: str, slips: list[tuple[float, str]]) -> None:
    for where, sign in slips:
        at = int(where * len(text))
        text = text[:at] + sign + text[at:]
    for error in check_text(text, Path("config.yaml"), environ={}):
        assert (error.line >= 1, error.column >= 1, "\n" in error.message) == (True, True, False)
    try:
        add_topic(text, "New", keywords=["new"])
    except ConfigError as refused:
        assert refused.line >= 1  # noqa: PT017 - an edit may well succeed


def test_what_the_parser_itself_stumbles_over_is_said(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("briefing:  # mine\n  # all of it\n |\n  name\n\nlook: {}\n")
    assert [error.message for error in check_config(path, environ={})] == [
        "the YAML parser gave up; write it in a simpler way"
    ]


def error_at(line: int, column: int) -> ConfigError:
    return ConfigError("c.yaml", "is wrong", line=line, column=column)


SHOWN = {
    "a line": ("a: 1\nlook: {accent: red}\n", (2, 8), "look: {accent: red}", 7),
    "a tab": ("a:\n\tb: 1\n", (2, 1), "→b: 1", 0),
    "Windows": ("a: 1\r\nb: 2\r\n", (2, 1), "b: 2", 0),
    "a byte order mark": ("\ufeffa: 1\n", (1, 1), "a: 1", 0),
    "a long line": (f"a: {'x' * 200}y: 1{'z' * 200}\n", (1, 204), f"…{'x' * 60}y: 1{'z' * 8}…", 61),
    "what nobody sees": ("a: \x00\n", (1, 4), "a: \N{REPLACEMENT CHARACTER}", 3),
    "a secret": ("smtp: {password: hunter2, host: x}\n", (1, 8), "smtp: {password: …, host: x}", 7),
}


@pytest.mark.parametrize(("text", "place", "line", "column"), SHOWN.values(), ids=SHOWN)
def test_the_line_is_shown_with_a_caret_below_the_place(
    text: str, place: tuple[int, int], line: str, column: int
) -> None:
    error = error_at(*place)
    message, written, caret = show_error(error, text).split("\n")
    assert message == str(error)
    assert written == f"{place[0]:>5} | {line}"
    assert re.fullmatch(rf" {{6}}\| {{{column + 1}}}\^", caret)


@pytest.mark.parametrize("place", [(0, 0), (9, 1), (2, 1)], ids=["the file", "behind the end", "an empty line"])
def test_without_a_line_there_is_only_the_message(place: tuple[int, int]) -> None:
    assert show_error(error_at(*place), "a: 1\n\n") == str(error_at(*place))
