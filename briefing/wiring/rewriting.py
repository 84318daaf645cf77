"""Takes a config, gives the desk that changes its file, and what makes an earlier day again.

Next: briefing/wiring/house.py.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from briefing.model.settings import Config
    from briefing.services.beginning import FirstSource
    from briefing.services.filing import Watcher
    from briefing.services.replay import Replay
    from briefing.services.rewriting import ConfigDesk
    from briefing.services.stored import StoredArticles


def open_config_desk(path: Path) -> ConfigDesk:
    """The desk of a file, which need not be right, nor there."""
    from functools import partial

    from briefing.config.load import check_text
    from briefing.services.rewriting import ConfigDesk
    from briefing.store.config_file import KeptConfig

    return ConfigDesk(file=KeptConfig(path), check=partial(check_text, path=path), name=path.name)


def open_replay(config: Config, *, watch: Watcher) -> Replay:
    """What makes an earlier day's edition from what the database keeps.

    Raises:
        StoreError: the database cannot be opened.
    """
    from dataclasses import replace

    from briefing.services.replay import Replay
    from briefing.store.archive import SqlArchive
    from briefing.store.database import open_database
    from briefing.store.memory import SqlEditionMemory
    from briefing.wiring.stages import make_builder, make_encoder

    engine = open_database(config.database)
    memory = SqlEditionMemory(engine)
    builder = make_builder(config, engine, memory, make_encoder(config), watch)
    stored = make_stored(config, engine, asks=False)
    return Replay(builder=replace(builder, collector=stored), memory=memory, archive=SqlArchive(engine))


def make_stored(config: Config, engine: Engine, *, asks: bool) -> StoredArticles:
    """What gives the articles that were read before."""
    from briefing.collect.opml import known_feeds
    from briefing.services.stored import StoredArticles
    from briefing.store.articles import SqlArticles
    from briefing.store.visits import SqlVisits
    from briefing.wiring.stages import make_collector

    return StoredArticles(
        reads=make_collector(config, engine),
        articles=SqlArticles(engine),
        window=config.briefing.window,
        asks=asks,
        feeds=known_feeds(config.sources, SqlVisits(engine)),
    )


@contextmanager
def open_first_look(*, allow_private: bool = False) -> Iterator[Callable[[str], FirstSource]]:
    """What looks at an address before there is a config; nothing of it is kept."""
    from dataclasses import replace
    from functools import partial
    from tempfile import TemporaryDirectory

    from briefing.config.load import default_config
    from briefing.engines.clock import SystemClock
    from briefing.model.settings import FetchRule
    from briefing.services.beginning import find_source
    from briefing.store.database import open_database
    from briefing.wiring.stages import make_collector

    with TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/look.db")
        config = replace(default_config(), fetch=FetchRule(allow_private=allow_private))
        try:
            yield partial(find_source, collector=make_collector(config, engine), now=SystemClock().now())
        finally:
            engine.dispose()
