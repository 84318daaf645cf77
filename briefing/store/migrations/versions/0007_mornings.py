"""Takes schema 0006, gives 0007: editions ready to be copied, pauses, and readers found by when they want their mail.

Next: briefing/store/prepared.py.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables, and says of each reader what their habit is."""
    op.create_table(
        "prepared",
        sa.Column("edition", sa.Date, primary_key=True),
        sa.Column("segment", sa.String(64), primary_key=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipe", sa.String(64), nullable=False),
        sa.Column("is_out", sa.Boolean, nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
    )
    op.add_column("subscribers", sa.Column("paused_until", sa.Date))
    op.add_column("subscribers", sa.Column("habit", sa.Text, nullable=False, server_default=""))
    op.add_column("subscribers", sa.Column("change", sa.Integer, nullable=False, server_default="0"))
    _name_habits()
    op.drop_index("subscribers_by_habit", "subscribers")
    op.create_index("subscribers_by_habit", "subscribers", ["status", "habit"])
    op.create_index("subscribers_by_change", "subscribers", ["change"])


def _name_habits() -> None:
    """A million readers have a few dozen habits: one statement for each."""
    readers = sa.table(
        "subscribers",
        sa.column("timezone", sa.String),
        sa.column("at", sa.Time),
        sa.column("days", sa.JSON(none_as_null=True)),
        sa.column("habit", sa.Text),
    )
    days = sa.cast(readers.c.days, sa.Text)
    connection = op.get_bind()
    found = connection.execute(sa.select(readers.c.timezone, readers.c.at, days.label("days")).distinct()).all()
    for row in found:
        same = (
            readers.c.timezone.is_not_distinct_from(row.timezone),
            readers.c.at.is_not_distinct_from(row.at),
            days.is_not_distinct_from(row.days),
        )
        word = json.dumps([row.timezone, row.at and row.at.isoformat(), row.days, None])
        connection.execute(sa.update(readers).where(*same).values(habit=word))
