"""Takes editions that are ready to be copied, gives them back to whoever makes copies, in whatever process that is.

Next: briefing/store/memory.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select, update

from briefing.model.prepared import Kept
from briefing.store.database import insert_into, reading, writing
from briefing.store.schema import prepared as table

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class SqlPreparedEditions:
    """Keeps them in the database."""

    engine: Engine

    def put(self, kept: Kept, *, since: datetime) -> None:
        """Keeps an edition in place of one that nobody got and that is outdated."""
        outdated = or_(table.c.made_at <= since, table.c.made_at > kept.made_at, table.c.recipe != kept.recipe)
        row = {
            "edition": kept.date,
            "segment": kept.segment,
            "made_at": kept.made_at,
            "recipe": kept.recipe,
            "is_out": kept.is_out,
            "packed": kept.packed,
        }
        with writing(self.engine) as connection:
            fresh = insert_into(connection, table)
            connection.execute(
                fresh.on_conflict_do_update(
                    index_elements=["edition", "segment"],
                    set_={name: fresh.excluded[name] for name in ("made_at", "recipe", "packed")},
                    where=~table.c.is_out & outdated,
                ),
                row,
            )

    def find(self, day: date, segment: str) -> Kept | None:
        """The edition of that day for the segment; None when there is none."""
        wanted = select(table).where(table.c.edition == day, table.c.segment == segment)
        with reading(self.engine) as connection:
            row = connection.execute(wanted).mappings().one_or_none()
        if row is None:
            return None
        return Kept(
            date=row["edition"],
            segment=row["segment"],
            made_at=row["made_at"],
            recipe=row["recipe"],
            is_out=row["is_out"],
            packed=row["packed"],
        )

    def mark_out(self, day: date, segment: str) -> None:
        """Notes that a copy went out: from now on the edition stays as it is."""
        here = (table.c.edition == day) & (table.c.segment == segment)
        with writing(self.engine) as connection:
            connection.execute(update(table).where(here).values(is_out=True))

    def prune(self, *, before: date) -> int:
        """Forgets every edition before that date; gives how many those were."""
        with writing(self.engine) as connection:
            return connection.execute(delete(table).where(table.c.edition < before)).rowcount
