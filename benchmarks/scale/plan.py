"""Takes measured unit costs and assumptions, gives the plan: machines, rows, bytes, cost, and what gives way first.

Arithmetic alone; the simulation checks it. Next: benchmarks/scale/mornings.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from benchmarks.scale.crowds import crowds_of_the_world
from benchmarks.scale.grouped import grouping_reach, grouping_seconds
from benchmarks.scale.scenario import Costs
from briefing.collect.collector import BUDGET_S
from briefing.services.schedule import LEAD, TICK_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.scale.crowds import Crowd
    from benchmarks.scale.units import Units

HOUR_S, DAY_H = 3_600.0, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """Says what nobody measured.

    Attributes:
        articles: new ones a day; `window_h` is how old one may be that is told.
        pages: share of articles of which the page is read as well.
        segments: groups of readers with the same choices; `stories` are told to each.
        told: articles that are told to anybody, of one gathering.
        visits: of a source a day; as many times are editions made.
        on_time_s: within so many seconds after seven everybody is to be served.
        answer_s: what a relay takes for a mail on one of a worker's `connections`.
        load: share of a processor that is planned with.
        cores, price: of a machine; the price is for an hour, in euros.
        database_cores, line_gbit: of the database's machine, and of the way to the relay.
        ledger_days, article_days: how long rows are kept.
    """

    readers: int = 10_000_000
    sources: int = 10_000
    articles: int = 1_000_000
    window_h: int = 36
    pages: float = 0.5
    segments: int = 1_000
    stories: int = 24
    told: int = 5_000
    visits: int = 24
    on_time_s: float = 900.0
    answer_s: float = 0.02
    connections: int = 4
    load: float = 0.7
    cores: int = 4
    price: float = 0.10
    database_cores: int = 16
    line_gbit: float = 10.0
    ledger_days: int = 30
    article_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Says what the largest crowd needs to be served in time.

    Attributes:
        rate: mails a second; `gbit` is what they are on the wire.
        workers: programs, which mostly wait for the relay; `worker_cores` keep all of them busy.
        database_cores: keep the books.
    """

    crowd: Crowd
    rate: float
    workers: int
    worker_cores: float
    database_cores: float
    gbit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Says how often something is done a day, and the hours of one core that takes."""

    what: str
    times: float
    each_s: float
    note: str = ""

    @property
    def hours(self) -> float:
        """Of one core."""
        return self.times * self.each_s / HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Says how many rows of a table there are in the end, and the bytes of one."""

    table: str
    a_day: float
    days: float
    row_bytes: float

    @property
    def rows(self) -> float:
        """All of them."""
        return self.a_day * self.days

    @property
    def gigabytes(self) -> float:
        """All of them."""
        return self.rows * self.row_bytes / 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """Says how far something reaches before it gives way: so many readers, articles or sources of those planned."""

    what: str
    reaches: float
    planned: float
    of: str


def sending(units: Units, assumed: Assumed) -> Sending:
    """What the largest crowd needs."""
    crowd = max(crowds_of_the_world(assumed.readers), key=lambda each: each.readers)
    rate = crowd.readers / _handing_s(units, assumed, crowd.readers)
    return Sending(
        crowd=crowd,
        rate=rate,
        workers=ceil(rate * costs(units, assumed).mail_s),
        worker_cores=rate * worker_s(units) / assumed.load,
        database_cores=rate * units.seconds["books of server"] / assumed.load,
        gbit=rate * units.bytes["mail"] * 8 / 1e9,
    )


def worker_s(units: Units) -> float:
    """Seconds of a worker for a mail that is signed with Ed25519."""
    return units.seconds["worker"] + units.seconds["signature ed25519"]


def costs(units: Units, assumed: Assumed) -> Costs:
    """What the simulation goes by."""
    return Costs(
        mail_s=max(worker_s(units) / assumed.load, assumed.answer_s / assumed.connections),
        job_s=units.seconds["job"],
        book_s=units.seconds["books of server"] / assumed.database_cores / assumed.load,
        plan_s=units.seconds["planning"],
    )


def ends(crowds: Sequence[Crowd], spent: Costs, *, workers: int, per_minute: int | None = None) -> tuple[float, ...]:
    """When each crowd is served if nothing goes wrong, each after the one before it."""
    mail_s = max(spent.mail_s / workers, spent.book_s, 60 / per_minute if per_minute else 0.0)
    found, planned_at, free_at = [], 0.0, 0.0
    for crowd in crowds:
        planned_at = max(ceil(crowd.due_s / TICK_S) * TICK_S, planned_at) + crowd.readers * spent.plan_s
        free_at = max(planned_at, free_at) + crowd.readers * mail_s
        found.append(free_at)
    return tuple(found)


