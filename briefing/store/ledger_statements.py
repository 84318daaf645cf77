"""Takes nothing, gives the statements that are run for each message. Building one costs as much as running it.

Next: briefing/store/ledger.py, which runs them.
"""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, Text, and_, bindparam, cast, null, or_, select, text, update

from briefing.model.delivery import DeliveryStatus
from briefing.model.subscriber import SubscriberStatus
from briefing.store.schema import Instant, deliveries, subscribers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Dialect, Update
    from sqlalchemy.engine.interfaces import DBAPICursor

    from briefing.model.delivery import Delivery

#: Writes a row, whatever it was.
RECORD = (
    update(deliveries)
    .where(deliveries.c.edition == bindparam("of_edition"), deliveries.c.subscriber == bindparam("of_subscriber"))
    .values({column.name: bindparam(column.name) for column in deliveries.c if not column.primary_key})
)
_START = RECORD.where(
    deliveries.c.owner == bindparam("of_owner"),
    text("deliveries.status IN ('claimed', 'inflight')"),
)
#: Consent is looked at in the same step: nobody gets a message after they have left.
START = _START.where(
    select(subscribers.c.id)
    .where(subscribers.c.id == bindparam("of_subscriber"), text(f"subscribers.status = '{SubscriberStatus.CONFIRMED}'"))
    .exists()
)
#: What was not started and still is its owner's has a reader who left; in flight it was handed over before, perhaps.
LEFT = (
    update(deliveries)
    .where(deliveries.c.edition == bindparam("of_edition"), deliveries.c.subscriber == bindparam("of_subscriber"))
    .where(deliveries.c.owner == bindparam("of_owner"))
    .values(
        status=text(
            f"CASE status WHEN '{DeliveryStatus.INFLIGHT}' THEN '{DeliveryStatus.UNCERTAIN}' "
            f"ELSE '{DeliveryStatus.SUPPRESSED}' END"
        ),
        owner=null(),
        updated_at=bindparam("now", type_=Instant()),
    )
)
#: In the words of the index's own condition, without parameters: SQLite does not find it otherwise (2.5 ms a row).
OPEN = text("deliveries.status NOT IN ('sent', 'failed', 'suppressed')")
#: The same of the other indexes.
CLOSED = text("deliveries.status IN ('uncertain', 'missed')")
UNFINISHED = text("deliveries.status IN ('pending', 'claimed', 'inflight', 'deferred')")
#: A reader's columns beside a row's; lists as the text they are kept as, for most are equal, and read once then.
LISTS = ("languages", "topics", "sections", "days")
READER = tuple(
    (cast(column, Text) if column.name in LISTS else column).label(f"reader_{column.name}") for column in subscribers.c
)
#: The range is said of readers too: PostgreSQL merges both in their order, and would read all readers before it.
_READERS = and_(
    subscribers.c.id == deliveries.c.subscriber,
    subscribers.c.id > bindparam("last"),
    subscribers.c.id <= bindparam("until"),
)
_RIPE = (
    select(deliveries, *READER)
    .select_from(deliveries.outerjoin(subscribers, _READERS))
    .where(deliveries.c.edition == bindparam("of_edition"), OPEN, deliveries.c.subscriber > bindparam("last"))
    .where(deliveries.c.subscriber <= bindparam("until"))
    .where(or_(deliveries.c.retry_at.is_(None), deliveries.c.retry_at <= bindparam("now", type_=Instant())))
    .order_by(deliveries.c.subscriber)
    .limit(bindparam("most"))
)
#: Rows that were never tried, and those that were (see `Delivery.place`), but for those that another sender is deciding
#: about.
TAKE = tuple(
    _RIPE.where(tried).with_for_update(of=deliveries, skip_locked=True)
    for tried in (deliveries.c.attempts == 0, deliveries.c.attempts > 0)
)


def run_for_each(cursor: DBAPICursor, dialect: Dialect, statement: Update, rows: Sequence[Delivery]) -> int:
    """Runs `RECORD`, `START` or `LEFT` for each row, and gives how many were changed.

    SQLAlchemy would work out every row's parameters anew, 25 µs each; here that is done once for each statement.
    """
    if not rows:
        return 0
    sql, names, makers = _compiled(statement, dialect)
    values = [[make(row) for make in makers] for row in rows]
    cursor.executemany(sql, values if names is None else [dict(zip(names, value, strict=True)) for value in values])
    return cursor.rowcount


def write_rows(
    cursor: DBAPICursor, dialect: Dialect, changed: Sequence[Delivery], starting: Sequence[Delivery]
) -> tuple[int, int]:
    """Writes `changed` whatever they were and `starting` where they may start; gives how many of each were written."""
    if dialect.name == "postgresql":
        from briefing.store.ledger_postgres import write  # noqa: PLC0415, psycopg comes with an extra

        driver: Any = cursor
        return write(driver.connection, changed, starting)
    return run_for_each(cursor, dialect, RECORD, changed), run_for_each(cursor, dialect, START, starting)


#: What each parameter is of a row.
_PARAMETERS: dict[str, Callable[[Delivery], object]] = {
    "status": lambda row: row.status.value,
    "message_id": attrgetter("message_id"),
    "attempts": attrgetter("attempts"),
    "detail": attrgetter("detail"),
    "retry_at": attrgetter("retry_at"),
    "updated_at": attrgetter("updated_at"),
    "owner": attrgetter("owner"),
    "of_edition": attrgetter("edition"),
    "of_subscriber": attrgetter("subscriber"),
    "of_owner": attrgetter("owner"),
    "now": attrgetter("updated_at"),
}
_TYPES = {"retry_at": Instant(), "updated_at": Instant(), "now": Instant(), "of_edition": Date()}


@lru_cache(maxsize=16)
def _compiled(
    statement: Update, dialect: Dialect
) -> tuple[str, tuple[str, ...] | None, tuple[Callable[[Delivery], object], ...]]:
    """The statement in the database's words; its parameters' names, None where they are counted; how each is made."""
    compiled = statement.compile(dialect=dialect)
    names = tuple(compiled.positiontup or compiled.params)
    makers = tuple(_maker(name, dialect) for name in names)
    return str(compiled), None if compiled.positional else names, makers


def _maker(name: str, dialect: Dialect) -> Callable[[Delivery], object]:
    take, type_ = _PARAMETERS[name], _TYPES.get(name)
    convert = type_.dialect_impl(dialect).bind_processor(dialect) if type_ is not None else None
    return take if convert is None else lambda row: convert(take(row))
