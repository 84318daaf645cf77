"""Takes what becomes of each message, gives the books of an edition: one row per (edition, reader), whatever happens.

Every change is committed before its method returns, so a sender killed at any moment leaves rows that say how far
it came. `take` is the lock between senders: each row is decided about by one of them at a time.

Next: briefing/store/memory.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, func, literal, or_, select, update

from briefing.errors import StoreError
from briefing.model.delivery import Balance, Delivery, DeliveryStatus
from briefing.store.database import insert_into, reading, writing, writing_closely
from briefing.store.habits import having
from briefing.store.ledger_looks import closed_habits, has_waiting, lacks
from briefing.store.ledger_rows import delivery_of, reader_of
from briefing.store.ledger_statements import LEFT, TAKE, UNFINISHED, run_for_each, write_rows
from briefing.store.months import count_anew, ensure_month, forget_before
from briefing.store.postgres import take_turns
from briefing.store.schema import Instant, deliveries, editions, subscribers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection, Engine

    from briefing.model.subscriber import Habit, Subscriber

#: Readers planned at a time.
_CHUNK = 5_000
#: An id that comes after all others.
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class SqlLedger:
    """Keeps the books in the database."""

    engine: Engine

    def plan(self, edition: date, subscribers: Iterable[str], *, now: datetime) -> int:
        """Adds a pending row for each reader who has none yet; gives how many were added. Safe to repeat."""
        wanted = tuple(dict.fromkeys(subscribers))
        fresh = {"edition": edition, "status": DeliveryStatus.PENDING.value, "attempts": 0, "updated_at": now}
        with writing(self.engine) as connection:
            _plan_alone(connection, edition)
            added = 0
            for start in range(0, len(wanted), _CHUNK):
                rows = [{**fresh, "subscriber": reader} for reader in wanted[start : start + _CHUNK]]
                added += _added(connection, edition, rows)
            _grow(connection, edition, added)
        return added

    def plan_habits(self, edition: date, habits: Iterable[Habit], *, now: datetime) -> int:
        """The same for every confirmed reader with one of these habits: no reader is looked at one by one."""
        with writing(self.engine) as connection:
            return plan_habits(connection, edition, habits, now=now)

    def plan_missed(
        self, edition: date, habits: Iterable[Habit], *, joined_before: datetime, reason: str, now: datetime
    ) -> int:
        """Adds a closed row for each of their readers who has none and was on the list by then; gives how many."""
        known = or_(subscribers.c.created_at.is_(None), subscribers.c.created_at < joined_before)
        with writing(self.engine) as connection:
            _plan_alone(connection, edition)
            row = Delivery(edition=edition, subscriber="", status=DeliveryStatus.MISSED, detail=reason, updated_at=now)
            added = sum(_add(connection, having(habit) & known, row) for habit in dict.fromkeys(habits))
            _grow(connection, edition, added)
        return added

    def take(
        self,
        edition: date,
        decide: Callable[[Delivery, Subscriber | None], Delivery | None],
        *,
        most: int,
        now: datetime,
        after: tuple[int, str] | None = None,
        within: tuple[str, str] | None = None,
    ) -> tuple[tuple[Delivery, Subscriber | None], ...]:
        """Looks at unsettled rows with their readers and writes what `decide` makes of each, in one step for all."""
        with writing(self.engine) as connection:
            pairs = _ripe(connection, edition, now=now, most=most, after=after, within=within)
            decided = [(row, decide(row, reader), reader) for row, reader in pairs]
            changed = [after for _, after, _ in decided if after is not None]
            if changed:
                write_rows(connection.connection.cursor(), connection.dialect, changed, ())
        return tuple((after or row, reader) for row, after, reader in decided)

    def has_waiting(self, edition: date, *, now: datetime, silent_since: datetime) -> bool:
        """Whether a row may be taken by now that is pending, deferred, or with a sender silent since that moment."""
        with reading(self.engine) as connection:
            return has_waiting(connection, edition, now=now, silent_since=silent_since)

    def closed_habits(
        self, edition: date, *, now: datetime, since: tuple[datetime, int] | None = None
    ) -> frozenset[tuple[DeliveryStatus, Habit | None]]:
        """The statuses of uncertain and missed rows that may be taken by now, with what their readers want."""
        with reading(self.engine) as connection:
            return closed_habits(connection, edition, now=now, since=since)

    def record(self, rows: Iterable[Delivery], *, started: Iterable[Delivery] = ()) -> frozenset[str]:
        """Writes rows' new states in one step: `rows` whatever they were, `started` where their owner still has them.

        One whose reader is not confirmed any more is not started but closed: suppressed, or uncertain when it was in
        flight already.

        Returns:
            The readers of those of `started` that were written.

        Raises:
            StoreError: it could not be written, or one of `rows` was never planned; then nothing was.
        """
        changed, starting = list({(row.edition, row.subscriber): row for row in rows}.values()), list(started)
        with writing_closely(self.engine) as cursor:
            written, begun = write_rows(cursor, self.engine.dialect, changed, starting)
            if written != len(changed):
                raise StoreError(f"edition {changed[0].edition} was never planned for one of its readers")
            if begun == len(starting):
                return frozenset(row.subscriber for row in starting)
        return self._close_left(starting)

    def _close_left(self, starting: Sequence[Delivery]) -> frozenset[str]:
        """Sorts out rows of which some were not started: another's by now, or of readers who have left."""
        with writing(self.engine) as connection:
            ours = [row for row in starting if _stands(connection, row)]
            if left := [row for row in starting if row not in ours]:
                run_for_each(connection.connection.cursor(), connection.dialect, LEFT, left)
        return frozenset(row.subscriber for row in ours)

    def lacks(self, edition: date, habits: Iterable[Habit], *, since: int = 0) -> bool:
        """Whether a confirmed reader with one of these habits has no row yet, of those changed after that number."""
        with reading(self.engine) as connection:
            return lacks(connection, edition, habits, since=since)

    def left(self, edition: date, *, within: tuple[str, str]) -> tuple[Delivery, ...]:
        """The rows of readers after the one and up to the other that are pending, claimed, in flight or deferred."""
        after, last = within
        readers = deliveries.c.subscriber
        wanted = select(deliveries).where(deliveries.c.edition == edition, UNFINISHED, readers > after, readers <= last)
        with reading(self.engine) as connection:
            return tuple(delivery_of(row) for row in connection.execute(wanted).mappings())

    def rows(self, edition: date, *statuses: DeliveryStatus) -> tuple[Delivery, ...]:
        """The edition's rows in any of the statuses (all when none is named), ordered by reader."""
        wanted = select(deliveries).where(deliveries.c.edition == edition).order_by(deliveries.c.subscriber)
        if statuses:
            wanted = wanted.where(deliveries.c.status.in_([status.value for status in statuses]))
        with reading(self.engine) as connection:
            return tuple(delivery_of(row) for row in connection.execute(wanted).mappings())

    def deliveries_of(self, subscriber: str, *, limit: int) -> tuple[Delivery, ...]:
        """One reader's rows, newest edition first."""
        wanted = select(deliveries).where(deliveries.c.subscriber == subscriber)
        newest = wanted.order_by(deliveries.c.edition.desc()).limit(limit)
        with reading(self.engine) as connection:
            return tuple(delivery_of(row) for row in connection.execute(newest).mappings())

    def sent_since(self, moment: datetime) -> int:
        """How many messages of any edition were handed over since then."""
        sent = deliveries.c.status == DeliveryStatus.SENT.value
        wanted = select(func.count()).where(sent, deliveries.c.updated_at >= moment)
        with reading(self.engine) as connection:
            return int(connection.scalar(wanted) or 0)

    def unfinished(self) -> tuple[date, ...]:
        """Editions with a row that is pending, claimed, in flight or deferred; oldest first."""
        first = select(func.min(deliveries.c.edition)).where(UNFINISHED)
        found: list[date] = []
        with reading(self.engine) as connection:
            edition: date | None = connection.scalar(first)
            while edition is not None:
                found.append(edition)
                edition = connection.scalar(first.where(deliveries.c.edition > edition))
        return tuple(found)

    def balance(self, edition: date) -> Balance:
        """Adds the edition up."""
        grouped = select(deliveries.c.status, func.count()).where(deliveries.c.edition == edition)
        with reading(self.engine) as connection:
            counted: dict[str, int] = dict(connection.execute(grouped.group_by(deliveries.c.status)).all())
            audience = connection.scalar(select(editions.c.audience).where(editions.c.edition == edition))
        counts = {status: counted[status.value] for status in DeliveryStatus if status.value in counted}
        return Balance(edition=edition, audience=audience or 0, counts=counts)

    def prune(self, *, before: date) -> int:
        """Forgets the books of editions before that date; gives how many rows those were."""
        return forget_before(self.engine, before)


