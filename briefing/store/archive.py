"""Takes editions as they were sent, gives their pages back, the same for as long as they are kept.

Next: briefing/store/sources.py.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from briefing.model.archived import ArchivedEdition
from briefing.store.database import insert_into, reading, writing
from briefing.store.schema import archive as table

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Engine

#: All but the page, which nobody needs in a list.
LISTED = tuple(column for column in table.c if column.name != "html")


@dataclass(frozen=True, slots=True)
class SqlArchive:
    """Keeps each page in the database, compressed: of 38 kB, 24 stories without pictures, 10 kB are left."""

    engine: Engine

    def keep(self, edition: ArchivedEdition, html: str) -> None:
        """Keeps the page of a segment's edition; one that is there already stays as it is."""
        row = {
            "segment": edition.segment,
            "edition": edition.date,
            "title": edition.title,
            "preheader": edition.preheader,
            "language": edition.language,
            "built_at": edition.built_at,
            "html": zlib.compress(html.encode(), level=9),
        }
        with writing(self.engine) as connection:
            connection.execute(insert_into(connection, table).on_conflict_do_nothing(), row)

    def find_page(self, day: date, segment: str) -> str | None:
        """The page of that day's edition for the segment, or None."""
        wanted = select(table.c.html).where(table.c.segment == segment, table.c.edition == day)
        with reading(self.engine) as connection:
            packed: bytes | None = connection.scalar(wanted)
        return None if packed is None else zlib.decompress(packed).decode()

    def list_editions(self, segment: str, *, limit: int) -> tuple[ArchivedEdition, ...]:
        """The segment's newest editions, newest first."""
        wanted = select(*LISTED).where(table.c.segment == segment).order_by(table.c.edition.desc()).limit(limit)
        with reading(self.engine) as connection:
            return tuple(
                ArchivedEdition(**{("date" if name == "edition" else name): value for name, value in row.items()})
                for row in connection.execute(wanted).mappings()
            )

    def prune(self, *, before: date) -> int:
        """Forgets every edition before that date; gives how many those were."""
        with writing(self.engine) as connection:
            return connection.execute(delete(table).where(table.c.edition < before)).rowcount
