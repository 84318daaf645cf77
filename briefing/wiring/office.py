"""Takes a Config, gives what other systems and the operator need.

Next: briefing/wiring/house.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from briefing.model.settings import Config
    from briefing.model.subscriber import Subscriber
    from briefing.ports import Clock
    from briefing.services.announce import Announcer
    from briefing.services.desk import Desk
    from briefing.services.personal import PersonalRecords
    from briefing.services.subscribe import ReaderList
    from briefing.services.upkeep import Upkeep


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Carries what other systems and the operator need, ready to be called."""

    desk: Desk
    personal: PersonalRecords
    announcer: Announcer
    upkeep: Upkeep


def open_office(config: Config) -> Office:
    """What looks after readers, for commands that build nothing.

    Raises:
        StoreError: the database cannot be opened.
    """
    from briefing.engines.clock import SystemClock
    from briefing.store.database import open_database
    from briefing.wiring.readers import make_reader_list

    engine = open_database(config.database)
    return make_office(config, engine, make_reader_list(config, engine, SystemClock()))


def make_office(
    config: Config, engine: Engine, readers: ReaderList, *, invite: Callable[[Subscriber], object] | None = None
) -> Office:
    """What looks after readers, on a database that is open; its changes are announced."""
    from briefing.services.desk import Desk
    from briefing.services.personal import PersonalRecords
    from briefing.store.announcements import SqlAnnouncements
    from briefing.store.bounces import SqlBounces
    from briefing.store.directory import SqlDirectory
    from briefing.store.ledger import SqlLedger

    announcer = make_announcer(config, engine, readers.clock)
    ledger = SqlLedger(engine)
    desk = Desk(
        readers=readers,
        ledger=ledger,
        directory=SqlDirectory(engine),
        bounces=SqlBounces(engine),
        invite=invite,
    )
    upkeep = _make_upkeep(config, engine, readers)
    personal = PersonalRecords(desk=desk, queue=SqlAnnouncements(engine))
    return Office(desk=desk, personal=personal, announcer=announcer, upkeep=upkeep)


def _make_upkeep(config: Config, engine: Engine, readers: ReaderList) -> Upkeep:
    from briefing.services.upkeep import Upkeep
    from briefing.store.alarms import SqlAlarms
    from briefing.store.archive import SqlArchive
    from briefing.store.articles import SqlArticles
    from briefing.store.ledger import SqlLedger
    from briefing.store.leftovers import SqlRequestNotes
    from briefing.store.prepared import SqlPreparedEditions
    from briefing.store.runs import SqlRuns
    from briefing.store.vectors import SqlVectors
    from briefing.store.visits import SqlVisits

    return Upkeep(
        ledger=SqlLedger(engine),
        archive=SqlArchive(engine),
        requests=SqlRequestNotes(engine),
        readers=readers,
        runs=SqlRuns(engine),
        alarms=SqlAlarms(engine),
        prepared=SqlPreparedEditions(engine),
        articles=SqlArticles(engine),
        visits=SqlVisits(engine),
        vectors=SqlVectors(engine, readers.clock),
        clock=readers.clock,
        keep=config.keep_ledger,
        keep_articles=config.keep_articles,
    )


def make_announcer(config: Config, engine: Engine, clock: Clock) -> Announcer:
    """Tells webhooks what changes; its `told` belongs into every list of readers."""
    from briefing.deliver.webhooks import HttpMessenger
    from briefing.services.announce import Announcer
    from briefing.store.announcements import SqlAnnouncements

    return Announcer(
        queue=SqlAnnouncements(engine),
        messenger=HttpMessenger(allow_private=config.fetch.allow_private),
        clock=clock,
        addresses=config.web.webhooks if config.web.api_key else (),
        key=config.web.api_key or "",
    )
