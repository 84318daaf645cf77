"""Takes a scenario, gives how its morning goes: chunks, not mails, walk from the planner through workers to the relay.

Nothing is drawn from a clock, so the same scenario gives the same morning. The rules are the program's: jobs of 500
readers, the first come first; a run that meets a limit waits in its chunk; what a relay refuses for now comes back
after 5, 15, 60 minutes; a relay that is away is asked again after 1, 5, 15, 60; a dead worker's job is found out after
half a minute, and what it had claimed is free after its lease. What is left out: how long an edition takes to be made,
networks, and that workers look for jobs of another hour every two seconds only.

Next: benchmarks/scale/plan.py.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from math import ceil, floor
from typing import TYPE_CHECKING

from benchmarks.scale.limits import Book, Part
from benchmarks.scale.portions import reduce, share_of, some
from benchmarks.scale.scenario import BOOKS, DOMAIN, NEVER, RELAY, SENDING, Outcome, Tally
from briefing.model.mail_rules import NO_LIMITS
from briefing.services.chunks import PAUSE
from briefing.services.delivery_rules import LEASE, PAUSES
from briefing.services.delivery_run import TAKEN
from briefing.services.schedule import TICK_S
from briefing.services.send import RESTS
from briefing.store.jobs import READERS_AT_ONCE
from briefing.worker.work import DEAD_S

if TYPE_CHECKING:
    from benchmarks.scale.scenario import Scenario

#: Mails that are handed over in one step of the simulation, within a tenth of a second.
STEP = 100
#: Its multiples lie evenly between the whole numbers.
_GOLDEN = 0.6180339887
#: Workers look for the dead three times as often as those may be silent.
_FOUND_S = DEAD_S * 4 / 3


@dataclass(slots=True)
class _Rows:
    """Are readers of a chunk who may be tried from a moment on.

    Attributes:
        left: how many by domain; the first number is of readers elsewhere.
    """

    ready_at: float
    attempt: int
    left: list[int]


@dataclass(slots=True)
class _Job:
    """Is a chunk. `luck` decides which of its mails are refused, `tried` counts them by attempt and domain."""

    tally: Tally
    closes_at: float
    rows: list[_Rows]
    luck: tuple[float, float]
    tried: dict[tuple[int, int], int] = field(default_factory=dict)


@dataclass(slots=True)
class _Worker:
    number: int
    dies_at: float
    rests_until: float = 0.0
    rests: int = 0
    job: _Job | None = None
    relay: Part | None = None
    domains: tuple[Part, ...] = ()
    blocked: dict[int, float] = field(default_factory=dict)
    handed: int = 0
    claimed_at: float = 0.0
    waits_for: tuple[str, float] | None = None


class Simulation:
    """Lets one scenario happen."""

    def __init__(self, scenario: Scenario) -> None:
        self._is, self._dice = scenario, random.Random(scenario.seed)
        self._outcome = Outcome(tallies=[Tally(crowd) for crowd in scenario.crowds])
        self._outcome.to_domains = tuple(Counter[int]() for _ in scenario.domains)
        self._numbers = count()
        self._events: list[tuple[float, int, Tally | _Job | _Worker]] = []
        self._ripe: list[tuple[int, _Job]] = []
        deaths = [*scenario.deaths, *[NEVER] * scenario.workers]
        book = Book(scenario.per_minute) if scenario.per_minute is not None else None
        books = tuple(Book(domain.per_minute) for domain in scenario.domains)
        self._idle = [
            (n, _Worker(n, deaths[n], relay=None if book is None else Part(book), domains=tuple(map(Part, books))))
            for n in range(scenario.workers)
        ]
        self._database_free_at = 0.0

    def run(self) -> Outcome:
        """Lets the morning pass."""
        free_at = 0.0
        for tally in self._outcome.tallies:
            begins_at = max(ceil(tally.crowd.due_s / TICK_S) * TICK_S, free_at)
            free_at = begins_at + tally.crowd.readers * self._is.costs.plan_s
            self._push(free_at, tally)
        while self._events:
            now, _, what = heapq.heappop(self._events)
            if isinstance(what, Tally):
                self._hand_out(what)
            elif isinstance(what, _Job):
                heapq.heappush(self._ripe, (next(self._numbers), what))
            else:
                self._go_on(what, now)
            self._give_work(now)
        for tally in self._outcome.tallies:  # nobody was left to send them
            rest = tally.crowd.readers - tally.settled
            self._outcome.left_alone += rest
            tally.settle(at=tally.last_at, missed=rest)
        return self._outcome

    def _push(self, at: float, what: Tally | _Job | _Worker) -> None:
        heapq.heappush(self._events, (at, next(self._numbers), what))

    def _hand_out(self, tally: Tally) -> None:
        """Writes the jobs of a crowd."""
        closes_at = tally.crowd.due_s + self._is.late_window_s
        before = [0] * len(self._is.domains)
        for start in range(0, tally.crowd.readers, READERS_AT_ONCE):
            end = min(tally.crowd.readers, start + READERS_AT_ONCE)
            upto = [floor(end * domain.share) for domain in self._is.domains]
            theirs = [after - earlier for after, earlier in zip(upto, before, strict=True)]
            before = upto
            rows = _Rows(0.0, 0, [max(0, end - start - sum(theirs)), *theirs])
            job = _Job(tally, closes_at, [rows], (self._dice.random(), self._dice.random()))
            heapq.heappush(self._ripe, (next(self._numbers), job))

    def _give_work(self, now: float) -> None:
        while self._ripe and self._idle:
            _, worker = heapq.heappop(self._idle)
            if worker.dies_at > now:
                self._start(worker, heapq.heappop(self._ripe)[1], now)
        self._outcome.most_waiting = max(self._outcome.most_waiting, len(self._ripe))

    def _start(self, worker: _Worker, job: _Job, now: float) -> None:
        worker.job, worker.handed, worker.claimed_at = job, 0, now
        self._outcome.spent[SENDING] += self._is.costs.job_s
        self._push(min(now + self._is.costs.job_s, worker.dies_at), worker)

    def _go_on(self, worker: _Worker, now: float) -> None:
        job = worker.job
        if job is None:
            heapq.heappush(self._idle, (worker.number, worker))
            return
        if worker.waits_for is not None:
            cause, since = worker.waits_for
            self._outcome.spent[cause] += now - since
            worker.waits_for = None
        if now >= worker.dies_at:
            self._bury(worker, job, now)
            return
        ripe = [rows for rows in job.rows if rows.ready_at <= now and any(rows.left)]
        if now >= job.closes_at:
            for rows in ripe:
                job.tally.settle(at=now, missed=sum(rows.left))
                rows.left = [0] * len(rows.left)
            ripe = []
        if not ripe:
            worker.rests = 0 if worker.handed else worker.rests
            self._finish(worker, job, now)
        elif worker.rests_until > now or self._is.outage[0] <= now < self._is.outage[1]:
            self._rest(worker, job, now)
        else:
            self._hand_over(worker, job, ripe, now)

    def _finish(self, worker: _Worker, job: _Job, now: float, *, not_before: float = 0.0) -> None:
        worker.job = None
        job.rows = [rows for rows in job.rows if any(rows.left)]
        if job.rows:
            again_at = min(rows.ready_at for rows in job.rows)
            self._push(max(now, again_at, not_before), job)
        heapq.heappush(self._idle, (worker.number, worker))

    def _rest(self, worker: _Worker, job: _Job, now: float) -> None:
        """The relay does not answer, or did not lately."""
        if worker.rests_until <= now:
            worker.rests += 1
            worker.rests_until = now + RESTS[min(worker.rests, len(RESTS)) - 1].total_seconds()
        self._finish(worker, job, now, not_before=now + PAUSE.total_seconds())

    def _bury(self, worker: _Worker, job: _Job, now: float) -> None:
        """Its job goes to others: what it had not taken once they find out, what it had taken after the lease."""
        freed_at = worker.claimed_at + LEASE.total_seconds()
        left = claimed = TAKEN - worker.handed % TAKEN
        for rows in [rows for rows in job.rows if rows.ready_at <= now and any(rows.left)]:
            held = [0] * len(rows.left)
            for place, number in enumerate(rows.left):
                held[place] = min(number, left)
                left -= held[place]
            rows.left = [number - taken for number, taken in zip(rows.left, held, strict=True)]
            job.rows.append(_Rows(max(now, freed_at), rows.attempt, held))
        if worker.handed:
            self._outcome.perhaps_twice += min(NO_LIMITS.connections, claimed - left)
        worker.job = None
        self._push(now + _FOUND_S, job)

    def _hand_over(self, worker: _Worker, job: _Job, ripe: list[_Rows], now: float) -> None:
        """Hands over a few mails; waits until the relay lets it, and not for a domain: there are other chunks."""
        blocked = [False, *(worker.blocked.get(n, 0.0) > now for n in range(len(worker.domains)))]
        free = next((rows for rows in ripe if any(some(rows.left, blocked, most=STEP))), None)
        if free is None:
            self._outcome.spent[DOMAIN] += PAUSE.total_seconds()
            self._finish(worker, job, now, not_before=now + PAUSE.total_seconds())
            return
        going = self._draw_domains(worker, some(free.left, blocked, most=STEP), now)
        given, again_at = worker.relay.take(sum(going), now=now) if worker.relay is not None else (sum(going), now)
        if sum(going) and not given:
            self._keep(worker, going)
            self._wait(worker, RELAY, again_at, now)
            return
        self._keep(worker, reduce(going, sum(going) - given))
        if any(going):
            self._hand(worker, job, free, going, now)
        else:
            self._push(now, worker)

    def _draw_domains(self, worker: _Worker, wanted: list[int], now: float) -> list[int]:
        """How many of these their domains let go."""
        for place, part in enumerate(worker.domains):
            if number := wanted[place + 1]:
                wanted[place + 1], again_at = part.take(number, now=now)
                if wanted[place + 1] < number:
                    worker.blocked[place] = again_at
        return wanted

    def _keep(self, worker: _Worker, numbers: list[int]) -> None:
        for part, number in zip(worker.domains, numbers[1:], strict=True):
            part.keep(number)

    def _hand(self, worker: _Worker, job: _Job, rows: _Rows, going: list[int], now: float) -> None:
        costs, number = self._is.costs, sum(going)
        self._database_free_at = max(now, self._database_free_at) + number * costs.book_s
        ends_at = max(now + number * costs.mail_s, self._database_free_at)
        outcome = self._outcome
        outcome.books_s += number * costs.book_s
        outcome.spent[SENDING] += number * costs.mail_s
        outcome.spent[BOOKS] += ends_at - now - number * costs.mail_s
        outcome.handed[int(now)] += number
        for place, theirs in enumerate(going[1:]):
            outcome.to_domains[place][int(now)] += theirs
        rows.left = [before - gone for before, gone in zip(rows.left, going, strict=True)]
        self._answer(job, rows.attempt, going, ends_at)
        if worker.handed % TAKEN + number >= TAKEN:
            worker.claimed_at = now
        worker.handed += number
        self._push(min(ends_at, worker.dies_at) if worker.dies_at > now else ends_at, worker)

    def _wait(self, worker: _Worker, cause: str, until: float, now: float) -> None:
        worker.waits_for = (cause, now)
        closes_at = worker.job.closes_at if worker.job else NEVER
        self._push(min(until, worker.dies_at, max(now, closes_at)), worker)

    def _answer(self, job: _Job, attempt: int, handed: list[int], at: float) -> None:
        """What the relay says to these."""
        off_share = self._is.again if attempt else self._is.put_off
        later = [0] * len(handed)
        refused = 0
        for place, number in enumerate(handed):
            before = job.tried.get((attempt, place), 0)
            job.tried[attempt, place] = before + number
            # Another luck each time, or a chunk with a bad one would be put off for ever.
            off, away = ((luck + attempt * _GOLDEN + place / 7) % 1 for luck in job.luck)
            later[place] = share_of(off_share, before, number, off)
            refused += min(number - later[place], share_of(self._is.refused, before, number, away))
        job.tally.settle(at=at, sent=sum(handed) - sum(later) - refused, refused=refused)
        if any(later):
            pause = PAUSES[min(attempt, len(PAUSES) - 1)].total_seconds()
            job.rows.append(_Rows(at + pause, attempt + 1, later))


def simulate(scenario: Scenario) -> Outcome:
    """How that morning goes."""
    return Simulation(scenario).run()
