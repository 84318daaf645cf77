"""Takes what happened to an edition, gives `Run`, its report, and `Vitals`: how the house stands at a moment.

Next: briefing/ports/watch.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from briefing.model.article import require_aware
from briefing.model.delivery import DeliveryStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from briefing.model.delivery import Balance
    from briefing.model.edition import Problem
    from briefing.model.subscriber import SubscriberStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Adds up what an edition was made from.

    Attributes:
        sources: that were asked; `failed_sources` of them gave nothing readable.
        articles: read; `duplicates` of them repeat another one.
        stories: found in them.
        segments: editions printed, one for each choice that readers made.
    """

    sources: int = 0
    failed_sources: int = 0
    articles: int = 0
    duplicates: int = 0
    stories: int = 0
    segments: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Says what editions were made from.

    Attributes:
        problems: what went wrong while the sources were read and their stories told.
    """

    figures: Figures = Figures()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Reports on one edition, all the times together that somebody worked on it. Names no reader.

    Attributes:
        started_at, finished_at: of the first time, and of the last one that changed anything.
        seconds: stage → how long it took, in the order of work.
        audience: readers it was planned for.
        counts: how many of them stand in each status.
        problems: one line each, every line once, the oldest first.
    """

    edition: date
    started_at: datetime
    finished_at: datetime
    seconds: Mapping[str, float] = field(default_factory=dict)
    figures: Figures = Figures()
    audience: int = 0
    counts: Mapping[DeliveryStatus, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_aware("started_at", self.started_at)
        require_aware("finished_at", self.finished_at)

    @property
    def sent(self) -> int:
        """Messages that were handed over."""
        return self.counts.get(DeliveryStatus.SENT, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Counts the messages that somebody still has to do something about.

    Attributes:
        oldest_at: when the one that was left alone longest was touched last; None when there is none.
    """

    length: int = 0
    oldest_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """Says how the house stood when it was last looked at.

    Attributes:
        balances: books of the newest edition and of every unfinished one, oldest first.
        jobs: queue → how many jobs no worker has begun yet; none where nothing is left to workers.
        failing: source → since when it cannot be read.
        bouncing: readers whose mail came back of late, though not for good.
        next_due_at: when the next slot of any reader opens; None when nobody has one.
        last_run: of the newest edition that was worked on.
    """

    looked_at: datetime
    balances: tuple[Balance, ...] = ()
    queue: Queue = Queue()
    jobs: Mapping[str, int] = field(default_factory=dict)
    readers: Mapping[SubscriberStatus, int] = field(default_factory=dict)
    failing: Mapping[str, datetime] = field(default_factory=dict)
    bouncing: int = 0
    next_due_at: datetime | None = None
    last_run: Run | None = None
