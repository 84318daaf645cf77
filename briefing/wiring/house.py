"""Takes a Config, gives the whole house, ready to be called.

Next: briefing/cli/commands.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from briefing.wiring.crew import make_crew
from briefing.wiring.mail import make_morning, make_transport
from briefing.wiring.office import make_office
from briefing.wiring.readers import make_bounce_desk, make_bounce_round, make_reader_list, make_sign_up
from briefing.wiring.stages import make_builder, make_encoder, make_newsroom
from briefing.wiring.watch import make_watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Engine

    from briefing.model.settings import Config
    from briefing.ports import Clock
    from briefing.render.templates import Templates
    from briefing.services.bounce_round import BounceRound
    from briefing.services.bounces import BounceDesk
    from briefing.services.clock_guard import ClockGuard
    from briefing.services.compare import Comparison
    from briefing.services.explain import Forecast
    from briefing.services.filing import Watcher
    from briefing.services.morning import Morning
    from briefing.services.newsroom import Newsroom
    from briefing.services.signup import SignUp
    from briefing.services.subscribe import ReaderList
    from briefing.wiring.office import Office
    from briefing.wiring.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Carries the services of one briefing, ready to be called.

    Attributes:
        newsroom: makes editions, in this process.
        templates: of mails and pages.
        resend: sends today's edition to the reader with this id again, and says in a line how that went.
        letters: reads mail that comes back; None where nobody does.
        watch: looks after it all.
    """

    morning: Morning
    newsroom: Newsroom
    templates: Templates
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
    from briefing.services.editions import EditionDesk, recipe_of
    from briefing.store.database import open_database

    clock = SystemClock() if now is None else StoppedClock(now)
    engine = open_database(config.database)
    readers = make_reader_list(config, engine, clock)
    bounces = make_bounce_desk(config, engine, readers)
    guard = make_watch(config, engine, clock, watch, out)
    newsroom = make_newsroom(config, engine, clock, encoder=encoder, watch=guard.keeper.stages.watch, out=out)
    recipe = recipe_of(config, newsroom.templates, newsroom.logo)
    editions = EditionDesk(kept=newsroom.kept, maker=newsroom, clock=clock, recipe=recipe)
    carrier = make_transport(config, out)
    crew = make_crew(config, out, carrier[0], clock, recipe=recipe)
    morning = make_morning(config, engine, editions, carrier, readers=readers, bounces=bounces, crew=crew)
    # A moment that a person named cannot leap.
    morning = replace(morning, observer=guard.keeper, guard=None if now else _make_clock_guard(engine, clock))
    sign_up = make_sign_up(config, engine, readers, newsroom.templates, out)
    return House(
        morning=morning,
        newsroom=newsroom,
        templates=newsroom.templates,
        readers=readers,
        sign_up=sign_up,
        office=make_office(config, engine, readers, invite=sign_up.invite),
        bounces=bounces,
        letters=make_bounce_round(config, bounces),
        resend=lambda reader: morning.resend(reader, make_transport(config, out)[0]),
        watch=guard,
    )


def _make_clock_guard(engine: Engine, clock: Clock) -> ClockGuard:
    from briefing.engines.clock import MachineStopwatch
    from briefing.services.clock_guard import ClockGuard
    from briefing.store.looks import SqlLookLog

    return ClockGuard(clock=clock, stopwatch=MachineStopwatch(), log=SqlLookLog(engine))


def open_forecast(config: Config, *, now: datetime | None = None) -> Forecast:
    """What says when who will get what; nothing that builds or sends is opened.

    Raises:
        StoreError: the database cannot be opened.
    """
    from briefing.engines.clock import StoppedClock, SystemClock
    from briefing.services.explain import Forecast
    from briefing.store.database import open_database
    from briefing.store.ledger import SqlLedger
    from briefing.store.subscribers import SqlSubscribers

    engine = open_database(config.database)
    return Forecast(
        store=SqlSubscribers(engine),
        ledger=SqlLedger(engine),
        clock=SystemClock() if now is None else StoppedClock(now),
        schedule=config.schedule,
        default_zone=config.briefing.timezone,
    )


def confirm_clock(config: Config) -> datetime:
    """Says that the clock is right although it leapt; gives what it shows.

    Raises:
        StoreError: the database cannot be written.
    """
    from briefing.engines.clock import SystemClock
    from briefing.store.database import open_database
    from briefing.store.looks import SqlLookLog

    now = SystemClock().now()
    SqlLookLog(open_database(config.database)).confirm(now)
    return now


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
