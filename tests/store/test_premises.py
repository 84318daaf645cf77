"""Files, folders and disks are seen as the program's user would find them."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from briefing.store.premises import ThisMachine
from tests.make import folder_for_everyone, rights_of_an_ordinary_user

HERE = ThisMachine()


def test_a_folder_is_seen_with_its_files_and_its_disk(tmp_path: Path) -> None:
    for name in ("a.html", "b.html", ".hidden"):
        (tmp_path / name).touch()
    seen = HERE.place(tmp_path)
    assert (seen.exists, seen.is_folder, seen.is_readable, seen.is_writable, seen.files) == (True, True, True, True, 2)
    assert seen.free_bytes > 0


@pytest.mark.parametrize(("mode", "expected"), [(0o600, False), (0o640, False), (0o644, True), (0o604, True)])
def test_a_file_that_everybody_may_read_is_seen(tmp_path: Path, mode: int, expected: bool) -> None:
    file = tmp_path / "key.pem"
    file.touch()
    file.chmod(mode)
    assert HERE.place(file).is_open_to_all is expected


def test_what_is_not_there_is_judged_by_where_it_would_be(tmp_path: Path) -> None:
    seen = HERE.place(tmp_path / "var" / "deep" / "file")
    assert (seen.exists, seen.is_readable, seen.is_writable) == (False, False, True)
    assert seen.free_bytes > 0


def test_a_path_that_leads_through_a_file_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not HERE.place(tmp_path / "file" / "inside").exists


def test_what_belongs_to_others_cannot_be_read_or_written() -> None:
    with folder_for_everyone() as folder:
        (theirs := folder / "theirs").mkdir(mode=0o700 if os.geteuid() == 0 else 0)
        with rights_of_an_ordinary_user():
            seen, inside = HERE.place(theirs), HERE.place(theirs / "file")
        theirs.chmod(0o700)
    assert (seen.exists, seen.is_readable, seen.is_writable) == (True, False, False)
    assert (inside.exists, inside.is_writable) == (False, False)


def test_a_file_is_read_or_is_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"hello")
    assert HERE.read(tmp_path / "a") == b"hello"
    assert HERE.read(tmp_path / "b") is None
    assert HERE.read(tmp_path) is None


def test_zones_have_a_version_and_an_origin() -> None:
    seen = HERE.zones()
    assert seen.origin in {"the system", "the package tzdata"}
    assert re.fullmatch("20[0-9]{2}[a-z]", seen.version or "")


def test_the_program_was_installed_before_now() -> None:
    assert HERE.installed_at() <= datetime.now(UTC)  # noqa: TID251  # the machine's own clock is what is meant
