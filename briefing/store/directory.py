"""Takes what somebody looks for, gives a page of readers, or the editions that stand in the books.

Next: briefing/store/archive.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from briefing.store.database import reading
from briefing.store.schema import editions
from briefing.store.schema import subscribers as table
from briefing.store.subscribers import subscriber_of

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Engine

    from briefing.model.subscriber import Subscriber, SubscriberStatus


@dataclass(frozen=True, slots=True)
class SqlDirectory:
    """Reads from where the last page ended: the tenth page of a million costs what the first does."""

    engine: Engine

    def page(
        self, *, text: str = "", status: SubscriberStatus | None = None, after: int = 0, limit: int
    ) -> tuple[tuple[Subscriber, ...], int | None]:
        """At most `limit` readers in the order they came, and what to ask the next page with."""
        wanted = select(table).where(table.c.number > after).order_by(table.c.number).limit(limit + 1)
        if status is not None:
            wanted = wanted.where(table.c.status == status.value)
        if text:
            in_address = table.c.address.contains(text.casefold(), autoescape=True)
            # SQLite's lower() leaves letters beyond ASCII alone: those are found as they were written.
            names = (
                func.lower(table.c.name).contains(text.lower(), autoescape=True),
                table.c.name.contains(text, autoescape=True),
            )
            wanted = wanted.where(or_(in_address, *names))
        with reading(self.engine) as connection:
            rows = connection.execute(wanted).mappings().all()
        following = rows[limit - 1]["number"] if len(rows) > limit else None
        return tuple(subscriber_of(row) for row in rows[:limit]), following

    def editions(self, *, limit: int) -> tuple[date, ...]:
        """The editions that stand in the books, newest first."""
        wanted = select(editions.c.edition).order_by(editions.c.edition.desc()).limit(limit)
        with reading(self.engine) as connection:
            return tuple(connection.scalars(wanted))
