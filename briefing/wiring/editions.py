"""Takes a Config, gives what makes editions: in this process, or in one of its own that ends.

Next: briefing/wiring/crew.py.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from briefing.wiring.stages import make_builder, make_clock, make_picture_desk, read_masthead, start_encoder

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine

    from briefing.model.settings import Config
    from briefing.ports import Clock, EditionMaker, Encoder
    from briefing.services.editions import EditionDesk
    from briefing.services.filing import Watcher
    from briefing.services.newsroom import Newsroom


def open_newsroom(
    config: Config, *, out: Path, now: datetime | None = None, watch: Watcher, builds_now: bool = False
) -> Newsroom:
    """What makes editions, and nothing that sends them; the arguments are those of `open_house`.

    Raises:
        StoreError: the database cannot be opened.
        RenderError: the templates cannot be read.
        ParseError: the logo cannot be.
    """
    encoder = start_encoder(config, at_once=builds_now)

    from briefing.store.database import open_database

    return make_newsroom(config, open_database(config.database), make_clock(now), encoder=encoder, watch=watch, out=out)


def open_maker(config: Config, *, out: Path, watch: Watcher, builds_now: bool = False) -> EditionMaker:
    """The same with the help of workers, where the config says so.

    Raises:
        StoreError: the database cannot be opened, or keeps no queue.
        RenderError: the templates cannot be read.
        ParseError: the logo cannot be.
    """
    encoder = start_encoder(config, at_once=builds_now)

    from briefing.store.database import open_database
    from briefing.wiring.team import with_team

    engine = open_database(config.database)
    newsroom = make_newsroom(config, engine, make_clock(None), encoder=encoder, watch=watch, out=out)
    return with_team(newsroom, engine, watch)


def make_edition_desk(
    config: Config, engine: Engine, clock: Clock, *, encoder: Encoder | None, watch: Watcher, out: Path, apart: bool
) -> EditionDesk:
    """Has editions made, here or `apart`: there, one that was made is good as long as a reading of the sources."""
    from briefing.services.editions import SHELF_LIFE, EditionDesk, recipe_of
    from briefing.store.prepared import SqlPreparedEditions

    maker: EditionMaker
    if apart:
        from briefing.render.templates import load_templates
        from briefing.wiring.maker import SeparateMaker

        maker = SeparateMaker(config=config, out=out, watch=watch)
        recipe = recipe_of(config, load_templates(config.templates), read_masthead(config))
    else:
        from briefing.wiring.team import with_team

        newsroom = make_newsroom(config, engine, clock, encoder=encoder, watch=watch, out=out)
        maker = with_team(newsroom, engine, watch)
        recipe = recipe_of(config, newsroom.templates, newsroom.logo)
    reuse = SHELF_LIFE if apart else timedelta(0)
    return EditionDesk(kept=SqlPreparedEditions(engine), maker=maker, clock=clock, recipe=recipe, reuse=reuse)


def make_newsroom(
    config: Config, engine: Engine, clock: Clock, *, encoder: Encoder | None, watch: Watcher, out: Path
) -> Newsroom:
    """What makes editions, on a database that is open."""
    from briefing.render.templates import load_templates
    from briefing.services.newsroom import Newsroom
    from briefing.store.memory import SqlEditionMemory
    from briefing.store.prepared import SqlPreparedEditions
    from briefing.store.shelf import EditionShelf

    builder = make_builder(config, engine, SqlEditionMemory(engine), encoder, watch)
    return Newsroom(
        config=config,
        clock=clock,
        builder=replace(builder, pictures=make_picture_desk(config)),
        kept=SqlPreparedEditions(engine),
        shelf=EditionShelf(folder=out),
        templates=load_templates(config.templates),
        logo=read_masthead(config),
    )
