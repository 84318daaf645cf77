"""A handful of the mails that benchmarks/email/matrix.py checks, each with everything the mail checker can do.

`python -m benchmarks.email.matrix --check …` checks all of them; docs/email.md has its table.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.email.cells import CELLS, Cell, message_of
from benchmarks.email.matrix import cells_named, faults_of, judge_cells, markdown
from benchmarks.email.mornings import FRAMES, invent_morning
from benchmarks.email.verdicts import CURE, Row, Verdict, missing_tools
from briefing.render.check import check_message
from briefing.render.templates import Templates, load_templates

CHECKER = Path(__file__).parents[2] / "shared/eval/email/email_check.py"
CHECKED = (
    Cell(count=8, frame="de"),
    Cell(count=40, frame="ar", with_pictures=True),
    Cell(count=150, frame="hi"),
    Cell(count=150, frame="fr", with_pictures=True),
    Cell(count=500, frame="en"),
    Cell(count=500, frame="ja"),
)


@pytest.fixture(scope="module")
def verdicts() -> dict[Cell, Verdict]:
    return dict(judge_cells(CHECKED, checker=CHECKER, jobs=2))


@pytest.mark.slow
@pytest.mark.system
@pytest.mark.skipif(not CHECKER.exists(), reason="needs the shared evaluation data beside the repository")
@pytest.mark.skipif(bool(missing_tools()), reason=f"needs the mail checker's tools: {CURE}")
@pytest.mark.parametrize("cell", CHECKED, ids=lambda cell: cell.name)
def test_an_invented_morning_fails_none_of_the_checks_there_are(cell: Cell, verdicts: dict[Cell, Verdict]) -> None:
    """Browser, accessibility, clients, markup, spam filter and text browsers: about 15 s each, two at a time."""
    assert list(faults_of({cell: verdicts[cell]})) == []
    assert len(verdicts[cell].rows) > 60


@pytest.fixture(scope="module")
def templates() -> Templates:
    return load_templates()


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.count == 500], ids=lambda cell: cell.name)
def test_a_cell_of_the_matrix_may_leave_the_house(cell: Cell, templates: Templates) -> None:
    assert check_message(message_of(cell, templates)) == ()


@pytest.mark.parametrize("frame", FRAMES)
def test_an_invented_morning_is_the_same_every_time_and_as_odd_as_it_promises(frame: str) -> None:
    morning = invent_morning(150, frame, with_pictures=True)
    assert morning == invent_morning(150, frame, with_pictures=True)
    assert morning != invent_morning(150, frame, with_pictures=True, seed=2)
    stories = morning.stories
    assert 0.1 < sum(story.lead.language != frame for story in stories) / len(stories) < 0.3
    assert {len(story.articles) for story in stories} == {1, 2, 3, 4, 5, 6}
    for odd in ("summary", "region", "theme"):
        assert any(getattr(story, odd) is None for story in stories)
    assert any(story.lead.url is None for story in stories)
    assert any(story.news and story.day > 1 for story in stories)
    assert {story.picture.width for story in stories if story.picture} == {544, 96}


def test_all_candidates_want_to_be_in_the_mail_unless_there_is_a_limit() -> None:
    assert len(invent_morning(150, "en").stories) == 150
    assert len(invent_morning(150, "en", limit=24).stories) == 24


def test_cells_are_asked_for_by_name_or_its_beginning() -> None:
    assert [cell.name for cell in cells_named("ar-150,ja-8-pictures")] == [
        "ja-8-pictures",
        "ar-150",
        "ar-150-pictures",
        "ar-150-24-pictures",
    ]
    assert cells_named("") == CELLS
    with pytest.raises(SystemExit, match="no cell is named xx"):
        cells_named("xx")


def test_a_check_that_failed_or_could_not_run_is_named() -> None:
    rows = (
        Row(group="size", check="HTML bytes", value="99,000", limit="<= 95,000", verdict="FAIL"),
        Row(group="a11y", check="axe in chromium", value="no browser", limit="", verdict="SKIP"),
        Row(group="markup", check="Nu errors", value="7 (2) x", limit="net 0", verdict="PASS"),
    )
    verdicts = {CHECKED[0]: Verdict(rows=rows)}
    assert list(faults_of(verdicts)) == [
        "FAIL de-8: HTML bytes: 99,000 (allowed: <= 95,000)",
        "SKIP de-8: axe in chromium: no browser (allowed: not skipped)",
    ]
    assert markdown(verdicts).splitlines()[2].startswith("| de-8 | 99,000 | ? | 2 | 0 | ?/? | ?/?/?/? | 2 |")
