"""Takes a path, gives how the file, folder or disk there is, without touching it.

Next: briefing/store/inspection.py, which does the same to the database.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IROTH
from typing import TYPE_CHECKING
from zoneinfo import TZPATH

import tzdata

import briefing
from briefing.model.checkup import PlaceSeen, ZonesSeen

if TYPE_CHECKING:
    from pathlib import PurePath


class ThisMachine:
    """Looks at the machine the program runs on, with the rights it runs with."""

    def place(self, path: PurePath) -> PlaceSeen:
        """How a file or folder is; nothing is raised."""
        here = Path(path)
        nearest = next((one for one in (here, *here.absolute().parents) if exists(one)), Path("/"))
        is_there = nearest == here
        is_folder = is_there and here.is_dir()
        is_readable = is_there and may(here, os.R_OK | (os.X_OK if is_folder else 0))
        return PlaceSeen(
            exists=is_there,
            is_folder=is_folder,
            is_readable=is_readable,
            is_writable=may(nearest, os.W_OK),
            is_open_to_all=is_there and bool(here.stat().st_mode & S_IROTH),
            files=_count(here) if is_folder and is_readable else 0,
            free_bytes=_free(nearest),
        )

    def read(self, path: PurePath) -> bytes | None:
        """A file's bytes; None when it cannot be read."""
        try:
            return Path(path).read_bytes()
        except OSError:
            return None

    def zones(self) -> ZonesSeen:
        """Where Python's zoneinfo finds zones: the system's folder first, then the package tzdata."""
        for folder in map(Path, TZPATH):
            if (folder / "UTC").exists():
                return ZonesSeen(version=_system_version(folder), origin="the system")
        return ZonesSeen(version=tzdata.IANA_VERSION, origin="the package tzdata")

    def installed_at(self) -> datetime:
        """When this program's files were written."""
        return datetime.fromtimestamp(Path(briefing.__file__).stat().st_mtime, UTC)


def exists(path: Path) -> bool:
    """Whether something is there, as far as this process may look."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def may(path: Path, mode: int) -> bool:
    """Whether this process has those rights (os.R_OK and its like), by the user it acts as."""
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def _count(folder: Path) -> int:
    with os.scandir(folder) as entries:
        return sum(not entry.name.startswith(".") for entry in entries)


def _free(path: Path) -> int:
    seen = os.statvfs(path)
    return seen.f_bavail * seen.f_frsize


def _system_version(folder: Path) -> str | None:
    """What Debian, Red Hat and Alpine ship ("# version 2026b"), or the BSDs and macOS ("+VERSION")."""
    try:
        with (folder / "tzdata.zi").open(encoding="utf-8") as file:
            return file.readline().removeprefix("# version").strip() or None
    except OSError:
        version = folder / "+VERSION"
        return version.read_text("utf-8").strip() if version.exists() else None
