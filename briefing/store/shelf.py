"""Takes a finished edition, gives its four files in a folder: edition.json, .html, .txt and .eml.

Next: briefing/store/database.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.errors import StoreError
from briefing.model.edition import DEFAULT_SEGMENT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionShelf:
    """Keeps the files of the newest edition; the default segment's in `folder`, others below it."""

    folder: Path

    def folder_of(self, segment: str) -> Path:
        """Where a segment's files stand."""
        return self.folder if segment == DEFAULT_SEGMENT else self.folder / "segments" / segment

    def put(self, segment: str, files: Mapping[str, bytes]) -> Path:
        """Writes each file whole or not at all, and gives the folder they stand in.

        Raises:
            StoreError: the folder cannot be written.
        """
        folder = self.folder_of(segment)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                fresh = folder / f".{name}.new"
                fresh.write_bytes(content)
                fresh.replace(folder / name)
        except OSError as error:
            cure = "name another folder with --out, or make it writable"
            raise StoreError(f"{folder} cannot be written ({error.strerror}); {cure}") from error
        return folder
