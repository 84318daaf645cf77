"""Takes an empty database, gives schema 0001: readers, ledger, memory, sources, vectors, settings.

Spelled out rather than taken from schema.py, which will move on; a test holds the two together.

Next: briefing/store/subscribers.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the first tables."""
    _make_readers()
    _make_ledger()
    op.create_table(
        "told",
        sa.Column("edition", sa.Date, primary_key=True),
        sa.Column("segment", sa.String(64), primary_key=True),
        sa.Column("article", sa.String(128), primary_key=True),
    )
    op.create_table(
        "source_log",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "vectors",
        sa.Column("key", sa.String(128), primary_key=True),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )


def _make_readers() -> None:
    op.create_table(
        "subscribers",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("address", sa.Text, nullable=False, unique=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("language", sa.String(16)),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("timezone", sa.String(64)),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("at", sa.Time),
        sa.Column("days", sa.JSON),
        sa.Column("created_at", sa.DateTime(timezone=True)),
    )


def _make_ledger() -> None:
    op.create_table(
        "editions",
        sa.Column("edition", sa.Date, primary_key=True),
        sa.Column("audience", sa.Integer, nullable=False),
    )
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
    )
