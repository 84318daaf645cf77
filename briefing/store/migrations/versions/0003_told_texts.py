"""Takes schema 0002, gives 0003: the text of what was told, and the running story it belongs to.

What an earlier version recorded keeps its id and date; nobody knows any more which articles were one story.

Next: briefing/store/memory.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table of told texts and gives every row of `told` its thread."""
    op.create_table(
        "snapshots",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("edition", sa.Date, nullable=False),
        sa.Column("article", sa.Text, nullable=False),
    )
    with op.batch_alter_table("told") as told:
        told.add_column(sa.Column("thread", sa.String(128)))
        told.add_column(sa.Column("since", sa.Date))
        told.add_column(sa.Column("snapshot", sa.String(64)))
    op.execute("UPDATE told SET thread = article, since = edition")
    with op.batch_alter_table("told") as told:
        told.alter_column("thread", existing_type=sa.String(128), nullable=False)
        told.alter_column("since", existing_type=sa.Date, nullable=False)
