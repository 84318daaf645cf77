"""Takes a sender that is killed at random moments and started again, gives what its readers got, and what they may get.

The relay remembers what it accepted, and answers 2 ms later, so that a kill finds messages accepted and not heard of.
With `resend` nobody may go without, and at most one message per open connection and kill may be there twice, under
one Message-ID; with `hold` nothing may be there twice, and every reader in doubt is named.

Next: benchmarks/delivery/crashes.py.
"""

from __future__ import annotations

import multiprocessing
import random
import signal
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.delivery import CONNECTIONS
from benchmarks.delivery.house import NOW, invent_readers, make_room, plain_mail
from benchmarks.delivery.recording import open_relay
from briefing.engines.clock import SystemClock
from briefing.model.delivery import Balance, DeliveryStatus, OnUncertain
from briefing.model.subscriber import Habit
from briefing.services.delivery_rules import LEASE
from briefing.services.delivery_run import Mailing
from briefing.store.database import open_database
from briefing.store.ledger import SqlLedger

if TYPE_CHECKING:
    from datetime import datetime
    from multiprocessing.process import BaseProcess
    from multiprocessing.synchronize import Barrier

    from benchmarks.delivery.recording import Relay

EDITION = date(2026, 11, 22)
#: Lines of a message; short ones make more messages stand at each step of their way when the end comes.
_LINES = 40
#: A child that does not end by itself is stuck.
_PATIENCE_S = 120
#: Processes without threads or sockets of ours, with everything imported: a start takes milliseconds.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])


@dataclass(frozen=True, slots=True)
class RunningClock:
    """Begins at a moment of our choice and goes on from there: what a sender left behind can be minutes old at once."""

    start: datetime
    began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """The moment, and what has passed since."""
        return self.start + timedelta(seconds=time.monotonic() - self.began)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Carries what became of an edition.

    Attributes:
        accepted: how often the relay took each Message-ID.
        ids: Message-IDs each recipient was sent.
        unsure: addresses that the books name as in doubt at the end.
        balances: of the books after each kill, and at the end.
    """

    policy: OnUncertain
    readers: frozenset[str]
    kills: int
    accepted: Counter[str]
    ids: dict[str, set[str]]
    unsure: frozenset[str]
    balances: tuple[Balance, ...]

    @property
    def never(self) -> frozenset[str]:
        """Readers whose mail the relay never took."""
        return self.readers - self.ids.keys()

    @property
    def doubles(self) -> int:
        """Messages that the relay took more than once, each counted as often as it was too many."""
        return self.accepted.total() - len(self.accepted)

    def broken(self) -> list[str]:
        """The promises that were not kept, in words."""
        most = CONNECTIONS * self.kills if self.policy is OnUncertain.RESEND else 0
        unnamed = self.never - self.unsure if self.policy is OnUncertain.HOLD else self.never
        end = self.balances[-1]
        settled = end.counts.get(DeliveryStatus.SENT, 0) + len(self.unsure)
        promises = {
            f"{len(unnamed)} readers got nothing and nobody was told": not unnamed,
            f"{self.doubles} messages too many, {most} may be": self.doubles <= most,
            "a reader has two Message-IDs": all(len(ids) == 1 for ids in self.ids.values()),
            "the books did not balance": all(balance.is_balanced for balance in self.balances),
            f"{settled} of {len(self.readers)} rows are settled": settled == end.audience == len(self.readers),
        }
        return [words for words, is_kept in promises.items() if not is_kept]


def crash(policy: OnUncertain, *, readers: int, kills: int, seed: int) -> Outcome:
    """Sends an edition with so many kills on the way, and adds up what became of it."""
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, open_relay() as relay:
        database = f"sqlite:///{Path(name)}/briefing.db"
        invent_readers(database, readers)
        balances = []
        for number in range(kills):
            child = _start(database, relay.port, policy, number)
            _kill_in_time(child, relay, dice, more=dice.randint(1, max(1, 2 * readers // (3 * kills))))
            balances.append(_balance(database))
        number = kills
        while number == kills or _is_unfinished(database):
            child = _start(database, relay.port, policy, number)
            child.join(_PATIENCE_S)
            if child.exitcode != 0 or number > kills + 5:
                raise RuntimeError(f"a sender that nobody killed ended with {child.exitcode}; {_balance(database)}")
            number += 1
        balances.append(_balance(database))
        return _outcome(policy, database, relay, readers=readers, kills=kills, balances=tuple(balances))


def rivals(*, readers: int, editions: int) -> Counter[str]:
    """Has two senders begin each edition at the same moment; how often the relay took each Message-ID."""
    with tempfile.TemporaryDirectory() as name, open_relay() as relay:
        database = f"sqlite:///{Path(name)}/briefing.db"
        invent_readers(database, readers)
        barrier = _PROCESSES.Barrier(2)
        both = [
            _PROCESSES.Process(target=_send_in_step, args=(database, relay.port, editions, barrier)) for _ in range(2)
        ]
        for child in both:
            child.start()
        for child in both:
            child.join(_PATIENCE_S)
        if any(child.exitcode != 0 for child in both):
            raise RuntimeError(f"the senders ended with {[child.exitcode for child in both]}")
        return Counter(message for _, message in relay.accepted)


def planned_under_fire(*, readers: int, kills: int, seed: int) -> tuple[Balance, ...]:
    """The books after each time a planner was killed at a random moment, and after one that nobody killed."""
    dice = random.Random(seed)
    balances: list[Balance] = []
    with tempfile.TemporaryDirectory() as name:
        database = f"sqlite:///{Path(name)}/briefing.db"
        invent_readers(database, readers)
        for number in range(kills + 1):
            child = _PROCESSES.Process(target=_plan, args=(database,))
            child.start()
            if number < kills:
                child.join(dice.uniform(0.0, 0.5))
                child.kill()
            child.join(_PATIENCE_S)
            balances.append(_balance(database))
    return tuple(balances)


def _plan(database: str) -> None:
    """What a child does: plan the edition for everyone."""
    room = make_room(database, port=0, clock=RunningClock(NOW), on_uncertain=OnUncertain.RESEND)
    room.ledger.plan_habits(EDITION, [Habit()], now=NOW)


def _start(database: str, port: int, policy: OnUncertain, number: int) -> BaseProcess:
    """A sender that comes so late that what the one before it held is nobody's any more."""
    start = NOW + number * (LEASE + timedelta(minutes=1))
    child = _PROCESSES.Process(target=_send, args=(database, port, policy, start, EDITION))
    child.start()
    return child


