"""Takes nothing, gives the statements that turn the newest tables back into those of an earlier schema."""

from __future__ import annotations

#: What came after schema 0008, undone.
BACK_TO_0008 = tuple(f"DROP TABLE {table}" for table in ("visits", "hosts", "articles"))
#: What came after schema 0007.
BACK_TO_0007 = (*BACK_TO_0008, "DROP TABLE runs", "DROP TABLE alarms")
#: What came after schema 0004.
BACK_TO_0004 = (
    *BACK_TO_0007,
    "DROP INDEX subscribers_by_change",
    *(f"DROP TABLE {table}" for table in ("prepared", "counters")),
    *(f"DROP INDEX {index}" for index in ("subscribers_by_habit", "deliveries_of_reader", "deliveries_open")),
    *(f"DROP TABLE {table}" for table in ("bounces", "requests", "announcements")),
    *(f"ALTER TABLE subscribers DROP COLUMN {column}" for column in ("asked_at", "paused_until", "habit", "change")),
    "ALTER TABLE subscribers DROP COLUMN sections",
    "ALTER TABLE subscribers DROP COLUMN reason",
    "ALTER TABLE deliveries DROP COLUMN owner",
)
