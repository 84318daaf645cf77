from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import pytest

from briefing.errors import ConfigChangedError, StoreError
from briefing.store.config_file import STEPS, KeptConfig
from tests.fakes import MemoryConfig

if TYPE_CHECKING:
    from pathlib import Path

    from briefing.ports import ConfigFile

FIRST = "\ufeffbriefing:\r\n  name: Ä  # first\n"


class Kept(Protocol):
    file: ConfigFile

    def edit_by_hand(self, text: str) -> None: ...


class OnDisk:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.edit_by_hand(FIRST)
        self.file: ConfigFile = KeptConfig(path)

    def edit_by_hand(self, text: str) -> None:
        self.path.write_bytes(text.encode())


class InMemory:
    def __init__(self) -> None:
        self.memory = MemoryConfig(FIRST)
        self.file: ConfigFile = self.memory

    def edit_by_hand(self, text: str) -> None:
        self.memory.stands = text


@pytest.fixture(params=["fake", "real"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    return InMemory() if request.param == "fake" else OnDisk(tmp_path / "config.yaml")


def test_a_text_is_read_as_it_was_written_to_the_letter(kept: Kept) -> None:
    assert kept.file.text() == FIRST
    kept.file.replace("a: 1\r\n\n", instead_of=FIRST)
    assert kept.file.text() == "a: 1\r\n\n"


def test_ten_changes_are_undone_one_by_one(kept: Kept) -> None:
    texts = [FIRST, *(f"step: {number}\n" for number in range(10))]
    for before, after in pairwise(texts):
        kept.file.replace(after, instead_of=before)
    for before, after in reversed([*pairwise(texts)]):
        assert kept.file.previous() == before
        kept.file.undo(instead_of=after)
        assert kept.file.text() == before
    assert kept.file.previous() is None
    with pytest.raises(ConfigChangedError):
        kept.file.undo(instead_of=FIRST)


def test_a_text_that_was_changed_meanwhile_is_not_replaced(kept: Kept) -> None:
    kept.edit_by_hand("by: hand\n")
    with pytest.raises(ConfigChangedError):
        kept.file.replace("mine: 1\n", instead_of=FIRST)
    assert (kept.file.text(), kept.file.previous()) == ("by: hand\n", None)


def test_what_a_person_edited_since_is_not_undone(kept: Kept) -> None:
    kept.file.replace("mine: 1\n", instead_of=FIRST)
    kept.edit_by_hand("by: hand\n")
    assert kept.file.previous() is None
    for expected in ("mine: 1\n", "by: hand\n"):
        with pytest.raises(ConfigChangedError):
            kept.file.undo(instead_of=expected)
    assert kept.file.text() == "by: hand\n"


def test_a_change_on_top_of_an_edit_by_hand_is_undone_to_that_edit(kept: Kept) -> None:
    kept.file.replace("mine: 1\n", instead_of=FIRST)
    kept.edit_by_hand("by: hand\n")
    kept.file.replace("mine: 2\n", instead_of="by: hand\n")
    kept.file.undo(instead_of="mine: 2\n")
    assert (kept.file.text(), kept.file.previous()) == ("by: hand\n", None)


def test_the_text_before_stands_beside_it_and_the_oldest_go(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("n: 0\n")
    path.chmod(0o640)
    file = KeptConfig(path)
    for number in range(STEPS + 5):
        file.replace(f"n: {number + 1}\n", instead_of=f"n: {number}\n")
    beside = sorted(tmp_path.glob("config.yaml.*.bak"), key=lambda saved: int(saved.name.split(".")[2].split("-")[0]))
    assert [saved.read_text() for saved in beside] == [f"n: {number}\n" for number in range(5, STEPS + 5)]
    assert {saved.stat().st_mode & 0o777 for saved in tmp_path.iterdir()} == {0o640}
    assert len([*tmp_path.iterdir()]) == STEPS + 1


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "c.yaml", tmp_path / "config.yaml"
    target.write_text("n: 0\n")
    link.symlink_to(target)
    KeptConfig(link).replace("n: 1\n", instead_of="n: 0\n")
    assert (link.is_symlink(), target.read_text(), KeptConfig(link).previous()) == (True, "n: 1\n", "n: 0\n")


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["missing", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "config.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreError, match=r"config\.yaml"):
        KeptConfig(path).text()


def test_a_folder_that_takes_nothing_keeps_the_file_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("n: 0\n")
    (tmp_path / ".config.yaml.new").mkdir()  # nothing can be written under the name of the fresh file
    with pytest.raises(StoreError, match="cannot be written"):
        KeptConfig(tmp_path / "config.yaml").replace("n: 1\n", instead_of="n: 0\n")
    assert (tmp_path / "config.yaml").read_text() == "n: 0\n"
    assert [*tmp_path.glob("*.bak")] == []


def test_of_many_who_change_it_at_once_one_does(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("n: 0\n")

    def change(number: int) -> bool:
        try:
            KeptConfig(path).replace(f"n: {number}\n", instead_of="n: 0\n")
        except ConfigChangedError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(change, range(1, 17))) == 1
    assert len([*tmp_path.glob("*.bak")]) == 1
