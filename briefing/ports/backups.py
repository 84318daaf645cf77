"""Takes nothing, gives the protocols of safety copies, and of the books that come out of one.

Next: briefing/services/backup.py, which makes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager
    from datetime import date, datetime
    from pathlib import PurePath

    from briefing.model.backup import Backup, Replacement


class Backups(Protocol):
    """Makes backups of one database, and puts one in its place."""

    @property
    def stem(self) -> str:
        """How the name of a backup begins where nobody chose one."""
        ...

    @property
    def suffix(self) -> str:
        """How it ends."""
        ...

    def make(self, file: PurePath, *, now: datetime) -> Backup:
        """Writes what is in the database at this instant, whoever writes to it meanwhile, and checks it.

        Raises:
            StoreError: it could not be written, or is not whole; then there is no file.
        """
        ...

    def examine(self, file: PurePath) -> Backup:
        """Looks a backup through.

        Raises:
            StoreError: it is none, is damaged, or was written by a newer version of this program.
        """
        ...

    def replacing(self, file: PurePath, *, now: datetime) -> AbstractContextManager[Replacement]:
        """Copies a backup beside the database, and puts it in its place when the block ends without an exception.

        Nobody else can use the database as long as the block lasts. After an exception it is as it was.

        Raises:
            StoreError: somebody has it in use, or the copy could not be written.
        """
        ...

    def kept(self, folder: PurePath) -> tuple[str, ...]:
        """The names of the files in a folder; () when there is none."""
        ...

    def forget(self, file: PurePath) -> None:
        """Deletes a backup.

        Raises:
            StoreError: it cannot be deleted.
        """
        ...


class HeldRows(Protocol):
    """Holds rows of the books back that nobody can vouch for, until a person says otherwise."""

    def hold_open(self, days: Iterable[date], *, reason: str, until: datetime, now: datetime) -> Mapping[date, int]:
        """Closes every row that a sender might take up, so that none does before `until`; gives how many by edition.

        What may have been handed over (in flight, uncertain) becomes uncertain, anything else missed.

        Args:
            days: editions of which even a missed copy might be sent, for there is time.
        """
        ...

    def let_go(self, edition: date, *, beyond: datetime, now: datetime) -> int:
        """Gives the edition's rows back that are held until after that moment; gives how many."""
        ...
