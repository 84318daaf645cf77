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
        """Records this run of all sources: a failure keeps its first date, whatever else was failing no longer is."""
        failing = {report.name: report.since or now for report in reports if report.state is SourceState.FAILED}
        with writing(self.engine) as connection:
            # Also what is called otherwise by now, or was taken out of the config: nobody would ever clear it.
            connection.execute(delete(source_log).where(source_log.c.source.not_in(failing)))
            for name, since in failing.items():
                row = insert_into(connection, source_log).values(source=name, failing_since=since)
                connection.execute(row.on_conflict_do_nothing())
