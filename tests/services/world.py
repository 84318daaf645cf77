"""Lets a briefing live through weeks in seconds: outages, restarts, clocks that leap, relays that refuse, no news.

The list, the books and the rule are the real ones, on a real database; only time, the relay and the news are made up.
`true` is the time that really is; the program sees a clock that may be set wrong.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Self

from briefing.errors import ClockError, NothingToSendError, TransportError
from briefing.model.delivery import Answer, AnswerKind, DeliveryStatus, Envelope
from briefing.model.settings import Schedule
from briefing.model.subscriber import Crowd, Subscriber, SubscriberStatus
from briefing.services.clock_guard import ClockGuard
from briefing.services.schedule import Timetable
from briefing.services.send import SendReport
from briefing.services.slots import slot_on, zone_of
from briefing.store.database import open_database
from briefing.store.ledger import SqlLedger
from briefing.store.looks import SqlLookLog
from briefing.store.subscribers import SqlSubscribers
from tests.fakes import FixedClock
from tests.services.house import mailroom
from tests.services.timetables import sending
from tests.sqlite import new_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from briefing.ports import Books

#: Thirty zones: every kind of offset, both hemispheres, leaps of 30 and 60 minutes, leaps over midnight.
ZONES = (
    *("Europe/Paris", "Europe/London", "Europe/Lisbon", "Europe/Moscow", "Europe/Chisinau", "Atlantic/Azores"),
    *("America/New_York", "America/St_Johns", "America/Havana", "America/Santiago", "America/Asuncion", "America/Nuuk"),
    *("America/Sao_Paulo", "America/Los_Angeles", "America/Adak", "Africa/Cairo", "Africa/Casablanca", "Africa/Lagos"),
    *("Asia/Kathmandu", "Asia/Kolkata", "Asia/Tehran", "Asia/Beirut", "Asia/Gaza", "Asia/Tokyo", "Asia/Shanghai"),
    *("Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Apia"),
)
SCHEDULE = Schedule(late_window=timedelta(hours=6))
HOME = "Europe/Paris"
FIRST = datetime(2027, 2, 20, 12, tzinfo=UTC)


@dataclass
class Relay:
    """Takes everything, or nothing while it is `down`; remembers who got which edition how often."""

    down: bool = False
    copies: Counter[str] = field(default_factory=Counter)
    taken: list[tuple[str, str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        if self.down:
            raise TransportError("no answer", transient=True)
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def deliver(self, envelopes: Iterator[Envelope], books: Books) -> None:
        while batch := list(islice(envelopes, 100)):
            started = books.start(batch)
            self.copies.update(envelope.message_id for envelope in started)
            self.taken += [(envelope.subscriber, envelope.message_id[1:11]) for envelope in started]
            books.settle([Answer(envelope=envelope, kind=AnswerKind.TAKEN, code=250) for envelope in started])


@dataclass
class World:
    """A briefing, its readers, and what happens to them.

    Attributes:
        wrong: by how much the program's clock is wrong.
        making: how long it takes to make an edition.
        url: of its database; "" for SQLite in its folder.
        told: problems that the operator heard of.
    """

    folder: Path
    readers: int
    true: datetime = FIRST
    wrong: timedelta = timedelta(0)
    runs: bool = True
    has_news: bool = True
    making: timedelta = timedelta(0)
    url: str = ""
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = open_database(self.url) if self.url else new_sqlite(self.folder / "world.db")
        self.store, self.ledger = SqlSubscribers(self.engine), SqlLedger(self.engine)
        self.clock, self.relay = FixedClock(self.true), Relay()
        hours = (None, time(7), time(2, 30), time(0), time(23, 59))
        self.store.save_subscribers(
            Subscriber(
                id=f"{number:032x}",
                email=f"r{number}@readers.example",
                status=SubscriberStatus.CONFIRMED,
                timezone=ZONES[number % len(ZONES)],
                at=hours[number // len(ZONES) % len(hours)],
                days=(0, 2, 5) if number % 11 == 0 else None,
                created_at=FIRST - timedelta(days=1),
            )
            for number in range(self.readers)
        )
        self.owners = count(1)
        self.timetable = self.new_timetable()

    def close(self) -> None:
        self.engine.dispose()

    def add(self, name: str, **choices: Any) -> None:
        """Puts a confirmed reader on the list, or changes one."""
        known = {"status": SubscriberStatus.CONFIRMED, "created_at": self.clock.now(), **choices}
        self.store.save_subscriber(Subscriber(id=name, email=f"{name}@readers.example", **known))

    def at(self, text: str) -> list[tuple[str, str]]:
        """Moves to that moment in UTC and looks once; gives who got which edition then: (reader, date)."""
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        before = set(self.taken)
        self.clock.moment += moment - self.true
        self.true = moment
        self._tick()
        return [copy for copy in self.taken if copy not in before]

    @property
    def taken(self) -> list[tuple[str, str]]:
        """Every copy that went out, in order."""
        return self.relay.taken

    # What may happen

    def live(self, span: timedelta, *, step: timedelta = timedelta(minutes=10)) -> None:
        """Lets time pass; the program, if it runs, looks up every step."""
        end = self.true + span
        while self.true < end:
            by = min(step, end - self.true)
            self.true += by
            self.clock.moment += by
            if self.runs:
                self._tick()

    def stop(self) -> None:
        self.runs = False

    def restart(self) -> None:
        """Starts a new program; it knows what the database knows."""
        self.timetable, self.runs = self.new_timetable(), True
        self._tick()

    def set_clock(self, *, wrong: timedelta) -> None:
        """Sets the program's clock so far ahead of the true time, or behind it."""
        change = wrong - self.wrong
        self.clock.moment += change
        self.clock.leapt += change
        self.clock.synchronised = False
        self.wrong = wrong

    def put_clock_right(self, *, by_hand: bool) -> None:
        """A time server sets it, which the machine then knows; or a person, who says so two hours later."""
        self.set_clock(wrong=timedelta(0))
        self.clock.synchronised = not by_hand
        if by_hand:
            self.live(timedelta(hours=2))
            SqlLookLog(self.engine).confirm(self.clock.now())

    def move(self, number: int, zone: str) -> None:
        """Has a reader move."""
        reader = self.store.find_by_id(f"{number:032x}")
        assert reader is not None
        self.store.save_subscriber(replace(reader, timezone=zone))

    # What must hold

    def check_nobody_got_two(self) -> None:
        assert not self.relay.copies or max(self.relay.copies.values()) == 1

    def check_nothing_was_silent(self, day: date, *, but: frozenset[str] = frozenset()) -> Counter[str]:
        """Of a day that is over for everybody: each reader was sent its edition, or missed it for a reason."""
        rows = {row.subscriber: row for row in self.ledger.rows(day)}
        found: Counter[str] = Counter()
        for reader in self.store.each_subscriber():
            slot = slot_on(day, reader, SCHEDULE, HOME)
            if slot is None or reader.id in but:
                continue
            row = rows.get(reader.id)
            assert row is not None, f"{reader.id} ({reader.timezone} {reader.at}) has no row for {day}"
            if row.status is DeliveryStatus.SENT:
                assert self.relay.copies[row.message_id or ""] == 1
            else:
                assert (row.status, bool(row.detail)) == (DeliveryStatus.MISSED, True), row
            found[row.status.value] += 1
        assert self.ledger.balance(day).is_balanced
        return found

    # The program

    def new_timetable(self) -> Timetable:
        """Another program, which knows what the database knows."""
        room = mailroom(self.store, self.ledger, self.relay, self.clock)
        room = replace(room, new_owner=lambda: f"run {next(self.owners)}")

        def send(edition: date, crowds: tuple[Crowd, ...]) -> SendReport:
            if not self.has_news and crowds:
                raise NothingToSendError("nothing to send: all quiet")
            self.true += self.making
            self.clock.moment += self.making
            return timetable.send(edition, crowds)

        guard = ClockGuard(clock=self.clock, stopwatch=self.clock, log=SqlLookLog(self.engine))
        timetable = sending(room, schedule=SCHEDULE, default_zone=HOME, guard=guard)
        return replace(timetable, send=send)

    def _tick(self) -> None:
        try:
            for report in self.timetable.tick():
                self.told += [problem.message for problem in report.problems]
        except (NothingToSendError, ClockError) as error:
            self.told.append(str(error))


