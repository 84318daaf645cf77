"""Takes a queued job, gives it to the service that does it, and puts back into the queue what is to be done later.

A job that cannot be done is told in the log and let go: whoever handed it out does it then.

Next: briefing/cli/worker.py.
"""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from briefing.errors import BriefingError
from briefing.model.chunk import Chunk
from briefing.model.job import Batch, JobQueue, Shard
from briefing.store.jobs import URGENT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from procrastinate import App

    from briefing.model.edition import Problem
    from briefing.services.batches import BatchDesk
    from briefing.services.chunks import ChunkDesk
    from briefing.services.shards import ShardDesk

#: Before a job that failed for a reason of ours is tried again.
_AGAIN_S = 5


class Desks(Protocol):
    """Does what jobs ask for; what a job does not need is not opened."""

    @property
    def chunks(self) -> ChunkDesk:
        """Sends."""
        ...

    @property
    def shards(self) -> ShardDesk:
        """Reads sources, and makes the vectors of what they gave."""
        ...

    @property
    def batches(self) -> BatchDesk:
        """Makes editions."""
        ...

    def is_stopped(self) -> bool:
        """Whether no more is to be begun."""
        ...


def add_tasks(app: App, desks: Desks) -> None:
    """Tells the queue what is done about each kind of job."""
    _add_reading(app, desks)
    _add_making(app, desks)
    _add_sending(app, desks)


def _add_reading(app: App, desks: Desks) -> None:
    log = structlog.get_logger("briefing.worker")

    def add(queue: JobQueue, does: Callable[[Shard], dict[str, int]]) -> None:
        @app.task(name=queue.value, queue=queue.value)
        async def read(work: str, **fields: Any) -> None:
            shard = Shard.parse(fields)
            try:
                figures = await asyncio.to_thread(does, shard)
            except BriefingError as error:
                log.warning("shard failed", queue=queue.value, number=shard.number, reason=str(error))
            else:
                log.info("shard", queue=queue.value, number=shard.number, **figures)

    def fetch(shard: Shard) -> dict[str, int]:
        collected = desks.shards.fetch(shard)
        return {"sources": len(collected.visits), "articles": len(collected.articles)}

    add(JobQueue.FETCH, fetch)
    add(JobQueue.VECTORS, lambda shard: {"articles": desks.shards.make_vectors(shard)})


def _add_making(app: App, desks: Desks) -> None:
    log = structlog.get_logger("briefing.worker")
    queue = JobQueue.SEGMENTS.value

    @app.task(name=queue, queue=queue)
    async def segments(work: str, **fields: Any) -> None:
        batch = Batch.parse(fields)
        try:
            made = await asyncio.to_thread(lambda: desks.batches.make(batch))
        except BriefingError as error:
            if desks.is_stopped():  # the rest is for another worker
                await app.configure_task(queue, queue=queue).defer_async(work=work, **fields)
            else:
                log.warning("segments failed", edition=str(batch.day), reason=str(error))
            return
        log.info("segments", edition=str(batch.day), made=made)


def _add_sending(app: App, desks: Desks) -> None:
    log = structlog.get_logger("briefing.worker")
    queue = JobQueue.DELIVER.value

    @app.task(name=queue, queue=queue)
    async def deliver(edition: str, after: str, last: str, on_time: bool) -> None:  # noqa: FBT001 — read from JSON
        chunk = Chunk(edition=date.fromisoformat(edition), after=after, last=last, on_time=on_time)
        again_at: datetime | None
        try:
            share, again_at = await asyncio.to_thread(lambda: desks.chunks.deliver(chunk))
        except BriefingError as error:
            log.warning("chunk failed", edition=edition, reason=str(error))
            again = app.configure_task(queue, queue=queue, priority=URGENT, schedule_in={"seconds": _AGAIN_S})
        else:
            log.info("chunk", edition=edition, handed_over=share.sent)
            _tell(share.problems)
            if again_at is None:
                return
            again = app.configure_task(queue, queue=queue, priority=URGENT, schedule_at=again_at)
        await again.defer_async(edition=edition, after=after, last=last, on_time=on_time)


def _tell(problems: Sequence[Problem]) -> None:
    log = structlog.get_logger("briefing.worker")
    for problem in problems:
        log.warning("problem", stage=problem.stage, reason=problem.message)
