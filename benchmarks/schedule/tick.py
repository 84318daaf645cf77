"""Takes a number of readers, gives how long a look at the timetable takes, and planning, on SQLite and on PostgreSQL.

    python -m benchmarks.schedule.tick [--readers N] [--database sqlite|postgresql|URL]

The readers live in 38 zones. A program looks every 20 s, day and night, so a look that finds nothing must cost nothing:
before any window opens, after everybody in an open one has been served, and right after one reader changed.

Next: docs/postgresql.md.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from briefing.model.delivery import OnUncertain
from briefing.model.settings import Schedule
from briefing.model.subscriber import Habit
from briefing.services.schedule import Timetable
from briefing.store.database import open_database, writing
from briefing.store.habits import habit_word, next_change
from briefing.store.ledger import SqlLedger
from briefing.store.subscribers import SqlSubscribers
from tests.fakes import FixedClock
from tests.postgres import postgres_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from sqlalchemy import Engine

    from briefing.model.subscriber import Crowd
    from briefing.services.send import SendReport

#: What we promise: a look that finds nothing, and planning a million.
MOST_MS, MOST_SECONDS = 200.0, 20.0
ROUNDS = 7
#: One of each offset from UTC that people live by.
ZONES = (
    *("Pacific/Pago_Pago", "Pacific/Honolulu", "Pacific/Marquesas", "America/Anchorage", "America/Los_Angeles"),
    *("America/Denver", "America/Chicago", "America/New_York", "America/Halifax", "America/St_Johns"),
    *("America/Sao_Paulo", "America/Noronha", "Atlantic/Azores", "Europe/London", "Europe/Paris", "Europe/Athens"),
    *("Europe/Istanbul", "Asia/Tehran", "Asia/Dubai", "Asia/Kabul", "Asia/Karachi", "Asia/Kolkata", "Asia/Kathmandu"),
    *("Asia/Dhaka", "Asia/Yangon", "Asia/Bangkok", "Asia/Shanghai", "Australia/Eucla", "Asia/Tokyo"),
    *("Australia/Adelaide", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Noumea", "Pacific/Auckland"),
    *("Pacific/Chatham", "Pacific/Tongatapu", "Pacific/Kiritimati", "Etc/GMT+12"),
)
#: A Monday, ten past seven in Paris.
NOW = datetime(2026, 11, 23, 6, 10, tzinfo=UTC)


def main(words: list[str] | None = None) -> int:
    """Prints medians; 1 when one is more than we promise."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.schedule.tick")
    parser.add_argument("--readers", type=int, default=1_000_000)
    parser.add_argument("--database", action="append", help="sqlite, postgresql, or the address of an empty one")
    asked = parser.parse_args(words)
    is_kept = True
    for kind in asked.database or ["sqlite", "postgresql"]:
        with _database(kind) as url:
            is_kept = _measure(kind.partition(":")[0], url, asked.readers) and is_kept
    return int(not is_kept)


@contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/briefing.db"
    elif kind == "postgresql":
        # As it comes, but for shared_buffers, which every guide raises first.
        with postgres_server(settings=("listen_addresses=", "shared_buffers=256MB")) as server:
            yield server.new()
    else:
        yield kind


def _measure(name: str, url: str, readers: int) -> bool:
    engine = open_database(url)
    began = time.perf_counter()
    invent(engine, readers)
    print(f"{name}: {readers:,} readers in {len(ZONES)} zones invented in {time.perf_counter() - began:.1f} s")
    bench = Bench(engine)
    looks = [
        _told("no window open", bench.look(bench.weekly)),
        _told("no window open, right after one reader changed", bench.look(bench.weekly, before=bench.touch)),
    ]
    planning = _told("planning all of them", bench.plan_all(), unit="s")
    looks += [
        _told("all open windows served", bench.look(bench.daily)),
        _told("all open windows served, right after one reader changed", bench.look(bench.daily, before=bench.touch)),
    ]
    # Here a program finds out what it remembers from then on.
    _told("all open windows served, first look of a program", bench.first_look(bench.daily))
    engine.dispose()
    return max(looks) <= MOST_MS and planning <= MOST_SECONDS * max(1.0, readers / 1e6)


