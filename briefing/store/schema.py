"""Takes nothing, gives the tables of the house. A change here needs a new file in migrations/versions/ and a new HEAD.

Instants are stored in UTC, enums as their words, lists as JSON. Nothing here is SQLite's alone.

Next: briefing/store/database.py, which opens a database with these tables.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Time,
)
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

#: The newest migration; a test holds it to migrations/versions/. Numbers of equal width, so they compare as text.
HEAD = "0016"


class Instant(TypeDecorator[datetime]):
    """Stores an aware datetime in UTC and gives it back in UTC, also where a database forgets the offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turns any offset into UTC on the way in."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Says UTC again on the way out."""
        if value is None or value.tzinfo is None:
            return value and value.replace(tzinfo=UTC)
        return value.astimezone(UTC)  # PostgreSQL's comes in the zone of the session


metadata = MetaData()

#: Words of the statuses that no sender touches again.
SETTLED = ("sent", "failed", "suppressed")
#: Words of the statuses that a sender has to do something about by itself.
UNFINISHED = ("pending", "claimed", "inflight", "deferred")
#: Words of those that a sender takes up only if their reader's hour is still to come, or comes again.
CLOSED = ("uncertain", "missed")

#: `number` keeps the order in which readers came; `address` is the e-mail in one letter case, so that nobody is twice.
#: `habit` says when a reader wants their mail, all of it in one word, so that an index finds who is due; `change` grows
#: with every change to the list, so that who was changed since a look is found without looking at the others.
subscribers = Table(
    "subscribers",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("address", Text, nullable=False, unique=True),
    Column("email", Text, nullable=False),
    Column("name", Text),
    Column("status", String(16), nullable=False),
    Column("language", String(16)),
    Column("languages", JSON, nullable=False),
    Column("timezone", String(64)),
    Column("topics", JSON, nullable=False),
    Column("sections", JSON, nullable=False),
    Column("at", Time),
    Column("days", JSON(none_as_null=True)),
    Column("reason", Text),
    Column("created_at", Instant),
    Column("asked_at", Instant),
    Column("paused_until", Date),
    Column("habit", Text, nullable=False, server_default=""),
    Column("change", Integer, nullable=False, server_default="0"),
    Index("subscribers_by_habit", "status", "habit"),
    Index("subscribers_by_change", "change"),
)

#: Numbers that only grow, by name.
counters = Table(
    "counters",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Integer, nullable=False),
)

#: How many readers each edition was planned for, counted on its own so that a lost row shows in the balance.
editions = Table(
    "editions",
    metadata,
    Column("edition", Date, primary_key=True),
    Column("audience", Integer, nullable=False),
)

