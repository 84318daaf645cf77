"""Takes nothing, gives the statements that turn the newest tables back into those of an earlier schema."""

from __future__ import annotations

#: What took schema 0004 to 0005, undone.
WITHOUT_0005 = (
    *(f"DROP INDEX {index}" for index in ("subscribers_by_habit", "deliveries_of_reader", "deliveries_open")),
    *(f"DROP TABLE {table}" for table in ("bounces", "requests", "announcements")),
    "ALTER TABLE subscribers DROP COLUMN sections",
    "ALTER TABLE subscribers DROP COLUMN reason",
    "ALTER TABLE deliveries DROP COLUMN owner",
)
#: Of 0007.
WITHOUT_0007 = ("DROP TABLE runs", "DROP TABLE alarms")
#: All of them, the newest first.
BACK_TO_0004 = (*WITHOUT_0007, *WITHOUT_0005)
