"""Takes schema 0005, gives 0006: when a reader asked for the briefing themselves and has not answered since.

Readers who are on the list already have none: nobody knows any more who put them there, so they stay.

Next: briefing/store/subscribers.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column."""
    op.add_column("subscribers", sa.Column("asked_at", sa.DateTime(timezone=True)))
