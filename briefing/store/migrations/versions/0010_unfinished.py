"""Takes the schema before it, gives 0010: editions that wait for a sender found without looking at every row.

Next: briefing/store/ledger.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None

_UNFINISHED = sa.text("status IN ('pending', 'claimed', 'inflight', 'deferred')")


def upgrade() -> None:
    """Adds the index."""
    op.create_index(
        "deliveries_unfinished",
        "deliveries",
        ["edition"],
        sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    )
