"""Takes schema 0003, gives 0004: the pages of the editions that were sent.

Next: briefing/store/archive.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table of archived editions."""
    op.create_table(
        "archive",
        sa.Column("segment", sa.String(64), primary_key=True),
        sa.Column("edition", sa.Date, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("preheader", sa.Text, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("html", sa.LargeBinary, nullable=False),
    )
