"""Takes the schema before it, gives 0011: what sources gave, and when which address may be asked again.

Next: briefing/store/visits.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Adds the tables."""
    op.create_table(
        "visits",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("outlet", sa.Text),
        sa.Column("recipe", sa.String(64), nullable=False),
        *(_instant(name) for name in ("asked_at", "next_at", "read_at", "full_at")),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("moves_to", sa.Text),
        _instant("failing_since"),
        sa.Column("error", sa.Text),
        sa.Column("is_gone", sa.Boolean, nullable=False),
        sa.Column("listed", sa.LargeBinary),
    )
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text, primary_key=True),
        _instant("paused_until"),
        sa.Column("robots", sa.Text),
        _instant("robots_at"),
    )
    op.create_table(
        "articles",
        sa.Column("feed", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(128), primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False),
        *(_instant(name, nullable=False) for name in ("first_at", "seen_at", "at")),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("article", sa.Text, nullable=False),
    )
    op.create_index("articles_by_age", "articles", ["seen_at"])
    op.create_index("articles_by_day", "articles", ["first_at"])
