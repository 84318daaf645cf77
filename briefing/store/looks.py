"""Takes looks at the clock, gives the last one back after a restart, and what a person said of it.

Next: briefing/store/sources.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from briefing.store.database import insert_into, reading, writing
from briefing.store.schema import settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

_LOOK, _CONFIRMED = "last_look", "clock_confirmed"


@dataclass(frozen=True, slots=True)
class SqlLookLog:
    """Keeps them in the database, so that a restored one knows when it was last in use."""

    engine: Engine

    def last_look(self) -> datetime | None:
        """What the clock showed when it was last believed."""
        return self._find(_LOOK)

    def note_look(self, at: datetime) -> None:
        """Remembers what it showed."""
        self._keep(_LOOK, at)

    def confirmed_at(self) -> datetime | None:
        """When a person last said that the clock is right, by that clock; None when that was cleared since."""
        return self._find(_CONFIRMED)

    def confirm(self, at: datetime) -> None:
        """Says so."""
        self._keep(_CONFIRMED, at)

    def clear_confirmation(self) -> None:
        """Forgets what a person said: it was said of one leap."""
        with writing(self.engine) as connection:
            connection.execute(delete(settings).where(settings.c.name == _CONFIRMED))

    def _find(self, name: str) -> datetime | None:
        with reading(self.engine) as connection:
            found: bytes | None = connection.scalar(select(settings.c.value).where(settings.c.name == name))
        return None if found is None else datetime.fromisoformat(found.decode())

    def _keep(self, name: str, at: datetime) -> None:
        value = at.isoformat().encode()
        with writing(self.engine) as connection:
            fresh = insert_into(connection, settings).values(name=name, value=value)
            connection.execute(fresh.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
