"""Takes nothing, gives the one secret of this installation, made at its first use.

Next: briefing/deliver/tokens.py, which signs links with it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from briefing.store.database import insert_into, reading, writing
from briefing.store.schema import settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

KEY_NAME = "signing_key"
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class SqlKeys:
    """Keeps the secret in the database, so that a backup carries it along."""

    engine: Engine

    def signing_key(self) -> bytes:
        """32 random bytes, made at the first call and the same ever after, whoever calls first."""
        return self._find() or self._make()

    def _find(self) -> bytes | None:
        with reading(self.engine) as connection:
            key: bytes | None = connection.scalar(select(settings.c.value).where(settings.c.name == KEY_NAME))
            return key

    def _make(self) -> bytes:
        with writing(self.engine) as connection:
            row = insert_into(connection, settings).values(name=KEY_NAME, value=secrets.token_bytes(KEY_BYTES))
            connection.execute(row.on_conflict_do_nothing())
            key: bytes = connection.execute(select(settings.c.value).where(settings.c.name == KEY_NAME)).scalar_one()
            return key
