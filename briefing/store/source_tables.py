"""Takes the schema, gives the tables of sources and their texts, and `metadata` when all tables are in it.

Next: briefing/store/visits.py.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, String, Table, Text

from briefing.store.schema import Instant, metadata

__all__ = ["articles", "hosts", "metadata", "vectors", "visits"]

#: One row for each address that was asked; the columns are the fields of `model.visit.Visit`.
visits = Table(
    "visits",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("outlet", Text),
    Column("recipe", String(64), nullable=False),
    Column("asked_at", Instant),
    Column("next_at", Instant),
    Column("read_at", Instant),
    Column("full_at", Instant),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("address", Text),
    Column("moves_to", Text),
    Column("failing_since", Instant),
    Column("error", Text),
    Column("is_gone", Boolean, nullable=False),
    Column("listed", LargeBinary),
)

#: One row for each host that asked something of us; the columns are the fields of `model.visit.HostNote`.
hosts = Table(
    "hosts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("paused_until", Instant),
    Column("robots", Text),
    Column("robots_at", Instant),
)

#: What sources gave. `feed` is the key of a visit, `hash` the SHA-256 of `article`, an article line; `first_at` and
#: `seen_at` say when the source first and last carried it, `at` the last moment at which it can have come out, or, when
#: nobody knows, when it was first seen; `place` counts in the source's own order.
articles = Table(
    "articles",
    metadata,
    Column("feed", String(64), primary_key=True),
    Column("id", String(128), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    Column("place", Integer, nullable=False),
    Column("article", Text, nullable=False),
    Index("articles_by_age", "seen_at"),
    Index("articles_by_day", "first_at"),
)

#: `vector` is little-endian float32, four bytes a number; `used_on` the day (UTC) on which it was last asked for.
vectors = Table(
    "vectors",
    metadata,
    Column("key", String(128), primary_key=True),
    Column("vector", LargeBinary, nullable=False),
    Column("used_on", Date, nullable=False, server_default="1970-01-01"),
    Index("vectors_by_use", "used_on"),
)
