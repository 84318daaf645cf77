"""Takes work for workers, keeps it in PostgreSQL beside the books, gives it to whichever worker is free first.

The queue is procrastinate's. A job is coarse, and says only where to look: the truth stays in the books, so a job that
runs twice does no harm, and one that is lost is made anew.

Next: briefing/worker/work.py, which runs them.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, or_, select, text

from briefing.errors import StoreError
from briefing.model.delivery import DeliveryStatus
from briefing.model.job import JobQueue
from briefing.store.database import parse_address, writing
from briefing.store.ledger import plan_habits
from briefing.store.ledger_statements import UNFINISHED
from briefing.store.postgres import take_turns
from briefing.store.schema import deliveries, subscribers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from procrastinate import App
    from sqlalchemy import Connection, Engine

    from briefing.model.subscriber import Habit

DELIVER = JobQueue.DELIVER.value
#: Mail that is due goes before anything that is made for later.
URGENT = 1
#: Readers of one job. Opening it and closing it costs a worker 8 ms, handing over so many mails 200 and more.
READERS_AT_ONCE = 500
#: Jobs that are written with one statement.
_JOBS_AT_ONCE = 1_000
INSTALL = "jobs for workers need procrastinate: pip install 'briefing[postgres]'"


def make_app(database: str, *, works: bool) -> App:
    """The queue in that database; with connections of its own where jobs are run, else for whoever lends theirs.

    Raises:
        StoreError: it is no PostgreSQL, or procrastinate is not installed.
    """
    location = parse_address(database)
    if location.get_backend_name() != "postgresql":
        raise StoreError("workers need PostgreSQL: name one under `database:`, or leave `workers: true` out")
    try:
        from procrastinate import App, PsycopgConnector, SyncPsycopgConnector  # noqa: PLC0415, comes with an extra
    except ImportError as error:
        raise StoreError(INSTALL) from error
    address = location.set(drivername="postgresql").render_as_string(hide_password=False)
    return App(connector=PsycopgConnector(conninfo=address) if works else SyncPsycopgConnector(conninfo=address))


def has_queue(connection: Connection) -> bool:
    """Whether jobs are kept in that database."""
    if connection.dialect.name != "postgresql":
        return False
    return connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is not None


def install_jobs(engine: Engine) -> None:
    """Makes procrastinate's tables where they are not; safe when several programs start at once.

    Raises:
        StoreError: they cannot be made.
    """
    with writing(engine) as connection:
        take_turns(connection, "install jobs")
        if not has_queue(connection):
            from procrastinate.schema import SchemaManager  # noqa: PLC0415, comes with an extra

            driver: Any = connection.connection.driver_connection
            driver.execute(SchemaManager.get_schema())


@dataclass(frozen=True, slots=True)
class QueuedDispatcher:
    """Leaves the sending to workers. Implements `ports.Dispatcher`."""

    engine: Engine
    app: App

    def plan(self, edition: date, habits: Iterable[Habit], *, on_time: bool, now: datetime, since: int = 0) -> int:
        """Adds rows for those readers, and in the same transaction the jobs to send them."""
        with writing(self.engine) as connection:
            added = plan_habits(connection, edition, habits, now=now, since=since)
            if added:
                fresh = and_(deliveries.c.status == DeliveryStatus.PENDING.value, deliveries.c.updated_at == now)
                if since and added <= READERS_AT_ONCE:
                    self._defer(_singles(connection, edition, fresh, since), connection, edition, on_time=on_time)
                else:
                    self._hand_out(connection, edition, fresh, on_time=on_time)
        return added

    def revive(self, edition: date, *, on_time: bool, now: datetime) -> int:
        """Makes jobs for all that is left of an edition without any."""
        ripe = and_(UNFINISHED, or_(deliveries.c.retry_at.is_(None), deliveries.c.retry_at <= now))
        with writing(self.engine) as connection:
            take_turns(connection, f"revive {edition}")
            if connection.scalar(_LIVE, {"queue": DELIVER, "edition": str(edition)}):
                return 0
            return self._hand_out(connection, edition, ripe, on_time=on_time)

    def _hand_out(self, connection: Connection, edition: date, which: ColumnElement[bool], *, on_time: bool) -> int:
        return self._defer(_ranges(connection, edition, which), connection, edition, on_time=on_time)

    def _defer(self, ranges: Iterable[tuple[str, str]], connection: Connection, edition: date, *, on_time: bool) -> int:
        driver = connection.connection.driver_connection
        deferrer = self.app.configure_task(DELIVER, queue=DELIVER, priority=URGENT, connection=driver)
        jobs: Iterator[dict[str, Any]] = (
            {"edition": str(edition), "after": after, "last": last, "on_time": on_time} for after, last in ranges
        )
        count = 0
        while some := list(islice(jobs, _JOBS_AT_ONCE)):
            with complaints():
                deferrer.batch_defer(*some)
            count += len(some)
        return count


@contextmanager
def complaints() -> Iterator[None]:
    """Turns the queue's complaints into ours."""
    from procrastinate.exceptions import ProcrastinateException  # noqa: PLC0415, comes with an extra

    try:
        yield
    except ProcrastinateException as error:
        why = str(error.__cause__ or error).strip().partition("\n")[0]
        raise StoreError(f"jobs for workers cannot be written: {why}") from error


def _ranges(connection: Connection, edition: date, which: ColumnElement[bool]) -> Iterator[tuple[str, str]]:
    """Parts the readers of those rows into chunks: the id before each, and its last."""
    number = func.row_number().over(order_by=deliveries.c.subscriber).label("number")
    rows = select(deliveries.c.subscriber, number).where(deliveries.c.edition == edition, which).subquery()
    ends = select(rows.c.subscriber).where(rows.c.number % READERS_AT_ONCE == 0).order_by(rows.c.subscriber)
    last = select(func.max(deliveries.c.subscriber)).where(deliveries.c.edition == edition, which)
    after = ""
    for end in [*connection.scalars(ends), connection.scalar(last)]:
        if end is not None and end > after:
            yield after, end
            after = end


def _singles(
    connection: Connection, edition: date, which: ColumnElement[bool], since: int
) -> Iterator[tuple[str, str]]:
    """A range for each of those rows whose reader was changed after that number; they lie far apart."""
    changed = select(subscribers.c.id).where(subscribers.c.change > since)
    theirs = select(deliveries.c.subscriber).where(
        deliveries.c.edition == edition, deliveries.c.subscriber.in_(changed)
    )
    for reader in connection.scalars(theirs.where(which).order_by(deliveries.c.subscriber)).all():
        before = select(func.max(deliveries.c.subscriber)).where(deliveries.c.edition == edition)
        yield connection.scalar(before.where(deliveries.c.subscriber < reader)) or "", reader


_LIVE = text(
    "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE queue_name = :queue AND status IN ('todo', 'doing')"
    " AND args ->> 'edition' = :edition)"
)
