"""Takes a database with a queue, has its jobs done, one after the other, until somebody says stop.

A worker may die at any moment: its jobs are put back by the others, and what it did stands in the database. It survives
a database that restarts: procrastinate then stops, and is started again.

Next: briefing/worker/tasks.py.
"""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import structlog

from briefing.model.job import JobQueue
from briefing.store.jobs import make_app
from briefing.worker.tasks import add_tasks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from threading import Event

    from procrastinate import App

    from briefing.worker.tasks import Desks

#: A worker that was silent for so many seconds is dead; each says three times as often that it lives.
DEAD_S = 30.0
#: Before a queue that broke is opened again.
_PAUSE_S = 2.0


def work(database: str, desks: Desks, *, queues: Sequence[JobQueue], stop: Event, dead_s: float = DEAD_S) -> None:
    """Runs jobs until `stop` is set; then finishes the messages at hand.

    Args:
        queues: those to work on; all when none is named.
        dead_s: a worker that was silent for so long is dead, and its jobs are for others.

    Raises:
        StoreError: there is no queue to work on.
    """
    make_app(database, works=True)  # what is wrong for good is told at once, and that the libraries below are there
    from procrastinate.exceptions import ProcrastinateException  # noqa: PLC0415, comes with an extra
    from psycopg import Error  # noqa: PLC0415, likewise

    log = structlog.get_logger("briefing.worker")
    names = [queue.value for queue in queues or JobQueue]
    while not stop.is_set():
        try:
            asyncio.run(_work_once(database, desks, names, stop, dead_s))
        except (ProcrastinateException, Error, OSError) as error:  # a server that went away comes back
            log.warning("queue lost", reason=str(error).partition("\n")[0], again_in_s=_PAUSE_S)
        stop.wait(_PAUSE_S)


async def _work_once(database: str, desks: Desks, queues: Sequence[str], stop: Event, dead_s: float) -> None:
    app = make_app(database, works=True)
    add_tasks(app, desks)
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


def stop_on_signals(stop: Event) -> None:
    """Has SIGTERM and Ctrl-C set it."""

    def end(*_: object) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
