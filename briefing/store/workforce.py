"""Takes the parts of a piece of work, puts them into the queue of PostgreSQL, says how many of them are not done.

Next: briefing/store/gatherings.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from briefing.model.job import Backlog
from briefing.store.database import reading, writing
from briefing.store.jobs import complaints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from procrastinate import App
    from sqlalchemy import Engine

    from briefing.model.job import Batch, JobQueue, Shard


@dataclass(frozen=True, slots=True)
class QueuedWorkforce:
    """Has whichever workers there are do the work. Implements `ports.Workforce`."""

    engine: Engine
    app: App

    def hand_out(self, queue: JobQueue, parts: Sequence[Shard | Batch], *, work: str) -> None:
        """Puts a job for each part into the queue, under the name of the work.

        Raises:
            StoreError: they could not be written; then none was.
        """
        with writing(self.engine) as connection, complaints():
            driver = connection.connection.driver_connection
            deferrer = self.app.configure_task(queue.value, queue=queue.value, connection=driver)
            deferrer.batch_defer(*({**part.fields, "work": work} for part in parts))

    def backlog(self, work: str) -> Backlog:
        """Which of its parts are not done."""
        with reading(self.engine) as connection:
            counts: dict[str, int] = dict(map(tuple, connection.execute(_LEFT, {"work": work})))
        return Backlog(waiting=counts.get("todo", 0), under_way=counts.get("doing", 0))

    def withdraw(self, work: str) -> None:
        """Takes those back that nobody has begun."""
        with writing(self.engine) as connection:
            connection.execute(_WITHDRAW, {"work": work})


# Few jobs wait at a time, however long the list: each stands for 500 readers, 50 sources or 25 segments.
_LEFT = text(
    "SELECT status::text, count(*) FROM procrastinate_jobs"
    " WHERE status IN ('todo', 'doing') AND args ->> 'work' = :work GROUP BY status"
)
_WITHDRAW = text("DELETE FROM procrastinate_jobs WHERE status = 'todo' AND args ->> 'work' = :work")
