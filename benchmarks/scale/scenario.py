"""Takes nothing, gives the values of a simulated morning: what is known before, and what came of it.

Next: benchmarks/scale/simulation.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.scale.crowds import Crowd

LATE_S, VERY_LATE_S = 15 * 60.0, 60 * 60.0
NEVER = float("inf")
#: What a worker's seconds go to.
SENDING, RELAY, DOMAIN, BOOKS = "workers", "the relay's limit", "a domain's limit", "the database"


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """Says which share of the readers has addresses there, and how many mails a minute may go there."""

    share: float
    per_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Says what takes how many seconds.

    Attributes:
        mail_s, job_s: of a worker, for a mail and for opening and closing a job.
        book_s: of the database for a mail; it serves one after the other.
        plan_s: of the planner for a reader.
    """

    mail_s: float
    job_s: float = 0.008
    book_s: float = 0.0
    plan_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Says how a morning begins and what goes wrong in it. Moments are seconds after the first minute of the day.

    Attributes:
        per_minute: mails that the relay takes from all workers together; None for no limit.
        domains: those with a limit; their shares make at most 1.
        put_off, again: shares of mails that are refused for now, at the first and at each later attempt.
        refused: share refused for good.
        outage: from when to when the relay takes nothing.
        deaths: when the first, second… worker dies; none comes back.
        late_window_s: for so long after it is due a mail may go out.
    """

    crowds: tuple[Crowd, ...]
    workers: int
    costs: Costs
    per_minute: int | None = None
    domains: tuple[Domain, ...] = ()
    put_off: float = 0.0
    again: float = 0.0
    refused: float = 0.0
    outage: tuple[float, float] = (NEVER, NEVER)
    deaths: tuple[float, ...] = ()
    late_window_s: float = 6 * 3600.0
    seed: int = 1


@dataclass(slots=True)
class Tally:
    """Counts what becomes of a crowd's mails.

    Attributes:
        mostly_at: when 99 of a hundred were settled.
        last_at: when the last was.
    """

    crowd: Crowd
    sent: int = 0
    refused: int = 0
    missed: int = 0
    late: int = 0
    very_late: int = 0
    mostly_at: float = NEVER
    last_at: float = 0.0

    def settle(self, *, at: float, sent: int = 0, refused: int = 0, missed: int = 0) -> None:
        """Counts mails."""
        self.sent, self.refused, self.missed = self.sent + sent, self.refused + refused, self.missed + missed
        if at - self.crowd.due_s > LATE_S:
            self.late += sent
        if at - self.crowd.due_s > VERY_LATE_S:
            self.very_late += sent
        if sent or refused or missed:
            self.last_at = max(self.last_at, at)
        if self.mostly_at == NEVER and self.settled >= 0.99 * self.crowd.readers:
            self.mostly_at = at

    @property
    def settled(self) -> int:
        """Mails of which it is known what became."""
        return self.sent + self.refused + self.missed


@dataclass(slots=True, kw_only=True)
class Outcome:
    """Says how a morning went.

    Attributes:
        handed: mails handed over, refused ones included, by second; `to_domains` the same for each domain.
        most_waiting: jobs that were ripe and had no worker, at most.
        spent: seconds of all workers, by what they went to.
        left_alone: of the missed mails, those for which no worker was left.
        perhaps_twice: mails that were on the wire when a worker died.
        books_s: seconds that the database was busy.
    """

    tallies: Sequence[Tally]
    handed: Counter[int] = field(default_factory=Counter)
    to_domains: tuple[Counter[int], ...] = ()
    most_waiting: int = 0
    spent: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    left_alone: int = 0
    perhaps_twice: int = 0
    books_s: float = 0.0

    @property
    def readers(self) -> int:
        """All of them."""
        return sum(tally.crowd.readers for tally in self.tallies)

    @property
    def sent(self) -> int:
        """Mails that were taken."""
        return sum(tally.sent for tally in self.tallies)

    @property
    def missed(self) -> int:
        """Mails that came too late to be sent, and are named."""
        return sum(tally.missed for tally in self.tallies)

    @property
    def ends_at(self) -> float:
        """When the last mail was settled."""
        return max((tally.last_at for tally in self.tallies), default=0.0)

    @property
    def bottleneck(self) -> str:
        """What mail waited for most: the workers' seconds, and those for which chunks were put back."""
        return max(self.spent, key=lambda cause: self.spent[cause], default=SENDING)

    def share_late(self, *, very: bool = False) -> float:
        """Of the mails that were sent, those more than 15 minutes (60 when `very`) after their readers' seven."""
        late = sum(tally.very_late if very else tally.late for tally in self.tallies)
        return late / self.sent if self.sent else 0.0


def most_in_a_minute(seconds: Mapping[int, int]) -> int:
    """The greatest sum of any sixty seconds in a row."""
    most = running = 0
    window: list[tuple[int, int]] = []
    first = 0
    for second in sorted(seconds):
        window.append((second, seconds[second]))
        running += seconds[second]
        while window[first][0] <= second - 60:
            running -= window[first][1]
            first += 1
        most = max(most, running)
    return most
