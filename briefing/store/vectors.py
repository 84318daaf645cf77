"""Takes vectors by the hash of their text, gives them back, so that no text is encoded twice.

Next: briefing/store/keys.py.
"""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass
from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from briefing.store.database import insert_into, reading, writing
from briefing.store.postgres import take_turns
from briefing.store.source_tables import vectors as table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy import Engine

    from briefing.ports import Clock

#: Keys asked for in one statement; SQLite before 3.32 refuses more than 999 parameters.
KEYS_AT_ONCE = 500
#: Two who change the same vectors in another order would wait for each other.
_TURN = "vectors"


@dataclass(frozen=True, slots=True)
class SqlVectors:
    """Keeps vectors in the database, as float32.

    Attributes:
        clock: says on which day a vector is used.
    """

    engine: Engine
    clock: Clock

    def load_vectors(self, keys: Iterable[str]) -> Mapping[str, Sequence[float]]:
        """The vectors that are known, by key, in the order asked for."""
        wanted = list(dict.fromkeys(keys))
        today = self._today()
        found: dict[str, bytes] = {}
        unused: list[str] = []
        with reading(self.engine) as connection:
            for some in _portions(wanted):
                for key, vector, used_on in connection.execute(select(table).where(table.c.key.in_(some))):
                    found[key] = vector
                    if used_on < today:
                        unused.append(key)
        self._use(unused, today)
        return {key: _unpack(found[key]) for key in wanted if key in found}

    def save_vectors(self, vectors: Mapping[str, Sequence[float]]) -> None:
        """Remembers each; saving one again changes nothing."""
        # In order, so that two who remember the same do not wait for each other.
        today = self._today()
        rows = [{"key": key, "vector": _pack(vector), "used_on": today} for key, vector in sorted(vectors.items())]
        if rows:
            with writing(self.engine) as connection:
                connection.execute(insert_into(connection, table).on_conflict_do_nothing(), rows)

    def prune(self, *, before: date) -> int:
        """Forgets vectors that nobody asked for since before that day; gives how many."""
        with writing(self.engine) as connection:
            take_turns(connection, _TURN)
            return connection.execute(delete(table).where(table.c.used_on < before)).rowcount

    def _use(self, keys: list[str], today: date) -> None:
        """Writes down that they are used, which is so at most once a day of each: all other loading only reads."""
        if not keys:
            return
        with writing(self.engine) as connection:
            take_turns(connection, _TURN)
            for some in _portions(keys):
                connection.execute(update(table).where(table.c.key.in_(some)).values(used_on=today))

    def _today(self) -> date:
        return self.clock.now().astimezone(UTC).date()


def _portions(keys: list[str]) -> Iterator[list[str]]:
    remaining = iter(keys)
    while some := list(islice(remaining, KEYS_AT_ONCE)):
        yield some


def _pack(vector: Sequence[float]) -> bytes:
    return _little_endian(array("f", vector)).tobytes()


def _unpack(packed: bytes) -> array[float]:
    return _little_endian(array("f", packed))


def _little_endian(numbers: array[float]) -> array[float]:
    if sys.byteorder == "big":  # pragma: no cover — a backup must be readable on any machine; none of ours is one
        numbers.byteswap()
    return numbers