#: The primary key is the promise: one message per reader and edition. It outlives the reader, hence no foreign key.
#: PostgreSQL has a table for each month under this one, see briefing/store/months.py.
deliveries = Table(
    "deliveries",
    metadata,
    Column("edition", Date, primary_key=True),
    Column("subscriber", String(64), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("message_id", Text),
    Column("attempts", Integer, nullable=False),
    Column("detail", Text),
    Column("retry_at", Instant),
    Column("updated_at", Instant),
    Column("owner", String(64)),
    Index("deliveries_of_reader", "subscriber", "edition"),
    sqlite_with_rowid=False,  # one tree to look a row up in, not two
    postgresql_partition_by="RANGE (edition)",
)

#: Whoever sends asks for the next rows that are not settled; among a million rows those are few, and none at the end.
Index(
    "deliveries_open",
    deliveries.c.edition,
    deliveries.c.subscriber,
    sqlite_where=deliveries.c.status.not_in(SETTLED),
    postgresql_where=deliveries.c.status.not_in(SETTLED),
)

#: Every tick asks which editions have such a row: mostly none has, of however many rows; and whether one may be tried.
Index(
    "deliveries_unfinished",
    deliveries.c.edition,
    deliveries.c.retry_at,
    sqlite_where=deliveries.c.status.in_(UNFINISHED),
    postgresql_where=deliveries.c.status.in_(UNFINISHED),
)

#: Every tick asks what is new among these: of a million who missed an edition, mostly nothing.
Index(
    "deliveries_closed",
    deliveries.c.edition,
    deliveries.c.retry_at,
    deliveries.c.updated_at,
    sqlite_where=deliveries.c.status.in_(CLOSED),
    postgresql_where=deliveries.c.status.in_(CLOSED),
)

#: What came back from a reader's address since the last good delivery.
bounces = Table(
    "bounces",
    metadata,
    Column("subscriber", String(64), primary_key=True),
    Column("soft", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("detail", Text, nullable=False),
)

#: Each time somebody asked for something on our public pages; `key` is a hash of the address or network it was for.
requests = Table(
    "requests",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("key", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Index("requests_by_key", "kind", "key", "at"),
)

#: Changes of readers that webhooks have yet to hear of.
announcements = Table(
    "announcements",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("address", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", Instant, nullable=False),
)

#: `thread` and `since` say which running story the article belonged to and which edition began it. `snapshot` is the
#: key of the text that was told; none once that text is forgotten.
told = Table(
    "told",
    metadata,
    Column("edition", Date, primary_key=True),
    Column("segment", String(64), primary_key=True),
    Column("article", String(128), primary_key=True),
    Column("thread", String(128), nullable=False),
    Column("since", Date, nullable=False),
    Column("snapshot", String(64)),
)

#: `key` is the SHA-256 of `article`, the part of an article line that later editions compare with; `edition` is the
#: newest one that told it.
snapshots = Table(
    "snapshots",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("edition", Date, nullable=False),
    Column("article", Text, nullable=False),
)

#: The segment comes first: the list of one segment's editions, newest first, is then a walk through the index. The page
#: comes last, so that a list does not read it; it is zlib's.
archive = Table(
    "archive",
    metadata,
    Column("segment", String(64), primary_key=True),
    Column("edition", Date, primary_key=True),
    Column("title", Text, nullable=False),
    Column("preheader", Text, nullable=False),
    Column("language", String(16), nullable=False),
    Column("built_at", Instant, nullable=False),
    Column("html", LargeBinary, nullable=False),
)

#: Editions that are ready to be copied; one that `is_out` stays as it is.
prepared = Table(
    "prepared",
    metadata,
    Column("edition", Date, primary_key=True),
    Column("segment", String(64), primary_key=True),
    Column("made_at", Instant, nullable=False),
    Column("recipe", String(64), nullable=False),
    Column("is_out", Boolean, nullable=False),
    Column("packed", LargeBinary, nullable=False),
)

#: What editions are made from, where several programs make them; zlib's.
gatherings = Table(
    "gatherings",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("made_at", Instant, nullable=False),
    Column("packed", LargeBinary, nullable=False),
)

#: One report for each edition: `seconds` lists stages with how long they took, `counts` is by the words of statuses.
runs = Table(
    "runs",
    metadata,
    Column("edition", Date, primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant, nullable=False),
    Column("seconds", JSON, nullable=False),
    Column("figures", JSON, nullable=False),
    Column("audience", Integer, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("problems", JSON, nullable=False),
)

#: What the operator was told, so that it is told once.
alarms = Table(
    "alarms",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("edition", Date, nullable=False),
)

source_log = Table(
    "source_log",
    metadata,
    Column("source", Text, primary_key=True),
    Column("failing_since", Instant, nullable=False),
)

#: `key` is the SHA-256 of the model and everything it was asked; `text` its answer as it came.
generated = Table(
    "generated",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("text", Text, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

#: Messages that all senders together drew from a limit: of which one, in the step of time that began then.
rates = Table(
    "rates",
    metadata,
    Column("key", Text, primary_key=True),
    Column("since", Instant, primary_key=True),
    Column("used", Integer, nullable=False),
)
