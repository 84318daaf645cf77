"""Takes a Config, gives what shares the making of editions among workers, and the desks of a worker.

Next: briefing/wiring/house.py.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

    from briefing.model.settings import Config
    from briefing.ports import EditionMaker
    from briefing.services.batches import BatchDesk
    from briefing.services.chunks import ChunkDesk
    from briefing.services.filing import Watcher
    from briefing.services.newsroom import Newsroom
    from briefing.services.shards import ShardDesk, SourceLists
    from briefing.services.teamwork import Team


def with_team(newsroom: Newsroom, engine: Engine, watch: Watcher) -> EditionMaker:
    """The newsroom with the help of workers where the config says so, else as it is.

    Raises:
        StoreError: the database keeps no queue.
    """
    config = newsroom.config
    if not config.workers:
        return newsroom
    from briefing.services.batches import SharedNewsroom
    from briefing.services.shards import SharedCollector
    from briefing.store.gatherings import SqlGatherings

    team = _make_team(config, engine)
    collector = SharedCollector(
        reads=newsroom.builder.collector,
        team=team,
        lists=_lists(config, engine),
        makes_vectors=newsroom.builder.encoder is not None,
        watch=watch,
    )
    newsroom = replace(newsroom, builder=replace(newsroom.builder, collector=collector))
    return SharedNewsroom(newsroom=newsroom, gatherings=SqlGatherings(engine), team=team, watch=watch)


def open_desks(config: Config, *, out: Path, is_stopped: Callable[[], bool]) -> WorkerDesks:
    """What a worker does its jobs with.

    Args:
        out: folder of the editions' files; the outbox is below it.
        is_stopped: once it says so, no more is begun.

    Raises:
        StoreError: the database cannot be opened, or keeps no queue.
    """
    from briefing.store.database import open_database
    from briefing.store.jobs import install_jobs, make_app

    make_app(config.database, works=False)
    engine = open_database(config.database)
    install_jobs(engine)
    return WorkerDesks(config, engine, out=out, is_stopped=is_stopped)


class WorkerDesks:
    """Opens each desk when the first job for it comes: who only sends holds 100 MB, who makes editions 300 and more."""

    def __init__(self, config: Config, engine: Engine, *, out: Path, is_stopped: Callable[[], bool]) -> None:
        self._config, self._engine, self._out, self.is_stopped = config, engine, out, is_stopped

    @cached_property
    def chunks(self) -> ChunkDesk:
        """Sends."""
        from briefing.wiring.senders import make_chunk_desk

        return make_chunk_desk(self._config, self._engine, out=self._out, is_stopped=self.is_stopped)

    @cached_property
    def shards(self) -> ShardDesk:
        """Reads sources, and makes the vectors of what they gave."""
        from briefing.services.filing import Filing
        from briefing.services.shards import ShardDesk
        from briefing.store.articles import SqlArticles
        from briefing.store.vectors import SqlVectors
        from briefing.wiring.stages import make_clock, make_collector, make_encoder

        config, engine = self._config, self._engine
        return ShardDesk(
            sources=config.sources,
            lists=_lists(config, engine),
            collector=make_collector(config, engine),
            articles=SqlArticles(engine),
            filing=Filing(topics=(), encoder=make_encoder(config), cache=SqlVectors(engine, make_clock(None))),
            window=config.briefing.window,
        )

    @cached_property
    def batches(self) -> BatchDesk:
        """Makes editions."""
        from briefing.engines.clock import SystemClock
        from briefing.services.batches import BatchDesk
        from briefing.services.editions import recipe_of
        from briefing.services.filing import unwatched
        from briefing.store.gatherings import SqlGatherings
        from briefing.wiring.editions import make_newsroom

        config, engine = self._config, self._engine
        newsroom = make_newsroom(config, engine, SystemClock(), encoder=None, watch=unwatched, out=self._out)
        return BatchDesk(
            newsroom=newsroom,
            recipe=recipe_of(config, newsroom.templates, newsroom.logo),
            gatherings=SqlGatherings(engine),
            is_stopped=self.is_stopped,
        )


def _make_team(config: Config, engine: Engine) -> Team:
    from briefing.engines.clock import MachineStopwatch
    from briefing.services.teamwork import Team
    from briefing.store.jobs import install_jobs, make_app
    from briefing.store.workforce import QueuedWorkforce

    app = make_app(config.database, works=False)
    install_jobs(engine)
    return Team(
        workforce=QueuedWorkforce(engine, app),
        stopwatch=MachineStopwatch(),
        sleep=time.sleep,
        new_name=lambda: uuid.uuid4().hex,
    )


def _lists(config: Config, engine: Engine) -> SourceLists:
    from briefing.collect.opml import known_feeds
    from briefing.store.visits import SqlVisits

    return partial(known_feeds, config.sources, SqlVisits(engine))
