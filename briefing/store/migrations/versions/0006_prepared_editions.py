"""Takes schema 0005, gives 0006: editions that are ready to be copied.

Next: briefing/store/prepared.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table of prepared editions."""
    op.create_table(
        "prepared",
        sa.Column("edition", sa.Date, primary_key=True),
        sa.Column("segment", sa.String(64), primary_key=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipe", sa.String(64), nullable=False),
        sa.Column("is_out", sa.Boolean, nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
    )
