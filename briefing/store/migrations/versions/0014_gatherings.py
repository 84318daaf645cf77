"""Takes the schema before it, gives 0014: what was gathered, while several programs make editions of it.

Next: briefing/store/gatherings.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "gatherings",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
    )
