"""Takes what was looked at, gives `Backup`: a safety copy of the database, and what a restore made of one.

Next: briefing/ports/backups.py, which says who makes and reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.model.article import require_aware

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import PurePath


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """Says what is in a backup that was looked through and found whole.

    Attributes:
        schema: number of its newest migration.
        taken_at: when it was made; None for a copy that something else made.
        readers, confirmed: on the list, and those of them who get mail.
        editions: with books.
        newest: the newest of those; None when there is none.
        size: in bytes.
    """

    file: PurePath
    schema: str
    taken_at: datetime | None = None
    readers: int = 0
    confirmed: int = 0
    editions: int = 0
    newest: date | None = None
    size: int = 0

    def __post_init__(self) -> None:
        require_aware("taken_at", self.taken_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """Says where a database is while it takes another one's place.

    Attributes:
        url: of the copy that is to take it.
        aside: where the one that it replaces will be; None when there is none, or it stays where it is.
    """

    url: str
    aside: PurePath | None = None
