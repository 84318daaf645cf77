"""Takes what became of each source, gives since when one has been failing.

Next: briefing/store/source_tables.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from briefing.model.edition import SourceReport, SourceState
from briefing.store.database import insert_into, reading, writing
from briefing.store.schema import source_log

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class SqlSourceLog:
    """Keeps one row per failing source in the database."""

    engine: Engine

    def failing_since(self) -> Mapping[str, datetime]:
        """Source name → first failure after its last success."""
        wanted = select(source_log.c.source, source_log.c.failing_since).order_by(source_log.c.source)
        with reading(self.engine) as connection:
            return dict(connection.execute(wanted).all())

    def log_sources(self, reports: Iterable[SourceReport], *, now: datetime) -> None:
        """Records this run: a success clears the source, a failure keeps its first date."""
        with writing(self.engine) as connection:
            for report in reports:
                if report.state is SourceState.FAILED:
                    row = insert_into(connection, source_log).values(source=report.name, failing_since=now)
                    connection.execute(row.on_conflict_do_nothing())
                else:
                    connection.execute(delete(source_log).where(source_log.c.source == report.name))
