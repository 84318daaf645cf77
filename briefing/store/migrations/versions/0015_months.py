"""Takes the schema before it, gives 0015: on PostgreSQL the books of each month in a table of their own.

SQLite keeps them in one table. Both get indexes by which a look finds what is new of rows that wait or are over.

Next: briefing/store/months.py.
"""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OLD = "deliveries_0014"
_COLUMNS = "edition, subscriber, status, message_id, attempts, detail, retry_at, updated_at, owner"
_OPEN = sa.text("status NOT IN ('sent', 'failed', 'suppressed')")
_CLOSED = sa.text("status IN ('uncertain', 'missed')")
_UNFINISHED = sa.text("status IN ('pending', 'claimed', 'inflight', 'deferred')")


def upgrade() -> None:
    """Parts the rows where they are to be parted, and makes the indexes."""
    if op.get_bind().dialect.name == "postgresql":
        _part()
    else:
        op.drop_index("deliveries_unfinished")
    _create_index("deliveries_unfinished", ["edition", "retry_at"], _UNFINISHED)
    _create_index("deliveries_closed", ["edition", "retry_at", "updated_at"], _CLOSED)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ANALYZE deliveries")


def _part() -> None:
    """Copies the rows month by month, each in the order of its key, and makes the indexes afterwards."""
    op.rename_table("deliveries", _OLD)
    op.execute(f"CREATE TABLE deliveries (LIKE {_OLD} INCLUDING DEFAULTS) PARTITION BY RANGE (edition)")
    for first in _months():
        _copy(first, (first + timedelta(days=31)).replace(day=1))
    op.drop_table(_OLD)  # whose indexes have the names
    op.execute("ALTER TABLE deliveries ADD CONSTRAINT deliveries_pkey PRIMARY KEY (edition, subscriber)")
    op.create_index("deliveries_of_reader", "deliveries", ["subscriber", "edition"])
    _create_index("deliveries_open", ["edition", "subscriber"], _OPEN)


def _create_index(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "deliveries", columns, sqlite_where=where, postgresql_where=where)


def _months() -> list[date]:
    """The first days of those that have rows."""
    found = op.get_bind().scalars(sa.text(f"SELECT DISTINCT date_trunc('month', edition)::date FROM {_OLD} ORDER BY 1"))  # noqa: S608 - our own name
    return list(found)


def _copy(first: date, after: date) -> None:
    table = f"deliveries_{first.year:04}_{first.month:02}"
    op.execute(f"CREATE TABLE {table} PARTITION OF deliveries FOR VALUES FROM ('{first}') TO ('{after}')")
    rows = f"SELECT {_COLUMNS} FROM {_OLD} WHERE edition >= '{first}' AND edition < '{after}'"  # noqa: S608 - dates
    op.execute(f"INSERT INTO {table} ({_COLUMNS}) {rows} ORDER BY edition, subscriber")
