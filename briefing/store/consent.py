"""Takes readers as they were seen and as they shall be, writes those whose consent is still what was seen.

Between looking at a reader and writing them back, another process may have heard that they leave. Whoever changes a
reader therefore says what they saw, and a no that came meanwhile stands.

Next: briefing/services/subscribe.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from briefing.store.consent_postgres import COPIED, copy_where_unchanged
from briefing.store.database import portions
from briefing.store.schema import subscribers as table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

#: A reader's row, by `of_id`, gets the columns that it is run with.
REPLACE = update(table).where(table.c.id == bindparam("of_id"))


def write_where_unchanged(
    connection: Connection, rows: Sequence[tuple[str | None, Mapping[str, Any]]], *, copied: int = COPIED
) -> frozenset[str]:
    """Writes each row where the reader's status is still the one named before it; gives the ids of those.

    Args:
        connection: in a transaction that writes.
        rows: (status that was seen, None for a new reader; the columns).
        copied: so many or more are copied in, where the database can.
    """
    if connection.dialect.name == "postgresql" and len(rows) >= copied:
        return copy_where_unchanged(connection, rows)
    added = [row for seen, row in rows if seen is None]
    known = {row["id"]: (seen, row) for seen, row in rows if seen is not None}
    still: set[str] = set()
    for some in portions(known):
        # The lock is for PostgreSQL; in SQLite nobody else writes meanwhile.
        wanted = select(table.c.id, table.c.status).where(table.c.id.in_(some))
        found = connection.execute(wanted.with_for_update())
        still.update(row.id for row in found if row.status == known[row.id][0])
    changed = [{**known[key][1], "of_id": key} for key in known if key in still]
    if changed:
        connection.execute(REPLACE, changed)
    if added:
        connection.execute(insert(table), added)
    return frozenset(still.union(row["id"] for row in added))
