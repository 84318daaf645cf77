"""Takes an edition's run report, gives it back: one row for each edition, until the books of its time are forgotten.

Next: briefing/store/alarms.py.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from briefing.model.delivery import DeliveryStatus
from briefing.model.run import Figures, Run
from briefing.store.database import insert_into, reading, writing
from briefing.store.schema import runs as table

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Engine, RowMapping


@dataclass(frozen=True, slots=True)
class SqlRuns:
    """Keeps the reports in the database."""

    engine: Engine

    def save_run(self, run: Run) -> None:
        """Writes the edition's report, in place of the one that was there."""
        values = _columns(run)
        with writing(self.engine) as connection:
            row = insert_into(connection, table).values(edition=run.edition, **values)
            connection.execute(row.on_conflict_do_update(index_elements=[table.c.edition], set_=values))

    def find_run(self, edition: date) -> Run | None:
        """The edition's report, or None."""
        with reading(self.engine) as connection:
            row = connection.execute(select(table).where(table.c.edition == edition)).mappings().first()
        return None if row is None else _run(row)

    def list_runs(self, *, limit: int) -> tuple[Run, ...]:
        """The newest editions' reports, newest first."""
        wanted = select(table).order_by(table.c.edition.desc()).limit(limit)
        with reading(self.engine) as connection:
            return tuple(map(_run, connection.execute(wanted).mappings()))

    def prune(self, *, before: date) -> int:
        """Forgets reports of editions before that date; gives how many those were."""
        with writing(self.engine) as connection:
            return connection.execute(delete(table).where(table.c.edition < before)).rowcount


def _columns(run: Run) -> dict[str, Any]:
    return {
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        # Stages in a list: a database may give the keys of an object back in another order.
        "seconds": [[stage, seconds] for stage, seconds in run.seconds.items()],
        "figures": asdict(run.figures),
        "audience": run.audience,
        "counts": {status.value: count for status, count in run.counts.items()},
        "problems": list(run.problems),
    }


def _run(row: RowMapping) -> Run:
    return Run(
        edition=row["edition"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        seconds=dict(row["seconds"]),
        figures=Figures(**row["figures"]),
        audience=row["audience"],
        counts={status: row["counts"][status.value] for status in DeliveryStatus if status.value in row["counts"]},
        problems=tuple(row["problems"]),
    )
