"""Takes an edition, gives whether anybody has something to do for it, without walking through what is over.

Next: briefing/store/ledger.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, and_, bindparam, or_, select, text, union

from briefing.model.delivery import DeliveryStatus
from briefing.model.subscriber import SubscriberStatus
from briefing.store.habits import habit_of_word, habit_word, having
from briefing.store.ledger_statements import CLOSED
from briefing.store.schema import Instant, deliveries, subscribers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection, Select, TextClause

    from briefing.model.subscriber import Habit

#: Rows of today's readers, and of those who are not on the list any more.
_BESIDE = deliveries.outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber)
_OVER = (DeliveryStatus.UNCERTAIN.value, DeliveryStatus.MISSED.value)
_IDLE = (
    "EXISTS (SELECT 1 FROM deliveries {by} WHERE edition = :edition"
    " AND status IN ('pending', 'claimed', 'inflight', 'deferred') AND retry_at {ripe}"
    " AND (status IN ('pending', 'deferred') OR updated_at IS NULL OR updated_at <= :silent_since))"
)


def _waiting(by: str) -> TextClause:
    """Rows that no hour is set for, or whose hour has come: each a range of the index."""
    asked = " OR ".join(_IDLE.format(by=by, ripe=ripe) for ripe in ("IS NULL", "<= :now"))
    instants = [bindparam(name, type_=Instant()) for name in ("now", "silent_since")]
    return text(f"SELECT {asked}").bindparams(bindparam("edition", type_=Date()), *instants)


#: SQLite takes the key for as good as the index, and would go through all readers of the edition; so it is told.
_WAITING = {"sqlite": _waiting("INDEXED BY deliveries_unfinished"), "postgresql": _waiting("")}


def lacks(connection: Connection, edition: date, habits: Iterable[Habit], *, since: int) -> bool:
    """What `SqlLedger.lacks` does."""
    planned = select(deliveries.c.subscriber).where(
        deliveries.c.edition == edition, deliveries.c.subscriber == subscribers.c.id
    )
    lacking = select(subscribers.c.id).where(~planned.exists()).limit(1)
    if not since:
        return any(connection.scalar(lacking.where(having(habit))) is not None for habit in dict.fromkeys(habits))
    # Few have changed. SQLite takes an equality for better than a range, and would go through all who have the habits
    # (0.6 s of a million readers), so these columns are hidden from its choice of an index.
    words = sorted(set(map(habit_word, habits)))
    confirmed = subscribers.c.status.concat("") == SubscriberStatus.CONFIRMED.value
    theirs = subscribers.c.habit.concat("").in_(words)
    return connection.scalar(lacking.where(subscribers.c.change > since, confirmed, theirs)) is not None


def has_waiting(connection: Connection, edition: date, *, now: datetime, silent_since: datetime) -> bool:
    """What `SqlLedger.has_waiting` does. Rows that wait for their hour are not walked through either."""
    told = {"edition": edition, "now": now, "silent_since": silent_since}
    return bool(connection.scalar(_WAITING[connection.dialect.name], told))


def closed_habits(
    connection: Connection, edition: date, *, now: datetime, since: tuple[datetime, int] | None
) -> frozenset[tuple[DeliveryStatus, Habit | None]]:
    """What `SqlLedger.closed_habits` does: what is new of each kind is a range of an index."""
    columns = deliveries.c
    here = select(columns.status, subscribers.c.habit).select_from(_BESIDE).where(columns.edition == edition, CLOSED)
    never, again = columns.retry_at.is_(None), columns.retry_at <= now
    if since is None:
        asked: tuple[Select[Any], ...] = (here.where(or_(never, again)).distinct(),)
    else:
        moment, change = since
        asked = (
            here.where(never, columns.updated_at >= moment),
            here.where(again, columns.retry_at >= moment),
            _of_changed(edition, change, or_(never, again)),
        )
    found = connection.execute(union(*asked)).all()
    return frozenset(
        (DeliveryStatus(status), None if habit is None else habit_of_word(habit)) for status, habit in found if status
    )


def _of_changed(edition: date, change: int, ripe: ColumnElement[bool]) -> Select[Any]:
    """The same of readers who were changed after that number, each looked up by their key: few have changed.

    The row's status is hidden from the choice of an index, as all rows with such a status would be read for each.
    """
    columns = deliveries.c
    is_theirs = and_(columns.edition == edition, columns.subscriber == subscribers.c.id)
    is_closed = columns.status.concat("").in_(_OVER)
    theirs = select(columns.status).where(is_theirs, is_closed, ripe).scalar_subquery()
    return select(theirs, subscribers.c.habit).where(subscribers.c.change > change)
