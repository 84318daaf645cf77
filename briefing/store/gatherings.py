"""Takes what was gathered, gives it to whoever makes editions of it in another program, for a day.

Next: briefing/store/prepared.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from briefing.store.database import reading, writing
from briefing.store.schema import gatherings as table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

#: Editions are made within minutes of a gathering; one of 10,000 articles takes up to 12 MB.
_KEPT = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class SqlGatherings:
    """Keeps them in the database. Implements `ports.Gatherings`."""

    engine: Engine

    def put(self, key: str, packed: bytes, *, now: datetime) -> None:
        """Keeps it, and forgets those that are hours old."""
        with writing(self.engine) as connection:
            connection.execute(delete(table).where(table.c.made_at < now - _KEPT))
            connection.execute(insert(table), {"key": key, "made_at": now, "packed": packed})

    def find(self, key: str) -> bytes | None:
        """What was kept so; None when there is nothing, or no longer."""
        with reading(self.engine) as connection:
            found: bytes | None = connection.scalar(select(table.c.packed).where(table.c.key == key))
            return found
