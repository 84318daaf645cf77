from __future__ import annotations

from datetime import UTC, datetime

from briefing.errors import ParseError
from briefing.model.article import Article
from briefing.model.edition import Problem
from briefing.model.lines import article_line
from briefing.model.source import SavedFile
from briefing.services.extract import LANGUAGE_CHARS, extract, with_language
from tests.fakes import FakeDetector
from tests.make import article


class ReaderOfTwo:
    """Finds two articles in every file but the empty ones."""

    def read(self, saved: SavedFile) -> tuple[Article, ...]:
        if not saved.content:
            raise ParseError("Saved pages", "is empty", file=saved.name)
        return tuple(article(f"{saved.name} {n}", file=saved.name, language=None) for n in (1, 2))


def saved(name: str, content: bytes = b"text") -> SavedFile:
    return SavedFile(name=name, content=content, captured_at=datetime(2026, 11, 22, tzinfo=UTC))


def test_every_article_of_every_file_is_a_line_in_order_with_all_fields() -> None:
    lines = list(extract([saved("a"), saved("b")], reader=ReaderOfTwo(), detector=FakeDetector("nl")))
    assert [line["title"] for line in lines if isinstance(line, dict)] == ["a 1", "a 2", "b 1", "b 2"]
    assert all(isinstance(line, dict) and list(line) == list(article_line(article())) for line in lines)
    assert {line["language"] for line in lines if isinstance(line, dict)} == {"nl"}


def test_a_file_that_cannot_be_read_is_a_problem_in_its_place() -> None:
    unopened = Problem(stage="collect", file="gone", message="No such file")
    files: list[SavedFile | Problem] = [saved("a"), saved("b", b""), unopened, saved("c")]
    kinds = [
        line if isinstance(line, Problem) else line["file"]
        for line in extract(files, reader=ReaderOfTwo(), detector=FakeDetector())
    ]
    empty = Problem(stage="collect", source="Saved pages", file="b", message="is empty")
    assert kinds == ["a", "a", empty, unopened, "c", "c"]


def test_a_declared_language_is_believed() -> None:
    detector = FakeDetector("nl")
    assert with_language(article(language="fr"), detector).language == "fr"
    assert detector.asked == []


def test_the_language_is_told_from_the_beginning() -> None:
    detector = FakeDetector(None)
    assert with_language(article("T", language=None, text="long " * 500), detector).language is None
    assert len(detector.asked[0]) == LANGUAGE_CHARS


def test_many_files_are_read_by_several_processes_in_order() -> None:
    names = [f"page {n}" for n in range(40)]
    alone, shared = (
        list(extract(map(saved, names), reader=ReaderOfTwo(), detector=FakeDetector("nl"), processes=processes))
        for processes in (1, 3)
    )
    assert shared == alone
    assert [line["file"] for line in shared if isinstance(line, dict)] == [name for name in names for _ in (1, 2)]
