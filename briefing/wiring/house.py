"""Takes a Config, gives the whole house, ready to be called.

Next: briefing/cli/commands.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from briefing.render.templates import load_templates
from briefing.wiring.crew import make_crew
from briefing.wiring.editions import make_edition_desk
from briefing.wiring.mail import make_morning, make_transport
from briefing.wiring.office import make_office
from briefing.wiring.readers import make_bounce_desk, make_bounce_round, make_reader_list, make_sign_up
from briefing.wiring.rewriting import make_stored
from briefing.wiring.stages import make_builder, make_clock, make_clock_guard, make_encoder, start_encoder
from briefing.wiring.watch import make_watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from briefing.model.settings import Config
    from briefing.render.templates import Templates
    from briefing.services.bounce_round import BounceRound
    from briefing.services.bounces import BounceDesk
    from briefing.services.build import Builder
    from briefing.services.compare import Comparison
    from briefing.services.explain import Forecast
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
        templates: of mails and pages.
        resend: sends today's edition to the reader with this id again, and says in a line how that went.
        letters: reads mail that comes back; None where nobody does.
        watch: looks after it all.
        close: lets go of the database, once nobody uses the house any more.
    """

    morning: Morning
    templates: Templates
    readers: ReaderList
    sign_up: SignUp
    office: Office
    bounces: BounceDesk
    letters: BounceRound | None
    resend: Callable[[str], str]
    watch: Watch
    close: Callable[[], object]


def open_house(
    config: Config,
    *,
    out: Path,
    now: datetime | None = None,
    watch: Watcher,
    builds_now: bool = False,
    makes_apart: bool = False,
) -> House:
    """Opens the database and puts everything in its place.

    Args:
        config: of the briefing.
        out: folder for the edition's files; the outbox is below it.
        now: the moment to live in; None for the machine's clock.
        watch: hears how far the stages have come.
        builds_now: an edition will be built at once, so the encoder may load while the rest is being opened.
        makes_apart: editions are made in processes that end, some minutes before they are due; for a program that
            stays: the models would stay with it.

    Raises:
        StoreError: the database cannot be opened.
        RenderError: the templates cannot be read.
        ParseError: the logo cannot be.
    """
    encoder = None if makes_apart else start_encoder(config, at_once=builds_now)

    from briefing.store.database import open_database

    clock = make_clock(now)
    engine = open_database(config.database)
    readers = make_reader_list(config, engine, clock)
    bounces = make_bounce_desk(config, engine, readers)
    guard = make_watch(config, engine, clock, watch, out)
    stages = guard.keeper.stages.watch
    editions = make_edition_desk(config, engine, clock, encoder=encoder, watch=stages, out=out, apart=makes_apart)
    carrier = make_transport(config, out)
    crew = make_crew(config, out, carrier[0], clock, recipe=editions.recipe)
    morning = make_morning(config, engine, editions, carrier, readers=readers, bounces=bounces, crew=crew)
    # A moment that a person named cannot leap.
    clocks = None if now else make_clock_guard(engine, clock)
    morning = replace(morning, observer=guard.keeper, guard=clocks, makes_ahead=makes_apart)
    templates = load_templates(config.templates)
    sign_up = make_sign_up(config, engine, readers, templates, out)
    return House(
        morning=morning,
        templates=templates,
        readers=readers,
        sign_up=sign_up,
        office=make_office(config, engine, readers, invite=sign_up.invite),
        bounces=bounces,
        letters=make_bounce_round(config, bounces),
        resend=lambda reader: morning.resend(reader, make_transport(config, out)[0]),
        watch=guard,
        close=engine.dispose,
    )


def open_forecast(config: Config, *, now: datetime | None = None) -> Forecast:
    """What says when who will get what; nothing that builds or sends is opened.

    Raises:
        StoreError: the database cannot be opened.
    """
    from briefing.services.explain import Forecast
    from briefing.store.database import open_database
    from briefing.store.ledger import SqlLedger
    from briefing.store.subscribers import SqlSubscribers

    engine = open_database(config.database)
    return Forecast(
        store=SqlSubscribers(engine),
        ledger=SqlLedger(engine),
        clock=make_clock(now),
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
    from briefing.store.subscribers import SqlSubscribers

    engine = open_database(used.database)
    memory = SqlEditionMemory(engine)
    encoder = make_encoder(used) or make_encoder(edited)

    def make(config: Config) -> Builder:
        builder = make_builder(config, engine, memory, encoder if config.vectors == "use" else None, watch)
        return replace(builder, collector=make_stored(config, engine, asks=True))

    one, other = make(_anchored(used)), make(_anchored(edited))
    clock = SystemClock() if now is None else StoppedClock(now)
    return Comparison(used=one, edited=other, clock=clock, readers=SqlSubscribers(engine))


def _anchored(config: Config) -> Config:
    """The config with paths that mean the same whatever folder it was named from."""
    readers = config.readers and Path(config.readers).resolve()
    return replace(config, readers=readers, templates=config.templates and Path(config.templates).resolve())
