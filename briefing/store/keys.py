"""Takes nothing, gives the secrets this installation signs with: the first made at its first use, others by rotation.

Next: briefing/deliver/tokens.py, which signs links with them.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from briefing.store.database import insert_into, reading, writing
from briefing.store.schema import settings

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

KEY_NAME = "signing_key"
KEY_BYTES = 32

_FIND = select(settings.c.value).where(settings.c.name == KEY_NAME)


@dataclass(frozen=True, slots=True)
class SqlKeys:
    """Keeps the secrets in one row of the database, one after the other, so that a backup carries them along."""

    engine: Engine

    def signing_key(self) -> bytes:
        """The newest: 32 random bytes, made at the first call and the same until they are rotated, whoever calls."""
        return self.signing_keys()[0]

    def signing_keys(self) -> tuple[bytes, ...]:
        """All that have not been forgotten, newest first; at least one."""
        kept = self._find() or self._make()
        return tuple(kept[start : start + KEY_BYTES] for start in range(0, len(kept), KEY_BYTES))

    def rotate(self) -> None:
        """Puts a new key before the others: what is signed from now on needs it, what was signed before stays good."""
        self._make()
        with writing(self.engine) as connection:
            kept: bytes = connection.execute(_FIND.with_for_update()).scalar_one()
            _replace(connection, secrets.token_bytes(KEY_BYTES) + kept)

    def forget_old(self) -> int:
        """Forgets all keys but the newest, and with them every link that was signed with one; gives how many.

        Processes that run know them until they are started again.
        """
        self._make()
        with writing(self.engine) as connection:
            kept: bytes = connection.execute(_FIND.with_for_update()).scalar_one()
            _replace(connection, kept[:KEY_BYTES])
        return len(kept) // KEY_BYTES - 1

    def _find(self) -> bytes | None:
        with reading(self.engine) as connection:
            kept: bytes | None = connection.scalar(_FIND)
            return kept

    def _make(self) -> bytes:
        with writing(self.engine) as connection:
            row = insert_into(connection, settings).values(name=KEY_NAME, value=secrets.token_bytes(KEY_BYTES))
            connection.execute(row.on_conflict_do_nothing())
            kept: bytes = connection.execute(_FIND).scalar_one()
            return kept


def _replace(connection: Connection, kept: bytes) -> None:
    connection.execute(update(settings).where(settings.c.name == KEY_NAME).values(value=kept))