def _told(what: str, median: float, *, unit: str = "ms") -> float:
    print(f"  {what:58}{median:9.1f} {unit}", flush=True)
    return median


def invent(engine: Engine, count: int) -> None:
    """Puts so many confirmed readers into the database, past the program that would ask each."""
    is_postgres = engine.dialect.name == "postgresql"
    # In no order, as uuid4's; PostgreSQL wants to know what is JSON, SQLite does not.
    name, none = ("md5(n::text)", "'[]'::json") if is_postgres else ("lower(hex(randomblob(16)))", "'[]'")
    statement = text(
        "WITH RECURSIVE numbers(n) AS (SELECT CAST(:first AS INTEGER) UNION ALL "
        "SELECT n + :zones FROM numbers WHERE n + :zones < :count) "
        "INSERT INTO subscribers (id, address, email, status, languages, topics, sections, timezone, habit, change) "
        f"SELECT {name}, 'reader' || n || '@readers.example', 'reader' || n || '@readers.example', 'confirmed', "
        f"{none}, {none}, {none}, :zone, :habit, 1 FROM numbers"
    )
    for first, zone in enumerate(ZONES):
        habit = habit_word(Habit(timezone=zone))
        values = {"first": first, "zones": len(ZONES), "count": count, "zone": zone, "habit": habit}
        with writing(engine) as connection:
            connection.execute(statement, values)
    with writing(engine) as connection:
        next_change(connection)
        if is_postgres:  # what autovacuum does within a minute
            connection.execute(text("ANALYZE"))


@dataclass
class Bench:
    """A timetable without a mailroom: who is due has been served."""

    engine: Engine

    def __post_init__(self) -> None:
        self.store, self.ledger = SqlSubscribers(self.engine), SqlLedger(self.engine)
        self.daily = Schedule(late_window=timedelta(hours=6))
        # On Fridays: of nobody is a window open.
        self.weekly = Schedule(days=(4,), late_window=timedelta(hours=6))

    def look(self, rule: Schedule, *, before: Callable[[], None] = lambda: None) -> float:
        """Median milliseconds of a look after the first one."""
        timetable = self._timetable(rule)
        timetable.tick()
        return self._median(timetable, before)

    def first_look(self, rule: Schedule) -> float:
        """Median milliseconds of the look of a program that has just started."""
        return statistics.median(self._time(self._timetable(rule)) for _ in range(3))

    def touch(self) -> None:
        """Has a reader change their name."""
        reader = self.store.find_subscriber("reader7@readers.example")
        assert reader is not None
        self.store.save_subscriber(replace(reader, name=f"{time.monotonic_ns()}"))

    def plan_all(self) -> float:
        """Seconds of planning a day for everybody, median of three; each is marked as sent then."""
        habits, took = self.store.habits(), []
        days = [NOW.date() + timedelta(days=number) for number in (-1, 0, 1)]
        for day in days:
            began = time.perf_counter()
            self.ledger.plan_habits(day, habits, now=NOW)
            took.append(time.perf_counter() - began)
            with writing(self.engine) as connection:
                connection.execute(text("UPDATE deliveries SET status = 'sent', attempts = 1 WHERE status = 'pending'"))
        return statistics.median(took)

    def _median(self, timetable: Timetable, before: Callable[[], None]) -> float:
        took = []
        for _ in range(ROUNDS):
            before()
            took.append(self._time(timetable))
        return statistics.median(took)

    def _time(self, timetable: Timetable) -> float:
        began = time.perf_counter()
        reports = timetable.tick()
        took = time.perf_counter() - began
        assert not reports, "somebody was due"
        return took * 1000

    def _timetable(self, rule: Schedule) -> Timetable:
        return Timetable(
            store=self.store,
            ledger=self.ledger,
            clock=FixedClock(NOW),
            schedule=rule,
            default_zone="UTC",
            on_uncertain=OnUncertain.RESEND,
            send=_nobody_is_due,
        )


def _nobody_is_due(edition: date, crowds: tuple[Crowd, ...]) -> SendReport:
    raise AssertionError(f"{len(crowds)} crowds were due on {edition}")


if __name__ == "__main__":
    sys.exit(main())
