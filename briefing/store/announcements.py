"""Takes events for webhooks, gives them back in the order they happened until somebody has them.

Next: briefing/store/directory.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from briefing.model.announcement import Announcement
from briefing.store.database import insert_into, reading, writing
from briefing.store.schema import announcements as table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Engine, RowMapping


@dataclass(frozen=True, slots=True)
class SqlAnnouncements:
    """Keeps the queue in the database, so that a restart loses nothing."""

    engine: Engine

    def put(self, addresses: Iterable[str], event: str, *, now: datetime) -> None:
        """Adds the event once for each address."""
        rows = [{"address": address, "event": event, "attempts": 0, "retry_at": now} for address in addresses]
        if rows:
            with writing(self.engine) as connection:
                connection.execute(insert_into(connection, table), rows)

    def take(self, *, most: int, now: datetime, until: datetime) -> tuple[Announcement, ...]:
        """The oldest that are due; nobody else gets them before `until`, when they are due again."""
        due = select(table).where(table.c.retry_at <= now).order_by(table.c.number).limit(most)
        with reading(self.engine) as connection:
            if connection.execute(due).first() is None:  # nearly always so: nobody waits for a lock then
                return ()
        with writing(self.engine) as connection:
            # SQLite lets one program write at a time and knows no such words; SQLAlchemy leaves them out there.
            rows = connection.execute(due.with_for_update(skip_locked=True)).mappings().all()
            numbers = [row["number"] for row in rows]
            connection.execute(update(table).where(table.c.number.in_(numbers)).values(retry_at=until))
        return tuple(map(_announcement, rows))

    def done(self, number: int) -> None:
        """Forgets one; safe to repeat."""
        with writing(self.engine) as connection:
            connection.execute(delete(table).where(table.c.number == number))

    def put_off(self, number: int, *, attempts: int, retry_at: datetime) -> None:
        """Writes down that one was not taken."""
        with writing(self.engine) as connection:
            later = update(table).where(table.c.number == number)
            connection.execute(later.values(attempts=attempts, retry_at=retry_at))

    def hold(self, address: str, *, until: datetime) -> None:
        """Lets nothing for this address be due before then."""
        with writing(self.engine) as connection:
            early = (table.c.address == address) & (table.c.retry_at < until)
            connection.execute(update(table).where(early).values(retry_at=until))

    def about(self, subscriber: str) -> tuple[Announcement, ...]:
        """What is waiting about one reader, oldest first."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(table).where(_about(subscriber)).order_by(table.c.number)).mappings()
            return tuple(map(_announcement, rows))

    def forget(self, subscriber: str) -> int:
        """Drops what is waiting about one reader; gives how many those were."""
        with writing(self.engine) as connection:
            return connection.execute(delete(table).where(_about(subscriber))).rowcount


def _about(subscriber: str) -> ColumnElement[bool]:
    """Events name their reader by id, and an id stands in nobody else's event."""
    return table.c.event.contains(f'"id": {json.dumps(subscriber)}', autoescape=True)


def _announcement(row: RowMapping) -> Announcement:
    return Announcement(
        number=row["number"],
        address=row["address"],
        event=row["event"],
        attempts=row["attempts"],
        retry_at=row["retry_at"],
    )
