"""Takes a file's name, gives a file that is there whole or not at all, and that nobody else on the machine can read.

Next: briefing/store/sqlite_backups.py.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

from briefing.errors import StoreError
from briefing.store.premises import exists

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

#: What SQLite puts beside a file while it works on it.
COMPANIONS = ("-journal", "-wal", "-shm")


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """Lends an empty file beside the target for the block to fill, and takes it away when it is still there after it.

    Raises:
        StoreError: the folder cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".unfinished")
    except OSError as error:
        raise unwritable(target.parent, error) from error
    os.close(handle)
    try:
        yield Path(name)
    finally:
        for leftover in (name, *(name + companion for companion in COMPANIONS)):
            with suppress(OSError):
                Path(leftover).unlink()


@contextmanager
def fresh_file(target: Path) -> Iterator[Path]:
    """The same, and gives it the target's name at the end of the block; a file of that name is never replaced.

    Raises:
        StoreError: there is such a file, or the folder cannot be written.
    """
    if exists(target):
        raise StoreError(f"{target} is there already; name another file, or a folder")
    with unfinished(target) as file:
        yield file
        try:
            persist(file)
            file.rename(target)
            persist(target.parent)
        except OSError as error:
            raise unwritable(target, error) from error


def persist(path: Path) -> None:
    """Has a file's bytes, or a folder's names, on the disk before anything relies on them."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def names_in(folder: PurePath) -> tuple[str, ...]:
    """The names of the files there; () when there is no such folder."""
    try:
        return tuple(sorted(entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)))
    except OSError:
        return ()


def delete(file: PurePath) -> None:
    """Deletes a file.

    Raises:
        StoreError: it cannot be.
    """
    try:
        Path(file).unlink()
    except OSError as error:
        raise StoreError(f"{file} cannot be deleted ({error.strerror})") from error


def unwritable(path: Path, error: OSError) -> StoreError:
    """Says why a file or folder could not be written, and what to do."""
    cure = "free some space, make it writable, or name another place"
    return StoreError(f"{path} cannot be written ({error.strerror}); {cure}")
