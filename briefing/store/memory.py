"""Takes which articles an edition told, gives what earlier editions told, so that nothing is news twice.

Next: briefing/store/sources.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from briefing.store.database import insert_into, reading, writing
from briefing.store.schema import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class SqlEditionMemory:
    """Remembers in the database which articles each segment was told, and when."""

    engine: Engine

    def told_before(self, edition: date, segment: str) -> Mapping[str, date]:
        """Article id → date of the first edition before `edition` that told it to the segment."""
        first = select(told.c.article, func.min(told.c.edition)).group_by(told.c.article).order_by(told.c.article)
        with reading(self.engine) as connection:
            earlier = first.where(told.c.segment == segment, told.c.edition < edition)
            return dict(connection.execute(earlier).all())

    def remember(self, edition: date, segment: str, articles: Iterable[str]) -> None:
        """Records that the edition told these articles; safe to repeat."""
        rows = [{"edition": edition, "segment": segment, "article": article} for article in articles]
        if rows:
            with writing(self.engine) as connection:
                connection.execute(insert_into(connection, told).on_conflict_do_nothing(), rows)
