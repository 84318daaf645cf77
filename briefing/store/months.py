"""Takes an edition's date, gives its rows a place of their own on PostgreSQL: the table of its month.

`deliveries` is parted there by month, so that a month's rows go as one table, not row by row. There is no table for
whatever fits nowhere else: rows in it would forbid to make their month's. SQLite keeps all rows in one table.

Next: briefing/store/ledger.py.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import OperationalError

from briefing.store.database import writing
from briefing.store.postgres import take_turns
from briefing.store.schema import deliveries, editions

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

#: The tables of all months, as PostgreSQL's own programs take names.
MONTHS = f"{deliveries.name}_[0-9]*_[0-9]*"
#: So many new rows change what the server should know of a month; by itself it looks up to a minute later.
_MANY = 10_000
#: How long whoever drops a month waits for those who use the books. All others wait behind them meanwhile.
_DROP_WAITS_MS = 1_000
_LOCK_NOT_AVAILABLE = "55P03"
_FOUND = text(
    """
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'deliveries'::regclass ORDER BY 1
    """
)


def table_of(day: date) -> str:
    """The table of that day's month."""
    return f"{deliveries.name}_{day.year:04}_{day.month:02}"


def ensure_month(connection: Connection, edition: date) -> None:
    """Has a table for the edition's rows, for whoever is about to add some.

    It is made and committed beside their transaction, so nobody waits for that one to end; and attached, which senders
    who hold rows do not notice: `CREATE TABLE … PARTITION OF` would wait for all of them
    (https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE).
    """
    if connection.dialect.name != "postgresql" or edition.replace(day=1) in _months(connection):
        return
    table, first = table_of(edition), edition.replace(day=1)
    span = f"FROM ('{first}') TO ('{_after(first)}')"
    with writing(connection.engine) as beside:
        take_turns(beside, "months")
        if first not in _months(beside):
            beside.execute(text(f"CREATE TABLE {table} (LIKE deliveries INCLUDING DEFAULTS)"))
            beside.execute(text(f"ALTER TABLE deliveries ATTACH PARTITION {table} FOR VALUES {span}"))


def count_anew(connection: Connection, edition: date, *, added: int) -> None:
    """Has the server count the edition's month when much of it is new; whoever counts it already is not waited for."""
    if connection.dialect.name == "postgresql" and added >= _MANY:
        connection.execute(text(f"ANALYZE (SKIP_LOCKED) {table_of(edition)}"))


def forget_before(engine: Engine, day: date) -> int:
    """Forgets the books of editions before that day, whole months at once; gives how many rows those were.

    A month in which somebody is busy stays until the next time.
    """
    with writing(engine) as connection:
        months = [first for first in _months(connection) if _after(first) <= day]
    rows, stays = 0, date.min
    for first in months:
        dropped = _drop(engine, first)
        rows += dropped or 0
        stays = _after(first) if dropped is None else stays
    with writing(engine) as connection:
        connection.execute(delete(editions).where(editions.c.edition >= stays, editions.c.edition < day))
        old = delete(deliveries).where(deliveries.c.edition >= stays, deliveries.c.edition < day)
        return rows + connection.execute(old).rowcount


def _drop(engine: Engine, first: date) -> int | None:
    """How many rows went with a month, as they were planned: to count them takes as long as to delete them."""
    theirs = (editions.c.edition >= first, editions.c.edition < _after(first))
    with writing(engine) as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = {_DROP_WAITS_MS}"))
        try:
            with connection.begin_nested():
                connection.execute(text(f"DROP TABLE {table_of(first)}"))
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            return None
        rows = connection.scalar(select(func.sum(editions.c.audience)).where(*theirs))
        connection.execute(delete(editions).where(*theirs))
        return rows or 0


def _months(connection: Connection) -> list[date]:
    """The first days of the months that have a table, in their order; none on SQLite."""
    if connection.dialect.name != "postgresql":
        return []
    numbers = (name.split("_")[-2:] for name in connection.scalars(_FOUND))
    return [date(int(year), int(month), 1) for year, month in numbers]


def _after(first: date) -> date:
    """The first day of the next month."""
    return (first + timedelta(days=31)).replace(day=1)
