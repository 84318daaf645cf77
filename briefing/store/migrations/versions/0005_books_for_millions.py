"""Takes schema 0004, gives 0005: books that many senders share, sections, bounces, limits and webhooks.

Next: briefing/store/ledger.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OPEN = sa.text("status NOT IN ('sent', 'failed', 'suppressed')")


def upgrade() -> None:
    """Adds the columns, indexes and tables."""
    op.add_column("subscribers", sa.Column("sections", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("subscribers", sa.Column("reason", sa.Text))
    op.create_index("subscribers_by_habit", "subscribers", ["status", "timezone", "at"])
    _add_owner()
    op.create_index("deliveries_of_reader", "deliveries", ["subscriber", "edition"])
    op.create_index(
        "deliveries_open",
        "deliveries",
        ["edition", "subscriber"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "bounces",
        sa.Column("subscriber", sa.String(64), primary_key=True),
        sa.Column("soft", sa.Integer, nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_table(
        "requests",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("requests_by_key", "requests", ["kind", "key", "at"])
    op.create_table(
        "announcements",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=False),
    )


def _add_owner() -> None:
    """On SQLite the table is made anew as well: it is looked up by its primary key alone, so it needs no other."""
    if op.get_bind().dialect.name != "sqlite":
        op.add_column("deliveries", sa.Column("owner", sa.String(64)))
        return
    op.rename_table("deliveries", "deliveries_0004")
    op.create_table(
        "deliveries",
        sa.Column("edition", sa.Date, primary_key=True),
        sa.Column("subscriber", sa.String(64), primary_key=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("message_id", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("detail", sa.Text),
        sa.Column("retry_at", sa.DateTime(timezone=True)),
        sa.Column("updated_at", sa.DateTime(timezone=True)),
        sa.Column("owner", sa.String(64)),
        sqlite_with_rowid=False,
    )
    kept = "edition, subscriber, status, message_id, attempts, detail, retry_at, updated_at"
    op.execute(f"INSERT INTO deliveries ({kept}) SELECT {kept} FROM deliveries_0004")  # noqa: S608 - two literals
    op.drop_table("deliveries_0004")
