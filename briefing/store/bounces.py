"""Takes what became of a reader's soft bounces, gives it back at the next one. One row per reader who had any.

Next: briefing/store/memory.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from briefing.model.letter import Tally
from briefing.store.database import insert_into, reading, writing
from briefing.store.postgres import take_turns
from briefing.store.schema import bounces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine, RowMapping

#: Rows read at a time.
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class SqlBounces:
    """Keeps the counters in the database."""

    engine: Engine

    def find(self, subscriber: str) -> Tally | None:
        """The reader's tally, or None."""
        with reading(self.engine) as connection:
            row = connection.execute(select(bounces).where(bounces.c.subscriber == subscriber)).mappings().first()
        return None if row is None else _tally(row)

    def change(self, subscriber: str, decide: Callable[[Tally | None], Tally | None]) -> Tally | None:
        """Writes what `decide` makes of the reader's tally (None for none), in one step; gives it as it now stands."""
        theirs = bounces.c.subscriber == subscriber
        with writing(self.engine) as connection:
            take_turns(connection, f"bounces of {subscriber}")  # of a first bounce there is no row to wait for
            row = connection.execute(select(bounces).where(theirs)).mappings().first()
            before = None if row is None else _tally(row)
            after = decide(before)
            if after is None:
                connection.execute(delete(bounces).where(theirs))
            elif after != before:
                values = {"soft": after.soft, "last_at": after.last_at, "detail": after.detail}
                added = insert_into(connection, bounces).values(subscriber=subscriber, **values)
                connection.execute(added.on_conflict_do_update(index_elements=["subscriber"], set_=values))
            return after

    def tallies(self) -> Iterator[Tally]:
        """All of them, by reader, however many there are."""
        last = ""
        while True:
            wanted = select(bounces).where(bounces.c.subscriber > last).order_by(bounces.c.subscriber).limit(_CHUNK)
            with reading(self.engine) as connection:
                rows = connection.execute(wanted).mappings().all()
            yield from map(_tally, rows)
            if len(rows) < _CHUNK:
                return
            last = rows[-1]["subscriber"]


def _tally(row: RowMapping) -> Tally:
    return Tally(subscriber=row["subscriber"], soft=row["soft"], last_at=row["last_at"], detail=row["detail"])
