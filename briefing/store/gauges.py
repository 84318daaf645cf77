"""Takes a question of how many, gives the number: readers, messages that wait, addresses that bounce.

Next: briefing/store/directory.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from briefing.model.run import Queue
from briefing.model.subscriber import SubscriberStatus
from briefing.store.database import reading
from briefing.store.jobs import has_queue
from briefing.store.ledger_statements import UNFINISHED
from briefing.store.schema import bounces, deliveries, subscribers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

_WAITING = text("SELECT queue_name, count(*) FROM procrastinate_jobs WHERE status = 'todo' GROUP BY queue_name")


@dataclass(frozen=True, slots=True)
class SqlGauges:
    """Counts in indexes of the database; of a million readers in a fraction of a second, so not at every request."""

    engine: Engine

    def readers_by_status(self) -> Mapping[SubscriberStatus, int]:
        """How many readers have each status; statuses nobody has are left out."""
        counted = select(subscribers.c.status, func.count()).group_by(subscribers.c.status)
        with reading(self.engine) as connection:
            found: dict[str, int] = dict(connection.execute(counted).all())
        return {status: found[status.value] for status in SubscriberStatus if status.value in found}

    def queue(self) -> Queue:
        """Rows of any edition that are pending, claimed, in flight or deferred."""
        wanted = select(func.count(), func.min(deliveries.c.updated_at)).where(UNFINISHED)
        with reading(self.engine) as connection:
            length, oldest_at = connection.execute(wanted).one()
        return Queue(length=length, oldest_at=oldest_at)

    def jobs_waiting(self) -> Mapping[str, int]:
        """How many jobs no worker has begun yet, by queue."""
        with reading(self.engine) as connection:
            if not has_queue(connection):
                return {}
            return {str(queue): int(count) for queue, count in connection.execute(_WAITING)}

    def bouncing(self) -> int:
        """Readers with soft bounces since their last good delivery."""
        with reading(self.engine) as connection:
            return connection.scalar(select(func.count()).select_from(bounces)) or 0
