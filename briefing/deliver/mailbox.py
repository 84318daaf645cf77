"""Takes a folder of .eml files or a Maildir, gives the letters in it that nobody has acted on yet.

A letter stays where it is until it is marked: moved to `done/`, or Seen. One that is left for a person is moved to
`unknown/`, or flagged and left unread. Nothing is deleted, and whoever dies over a letter finds it again.

Next: briefing/deliver/imap.py.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import nsmallest
from itertools import count
from stat import S_ISREG
from typing import TYPE_CHECKING

from briefing.errors import BounceError
from briefing.model.letter import MOST_BYTES, Letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: What may come before a colon and flags in a Maildir's file names.
_FLAGS = re.compile(r"(?P<name>.*?)(?::2,(?P<flags>[A-Za-z]*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LetterFolder:
    """Reads the .eml files of a folder; they are put there whole, by renaming, as every delivery agent does."""

    folder: Path

    def __enter__(self) -> LetterFolder:
        """Makes the two folders that letters go to.

        Raises:
            BounceError: the folder cannot be used.
        """
        with _told(self.folder):
            for name in ("done", "unknown"):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        """Leaves nothing open."""

    def unread(self, *, most: int) -> Iterator[Letter]:
        """The folder's letters by age.

        Raises:
            BounceError: the folder cannot be read.
        """
        with _told(self.folder):
            yield from _letters((file for file in self.folder.iterdir() if _is_letter(file)), most=most)

    def mark_done(self, key: str) -> None:
        """Moves the letter to `done/`; one of the same name that lies there already is kept.

        Raises:
            BounceError: it cannot be moved.
        """
        with _told(self.folder):
            _move(self.folder / key, _free_name(self.folder / "done" / key))

    def set_aside(self, key: str) -> None:
        """Moves the letter to `unknown/`.

        Raises:
            BounceError: it cannot be moved.
        """
        with _told(self.folder):
            _move(self.folder / key, _free_name(self.folder / "unknown" / key))


@dataclass(frozen=True, slots=True)
class LetterMaildir:
    """Reads the letters of a Maildir that are neither seen nor flagged, as mail programs show them."""

    folder: Path

    def __enter__(self) -> LetterMaildir:
        """Makes sure that it is one.

        Raises:
            BounceError: it is not.
        """
        if not is_maildir(self.folder):
            raise BounceError(f"{self.folder} is no Maildir: it needs the folders cur/ and new/")
        return self

    def __exit__(self, *_: object) -> None:
        """Leaves nothing open."""

    def unread(self, *, most: int) -> Iterator[Letter]:
        """Letters that are new, and those a mail program has only listed, by age.

        Raises:
            BounceError: the folders cannot be read.
        """
        with _told(self.folder):
            files = [file for name in ("new", "cur") for file in (self.folder / name).iterdir()]
            yield from _letters((file for file in files if not _is_marked(file)), most=most)

    def mark_done(self, key: str) -> None:
        """Marks the letter as seen.

        Raises:
            BounceError: it cannot be renamed.
        """
        self._flag(key, "S")

    def set_aside(self, key: str) -> None:
        """Flags the letter and leaves it unread.

        Raises:
            BounceError: it cannot be renamed.
        """
        self._flag(key, "F")

    def _flag(self, key: str, flag: str) -> None:
        with _told(self.folder):
            for folder in ("new", "cur"):
                file = self.folder / folder / key
                found = _FLAGS.fullmatch(key)
                if found and file.exists():
                    flags = "".join(sorted({*(found["flags"] or ""), flag}))
                    _move(file, self.folder / "cur" / f"{found['name']}:2,{flags}")


def is_maildir(folder: Path) -> bool:
    """Whether a folder is a Maildir, and not one of .eml files."""
    return (folder / "new").is_dir() and (folder / "cur").is_dir()


def _is_letter(file: Path) -> bool:
    return file.suffix.lower() == ".eml" and not file.name.startswith(".")


def _is_marked(file: Path) -> bool:
    """Seen, flagged or in the bin; hidden files are not letters at all."""
    found = _FLAGS.fullmatch(file.name)
    return file.name.startswith(".") or found is None or not {"S", "F", "T"}.isdisjoint(found["flags"] or "")


def _letters(files: Iterable[Path], *, most: int) -> Iterator[Letter]:
    """The oldest of these files, each read when its turn comes."""
    found: list[tuple[float, str, Path]] = []
    for file in files:
        with suppress(FileNotFoundError):
            status = file.lstat()
            if S_ISREG(status.st_mode):
                found.append((status.st_mtime, file.name, file))
    for age, name, file in nsmallest(most, found):
        with suppress(FileNotFoundError):
            yield Letter(key=name, content=_beginning(file), received_at=datetime.fromtimestamp(age, UTC))


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES)
    except PermissionError:
        # Nothing can be understood of it, so it is set aside, and the others are not kept waiting.
        return b""


def _free_name(wanted: Path) -> Path:
    """The name itself, or the first of name-2, name-3… that is not taken."""
    others = (wanted.with_stem(f"{wanted.stem}-{number}") for number in count(2))
    return wanted if not wanted.exists() else next(name for name in others if not name.exists())


def _move(file: Path, target: Path) -> None:
    with suppress(FileNotFoundError):
        file.rename(target)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BounceError(f"{folder}: {error.strerror}; make it readable and writable") from error
