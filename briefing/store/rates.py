"""Takes a limit that several senders share, gives each its part, so that all together keep to it.

Next: briefing/store/jobs.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from briefing.store.database import insert_into, writing
from briefing.store.postgres import take_turns
from briefing.store.schema import rates

if TYPE_CHECKING:
    from datetime import timedelta

    from sqlalchemy import Engine

#: A span is parted into so many steps; what was drawn in a step is free again when all of the step is a span ago.
STEPS = 12


@dataclass(frozen=True, slots=True)
class SqlRates:
    """Keeps them in the database. Implements `ports.RateBook`."""

    engine: Engine

    def draw(self, key: str, *, wanted: int, most: int, span: timedelta, now: datetime) -> tuple[int, datetime]:
        """Draws up to `wanted` of the `most` messages of a span; gives how many, and when there will be more."""
        step = span / STEPS
        since = _floor(now, step)
        with writing(self.engine) as connection:
            take_turns(connection, f"rate {key}")
            connection.execute(delete(rates).where(rates.c.key == key, rates.c.since <= now - span - step))
            rows = connection.execute(
                select(rates.c.since, rates.c.used).where(rates.c.key == key).order_by(rates.c.since)
            ).all()
            granted = max(0, min(wanted, most - sum(row.used for row in rows)))
            if granted:
                row = insert_into(connection, rates).values(key=key, since=since, used=granted)
                more = {"used": rates.c.used + granted}
                connection.execute(row.on_conflict_do_update(index_elements=["key", "since"], set_=more))
        first = rows[0].since if rows else since
        return granted, first + span + step


def _floor(now: datetime, step: timedelta) -> datetime:
    """The beginning of the step that this moment is in."""
    return datetime.fromtimestamp(now.timestamp() // step.total_seconds() * step.total_seconds(), UTC)