def plan_habits(
    connection: Connection, edition: date, habits: Iterable[Habit], *, now: datetime, since: int = 0
) -> int:
    """What `SqlLedger.plan_habits` does, for whoever does more in the same transaction.

    Args:
        since: only readers who were changed after that number.
    """
    _plan_alone(connection, edition)
    row = Delivery(edition=edition, subscriber="", updated_at=now)
    fresh = [subscribers.c.change > since] if since else []
    added = sum(_add(connection, and_(having(habit), *fresh), row) for habit in dict.fromkeys(habits))
    _grow(connection, edition, added)
    return added


def _plan_alone(connection: Connection, edition: date) -> None:
    """Has others who plan the edition wait: two who add the same rows in another order would wait for each other."""
    take_turns(connection, f"plan {edition}")
    ensure_month(connection, edition)


def _ripe(
    connection: Connection,
    edition: date,
    *,
    now: datetime,
    most: int,
    after: tuple[int, str] | None,
    within: tuple[str, str] | None,
) -> list[tuple[Delivery, Subscriber | None]]:
    first, until = within or ("", _LAST)
    tried, last = after or (0, first)
    wanted = {"of_edition": edition, "now": now, "most": most, "last": last, "until": until}
    found = connection.execute(TAKE[tried], wanted).mappings().all()
    if not found and not tried:
        found = connection.execute(TAKE[1], {**wanted, "last": first}).mappings().all()
    return [(delivery_of(row), reader_of(row)) for row in found]


