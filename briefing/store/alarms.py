"""Takes what the operator is told, gives whether that was told before.

Next: briefing/store/gauges.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete

from briefing.store.database import insert_into, writing
from briefing.store.schema import alarms as table

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class SqlAlarms:
    """Keeps the list in the database, so that neither a restart nor a second program repeats anything."""

    engine: Engine

    def claim(self, kind: str, subject: str, *, edition: date) -> bool:
        """Writes down that it is told now; False when somebody did before."""
        with writing(self.engine) as connection:
            row = insert_into(connection, table).values(kind=kind, subject=subject, edition=edition)
            return connection.execute(row.on_conflict_do_nothing()).rowcount == 1

    def withdraw(self, kind: str, subject: str) -> None:
        """Takes a claim back, because the operator could not be told; safe to repeat."""
        with writing(self.engine) as connection:
            connection.execute(delete(table).where(table.c.kind == kind, table.c.subject == subject))

    def prune(self, *, before: date) -> int:
        """Forgets what was told with editions before that date; gives how much that was."""
        with writing(self.engine) as connection:
            return connection.execute(delete(table).where(table.c.edition < before)).rowcount
