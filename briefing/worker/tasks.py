"""Takes a queued job, gives it to a service, and puts back into the queue what is to be done later.

A worker may die at any moment: its jobs are put back by the others, and what it did stands in the books. It survives a
database that restarts: procrastinate then stops, and is started again.

Next: briefing/cli/worker.py.
"""

from __future__ import annotations

import asyncio
import signal
from datetime import date
from typing import TYPE_CHECKING

import structlog

from briefing.errors import BriefingError
from briefing.model.chunk import Chunk
from briefing.store.jobs import DELIVER, make_app

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from threading import Event

    from procrastinate import App

    from briefing.services.chunks import ChunkDesk

#: A worker that was silent for so many seconds is dead; each says three times as often that it lives.
DEAD_S = 30.0
#: Before a queue that broke is opened again.
_PAUSE_S = 2.0
#: Before a job that failed for a reason of ours is tried again.
_AGAIN_S = 5


def work(database: str, desk: ChunkDesk, *, queues: Sequence[str], stop: Event, dead_s: float = DEAD_S) -> None:
    """Runs jobs until `stop` is set; then finishes the messages at hand.

    Args:
        queues: names of those to work on; all when none is named.
        dead_s: a worker that was silent for so long is dead, and its jobs are for others.

    Raises:
        StoreError: there is no queue to work on.
    """
    make_app(database, works=True)  # what is wrong for good is told at once, and that the libraries below are there
    from procrastinate.exceptions import ProcrastinateException  # noqa: PLC0415, comes with an extra
    from psycopg import Error  # noqa: PLC0415, likewise

    log = structlog.get_logger("briefing.worker")
    while not stop.is_set():
        try:
            asyncio.run(_work_once(database, desk, queues, stop, dead_s))
        except (ProcrastinateException, Error, OSError) as error:  # a server that went away comes back
            log.warning("queue lost", reason=str(error).partition("\n")[0], again_in_s=_PAUSE_S)
        stop.wait(_PAUSE_S)


async def _work_once(database: str, desk: ChunkDesk, queues: Sequence[str], stop: Event, dead_s: float) -> None:
    app = make_app(database, works=True)
    _add_tasks(app, desk)
    queues = queues or [DELIVER]
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=queues,
                delete_jobs="always",
                install_signal_handlers=False,
                stalled_worker_timeout=dead_s,
                update_heartbeat_interval=dead_s / 3,
                fetch_job_polling_interval=2.0,
            )
        )
        rescue = asyncio.create_task(_rescue(app, dead_s))
        try:
            while not (stop.is_set() or worker.done() or rescue.done()):
                await asyncio.wait([worker, rescue], timeout=0.2, return_when=asyncio.FIRST_COMPLETED)
        finally:
            rescue.cancel()
            worker.cancel()
            results = await asyncio.gather(worker, rescue, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result


async def _rescue(app: App, dead_s: float) -> None:
    """Puts jobs of dead workers back into the queue, for as long as this one lives."""
    while True:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=dead_s):
            await app.job_manager.retry_job(job)
        await asyncio.sleep(dead_s / 3)


def _add_tasks(app: App, desk: ChunkDesk) -> None:
    log = structlog.get_logger("briefing.worker")

    @app.task(name=DELIVER, queue=DELIVER)
    async def deliver(edition: str, after: str, last: str, on_time: bool) -> None:  # noqa: FBT001 — read from JSON
        chunk = Chunk(edition=date.fromisoformat(edition), after=after, last=last, on_time=on_time)
        again_at: datetime | None
        try:
            share, again_at = await asyncio.to_thread(desk.deliver, chunk)
        except BriefingError as error:
            log.warning("chunk failed", edition=edition, reason=str(error))
            again = app.configure_task(DELIVER, queue=DELIVER, schedule_in={"seconds": _AGAIN_S})
        else:
            log.info("chunk", edition=edition, handed_over=share.sent)
            for problem in share.problems:
                log.warning("problem", stage=problem.stage, reason=problem.message)
            if again_at is None:
                return
            again = app.configure_task(DELIVER, queue=DELIVER, schedule_at=again_at)
        await again.defer_async(edition=edition, after=after, last=last, on_time=on_time)


def stop_on_signals(stop: Event) -> None:
    """Has SIGTERM and Ctrl-C set it."""

    def end(*_: object) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
