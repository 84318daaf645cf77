"""Takes the schema before it, gives 0016: when each vector was last used, so that those of long ago can be forgotten.

Next: briefing/store/vectors.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Takes all that are there as used today."""
    op.add_column("vectors", sa.Column("used_on", sa.Date, nullable=False, server_default="1970-01-01"))
    op.execute("UPDATE vectors SET used_on = CURRENT_DATE")
    op.create_index("vectors_by_use", "vectors", ["used_on"])
