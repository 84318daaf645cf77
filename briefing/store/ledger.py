"""Takes what becomes of each message, gives the books of an edition: one row per (edition, reader), whatever happens.

Every change is committed before its method returns, so a sender killed at any moment leaves rows that say how far
it came. `advance` is the lock between two senders: the row changes for one of them only.

Next: briefing/store/memory.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, update

from briefing.errors import StoreError
from briefing.model.delivery import Balance, Delivery, DeliveryStatus
from briefing.store.database import insert_into, reading, writing
from briefing.store.schema import deliveries, editions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from sqlalchemy import Engine, RowMapping, Update

#: Rows that a sender still has to do something about.
UNFINISHED = (DeliveryStatus.PENDING, DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT, DeliveryStatus.DEFERRED)

#: Three of these are written for each message; built once, they and the one look-up took 1.0 ms of CPU, not 3.4.
RECORD = (
    update(deliveries)
    .where(deliveries.c.edition == bindparam("of_edition"), deliveries.c.subscriber == bindparam("of_subscriber"))
    .values({column.name: bindparam(column.name) for column in deliveries.c if not column.primary_key})
)
ADVANCE = RECORD.where(
    deliveries.c.status == bindparam("was_status"),
    deliveries.c.attempts == bindparam("was_attempts"),
    deliveries.c.updated_at.is_not_distinct_from(bindparam("was_updated_at")),
)


@dataclass(frozen=True, slots=True)
class SqlLedger:
    """Keeps the books in the database."""

    engine: Engine

    def plan(self, edition: date, subscribers: Iterable[str], *, now: datetime) -> int:
        """Adds a pending row for each reader who has none yet; gives how many were added. Safe to repeat."""
        with writing(self.engine) as connection:
            known = set(connection.scalars(select(deliveries.c.subscriber).where(deliveries.c.edition == edition)))
            fresh = [reader for reader in dict.fromkeys(subscribers) if reader not in known]
            if not fresh:
                return 0
            none_yet = insert_into(connection, editions).values(edition=edition, audience=0)
            connection.execute(none_yet.on_conflict_do_nothing())
            grown = editions.c.audience + len(fresh)
            connection.execute(update(editions).where(editions.c.edition == edition).values(audience=grown))
            rows = [_columns(Delivery(edition=edition, subscriber=reader, updated_at=now)) for reader in fresh]
            connection.execute(insert_into(connection, deliveries), rows)
            return len(fresh)

    def rows(self, edition: date, *statuses: DeliveryStatus) -> tuple[Delivery, ...]:
        """The edition's rows in any of the statuses (all when none is named), ordered by reader."""
        wanted = select(deliveries).where(deliveries.c.edition == edition).order_by(deliveries.c.subscriber)
        if statuses:
            wanted = wanted.where(deliveries.c.status.in_([status.value for status in statuses]))
        with reading(self.engine) as connection:
            return tuple(_delivery(row) for row in connection.execute(wanted).mappings())

    def advance(self, before: Delivery, after: Delivery) -> bool:
        """Writes `after` only if the row still has the status, attempts and time of `before`, in one step."""
        was = {"was_status": before.status.value, "was_attempts": before.attempts, "was_updated_at": before.updated_at}
        return self._write(ADVANCE, after, was)

    def record(self, delivery: Delivery) -> None:
        """Writes a row's new state, whatever it was.

        Raises:
            StoreError: the reader was never planned for this edition.
        """
        if not self._write(RECORD, delivery, {}):
            raise StoreError(f"edition {delivery.edition} was never planned for reader {delivery.subscriber}")

    def unfinished(self) -> tuple[date, ...]:
        """Editions with a row that is pending, claimed, in flight or deferred; oldest first."""
        wanted = select(deliveries.c.edition).distinct().order_by(deliveries.c.edition)
        with reading(self.engine) as connection:
            words = [status.value for status in UNFINISHED]
            return tuple(connection.scalars(wanted.where(deliveries.c.status.in_(words))))

    def balance(self, edition: date) -> Balance:
        """Adds the edition up."""
        grouped = select(deliveries.c.status, func.count()).where(deliveries.c.edition == edition)
        with reading(self.engine) as connection:
            counted: dict[str, int] = dict(connection.execute(grouped.group_by(deliveries.c.status)).all())
            audience = connection.scalar(select(editions.c.audience).where(editions.c.edition == edition))
        counts = {status: counted[status.value] for status in DeliveryStatus if status.value in counted}
        return Balance(edition=edition, audience=audience or 0, counts=counts)

    def _write(self, change: Update, delivery: Delivery, conditions: Mapping[str, Any]) -> bool:
        values = {**_columns(delivery), **conditions}
        values["of_edition"], values["of_subscriber"] = values.pop("edition"), values.pop("subscriber")
        with writing(self.engine) as connection:
            return connection.execute(change, values).rowcount == 1


def _columns(delivery: Delivery) -> Mapping[str, Any]:
    return {
        "edition": delivery.edition,
        "subscriber": delivery.subscriber,
        "status": delivery.status.value,
        "message_id": delivery.message_id,
        "attempts": delivery.attempts,
        "detail": delivery.detail,
        "retry_at": delivery.retry_at,
        "updated_at": delivery.updated_at,
    }


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(
        edition=row["edition"],
        subscriber=row["subscriber"],
        status=DeliveryStatus(row["status"]),
        message_id=row["message_id"],
        attempts=row["attempts"],
        detail=row["detail"],
        retry_at=row["retry_at"],
        updated_at=row["updated_at"],
    )
