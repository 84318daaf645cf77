from __future__ import annotations

import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from briefing.collect.documents import Documents
from briefing.collect.folder import folder_name, read_folder
from briefing.errors import SourceError
from briefing.model.source import Source, SourceKind
from tests.collect.samples import NOW, item, page, rss
from tests.make import folder_for_everyone, rights_of_an_ordinary_user


def folder(path: Path, *, name: str | None = None, now: bool = False) -> Source:
    return Source(kind=SourceKind.FOLDER, location=str(path), name=name, captured_now=now)


@pytest.fixture
def saved_pages(tmp_path: Path) -> Path:
    root = tmp_path / "morning"
    (root / "b").mkdir(parents=True)
    (root / "c.html").write_text(page(title="Third page"), encoding="utf-8")
    (root / "a.xml").write_text(rss(item("First entry")), encoding="utf-8")
    (root / "b" / "page.html").write_text(page(title="Second page"), encoding="utf-8")
    for ignored in ("README.md", "script.py", ".hidden.html", "b/.DS_Store"):
        (root / ignored).write_text(page(title="Never read"), encoding="utf-8")
    return root


class TestReading:
    def test_files_are_read_in_the_order_of_their_names(self, saved_pages: Path) -> None:
        reading = read_folder(folder(saved_pages), Documents(), now=NOW)
        assert [(a.file, a.title) for a in reading.articles] == [
            ("a.xml", "First entry"),
            ("b/page.html", "Second page"),
            ("c.html", "Third page"),
        ]
        assert reading.problems == ()

    def test_a_broken_file_is_a_problem_and_stops_nothing(self, saved_pages: Path) -> None:
        (saved_pages / "b" / "empty.html").write_bytes(b"")
        reading = read_folder(folder(saved_pages, name="Saved this week"), Documents(), now=NOW)
        (problem,) = reading.problems
        assert (problem.stage, problem.source, problem.file) == ("collect", "Saved this week", "b/empty.html")
        assert problem.message == "is empty; save the page again"
        assert len(reading.articles) == 3

    def test_a_files_own_date_counts_but_is_only_assumed(self, saved_pages: Path) -> None:
        os.utime(saved_pages / "a.xml", (1_790_000_000, 1_790_000_000))
        article = read_folder(folder(saved_pages), Documents(), now=NOW).articles[0]
        assert article.captured_at == datetime.fromtimestamp(1_790_000_000, tz=UTC)
        assert article.captured_assumed

    def test_captured_now_is_taken_at_its_word(self, saved_pages: Path) -> None:
        article = read_folder(folder(saved_pages, now=True), Documents(), now=NOW).articles[0]
        assert (article.captured_at, article.captured_assumed) == (NOW, False)

    def test_links_to_files_that_are_gone_are_passed_over(self, saved_pages: Path) -> None:
        (saved_pages / "gone.html").symlink_to(saved_pages / "nowhere.html")
        assert len(read_folder(folder(saved_pages), Documents(), now=NOW).articles) == 3

    def test_an_oversized_file_is_not_even_opened(self, saved_pages: Path) -> None:
        with (saved_pages / "huge.html").open("wb") as huge:
            huge.truncate(60_000_000)
        (problem,) = read_folder(folder(saved_pages), Documents(), now=NOW).problems
        assert (problem.file, problem.message) == ("huge.html", "is larger than 50 MB; no page is")

    def test_a_file_without_permission_is_a_problem(self) -> None:
        with folder_for_everyone() as root:
            (root / "c.html").write_text(page(title="Locked page"), encoding="utf-8")
            (root / "c.html").chmod(0)
            with rights_of_an_ordinary_user():
                (problem,) = read_folder(folder(root), Documents(), now=NOW).problems
        assert problem.message == "cannot be opened (Permission denied); check its permissions"

    def test_a_name_that_is_no_text_can_be_reported(self, saved_pages: Path) -> None:
        Path(os.fsdecode(os.fsencode(saved_pages) + b"/\xff.txt")).write_bytes(b"")
        (problem,) = read_folder(folder(saved_pages), Documents(), now=NOW).problems
        assert problem.file == "\ufffd.txt"

    def test_noise_is_no_article(self, saved_pages: Path) -> None:
        (saved_pages / "noise.txt").write_bytes(random.Random(4).randbytes(20_000))
        (problem,) = read_folder(folder(saved_pages), Documents(), now=NOW).problems
        assert problem.message.startswith("is a binary file, not a page")


class TestFoldersThatCannotBeRead:
    def test_a_missing_folder_is_named_without_its_path(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match=r"^missing: this folder does not exist") as caught:
            read_folder(folder(tmp_path / "missing"), Documents(), now=NOW)
        assert str(tmp_path) not in str(caught.value)

    def test_a_file_is_no_folder(self, saved_pages: Path) -> None:
        with pytest.raises(SourceError, match="this is not a folder"):
            read_folder(folder(saved_pages / "a.xml"), Documents(), now=NOW)

    def test_a_locked_folder_is_a_failed_source(self) -> None:
        with folder_for_everyone() as root:
            (root / "b").mkdir(mode=0)
            with rights_of_an_ordinary_user(), pytest.raises(SourceError, match="cannot be read"):
                read_folder(folder(root), Documents(), now=NOW)

    @pytest.mark.parametrize(("location", "name"), [("/x/seeds/", "seeds"), ("/", "folder"), ("seeds", "seeds")])
    def test_a_folder_is_called_by_its_last_part(self, location: str, name: str) -> None:
        assert folder_name(Source(kind=SourceKind.FOLDER, location=location)) == name
