"""Takes a folder of saved pages, feeds, mails and dumps, gives their articles, and a problem for each unreadable file.

Next: briefing/collect/feeds.py.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from briefing.errors import ParseError, SourceError
from briefing.model.edition import Problem
from briefing.model.source import SavedFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from briefing.model.article import Article
    from briefing.model.source import Source
    from briefing.ports import DocumentReader

#: A larger file is no page, feed or mail.
MAX_FILE_BYTES = 50_000_000

#: What people keep beside saved pages.
_NOT_SAVED = frozenset({"readme.md", "thumbs.db", "desktop.ini"})
_NOT_SAVED_ENDINGS = (".py", ".pyc")


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderReading:
    """Carries the articles of a folder in the order of its file names, and what could not be read."""

    articles: tuple[Article, ...] = ()
    problems: tuple[Problem, ...] = ()


def folder_name(source: Source) -> str:
    """What reports and problems call the folder: its configured name, or its last part; never the whole path."""
    return source.name or Path(source.location).name or "folder"


def read_folder(source: Source, documents: DocumentReader, *, now: datetime) -> FolderReading:
    """Reads every file, in sorted order; hidden ones, README.md and programs are not meant.

    Raises:
        SourceError: the folder is missing, is no folder, or may not be read.
    """
    root, name = Path(source.location), folder_name(source)
    articles: list[Article] = []
    problems: list[Problem] = []
    for path in _saved_files(root, name):
        # A name that is no UTF-8 must not keep the report of the edition from being written.
        file = os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "replace")
        try:
            articles += documents.read(_saved_file(path, file, now=now if source.captured_now else None))
        except ParseError as error:
            problems.append(Problem(stage="collect", source=name, file=file, message=error.reason))
    return FolderReading(articles=tuple(articles), problems=tuple(problems))


def _saved_files(root: Path, name: str) -> Iterator[Path]:
    if not root.exists():
        raise SourceError(name, "this folder does not exist; create it, or correct `folder:` in the config")
    if not root.is_dir():
        raise SourceError(name, "this is not a folder; name the folder that holds the file")
    try:
        found = [Path(base, file) for base, file in _walk(root)]
    except OSError as error:
        raise SourceError(name, f"this folder cannot be read ({error.strerror}); check its permissions") from error
    yield from sorted(found, key=lambda path: path.relative_to(root).as_posix())


def _walk(root: Path) -> Iterator[tuple[str, str]]:
    def refuse(error: OSError) -> None:
        raise error

    for base, folders, files in os.walk(root, onerror=refuse):
        folders[:] = [folder for folder in folders if not folder.startswith((".", "__"))]
        for file in files:
            wanted = file.lower() not in _NOT_SAVED and not file.lower().endswith(_NOT_SAVED_ENDINGS)
            if wanted and not file.startswith(".") and Path(base, file).is_file():
                yield base, file


def _saved_file(path: Path, file: str, *, now: datetime | None) -> SavedFile:
    try:
        status = path.stat()
        if status.st_size > MAX_FILE_BYTES:
            raise ParseError(file, f"is larger than {MAX_FILE_BYTES // 1_000_000} MB; no page is", file=file)
        content = path.read_bytes()
    except OSError as error:
        raise ParseError(file, f"cannot be opened ({error.strerror}); check its permissions", file=file) from error
    captured_at = now or datetime.fromtimestamp(status.st_mtime, tz=UTC)
    return SavedFile(name=file, content=content, captured_at=captured_at, captured_assumed=now is None)