def _kill_in_time(child: BaseProcess, relay: Relay, dice: random.Random, *, more: int) -> None:
    """Ends it without warning: once the relay has so many more messages, or, one time in four, soon after its start."""
    is_early = dice.random() < 0.25
    enough, last = len(relay.accepted) + more, time.monotonic() + (dice.uniform(0, 0.2) if is_early else _PATIENCE_S)
    while len(relay.accepted) < enough and time.monotonic() < last and child.is_alive():
        time.sleep(0.0005)
    time.sleep(dice.uniform(0, 0.003))
    child.kill()
    child.join(_PATIENCE_S)
    if child.exitcode != -signal.SIGKILL:
        raise RuntimeError(f"a sender ended with {child.exitcode} before it was killed")


def _send(database: str, port: int, policy: OnUncertain, start: datetime, edition: date) -> None:
    """What a child does: send the edition to everyone, as far as it gets."""
    room = make_room(database, port=port, clock=RunningClock(start), on_uncertain=policy)
    habits = [crowd.habit for crowd in room.store.crowds()]
    room.send_edition(Mailing(edition=edition, compose_message=partial(plain_mail, edition, lines=_LINES)), habits)


def _send_in_step(database: str, port: int, editions: int, barrier: Barrier) -> None:
    for number in range(editions):
        barrier.wait(_PATIENCE_S)
        _send(database, port, OnUncertain.RESEND, SystemClock().now(), EDITION + timedelta(days=number))


def _balance(database: str) -> Balance:
    engine = open_database(database)
    try:
        return SqlLedger(engine).balance(EDITION)
    finally:
        engine.dispose()


def _is_unfinished(database: str) -> bool:
    engine = open_database(database)
    try:
        return bool(SqlLedger(engine).unfinished())
    finally:
        engine.dispose()


def _outcome(
    policy: OnUncertain, database: str, relay: Relay, *, readers: int, kills: int, balances: tuple[Balance, ...]
) -> Outcome:
    engine = open_database(database)
    room = make_room(database, port=relay.port, clock=RunningClock(NOW), on_uncertain=policy)
    addresses = {reader.id: reader.email for reader in room.store.each_subscriber()}
    unsure = {addresses[row.subscriber] for row in SqlLedger(engine).rows(EDITION, DeliveryStatus.UNCERTAIN)}
    engine.dispose()
    ids: dict[str, set[str]] = {}
    for recipient, message in relay.accepted:
        ids.setdefault(recipient, set()).add(message)
    assert len(addresses) == readers
    return Outcome(
        policy=policy,
        readers=frozenset(addresses.values()),
        kills=kills,
        accepted=Counter(message for _, message in relay.accepted),
        ids=ids,
        unsure=frozenset(unsure),
        balances=balances,
    )