def days_over(world: World, *, since: date) -> list[date]:
    """The dates since then that are over, their late windows too, for every reader."""
    last = min(
        (world.true - SCHEDULE.late_window - timedelta(hours=1)).astimezone(zone_of(r, HOME)).date()
        for r in world.store.each_subscriber()
    ) - timedelta(days=1)
    return [since + timedelta(days=number) for number in range((last - since).days + 1)]


def stormy_days(world: World, days: int, random: Random) -> Counter[str]:
    """Lets a world live so many days of trouble, checking each; gives how the rows ended."""
    found: Counter[str] = Counter()
    checked = FIRST.date() + timedelta(days=2)
    world.live(timedelta(days=2))
    while (world.true - FIRST).days < days:
        _trouble(world, random)
        for day in days_over(world, since=checked):
            found += world.check_nothing_was_silent(day)
            checked = day + timedelta(days=1)
        world.ledger.prune(before=checked - timedelta(days=20))
        world.check_nobody_got_two()
    return found


def _trouble(world: World, random: Random) -> None:
    """One thing goes wrong, for minutes or days, and is put right."""
    span = timedelta(minutes=random.choice([5, 40, 200, 900, 4_000]))
    kind = random.choice(["none", "none", "off", "restart", "leap", "relay", "no news", "leap while off"])
    if kind == "off":
        world.stop()
        world.live(span)
        world.restart()
    elif kind == "restart":
        world.restart()
    elif kind == "leap":
        world.set_clock(wrong=timedelta(minutes=random.choice([-3_000, -90, -20, 20, 90, 1_500])))
        world.live(span)
        world.put_clock_right(by_hand=random.random() < 0.5)
    elif kind == "relay":
        world.relay.down = True
        world.live(span)
        world.relay.down = False
    elif kind == "no news":
        world.has_news = False
        world.live(span)
        world.has_news = True
    elif kind == "leap while off":
        world.stop()
        world.set_clock(wrong=timedelta(minutes=random.choice([-1_500, 1_500])))
        world.restart()
        world.live(span)
        world.put_clock_right(by_hand=random.random() < 0.5)
    world.live(timedelta(hours=random.randrange(1, 30)))
