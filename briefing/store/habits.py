"""Takes when readers want their mail, gives it as one word that an index can find, and back.

Next: briefing/store/subscribers.py.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, update

from briefing.model.subscriber import Habit, SubscriberStatus
from briefing.store.database import insert_into
from briefing.store.schema import counters, subscribers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Connection

#: The counter of changes to the list of readers.
_CHANGES = "subscribers"


def habit_word(habit: Habit) -> str:
    """The habit in one word; equal habits have equal words."""
    days = None if habit.days is None else json.dumps(list(habit.days))  # as the column keeps it
    pause = habit.paused_until and habit.paused_until.isoformat()
    return json.dumps([habit.timezone, habit.at and habit.at.isoformat(), days, pause])


def habit_of_word(word: str) -> Habit:
    """What `habit_word` was given."""
    timezone, at, days, paused_until = json.loads(word)
    return Habit(
        timezone=timezone,
        at=at and time.fromisoformat(at),
        days=None if days is None else tuple(json.loads(days)),
        paused_until=paused_until and date.fromisoformat(paused_until),
    )


def having(habit: Habit) -> ColumnElement[bool]:
    """The confirmed readers who have it."""
    return and_(subscribers.c.status == SubscriberStatus.CONFIRMED.value, subscribers.c.habit == habit_word(habit))


def each_habit(connection: Connection) -> Iterator[Habit]:
    """The habits of confirmed readers, from one to the next along the index: 20 µs each, however many have it."""
    here = subscribers.c.status == SubscriberStatus.CONFIRMED.value
    first = select(func.min(subscribers.c.habit)).where(here)
    word = connection.scalar(first)
    while word is not None:
        yield habit_of_word(word)
        word = connection.scalar(first.where(subscribers.c.habit > word))


def forget_pauses(connection: Connection, *, before: date) -> int:
    """Takes pauses that ended before then off the readers who had them; gives how many that were."""
    over = subscribers.c.paused_until < before
    words = connection.scalars(select(subscribers.c.habit).where(over).distinct().order_by(subscribers.c.habit)).all()
    if not words:
        return 0
    change, forgotten = next_change(connection), 0
    for word in words:
        usual = habit_word(replace(habit_of_word(word), paused_until=None))
        theirs = update(subscribers).where(over, subscribers.c.habit == word)
        forgotten += connection.execute(theirs.values(paused_until=None, habit=usual, change=change)).rowcount
    return forgotten


def last_change(connection: Connection) -> int:
    """The number of the newest change to the list; 0 before the first."""
    return connection.scalar(select(counters.c.value).where(counters.c.name == _CHANGES)) or 0


def next_change(connection: Connection) -> int:
    """A number for a change that is about to be written; who else writes waits until this one stands or falls."""
    none_yet = insert_into(connection, counters).values(name=_CHANGES, value=0)
    connection.execute(none_yet.on_conflict_do_nothing())
    grown = update(counters).where(counters.c.name == _CHANGES).values(value=counters.c.value + 1)
    number: int = connection.execute(grown.returning(counters.c.value)).scalar_one()
    return number
