from __future__ import annotations

import sys

import pytest

from briefing.cli.words import list_problems, note, plural, progress, say
from briefing.model.edition import Problem


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (plural(0, "reader"), "0 readers"),
        (plural(1, "reader"), "1 reader"),
        (plural(2, "reader"), "2 readers"),
        (plural(1, "story", "stories"), "1 story"),
        (plural(1200, "story", "stories"), "1,200 stories"),
    ],
)
def test_a_count_has_its_noun(words: str, told: str) -> None:
    assert words == told


def test_the_answer_and_what_stands_beside_it_do_not_mix(capsys: pytest.CaptureFixture[str]) -> None:
    say("answer")
    note("hint")
    assert capsys.readouterr() == ("answer\n", "hint\n")


def test_a_problem_begins_with_what_it_concerns(capsys: pytest.CaptureFixture[str]) -> None:
    list_problems(
        [
            Problem(stage="collect", source="Saved News", file="a.html", message="is empty"),
            Problem(stage="collect", source="Dead Post", message="did not answer"),
            Problem(stage="deliver", message="nobody is due"),
        ]
    )
    told = "  ! a.html: is empty\n  ! Dead Post: did not answer\n  ! deliver: nobody is due\n"
    assert capsys.readouterr() == ("", told)


def test_a_log_gets_one_line_per_finished_stage(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as watch:
        for step in (("file", 1, 2), ("file", 2, 2), ("collect", 0, 0), ("new stage", 3, 3)):
            watch(*step)
    assert capsys.readouterr() == ("", "filing stories: 2\nnew stage: 3\n")


def test_a_terminal_gets_a_bar_and_the_answer_stays_clean(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress() as watch:
        watch("file", 1, 2)
        watch("unheard of", 1, 2)
        watch("file", 2, 2)
    assert capsys.readouterr().out == ""
