"""Takes a Config, gives the whole house, ready to be called.

Next: briefing/cli/commands.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from briefing.wiring.mail import make_mailroom, make_return_path, make_seal, make_transport
from briefing.wiring.office import make_office
from briefing.wiring.readers import make_bounce_desk, make_bounce_round, make_reader_list, make_sign_up
from briefing.wiring.stages import make_builder, make_encoder, make_picture_desk, read_masthead
from briefing.wiring.watch import make_watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Engine

    from briefing.model.settings import Config
    from briefing.ports import Encoder
    from briefing.services.bounce_round import BounceRound
    from briefing.services.bounces import BounceDesk
    from briefing.services.compare import Comparison
    from briefing.services.filing import Watcher
    from briefing.services.morning import Morning
    from briefing.services.signup import SignUp
    from briefing.services.subscribe import ReaderList
    from briefing.wiring.office import Office
    from briefing.wiring.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Carries the services of one briefing, ready to be called.

    Attributes:
        resend: sends today's edition to the reader with this id again, and says in a line how that went.
        letters: reads mail that comes back; None where nobody does.
        watch: looks after it all.
    """

    morning: Morning
    readers: ReaderList
    sign_up: SignUp
    office: Office
    bounces: BounceDesk
    letters: BounceRound | None
    resend: Callable[[str], str]
    watch: Watch


def open_house(
    config: Config, *, out: Path, now: datetime | None = None, watch: Watcher, builds_now: bool = False
) -> House:
    """Opens the database and puts everything in its place.

    Args:
        config: of the briefing.
        out: folder for the edition's files; the outbox is below it.
        now: the moment to live in; None for the machine's clock.
        watch: hears how far the stages have come.
        builds_now: an edition will be built at once, so the encoder may load while the rest is being opened.

    Raises:
        StoreError: the database cannot be opened.
        RenderError: the templates cannot be read.
        ParseError: the logo cannot be.
    """
    encoder = make_encoder(config)
    if encoder is not None and builds_now:
        encoder.prepare()

    from briefing.engines.clock import StoppedClock, SystemClock
    from briefing.store.database import open_database

    clock = SystemClock() if now is None else StoppedClock(now)
    engine = open_database(config.database)
    readers = make_reader_list(config, engine, clock)
    bounces = make_bounce_desk(config, engine, readers)
    guard = make_watch(config, engine, clock, watch, out)
    morning = replace(
        _make_morning(config, engine, encoder, guard.keeper.stages.watch, out, readers=readers, bounces=bounces),
        observer=guard.keeper,
    )
    sign_up = make_sign_up(config, engine, readers, morning.templates, out)
    return House(
        morning=morning,
        readers=readers,
        sign_up=sign_up,
        office=make_office(config, engine, readers, invite=sign_up.invite),
        bounces=bounces,
        letters=make_bounce_round(config, bounces),
        resend=lambda reader: morning.resend(reader, make_transport(config, out)[0]),
        watch=guard,
    )


def _make_morning(
    config: Config,
    engine: Engine,
    encoder: Encoder | None,
    watch: Watcher,
    out: Path,
    *,
    readers: ReaderList,
    bounces: BounceDesk,
) -> Morning:
    from briefing.render.templates import load_templates
    from briefing.services.morning import Morning
    from briefing.store.archive import SqlArchive
    from briefing.store.memory import SqlEditionMemory
    from briefing.store.shelf import EditionShelf

    memory = SqlEditionMemory(engine)
    transport, destination = make_transport(config, out)
    return Morning(
        config=config,
        clock=readers.clock,
        builder=replace(make_builder(config, engine, memory, encoder, watch), pictures=make_picture_desk(config)),
        mailroom=make_mailroom(config, engine, transport, readers.clock, bounces=bounces),
        memory=memory,
        archive=SqlArchive(engine),
        shelf=EditionShelf(folder=out),
        signer=readers.signer,
        templates=load_templates(config.templates),
        destination=destination,
        logo=read_masthead(config),
        seal=make_seal(config, readers.clock),
        return_path=make_return_path(config, engine),
    )


def open_comparison(used: Config, edited: Config, *, now: datetime | None = None, watch: Watcher) -> Comparison:
    """What it takes to say how two configs' editions differ; both live on the database of the one in use.

    Raises:
        StoreError: the database cannot be opened.
    """
    from briefing.engines.clock import StoppedClock, SystemClock
    from briefing.services.compare import Comparison
    from briefing.store.database import open_database
    from briefing.store.memory import SqlEditionMemory

    engine = open_database(used.database)
    memory = SqlEditionMemory(engine)
    encoder = make_encoder(used) or make_encoder(edited)
    one, other = (
        make_builder(_anchored(config), engine, memory, encoder if config.vectors == "use" else None, watch)
        for config in (used, edited)
    )
    return Comparison(used=one, edited=other, clock=SystemClock() if now is None else StoppedClock(now))


def _anchored(config: Config) -> Config:
    """The config with paths that mean the same whatever folder it was named from."""
    readers = config.readers and Path(config.readers).resolve()
    return replace(config, readers=readers, templates=config.templates and Path(config.templates).resolve())
