"""Two programs that serve one database at once, each with a timetable of its own: nobody gets two, nobody none."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from itertools import count
from threading import Barrier, Thread
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from briefing.model.delivery import DeliveryStatus
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.services.schedule import Timetable
from briefing.store.database import open_database
from briefing.store.ledger import SqlLedger
from briefing.store.subscribers import SqlSubscribers
from tests.fakes import FixedClock
from tests.services.house import mailroom
from tests.services.timetables import sending
from tests.services.world import Relay

if TYPE_CHECKING:
    from sqlalchemy import Engine


pytestmark = pytest.mark.slow

#: Seven in the morning in each of them is within the late window of the others.
ZONES = ("Europe/Paris", "Europe/London", "Europe/Athens", None)
FIRST = datetime(2027, 1, 4, 9, tzinfo=UTC)
STARTS = 50


@dataclass
class Program:
    """One `serve`, with connections of its own."""

    engine: Engine
    now: datetime
    relay: Relay = field(default_factory=Relay)

    def timetable(self) -> Timetable:
        """What a program that starts this very moment looks at."""
        store, ledger, clock = SqlSubscribers(self.engine), SqlLedger(self.engine), FixedClock(self.now)
        room = replace(mailroom(store, ledger, self.relay, clock), new_owner=lambda: uuid4().hex)

        return sending(room)


def start_together(*timetables: Timetable) -> None:
    """Ticks once with each, all at the same moment; what one raises is raised."""
    start, failures = Barrier(len(timetables)), list[Exception]()

    def run(timetable: Timetable) -> None:
        start.wait(timeout=30)
        try:
            timetable.tick()
        except Exception as error:  # noqa: BLE001 - raised below, where the test sees it
            failures.append(error)

    threads = [Thread(target=run, args=(timetable,)) for timetable in timetables]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_schedulers_started_at_once_fifty_times_send_every_copy_once(
    kind: str, request: pytest.FixtureRequest
) -> None:
    url: str = request.getfixturevalue(f"{kind}_url")
    programs = [Program(open_database(url), FIRST) for _ in range(2)]
    names = count()

    def new_readers(number: int) -> list[Subscriber]:
        known = [f"{next(names):032x}" for _ in range(number)]
        return [
            Subscriber(
                id=name,
                email=f"{name}@readers.example",
                status=SubscriberStatus.CONFIRMED,
                timezone=ZONES[int(name, 16) % len(ZONES)],
                at=time(6, 30) if int(name, 16) % 5 == 0 else None,
            )
            for name in known
        ]

    store, ledger = SqlSubscribers(programs[0].engine), SqlLedger(programs[0].engine)
    store.save_subscribers(new_readers(24))
    for morning in range(STARTS):
        now = FIRST + timedelta(days=morning)
        store.save_subscribers(new_readers(1))
        start_together(*(replace(program, now=now).timetable() for program in programs))
        balance = ledger.balance(now.date())
        assert (balance.audience, balance.counts) == (25 + morning, {DeliveryStatus.SENT: 25 + morning})
    copies = programs[0].relay.copies + programs[1].relay.copies
    assert set(copies.values()) == {1}
    assert len(copies) == sum(25 + morning for morning in range(STARTS))
    assert all(program.relay.taken for program in programs), "both had their share, so they did meet"
    for program in programs:
        program.engine.dispose()
