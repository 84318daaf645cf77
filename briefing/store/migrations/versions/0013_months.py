"""Takes the schema before it, gives 0013: on PostgreSQL the books of each month in a table of their own.

SQLite keeps them in one table.

Next: briefing/store/months.py.
"""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_OLD = "deliveries_0012"
_COLUMNS = "edition, subscriber, status, message_id, attempts, detail, retry_at, updated_at, owner"
_OPEN = sa.text("status NOT IN ('sent', 'failed', 'suppressed')")
_UNFINISHED = sa.text("status IN ('pending', 'claimed', 'inflight', 'deferred')")


def upgrade() -> None:
    """Copies the rows month by month, each in the order of its key, and makes the indexes afterwards."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.rename_table("deliveries", _OLD)
    op.execute(f"CREATE TABLE deliveries (LIKE {_OLD} INCLUDING DEFAULTS) PARTITION BY RANGE (edition)")
    for first in _months():
        _copy(first, (first + timedelta(days=31)).replace(day=1))
    op.drop_table(_OLD)  # whose indexes have the names
    op.execute("ALTER TABLE deliveries ADD CONSTRAINT deliveries_pkey PRIMARY KEY (edition, subscriber)")
    op.create_index("deliveries_of_reader", "deliveries", ["subscriber", "edition"])
    op.create_index("deliveries_open", "deliveries", ["edition", "subscriber"], postgresql_where=_OPEN)
    op.create_index("deliveries_unfinished", "deliveries", ["edition"], postgresql_where=_UNFINISHED)
    op.execute("ANALYZE deliveries")


def _months() -> list[date]:
    """The first days of those that have rows."""
    found = op.get_bind().scalars(sa.text(f"SELECT DISTINCT date_trunc('month', edition)::date FROM {_OLD} ORDER BY 1"))  # noqa: S608 - our own name
    return list(found)


def _copy(first: date, after: date) -> None:
    table = f"deliveries_{first.year:04}_{first.month:02}"
    op.execute(f"CREATE TABLE {table} PARTITION OF deliveries FOR VALUES FROM ('{first}') TO ('{after}')")
    rows = f"SELECT {_COLUMNS} FROM {_OLD} WHERE edition >= '{first}' AND edition < '{after}'"  # noqa: S608 - dates
    op.execute(f"INSERT INTO {table} ({_COLUMNS}) {rows} ORDER BY edition, subscriber")
