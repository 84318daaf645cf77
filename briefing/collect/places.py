"""Takes a source that is on no web server, gives the articles in it: each kind of those has its reader here.

Next: briefing/collect/rounds.py, which calls it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from briefing.collect.folder import FolderReading, read_folder
from briefing.model.source import SourceKind

if TYPE_CHECKING:
    from datetime import datetime

    from briefing.collect.outcomes import Planned
    from briefing.ports import DocumentReader


def read_place(planned: Planned, documents: DocumentReader, *, now: datetime, since: datetime) -> FolderReading:
    """Reads what is there; a file or letter that cannot be read costs itself alone.

    Args:
        since: what came earlier is not wanted, where that can be told without reading it.

    Raises:
        SourceError: nothing of it can be read.
    """
    return _READERS[planned.source.kind](planned, documents, now=now, since=since)


def _read_folder(planned: Planned, documents: DocumentReader, *, now: datetime, since: datetime) -> FolderReading:
    del since  # whoever puts a file there wants it read
    return read_folder(planned.source, documents, now=now)


def _read_mailbox(planned: Planned, documents: DocumentReader, *, now: datetime, since: datetime) -> FolderReading:
    from briefing.collect.mailbox import read_mailbox  # noqa: PLC0415 - few have one, and its library is large

    return read_mailbox(planned.source, documents, name=planned.known_as, now=now, since=since)


_READERS = {
    SourceKind.FOLDER: _read_folder,
    SourceKind.MAILBOX: _read_mailbox,
}