def work(units: Units, assumed: Assumed) -> tuple[Work, ...]:
    """What a day's work is made of."""
    each, mails = units.seconds, assumed.readers
    grouping_s = grouping_seconds(units.grouping, in_window(assumed))
    return (
        Work(what="sources asked", times=assumed.sources * assumed.visits, each_s=each["feed unchanged"]),
        Work(what="articles collected", times=assumed.articles, each_s=each["article collected"]),
        Work(what="pages read", times=assumed.articles * assumed.pages, each_s=each["page read"]),
        Work(what="languages found", times=assumed.articles, each_s=each["language"]),
        Work(what="vectors", times=assumed.articles, each_s=each["vector"]),
        Work(what="stories found and filed", times=assumed.visits, each_s=grouping_s, note="extrapolated"),
        Work(what="summaries", times=assumed.told * assumed.visits, each_s=each["summary"]),
        Work(what="segments made", times=assumed.segments, each_s=each["segment"]),
        Work(what="mails handed over and signed", times=mails, each_s=worker_s(units)),
        Work(what="…planned", times=mails, each_s=each["planning"]),
        Work(what="…booked, by PostgreSQL", times=mails, each_s=each["books of server"]),
    )


def rows(units: Units, assumed: Assumed) -> tuple[Kept, ...]:
    """What is kept."""
    size = units.rows
    told = assumed.segments * assumed.stories
    kept = (
        ("subscribers", assumed.readers, 1),
        ("deliveries", assumed.readers, assumed.ledger_days),
        ("articles", assumed.articles, assumed.article_days),
        ("vectors", assumed.articles, assumed.article_days),
        ("prepared", assumed.segments, 7),
        ("archive", assumed.segments, 365),
        ("told", told, assumed.article_days),
        ("snapshots", assumed.told, assumed.article_days),
    )
    return tuple(Kept(table=name, a_day=count, days=days, row_bytes=size[name]) for name, count, days in kept)


def ceilings(units: Units, assumed: Assumed) -> tuple[Ceiling, ...]:
    """What gives way, and at what size: the tightest first."""
    found = (*_making_ceilings(units, assumed), *_sending_ceilings(units, assumed))
    return tuple(sorted(found, key=lambda one: one.reaches / one.planned))


def _making_ceilings(units: Units, assumed: Assumed) -> tuple[Ceiling, ...]:
    """What bounds the making of editions."""
    each, window, lead = units.seconds, in_window(assumed), LEAD.total_seconds()
    return (
        Ceiling(
            what="editions: all of their making, by one process within ten minutes",
            reaches=window * lead / build_seconds(units, assumed),
            planned=window,
            of="articles",
        ),
        Ceiling(
            what="editions: finding the stories of a window, the same",
            reaches=grouping_reach(units.grouping, lead),
            planned=window,
            of="articles",
        ),
        Ceiling(
            what="editions: asking sources that have nothing new, within the 50 s of a reading",
            reaches=BUDGET_S / each["feed unchanged"],
            planned=assumed.sources,
            of="sources",
        ),
        Ceiling(
            what="editions: making segments, by one process within ten minutes",
            reaches=lead / each["segment"],
            planned=assumed.segments,
            of="segments",
        ),
    )


def _sending_ceilings(units: Units, assumed: Assumed) -> tuple[Ceiling, ...]:
    """What bounds the sending of mails: readers of all crowds, by what the largest one may take."""
    crowd = sending(units, assumed).crowd
    share, each = crowd.readers / assumed.readers, units.seconds
    handing_s = _handing_s(units, assumed, crowd.readers)
    gigabit = assumed.load * 1e9 / 8 / units.bytes["mail"] * handing_s / share
    return (
        Ceiling(what="a line of 1 Gbit/s to the relay", reaches=gigabit, planned=assumed.readers, of="readers"),
        Ceiling(
            what=f"books of one PostgreSQL with {assumed.database_cores} cores",
            reaches=handing_s * assumed.database_cores * assumed.load / each["books of server"] / share,
            planned=assumed.readers,
            of="readers",
        ),
        Ceiling(
            what="planning, one crowd after the other, within five minutes",
            reaches=300 / each["planning"] / share,
            planned=assumed.readers,
            of="readers",
        ),
    )


def build_seconds(units: Units, assumed: Assumed) -> float:
    """Seconds of one core for all editions of an hour: its news made ready, the window grouped, the segments made."""
    each, fresh = units.seconds, assumed.articles / assumed.visits
    article_s = each["article collected"] + each["language"] + each["vector"] + assumed.pages * each["page read"]
    reading_s = assumed.sources * each["feed unchanged"] + fresh * article_s
    telling_s = assumed.told * each["summary"] + assumed.segments * each["segment"]
    return reading_s + grouping_seconds(units.grouping, in_window(assumed)) + telling_s


def machine_hours(units: Units, assumed: Assumed) -> float:
    """Hours of machines that a million mails keep busy, workers and database."""
    mail_s = worker_s(units) + units.seconds["books of server"] + units.seconds["planning"]
    return 1e6 * mail_s / assumed.load / assumed.cores / HOUR_S


def in_window(assumed: Assumed) -> float:
    """Articles that are grouped at a time."""
    return assumed.articles * assumed.window_h / DAY_H


def _handing_s(units: Units, assumed: Assumed, crowd: int) -> float:
    """What is left of the time for handing over, once somebody has looked and planned."""
    return assumed.on_time_s - TICK_S - crowd * units.seconds["planning"]
