from __future__ import annotations

from pathlib import Path

import pytest

from briefing.errors import StoreError
from briefing.model.edition import DEFAULT_SEGMENT
from briefing.ports import Shelf
from briefing.store.shelf import EditionShelf
from tests.fakes import MemoryShelf

FILES = {"edition.html": b"<p>Ferries</p>", "edition.json": '{"n": "é"}'.encode()}


@pytest.fixture(params=[EditionShelf, MemoryShelf], ids=["real", "fake"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    made: Shelf = request.param(folder=tmp_path / "out")
    return made


@pytest.mark.parametrize(("segment", "place"), [(DEFAULT_SEGMENT, "out"), ("fr-1a2b", "out/segments/fr-1a2b")])
def test_the_default_stands_in_the_folder_and_others_below_it(
    shelf: Shelf, tmp_path: Path, segment: str, place: str
) -> None:
    assert shelf.put(segment, FILES) == tmp_path / place


def test_files_are_written_byte_for_byte(tmp_path: Path) -> None:
    folder = EditionShelf(folder=tmp_path / "deep" / "out").put(DEFAULT_SEGMENT, FILES)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == FILES


def test_a_newer_edition_replaces_the_older_and_leaves_no_scraps(tmp_path: Path) -> None:
    shelf = EditionShelf(folder=tmp_path)
    shelf.put(DEFAULT_SEGMENT, FILES)
    shelf.put(DEFAULT_SEGMENT, {"edition.html": b"<p>Wind</p>"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {**FILES, "edition.html": b"<p>Wind</p>"}


def test_what_else_lies_in_the_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("mine")
    EditionShelf(folder=tmp_path).put(DEFAULT_SEGMENT, FILES)
    assert (tmp_path / "notes.md").read_text() == "mine"


@pytest.mark.parametrize("segment", [DEFAULT_SEGMENT, "fr-1a2b"])
def test_a_file_in_place_of_the_folder_is_named_with_the_cure(tmp_path: Path, segment: str) -> None:
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(StoreError, match=r"out\S* cannot be written \(.+\); name another folder with --out"):
        EditionShelf(folder=tmp_path / "out").put(segment, FILES)


def test_a_folder_in_place_of_a_file_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "edition.html" / "deeper").mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be written"):
        EditionShelf(folder=tmp_path).put(DEFAULT_SEGMENT, FILES)
