"""Takes the wish for a safety copy, gives a checked one under a name that tells its time; old ones of that name go.

Next: briefing/services/restore.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from briefing.errors import StoreError

if TYPE_CHECKING:
    from pathlib import PurePath

    from briefing.model.backup import Backup
    from briefing.ports import Backups, Clock, Premises


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """Says what was written.

    Attributes:
        pruned: older backups that were deleted.
        outside: files and folders that the briefing needs and that are not in it.
    """

    backup: Backup
    pruned: tuple[PurePath, ...] = ()
    outside: tuple[PurePath, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupDesk:
    """Makes backups.

    Attributes:
        folder: for those that nobody named.
        outside: files and folders that the briefing needs beside its database.
    """

    backups: Backups
    premises: Premises
    clock: Clock
    folder: PurePath
    outside: tuple[PurePath, ...] = ()

    def make(self, place: PurePath | None = None, *, keep: int | None = None) -> BackupReport:
        """Writes a backup, and deletes older ones of the same briefing once it is known to be good.

        Args:
            place: a file, or a folder for a file with the default name; None for the default folder.
            keep: how many of the default name stay in the folder; None for all. Others are never deleted.

        Raises:
            StoreError: it could not be written, or is not whole; then nothing was deleted.
        """
        now = self.clock.now()
        folder = place or self.folder
        if place is None or self.premises.place(place).is_folder:
            file = folder / f"{self.backups.stem}-{now.astimezone(UTC):%Y-%m-%d-%H%M%S}Z{self.backups.suffix}"
        elif keep is not None:
            raise StoreError(f"--keep goes by the default names; leave {place} out, or name a folder")
        else:
            file = place
        made = self.backups.make(file, now=now)
        pruned = () if keep is None else self._prune(file, keep)
        return BackupReport(backup=made, pruned=pruned, outside=self.outside)

    def _prune(self, newest: PurePath, keep: int) -> tuple[PurePath, ...]:
        """Deletes all but the newest, by their names; the one that was made just now is among those that stay."""
        ours = rf"{re.escape(self.backups.stem)}-\d{{4}}-\d\d-\d\d-\d{{6}}Z{re.escape(self.backups.suffix)}"
        older = [name for name in self.backups.kept(newest.parent) if re.fullmatch(ours, name) and name != newest.name]
        gone = tuple(newest.parent / name for name in sorted(older, reverse=True)[keep - 1 :])
        for file in gone:
            self.backups.forget(file)
        return gone
