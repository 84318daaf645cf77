"""Takes readers, gives them back in the order they came. One row per reader, none twice.

Next: briefing/store/ledger.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.store.database import insert_into, reading, writing
from briefing.store.schema import subscribers as table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement, Engine, RowMapping

REPLACE = update(table).where(table.c.id == bindparam("of_id"))
#: Asked once for each message; built once, because building a statement costs as much as running it.
FIND_BY_ID = select(table).where(table.c.id == bindparam("of_id"))


@dataclass(frozen=True, slots=True)
class SqlSubscribers:
    """Keeps the list of readers in the database."""

    engine: Engine

    def list_subscribers(self, *, status: SubscriberStatus | None = None) -> tuple[Subscriber, ...]:
        """Readers in the order they came, all or those of one status."""
        return self._select() if status is None else self._select(table.c.status == status.value)

    def find_subscriber(self, email: str) -> Subscriber | None:
        """The reader with this address, letter case aside, or None."""
        return next(iter(self._select(table.c.address == email.casefold())), None)

    def find_by_id(self, subscriber: str) -> Subscriber | None:
        """The reader with this id, or None."""
        with reading(self.engine) as connection:
            row = connection.execute(FIND_BY_ID, {"of_id": subscriber}).mappings().first()
        return None if row is None else _subscriber(row)

    def save_subscriber(self, subscriber: Subscriber) -> None:
        """Adds the reader, or replaces the one with the same id."""
        self.save_subscribers((subscriber,))

    def save_subscribers(self, subscribers: Iterable[Subscriber]) -> None:
        """Saves all of them or, when one cannot be saved, none."""
        rows = {subscriber.id: _columns(subscriber) for subscriber in subscribers}
        with writing(self.engine) as connection:
            known = set(connection.scalars(select(table.c.id)))
            changed = [{**row, "of_id": key} for key, row in rows.items() if key in known]
            added = [row for key, row in rows.items() if key not in known]
            if changed:
                connection.execute(REPLACE, changed)
            if added:
                connection.execute(insert_into(connection, table), added)

    def _select(self, *conditions: ColumnElement[bool]) -> tuple[Subscriber, ...]:
        with reading(self.engine) as connection:
            rows = connection.execute(select(table).where(*conditions).order_by(table.c.number)).mappings()
            return tuple(_subscriber(row) for row in rows)


def _columns(subscriber: Subscriber) -> Mapping[str, Any]:
    return {
        "id": subscriber.id,
        "address": subscriber.email.casefold(),
        "email": subscriber.email,
        "name": subscriber.name,
        "status": subscriber.status.value,
        "language": subscriber.language,
        "languages": list(subscriber.languages),
        "timezone": subscriber.timezone,
        "topics": list(subscriber.topics),
        "at": subscriber.at,
        "days": None if subscriber.days is None else list(subscriber.days),
        "created_at": subscriber.created_at,
    }


def _subscriber(row: RowMapping) -> Subscriber:
    return Subscriber(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        status=SubscriberStatus(row["status"]),
        language=row["language"],
        languages=tuple(row["languages"]),
        timezone=row["timezone"],
        topics=tuple(row["topics"]),
        at=row["at"],
        days=None if row["days"] is None else tuple(row["days"]),
        created_at=row["created_at"],
    )
