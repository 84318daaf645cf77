"""Takes what is heard of editions and a look at the house each minute, gives its health and its figures at any time.

Whoever asks for either gets what is known already; nothing is counted for them. Its methods may be called by several
threads: the timer's, the errands', and those that answer requests.

Next: briefing/services/pings.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

from briefing.errors import StoreError
from briefing.model.run import Vitals
from briefing.services.health import Health, Signs, judge, late_editions, next_due, waits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from briefing.model.delivery import Balance
    from briefing.model.settings import Schedule
    from briefing.ports import Clock, Directory, Gauges, Ledger, RunLog, SourceLog, SubscriberStore
    from briefing.services.bounces import Outcome
    from briefing.services.send import SendReport

#: The stage in which nobody hears how far it has come.
COLLECT = "collect"
#: A failure is over when the timer has not met it again for so long.
OVER_AFTER = timedelta(minutes=3)


@dataclass(slots=True)
class _Failure:
    """Why an edition could not be worked on, the first and the last time in a row."""

    since: datetime
    last: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """Carries what the lookout reads."""

    ledger: Ledger
    directory: Directory
    gauges: Gauges
    store: SubscriberStore
    sources: SourceLog
    runs: RunLog


@dataclass(slots=True, kw_only=True)
class Lookout:
    """Knows how the house is."""

    shelves: Shelves
    clock: Clock
    schedule: Schedule
    default_zone: str
    started_at: datetime
    sent: int = 0
    letters: Counter[Outcome] = field(default_factory=Counter)
    _beat_at: datetime | None = None
    _stage: str = ""
    _vitals: Vitals | None = None
    _waiting: dict[date, datetime] = field(default_factory=dict)
    _failures: dict[date, _Failure] = field(default_factory=dict)
    _settled: dict[date, Balance] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def beat(self, stage: str = "") -> None:
        """Hears that the timer, or whoever works for it, is alive, and at which stage of an edition."""
        self._beat_at, self._stage = self.clock.now(), stage

    def hear_begin(self, edition: date) -> None:
        """Hears that work on an edition begins."""
        self.beat()

    def hear_report(self, report: SendReport) -> None:
        """Hears what became of an edition."""
        self.beat()
        with self._lock:
            self.sent += report.sent
            self._failures.pop(report.edition, None)
            self._settled.pop(report.edition, None)

    def hear_failure(self, edition: date, reason: str) -> None:
        """Hears that an edition could not be worked on."""
        self.beat()
        now = self.clock.now()
        with self._lock:
            known = self._failures.get(edition)
            since = known.since if known is not None and now - known.last < OVER_AFTER else now
            self._failures[edition] = _Failure(since, now, reason)

    def hear_letters(self, counts: Mapping[Outcome, int]) -> None:
        """Hears what was done about mail that came back."""
        with self._lock:
            self.letters.update(counts)

    def look(self) -> Vitals:
        """Looks the house over. Call it every minute or so.

        Raises:
            StoreError: the database cannot be read.
        """
        now, shelves = self.clock.now(), self.shelves
        balances = self._balances()
        queue = shelves.gauges.queue()
        newest = shelves.runs.list_runs(limit=1)
        vitals = Vitals(
            looked_at=now,
            balances=balances,
            queue=queue,
            jobs=shelves.gauges.jobs_waiting(),
            readers=shelves.gauges.readers_by_status(),
            failing=dict(shelves.sources.failing_since()),
            bouncing=shelves.gauges.bouncing(),
            next_due_at=next_due(shelves.store.habits(), self.schedule, self.default_zone, now),
            last_run=newest[0] if newest else None,
        )
        with self._lock:
            self._note_waiting(vitals)
            self._vitals = vitals
        return vitals

    def vitals(self) -> Vitals | None:
        """What the last look saw; None before the first."""
        return self._vitals

    def beat_at(self) -> datetime | None:
        """When the last sign of life came."""
        return self._beat_at

    def health(self) -> Health:
        """How the house is; asks the database for one row."""
        try:
            newest = self.shelves.directory.editions(limit=1)
            is_readable = True
        except StoreError:
            newest, is_readable = (), False
        vitals = self._vitals
        balances = vitals.balances if vitals else ()
        signs = Signs(
            now=self.clock.now(),
            started_at=self.started_at,
            beat_at=self._beat_at,
            is_reading=self._stage == COLLECT,
            looked_at=vitals.looked_at if vitals else None,
            is_readable=is_readable,
            waiting=self.waiting(),
            unbalanced=tuple(balance.edition for balance in balances if not balance.is_balanced),
        )
        return Health(
            reasons=judge(signs),
            last_edition=newest[0] if newest else None,
            next_due_at=vitals.next_due_at if vitals else None,
        )

    def waiting(self) -> tuple[tuple[date, datetime], ...]:
        """Editions that readers wait for, and since when, oldest first."""
        now = self.clock.now()
        with self._lock:
            since = dict(self._waiting)
            for edition, failure in self._failures.items():
                if now - failure.last < OVER_AFTER:
                    since[edition] = min(failure.since, since.get(edition, failure.since))
        return tuple(sorted(since.items()))

    def late(self) -> tuple[tuple[date, str], ...]:
        """Editions that readers have waited for too long, each with why, as far as that is known."""
        failures = self._failures
        found = late_editions(self.waiting(), now=self.clock.now())
        return tuple((edition, failures[edition].reason if edition in failures else "") for edition in found)

    def _balances(self) -> tuple[Balance, ...]:
        """Adds up what may have changed: a million rows take the database some time."""
        shelves = self.shelves
        unfinished = set(shelves.ledger.unfinished())
        with self._lock:
            settled = {edition: known for edition, known in self._settled.items() if edition not in unfinished}
        wanted = sorted({*unfinished, *shelves.directory.editions(limit=1)})
        balances = {edition: settled.get(edition) or shelves.ledger.balance(edition) for edition in wanted}
        with self._lock:
            self._settled = {edition: found for edition, found in balances.items() if edition not in unfinished}
        return tuple(balances.values())

    def _note_waiting(self, vitals: Vitals) -> None:
        """Counts from the first of the looks in a row that found somebody waiting."""
        waiting = [balance.edition for balance in vitals.balances if waits(balance)]
        self._waiting = {edition: self._waiting.get(edition, vitals.looked_at) for edition in waiting}
