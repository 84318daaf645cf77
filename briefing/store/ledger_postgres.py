"""Takes rows of the books, writes all of them with one statement, as PostgreSQL likes it best.

A statement for each row costs the server and the driver .5 ms; for all of a few dozen together .2 ms each, and they
need one answer.

Next: briefing/store/ledger.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from briefing.model.delivery import DeliveryStatus
from briefing.model.subscriber import SubscriberStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection, Cursor

    from briefing.model.delivery import Delivery

#: Columns of a row beside its edition, and their types; the first says which row.
_TYPES = {
    "subscriber": "text",
    "status": "text",
    "message_id": "text",
    "attempts": "int",
    "detail": "text",
    "retry_at": "timestamptz",
    "updated_at": "timestamptz",
    "owner": "text",
}
_NEW = ", ".join(f"{name} = new.{name}" for name in list(_TYPES)[1:])
_ROWS = ", ".join(f"%({name})s::{kind}[]" for name, kind in _TYPES.items())
#: Writes rows of one edition, whatever they were. It is named apart, so that only its month's table is looked at.
RECORD = (
    f"UPDATE deliveries SET {_NEW} FROM unnest({_ROWS}) AS new ({', '.join(_TYPES)})"  # noqa: S608 - our own names
    " WHERE deliveries.edition = %(of_edition)s AND deliveries.subscriber = new.subscriber"
)
#: Writes rows that are still their owner's and whose readers want mail. The status is hidden from the choice of an
#: index: before statistics are gathered, the one of unfinished rows looks as good as the key, and all of it is read
#: for each row (27 ms for four rows of 20,000 readers instead of .1).
START = (
    f"{RECORD} AND deliveries.owner = new.owner"  # noqa: S608 - our own words
    f" AND deliveries.status || '' IN ('{DeliveryStatus.CLAIMED}', '{DeliveryStatus.INFLIGHT}')"
    " AND EXISTS (SELECT 1 FROM subscribers WHERE subscribers.id = new.subscriber"
    f" AND subscribers.status = '{SubscriberStatus.CONFIRMED}')"
)


def write(connection: Connection[Any], changed: Sequence[Delivery], starting: Sequence[Delivery]) -> tuple[int, int]:
    """Writes `changed` whatever they were and `starting` where they may start, asking once; gives how many of each."""
    with connection.pipeline():
        written, begun = _ask(connection, RECORD, changed), _ask(connection, START, starting)
    return sum(cursor.rowcount for cursor in written), sum(cursor.rowcount for cursor in begun)


def _ask(connection: Connection[Any], statement: str, rows: Sequence[Delivery]) -> list[Cursor[Any]]:
    asked = []
    for edition in {row.edition: None for row in rows}:
        columns = {name: [getattr(row, name) for row in rows if row.edition == edition] for name in _TYPES}
        asked.append(connection.cursor())
        asked[-1].execute(statement.encode(), {**columns, "of_edition": edition}, prepare=True)
    return asked