def _added(connection: Connection, edition: date, rows: Sequence[Mapping[str, Any]]) -> int:
    readers = [row["subscriber"] for row in rows]
    known = select(deliveries.c.subscriber).where(deliveries.c.edition == edition, deliveries.c.subscriber.in_(readers))
    there = set(connection.scalars(known))
    fresh = [row for row in rows if row["subscriber"] not in there]
    if fresh:
        connection.execute(insert_into(connection, deliveries), fresh)
    return len(fresh)


def _add(connection: Connection, who: ColumnElement[bool], row: Delivery) -> int:
    """Gives each of these readers a row like that one, if they have none."""
    # In the order of the trees they go into: a million readers take 8 s instead of 38.
    fresh = (
        select(
            literal(row.edition),
            subscribers.c.id,
            literal(row.status.value),
            literal(0),
            literal(row.detail, Text()),
            literal(row.updated_at, Instant()),
        )
        .where(who)
        .order_by(subscribers.c.id)
    )
    named = ["edition", "subscriber", "status", "attempts", "detail", "updated_at"]
    return connection.execute(
        insert_into(connection, deliveries).from_select(named, fresh).on_conflict_do_nothing()
    ).rowcount


def _grow(connection: Connection, edition: date, added: int) -> None:
    if added:
        none_yet = insert_into(connection, editions).values(edition=edition, audience=0)
        connection.execute(none_yet.on_conflict_do_nothing())
        grown = editions.c.audience + added
        connection.execute(update(editions).where(editions.c.edition == edition).values(audience=grown))
        count_anew(connection, edition, added=added)


def _stands(connection: Connection, row: Delivery) -> bool:
    """Whether the row is as `start` would have left it."""
    wanted = select(deliveries.c.owner, deliveries.c.status, deliveries.c.attempts).where(
        deliveries.c.edition == row.edition, deliveries.c.subscriber == row.subscriber
    )
    found = connection.execute(wanted).first()
    return found is not None and tuple(found) == (row.owner, row.status.value, row.attempts)
