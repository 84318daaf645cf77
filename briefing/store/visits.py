"""Takes what addresses and hosts said, gives it back at the next run, so that nobody is asked too often.

Next: briefing/store/articles.py.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, or_, select

from briefing.model.visit import HostNote, Visit
from briefing.store.database import insert_into, portions, reading, writing
from briefing.store.source_tables import hosts
from briefing.store.source_tables import visits as table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Engine, Table

_VISIT = tuple(field.name for field in fields(Visit))
_HOST = tuple(field.name for field in fields(HostNote))


@dataclass(frozen=True, slots=True)
class SqlVisits:
    """Keeps one row per address and per host in the database."""

    engine: Engine

    def load_visits(self, keys: Iterable[str]) -> Mapping[str, Visit]:
        """The addresses that were asked before, by key."""
        wanted = select(*(table.c[name] for name in _VISIT))
        found: dict[str, Visit] = {}
        with reading(self.engine) as connection:
            for some in portions(keys):
                rows = connection.execute(wanted.where(table.c.key.in_(some)))
                found.update((row.key, Visit(**row._mapping)) for row in rows)
        return found

    def save_visits(self, visits: Iterable[Visit]) -> None:
        """Remembers each in place of what was known of it."""
        self._save(table, [{name: getattr(visit, name) for name in _VISIT} for visit in visits])

    def load_hosts(self) -> Mapping[str, HostNote]:
        """What hosts asked of us, by host and port."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(*(hosts.c[name] for name in _HOST)))
            return {row.host: HostNote(**row._mapping) for row in rows}

    def save_hosts(self, notes: Iterable[HostNote]) -> None:
        """Remembers each in place of what was known of it."""
        self._save(hosts, [{name: getattr(note, name) for name in _HOST} for note in notes])

    def prune(self, *, before: datetime) -> int:
        """Forgets addresses that were last asked before, and notes as old."""
        newest = func.coalesce(hosts.c.robots_at, hosts.c.paused_until)
        with writing(self.engine) as connection:
            connection.execute(
                delete(hosts).where(
                    or_(newest.is_(None), newest < before),
                    or_(hosts.c.paused_until.is_(None), hosts.c.paused_until < before),
                )
            )
            return connection.execute(delete(table).where(table.c.asked_at < before)).rowcount

    def _save(self, into: Table, rows: list[dict[str, object]]) -> None:
        if not rows:
            return
        with writing(self.engine) as connection:
            row = insert_into(connection, into)
            key, *others = (column.name for column in into.columns)
            statement = row.on_conflict_do_update(
                index_elements=[key], set_={name: row.excluded[name] for name in others}
            )
            connection.execute(statement, rows)
