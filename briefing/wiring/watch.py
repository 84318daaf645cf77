"""Takes a Config, gives what looks after the house: run reports, health and figures, the operator's mail, the pings.

Next: briefing/wiring/house.py.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from briefing.model.settings import Config
    from briefing.ports import Clock
    from briefing.services.filing import Watcher
    from briefing.services.lookout import Lookout
    from briefing.services.runs import RunKeeper
    from briefing.services.watchman import Watchman
    from briefing.store.runs import SqlRuns


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Carries what looks after the house.

    Attributes:
        keeper: hears from the morning how each edition gets on.
        watchman: makes the rounds.
    """

    keeper: RunKeeper
    watchman: Watchman

    @property
    def lookout(self) -> Lookout:
        """Knows how the house is."""
        return self.watchman.lookout


def open_runs(config: Config) -> SqlRuns:
    """The run reports.

    Raises:
        StoreError: the database cannot be opened.
    """
    from briefing.store.database import open_database
    from briefing.store.runs import SqlRuns

    return SqlRuns(open_database(config.database))


def make_watch(config: Config, engine: Engine, clock: Clock, watch: Watcher, out: Path) -> Watch:
    """What looks after the house, on a database that is open; `watch` hears of the stages as well."""
    from briefing.deliver.ping import HttpPinger
    from briefing.deliver.webhooks import HttpMessenger
    from briefing.services.alarm_desk import AlarmDesk
    from briefing.services.pings import Pings
    from briefing.services.runs import RunKeeper, StageClock
    from briefing.services.watchman import Watchman
    from briefing.store.alarms import SqlAlarms
    from briefing.store.runs import SqlRuns
    from briefing.wiring.mail import make_seal, make_transport

    lookout = make_lookout(config, engine, clock)
    messenger = HttpMessenger(allow_private=config.fetch.allow_private)
    pings = Pings(pinger=HttpPinger(messenger=messenger), address=config.operator.ping)
    alarms = AlarmDesk(
        config=config,
        log=SqlAlarms(engine),
        transport=lambda: make_transport(config, out)[0],
        clock=clock,
        seal=make_seal(config, clock),
    )

    stages = StageClock(monotonic=time.monotonic, pass_on=watch, beat=lookout.beat)
    keeper = RunKeeper(runs=SqlRuns(engine), clock=clock, stages=stages, listeners=(lookout, pings, alarms))
    watchman = Watchman(lookout=lookout, pings=pings, alarms=alarms, on_uncertain=config.mail.on_uncertain)
    return Watch(keeper=keeper, watchman=watchman)


def make_lookout(config: Config, engine: Engine, clock: Clock) -> Lookout:
    """What knows how the house is."""
    from briefing.services.lookout import Lookout, Shelves
    from briefing.store.directory import SqlDirectory
    from briefing.store.gauges import SqlGauges
    from briefing.store.ledger import SqlLedger
    from briefing.store.runs import SqlRuns
    from briefing.store.sources import SqlSourceLog
    from briefing.store.subscribers import SqlSubscribers

    shelves = Shelves(
        ledger=SqlLedger(engine),
        directory=SqlDirectory(engine),
        gauges=SqlGauges(engine),
        store=SqlSubscribers(engine),
        sources=SqlSourceLog(engine),
        runs=SqlRuns(engine),
    )
    return Lookout(
        shelves=shelves,
        clock=clock,
        schedule=config.schedule,
        default_zone=config.briefing.timezone,
        started_at=clock.now(),
    )
