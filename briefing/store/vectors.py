"""Takes vectors by the hash of their text, gives them back, so that no text is encoded twice.

Next: briefing/store/keys.py.
"""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import select

from briefing.store.database import insert_into, reading, writing
from briefing.store.schema import vectors as table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Engine

#: Keys asked for in one statement; SQLite before 3.32 refuses more than 999 parameters.
KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class SqlVectors:
    """Keeps vectors in the database, as float32."""

    engine: Engine

    def load_vectors(self, keys: Iterable[str]) -> Mapping[str, Sequence[float]]:
        """The vectors that are known, by key, in the order asked for."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, bytes] = {}
        with reading(self.engine) as connection:
            for some in _portions(wanted):
                found.update(connection.execute(select(table).where(table.c.key.in_(some))).all())
        return {key: _unpack(found[key]) for key in wanted if key in found}

    def save_vectors(self, vectors: Mapping[str, Sequence[float]]) -> None:
        """Remembers each; saving one again changes nothing."""
        # In order, so that two who remember the same do not wait for each other.
        rows = [{"key": key, "vector": _pack(vector)} for key, vector in sorted(vectors.items())]
        if rows:
            with writing(self.engine) as connection:
                connection.execute(insert_into(connection, table).on_conflict_do_nothing(), rows)


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
