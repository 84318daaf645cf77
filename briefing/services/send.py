"""Takes an edition's readers and a way to make each message, gives books that balance: who got it, who did not, why.

Next: briefing/services/schedule.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from briefing.model.delivery import DeliveryStatus, OnUncertain, Share
from briefing.model.edition import Problem
from briefing.model.mail_rules import NO_LIMITS, SmtpLimits
from briefing.services.delivery_rules import LEASE
from briefing.services.delivery_run import DeliveryRun
from briefing.services.pace import Pace, SharedPace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

    from briefing.errors import TransportError
    from briefing.model.delivery import Answer, Balance
    from briefing.model.subscriber import Habit
    from briefing.ports import Clock, Crew, Dispatcher, Ledger, SubscriberStore, Transport
    from briefing.services.delivery_run import Mailing

#: How long an edition rests after the first, second, third… time that its relay would take nothing any more.
RESTS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """Says what became of an edition.

    Attributes:
        sent: messages handed over in this run.
        balance: of the edition, all runs together.
        held: editions with stories that nobody gets, and why; among the problems as well.
        paused: why the relay takes none of our mail, where waiting alone will not change that.
    """

    edition: date
    sent: int
    balance: Balance
    problems: tuple[Problem, ...] = ()
    held: tuple[Problem, ...] = ()
    paused: str = ""


@dataclass(slots=True)
class _Rest:
    """Says until when an edition is left alone, why, how often that was so in a row, and whether it may pass."""

    until: datetime
    reason: str
    times: int
    may_pass: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailroom:
    """Sends editions. Several may work on the same one: each row is taken by one of them only.

    Attributes:
        new_owner: names a run, so that no other is called the same.
        sleep: waits so many seconds where a limit says so.
        on_refused: hears of each refused copy: reader and answer.
        crew: helps with long lists; None to send alone.
        dispatcher: leaves the sending to workers; None to send here.
        shared_pace: keeps to limits that several senders share; None for the only one.
        is_stopped: once it says so, no further message is begun: the rest is for the next run.
    """

    store: SubscriberStore
    ledger: Ledger
    transport: Transport
    clock: Clock
    new_owner: Callable[[], str]
    sleep: Callable[[float], None]
    on_uncertain: OnUncertain = OnUncertain.RESEND
    limits: SmtpLimits = NO_LIMITS
    on_refused: Callable[[str, Answer], object] | None = None
    crew: Crew | None = None
    dispatcher: Dispatcher | None = None
    shared_pace: SharedPace | None = None
    is_stopped: Callable[[], bool] = lambda: False
    _rests: dict[date, _Rest] = field(default_factory=dict)

    def send_edition(self, mailing: Mailing, habits: Iterable[Habit]) -> SendReport:
        """Hands a copy to each reader who has none yet, and closes the rows that came too late.

        Safe to repeat at any time and after any crash. A reader who cannot be served is a problem in the report.

        Args:
            mailing: which edition, and how.
            habits: of those who are due; every confirmed reader who has one is planned.

        Raises:
            StoreError: the books cannot be written, so nothing more is sent.
        """
        edition = mailing.edition
        if self.dispatcher is not None:
            return self._leave_to_workers(self.dispatcher, edition, habits, on_time=mailing.closes_at is not None)
        self.ledger.plan_habits(edition, habits, now=self.clock.now())
        run = DeliveryRun(room=self, mailing=mailing, owner=self.new_owner())
        sent = run.work()
        balance = self.ledger.balance(edition)
        problems = (*run.notes.problems, *_problems_of_books(balance))
        return SendReport(edition=edition, sent=sent, balance=balance, problems=problems, paused=self._refusal(edition))

    def follow(self, edition: date, habits: Iterable[Habit], *, since: int) -> None:
        """Goes on with an edition that is left to workers: plans who was changed, finds jobs for what they lost.

        Takes no longer for a longer list, and says nothing of the books.

        Args:
            since: who was changed after that number of `SubscriberStore.last_change`.

        Raises:
            StoreError: the books cannot be written.
        """
        assert self.dispatcher is not None
        now = self.clock.now()
        if changed := tuple(habits):
            self.dispatcher.plan(edition, changed, on_time=True, now=now, since=since)
        self.dispatcher.revive(edition, on_time=True, now=now)

    def _leave_to_workers(
        self, dispatcher: Dispatcher, edition: date, habits: Iterable[Habit], *, on_time: bool
    ) -> SendReport:
        """Has workers send the edition, what is new of it and what they lost."""
        now = self.clock.now()
        dispatcher.plan(edition, habits, on_time=on_time, now=now)
        dispatcher.revive(edition, on_time=on_time, now=now)
        balance = self.ledger.balance(edition)
        return SendReport(edition=edition, sent=0, balance=balance, problems=(*_problems_of_audience(balance),))

    def join(self, mailing: Mailing, *, begins_at: str = "", within: tuple[str, str] | None = None) -> Share:
        """Helps another sender with an edition that it has planned.

        Args:
            mailing: which edition, and how.
            begins_at: the readers after that id come first.
            within: only readers after the one id and up to the other.

        Raises:
            StoreError: the books cannot be written, so nothing more is sent.
        """
        run = DeliveryRun(room=self, mailing=mailing, owner=self.new_owner(), begins_at=begins_at, within=within)
        return Share(sent=run.work(), problems=run.notes.problems)

    def new_pace(self) -> Pace | SharedPace:
        """What says how long each message has to wait."""
        return self.shared_pace or Pace(self.limits)

    def rest(self, edition: date, error: TransportError) -> None:
        """Leaves an edition alone for a while: a relay that refuses us is not asked again every few seconds."""
        times = self._rests[edition].times + 1 if edition in self._rests else 1
        # What only a changed config or another opinion of us can cure begins with the third rest.
        pause = RESTS[min(times + (0 if error.transient else 2), len(RESTS)) - 1]
        self._rests[edition] = _Rest(self.clock.now() + pause, str(error), times, error.transient)

    def resting(self, edition: date) -> str:
        """Why and until when the edition is left alone; "" when it is not."""
        rest = self._rests.get(edition)
        if rest is None or rest.until <= self.clock.now():
            return ""
        return f"sending waits until {rest.until:%H:%M} UTC: {rest.reason}"

    def wake(self, edition: date) -> None:
        """Forgets rests: the relay takes our mail again."""
        self._rests.pop(edition, None)

    def _refusal(self, edition: date) -> str:
        rest = self._rests.get(edition)
        return "" if rest is None or rest.may_pass else rest.reason


def _problems_of_audience(balance: Balance) -> Iterable[Problem]:
    if not balance.audience:
        cure = "nobody is due; add readers with `briefing subscribers add --confirmed`, or send at once with --all"
        yield Problem(stage="deliver", message=f"edition {balance.edition} has no readers: {cure}")


def _problems_of_books(balance: Balance) -> Iterable[Problem]:
    yield from _problems_of_audience(balance)
    counts = Counter(balance.counts)
    held = counts[DeliveryStatus.CLAIMED] + counts[DeliveryStatus.INFLIGHT]
    if held:
        minutes = LEASE.total_seconds() / 60
        message = f"{held} message(s) are in the hands of a run that may have died; send again in {minutes:.0f} min"
        yield Problem(stage="deliver", message=f"edition {balance.edition}: {message}")
    if not balance.is_balanced:
        rows = sum(balance.counts.values())
        message = f"planned for {balance.audience} readers, but the ledger has {rows} rows; restore a backup"
        yield Problem(stage="deliver", message=f"the books of {balance.edition} do not balance: {message}")
