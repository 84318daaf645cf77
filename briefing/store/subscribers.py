"""Takes readers, gives them back in the order they came. One row per reader, none twice.

Next: briefing/store/ledger.py.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, cast, delete, func, select, update
from sqlalchemy.types import Text

from briefing.model.subscriber import Crowd, Subscriber, SubscriberStatus, habit_of
from briefing.store.consent import REPLACE, write_where_unchanged
from briefing.store.consent_postgres import COPIED
from briefing.store.database import insert_into, portions, reading, writing
from briefing.store.habits import each_habit, forget_pauses, habit_word, last_change, next_change
from briefing.store.schema import bounces, deliveries
from briefing.store.schema import subscribers as table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection, Engine, RowMapping

    from briefing.model.subscriber import Habit

#: Asked for each reader who follows a link; built once, because building a statement costs as much as running it.
_FIND_BY_ID = select(table).where(table.c.id == bindparam("of_id"))
#: Rows read at a time: this many readers are a megabyte.
_CHUNK = 1_000
#: Lists are compared as the text they are kept as: PostgreSQL has no equality for JSON.
_LISTS = ("languages", "topics", "sections", "days")
_CHOICES = (
    table.c.language,
    table.c.timezone,
    table.c.at,
    table.c.paused_until,
    *(cast(table.c[name], Text).label(name) for name in _LISTS),
)


@dataclass(frozen=True, slots=True)
class SqlSubscribers:
    """Keeps the list of readers in the database.

    Attributes:
        copied: changes of so many readers or more are copied in, where the database can.
    """

    engine: Engine
    copied: int = COPIED

    def list_subscribers(self, *, status: SubscriberStatus | None = None) -> tuple[Subscriber, ...]:
        """Readers in the order they came, all or those of one status. For lists that a person looks at."""
        return tuple(self.each_subscriber(status=status))

    def each_subscriber(self, *, status: SubscriberStatus | None = None) -> Iterator[Subscriber]:
        """The same one by one, however many there are; who comes meanwhile comes at the end."""
        wanted = select(table).order_by(table.c.number).limit(_CHUNK)
        if status is not None:
            wanted = wanted.where(table.c.status == status.value)
        last = 0
        while True:
            with reading(self.engine) as connection:
                rows = connection.execute(wanted.where(table.c.number > last)).mappings().all()
            yield from map(subscriber_of, rows)
            if len(rows) < _CHUNK:
                return
            last = rows[-1]["number"]

    def crowds(self, habits: Iterable[Habit] | None = None, *, since: int = 0) -> tuple[Crowd, ...]:
        """The confirmed readers by what they chose, sorted: all, or those who have one of these habits."""
        wanted = select(*_CHOICES, func.count().label("count")).group_by(*_CHOICES)
        status: ColumnElement[str] = table.c.status
        habit: ColumnElement[str] = table.c.habit
        if since:
            wanted = wanted.where(table.c.change > since)
            # Few have changed: no other index is to be chosen. See `SqlLedger.lacks`.
            status, habit = status.concat(""), habit.concat("")
        wanted = wanted.where(status == SubscriberStatus.CONFIRMED.value)
        if habits is not None:
            wanted = wanted.where(habit.in_(sorted(set(map(habit_word, habits)))))
        with reading(self.engine) as connection:
            found = [_crowd(row) for row in connection.execute(wanted).mappings()]
        return tuple(sorted(found, key=lambda crowd: repr(crowd.example)))

    def habits(self) -> tuple[Habit, ...]:
        """When confirmed readers want their mail, each habit once."""
        with reading(self.engine) as connection:
            return tuple(each_habit(connection))

    def last_change(self) -> int:
        """A number that grows with every change to the list."""
        with reading(self.engine) as connection:
            return last_change(connection)

    def find_subscriber(self, email: str) -> Subscriber | None:
        """The reader with this address, letter case aside, or None."""
        return self._find(table.c.address == email.casefold())

    def find_by_id(self, subscriber: str) -> Subscriber | None:
        """The reader with this id, or None."""
        with reading(self.engine) as connection:
            row = connection.execute(_FIND_BY_ID, {"of_id": subscriber}).mappings().first()
        return None if row is None else subscriber_of(row)

    def save_subscriber(self, subscriber: Subscriber) -> None:
        """Adds the reader, or replaces the one with the same id."""
        self.save_subscribers((subscriber,))

    def save_subscribers(self, subscribers: Iterable[Subscriber]) -> None:
        """Saves all of them or, when one cannot be saved, none."""
        rows = {subscriber.id: _columns(subscriber) for subscriber in subscribers}
        with writing(self.engine) as connection:
            change = next_change(connection)
            known: set[str] = set()
            for some in portions(rows):
                known.update(connection.scalars(select(table.c.id).where(table.c.id.in_(some))))
            changed = [{**row, "change": change, "of_id": key} for key, row in rows.items() if key in known]
            added = [{**row, "change": change} for key, row in rows.items() if key not in known]
            if changed:
                connection.execute(REPLACE, changed)
            if added:
                connection.execute(insert_into(connection, table), added)

    def change_subscribers(self, changes: Iterable[tuple[Subscriber | None, Subscriber]]) -> frozenset[str]:
        """Writes, in one step, those that still have the status they were seen with; gives their ids."""
        rows = [(None if seen is None else seen.status.value, _columns(after)) for seen, after in changes]
        with writing(self.engine) as connection:
            change = next_change(connection)
            numbered = [(seen, {**row, "change": change}) for seen, row in rows]
            return write_where_unchanged(connection, numbered, copied=self.copied)

    def erase_subscriber(self, subscriber: str) -> None:
        """Forgets a reader: nothing is kept that names them; their rows in the books stay, under an id of nobody."""
        with writing(self.engine) as connection:
            next_change(connection)
            connection.execute(delete(table).where(table.c.id == subscriber))
            _forget_traces(connection, subscriber)

    def forget_pauses(self, *, before: date) -> int:
        """Takes pauses that ended before then off the readers who had them; gives how many that were."""
        with writing(self.engine) as connection:
            return forget_pauses(connection, before=before)

    def erase_unanswered(self, *, asked_before: datetime) -> tuple[Subscriber, ...]:
        """Forgets, in the same way, every unconfirmed reader whose `asked_at` lies before then; gives who that was.

        One at a time, so that nobody who agrees or leaves waits for the rest.
        """
        unanswered = (table.c.status == SubscriberStatus.UNCONFIRMED.value, table.c.asked_at < asked_before)
        with reading(self.engine) as connection:
            rows = connection.execute(select(table).where(*unanswered).order_by(table.c.number)).mappings().all()
        return tuple(subscriber_of(row) for row in rows if self._erase_where(row["id"], unanswered))

    def _erase_where(self, subscriber: str, conditions: tuple[ColumnElement[bool], ...]) -> bool:
        with writing(self.engine) as connection:
            next_change(connection)
            is_erased = connection.execute(delete(table).where(table.c.id == subscriber, *conditions)).rowcount > 0
            if is_erased:
                _forget_traces(connection, subscriber)
            return is_erased

    def _find(self, condition: ColumnElement[bool]) -> Subscriber | None:
        with reading(self.engine) as connection:
            row = connection.execute(select(table).where(condition)).mappings().first()
        return None if row is None else subscriber_of(row)


def _forget_traces(connection: Connection, subscriber: str) -> None:
    """Of a reader who is off the list: what came back goes, rows in the books stay under an id of nobody."""
    connection.execute(delete(bounces).where(bounces.c.subscriber == subscriber))
    theirs = update(deliveries).where(deliveries.c.subscriber == subscriber)
    # A Message-ID is a hash of the id, and a server's words often repeat the address.
    nobody = f"erased-{secrets.token_hex(16)}"
    connection.execute(theirs.values(subscriber=nobody, message_id=None, detail=None))


def subscriber_of(row: Mapping[str, Any] | RowMapping) -> Subscriber:
    """A reader out of a row with all columns of the table."""
    return Subscriber(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        status=SubscriberStatus(row["status"]),
        language=row["language"],
        languages=tuple(row["languages"]),
        timezone=row["timezone"],
        topics=tuple(row["topics"]),
        sections=tuple(row["sections"]),
        at=row["at"],
        days=None if row["days"] is None else tuple(row["days"]),
        paused_until=row["paused_until"],
        reason=row["reason"],
        created_at=row["created_at"],
        asked_at=row["asked_at"],
    )


def _columns(subscriber: Subscriber) -> Mapping[str, Any]:
    return {
        "id": subscriber.id,
        "address": subscriber.email.casefold(),
        "email": subscriber.email,
        "name": subscriber.name,
        "status": subscriber.status.value,
        "language": subscriber.language,
        "languages": list(subscriber.languages),
        "timezone": subscriber.timezone,
        "topics": list(subscriber.topics),
        "sections": list(subscriber.sections),
        "at": subscriber.at,
        "days": None if subscriber.days is None else list(subscriber.days),
        "paused_until": subscriber.paused_until,
        "habit": habit_word(habit_of(subscriber)),
        "reason": subscriber.reason,
        "created_at": subscriber.created_at,
        "asked_at": subscriber.asked_at,
    }


def _crowd(row: RowMapping) -> Crowd:
    chosen = {name: None if row[name] is None else tuple(json.loads(row[name])) for name in _LISTS}
    example = Subscriber(
        id="",
        email="",
        status=SubscriberStatus.CONFIRMED,
        language=row["language"],
        timezone=row["timezone"],
        at=row["at"],
        languages=chosen["languages"] or (),
        topics=chosen["topics"] or (),
        sections=chosen["sections"] or (),
        days=chosen["days"],
        paused_until=row["paused_until"],
    )
    return Crowd(example=example, count=row["count"])
