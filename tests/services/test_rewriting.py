from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from briefing.config.edit import add_topic, mute_phrase, remove_source
from briefing.config.load import check_text
from briefing.errors import ConfigChangedError, ConfigError
from briefing.services.rewriting import ConfigDesk
from tests.config.styles import BLOCK
from tests.fakes import MemoryConfig

PATH = Path("config.yaml")


def desk_of(text: str = BLOCK) -> tuple[ConfigDesk, MemoryConfig]:
    file = MemoryConfig(text)
    return ConfigDesk(file=file, check=partial(check_text, path=PATH, environ={})), file


def test_a_proposal_shows_the_lines_it_changes_and_writes_nothing() -> None:
    desk, file = desk_of()
    proposal = desk.propose(partial(add_topic, name="Ports", keywords=["port"]))
    assert proposal.diff.splitlines() == [
        "--- config.yaml",
        "+++ config.yaml",
        "@@ -10,6 +10,8 @@",
        "   - name: Sky",
        "     keywords: [sky]",
        "     mute: true",
        "+  - name: Ports",
        "+    keywords: [port]",
        "   # more to come",
        " ",
        " sources:",
    ]
    assert (proposal.problems, proposal.is_empty, file.text()) == ((), False, BLOCK)


def test_what_was_proposed_is_written_and_undone_to_the_letter() -> None:
    desk, file = desk_of()
    for phrase in ("royal baby", "red carpet"):
        proposal = desk.propose(partial(mute_phrase, phrase=phrase))
        desk.write(proposal)
        assert file.text() == proposal.after
    change = desk.last_change()
    assert change is not None
    assert "-    keywords: [royal baby, red carpet]" in change.diff.splitlines()
    assert desk.undo() == change
    desk.undo()
    assert (file.text(), desk.last_change()) == (BLOCK, None)
    with pytest.raises(ConfigChangedError, match="nothing to undo"):
        desk.undo()


def test_a_file_that_changed_since_is_left_alone() -> None:
    desk, file = desk_of()
    proposal = desk.propose(partial(add_topic, name="Ports", keywords=["port"]))
    file.stands = BLOCK + "# mine\n"
    with pytest.raises(ConfigChangedError):
        desk.write(proposal)
    assert file.text() == BLOCK + "# mine\n"


def test_a_text_that_would_not_load_is_not_written() -> None:
    desk, file = desk_of(BLOCK.replace("  - feed: https://a.example/f  # the best\n", ""))
    proposal = desk.propose(partial(remove_source, place="saved/"))
    assert [error.line for error in proposal.problems] == [15]
    with pytest.raises(ConfigError, match="sources"):
        desk.write(proposal)
    assert file.steps == []


def test_what_stopped_loading_after_it_was_proposed_is_not_written() -> None:
    broken: list[ConfigError] = []
    file = MemoryConfig(BLOCK)
    desk = ConfigDesk(file=file, check=lambda _: tuple(broken))
    proposal = desk.propose(partial(mute_phrase, phrase="x"))
    desk.write(proposal)
    broken.append(ConfigError("config.yaml", "the environment has no KEY"))
    with pytest.raises(ConfigError, match="no KEY"):
        desk.write(proposal)
    with pytest.raises(ConfigError, match="no KEY"):
        desk.undo()
    assert len(file.steps) == 1


@pytest.mark.parametrize("text", [BLOCK + "look: [\n", BLOCK + "look: {}\nlook: {}\n", "", "- a\n"])
def test_a_broken_file_is_a_proposal_with_its_problem(text: str) -> None:
    desk, _ = desk_of(text)
    proposal = desk.propose(partial(add_topic, name="Ports", keywords=["port"]))
    assert (proposal.is_empty, len(proposal.problems)) == (True, 1)
    assert proposal.problems[0].line


def test_an_edit_that_changes_nothing_leaves_no_step() -> None:
    desk, file = desk_of()
    proposal = desk.propose(lambda text: text)
    desk.write(proposal)
    assert (proposal.diff, file.steps) == ("", [])
