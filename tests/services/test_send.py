from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.errors import ReaderRefusedError, RenderError, StoreError, TransportError
from briefing.model.delivery import Delivery, DeliveryStatus, Envelope, OnUncertain
from briefing.model.mail_rules import SmtpLimits
from briefing.model.subscriber import Habit, Subscriber, SubscriberStatus
from briefing.services.delivery_rules import LEASE, message_id, next_status
from briefing.services.delivery_run import Mailing
from briefing.services.send import Mailroom, SendReport
from briefing.store.database import open_database
from briefing.store.ledger import SqlLedger
from briefing.store.subscribers import SqlSubscribers
from tests.fakes import FakeTransport, FixedClock, MemoryLedger, MemorySubscribers
from tests.services.timetables import copy_for
from tests.sqlite import new_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from briefing.errors import DeliveryError
    from briefing.model.delivery import Answer
    from briefing.ports import Books, Ledger
    from tests.postgres import Postgres

EDITION = date(2026, 11, 23)
SEVEN = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
CLOSES = SEVEN + timedelta(hours=6)
Status = DeliveryStatus

GREYLISTED = ReaderRefusedError("4.2.0 later", code=450, transient=True)
UNKNOWN = ReaderRefusedError("5.1.1 no such user", code=550, transient=False)
BROKEN = TransportError("relay closed the connection", transient=True)
UNHEARD = TransportError("relay closed the connection", transient=True, uncertain=True)


def reader(name: str, status: SubscriberStatus = SubscriberStatus.CONFIRMED) -> Subscriber:
    return Subscriber(id=name, email=f"{name}@example.org", status=status)


compose = partial(copy_for, EDITION)
MAILING = Mailing(edition=EDITION, compose_message=compose)


@dataclass
class Desk:
    """A mailroom with everything around it."""

    names: str = "abc"
    on_uncertain: OnUncertain = OnUncertain.RESEND
    books: Callable[[MemorySubscribers], Ledger] = MemoryLedger
    transport: FakeTransport = field(default_factory=FakeTransport)
    clock: FixedClock = field(default_factory=lambda: FixedClock(SEVEN))
    store: MemorySubscribers = field(default_factory=MemorySubscribers)
    limits: SmtpLimits = field(default_factory=SmtpLimits)
    runs: int = 0

    def __post_init__(self) -> None:
        self.store.save_subscribers([reader(name) for name in self.names])
        self.ledger = self.books(self.store)

    def send(self, compose_message: Callable[[Subscriber], Envelope] = compose, **changes: Any) -> SendReport:
        room = self.room(**changes)
        due = () if self.clock.now() >= CLOSES else [crowd.habit for crowd in self.store.crowds()]
        mailing = replace(MAILING, compose_message=compose_message, closes_at=lambda _: CLOSES)
        return room.send_edition(mailing, due)

    def room(self, **changes: Any) -> Mailroom:
        return Mailroom(
            store=self.store,
            ledger=changes.pop("ledger", self.ledger),
            transport=changes.pop("transport", self.transport),
            clock=self.clock,
            on_uncertain=changes.pop("on_uncertain", self.on_uncertain),
            limits=self.limits,
            new_owner=self._owner,
            sleep=lambda seconds: self.clock.move(seconds=seconds),
        )

    def _owner(self) -> str:
        self.runs += 1
        return f"run {self.runs}"

    def statuses(self) -> dict[str, str]:
        return {row.subscriber: row.status.value for row in self.ledger.rows(EDITION)}

    def row(self, name: str) -> Delivery:
        (row,) = [row for row in self.ledger.rows(EDITION) if row.subscriber == name]
        return row

    def change(self, name: str, status: SubscriberStatus) -> None:
        self.store.save_subscriber(reader(name, status))


def test_every_confirmed_reader_gets_one_message_and_the_books_balance() -> None:
    desk = Desk()
    report = desk.send()
    assert desk.transport.recipients == ["a@example.org", "b@example.org", "c@example.org"]
    assert (report.sent, report.problems, report.balance.counts) == (3, (), {Status.SENT: 3})
    assert report.balance.is_balanced


def test_sending_again_sends_nothing_and_does_not_even_connect() -> None:
    desk = Desk()
    desk.send()
    report = desk.send()
    assert (report.sent, report.balance.counts[Status.SENT], desk.transport.opened) == (0, 3, 1)


def test_a_sent_row_says_under_which_message_id_and_when() -> None:
    desk = Desk("a")
    desk.send()
    row = desk.row("a")
    assert row.message_id == message_id(EDITION, "a", "example.org")
    assert (row.attempts, row.updated_at, row.detail) == (1, SEVEN, None)


def test_a_message_id_is_the_same_at_every_attempt_and_differs_by_reader_and_day() -> None:
    first = message_id(EDITION, "a", "example.org")
    assert re.fullmatch(r"<2026-11-23\.[0-9a-f]{32}@example\.org>", first)
    others = {message_id(EDITION, "b", "example.org"), message_id(date(2026, 11, 24), "a", "example.org")}
    assert message_id(EDITION, "a", "example.org") == first
    assert first not in others
    assert len(others) == 2


@pytest.mark.parametrize("status", [status for status in SubscriberStatus if status != SubscriberStatus.CONFIRMED])
def test_nobody_who_did_not_agree_is_planned(status: SubscriberStatus) -> None:
    desk = Desk("a")
    desk.change("a", status)
    report = desk.send()
    assert (report.balance.audience, desk.transport.recipients) == (0, [])


def test_an_edition_without_readers_says_so() -> None:
    (problem,) = Desk("").send().problems
    assert "has no readers" in problem.message
    assert "subscribers add" in problem.message


@pytest.mark.parametrize("gone", ["unsubscribed", "deleted"])
def test_who_leaves_after_planning_gets_no_message_and_is_no_problem(gone: str) -> None:
    desk = Desk("ab")
    desk.ledger.plan(EDITION, "ab", now=SEVEN)
    if gone == "deleted":
        del desk.store.readers["a"]
    else:
        desk.change("a", SubscriberStatus.UNSUBSCRIBED)
    report = desk.send()
    assert desk.statuses() == {"a": "suppressed", "b": "sent"}
    assert (desk.transport.recipients, report.problems) == (["b@example.org"], ())


def test_who_unsubscribes_while_the_others_are_served_gets_no_message() -> None:
    desk = Desk("ab")

    def compose_slowly(subscriber: Subscriber) -> Envelope:
        desk.change("b", SubscriberStatus.UNSUBSCRIBED)
        return compose(subscriber)

    desk.send(compose_slowly)
    assert desk.transport.recipients == ["a@example.org"]


# Refusals


def test_a_reader_refused_for_good_is_named_and_not_tried_again() -> None:
    desk = Desk()
    desk.transport.script["b@example.org"] = [UNKNOWN]
    report = desk.send()
    assert desk.statuses() == {"a": "sent", "b": "failed", "c": "sent"}
    assert [(problem.source, problem.message) for problem in report.problems] == [
        ("b@example.org", "refused for good: 550 5.1.1 no such user")
    ]
    desk.clock.move(hours=2)
    assert desk.send().sent == 0
    assert desk.row("b").detail == "550 5.1.1 no such user"


def test_a_reader_put_off_is_tried_after_5_15_and_then_every_60_minutes() -> None:
    desk = Desk("a")
    desk.transport.script["a@example.org"] = [GREYLISTED] * 5
    attempts = []
    for minute in range(300):
        before = desk.row("a").attempts if desk.ledger.rows(EDITION) else 0
        desk.send()
        if desk.row("a").attempts > before:
            attempts.append(minute)
        desk.clock.move(minutes=1)
    assert attempts == [0, 5, 20, 80, 140, 200]
    assert desk.statuses() == {"a": "sent"}


def test_a_reader_put_off_all_morning_is_missed_when_the_window_closes_with_the_reason_kept() -> None:
    desk = Desk("a")
    desk.transport.script["a@example.org"] = [GREYLISTED] * 99
    desk.send()
    desk.clock.moment = CLOSES
    report = desk.send()
    assert desk.statuses() == {"a": "missed"}
    assert [problem.message for problem in report.problems] == [
        "too late for this edition, so nothing was sent: 450 4.2.0 later"
    ]
    assert desk.row("a").detail == "450 4.2.0 later"
    assert desk.send().problems == ()


def test_a_message_that_does_not_render_delays_its_reader_only_and_is_tried_again() -> None:
    desk = Desk("ab")

    def fail_for_a(subscriber: Subscriber) -> Envelope:
        if subscriber.id == "a":
            raise RenderError("edition.mjml", "no such name", line=3)
        return compose(subscriber)

    report = desk.send(fail_for_a)
    assert desk.statuses() == {"a": "deferred", "b": "sent"}
    assert report.problems[0].source == "a@example.org"
    assert "edition.mjml:3" in report.problems[0].message
    desk.clock.move(minutes=5)
    desk.send()
    assert desk.statuses() == {"a": "sent", "b": "sent"}


# The connection


def test_a_relay_that_is_down_leaves_every_row_as_it_was() -> None:
    desk = Desk()
    desk.transport.closed = BROKEN
    report = desk.send()
    assert desk.statuses() == dict.fromkeys("abc", "pending")
    (problem,) = report.problems
    assert problem.message == ("sending stopped with 3 messages left for the next run: relay closed the connection")
    desk.transport.closed = None
    assert desk.send().sent == 3


def test_a_connection_lost_half_way_stops_the_batch_and_the_next_run_serves_the_others_first() -> None:
    desk = Desk()
    desk.transport.script["b@example.org"] = [BROKEN]
    report = desk.send()
    assert desk.statuses() == {"a": "sent", "b": "deferred", "c": "pending"}
    assert (report.sent, report.balance.is_balanced) == (1, True)
    desk.send()
    desk.clock.move(minutes=5)
    desk.send()
    assert desk.transport.recipients == ["a@example.org", "c@example.org", "b@example.org"]


def test_a_message_the_relay_chokes_on_does_not_hold_up_the_others() -> None:
    desk = Desk()
    desk.transport.script["a@example.org"] = [BROKEN] * 99
    for _ in range(30):
        desk.send()
        desk.clock.move(minutes=1)
    assert desk.statuses() == {"a": "deferred", "b": "sent", "c": "sent"}


def test_who_was_never_tried_comes_before_who_was_put_off() -> None:
    desk = Desk("ab")
    desk.transport.script["a@example.org"] = [BROKEN, BROKEN]
    desk.send()
    desk.clock.move(minutes=5)
    desk.send()
    assert desk.statuses() == {"a": "deferred", "b": "sent"}


def test_an_unheard_answer_is_sent_again_under_the_same_message_id() -> None:
    desk = Desk("a")
    desk.transport.script["a@example.org"] = [UNHEARD]
    report = desk.send()
    assert desk.statuses() == {"a": "uncertain"}
    assert "perhaps sent" in report.problems[0].message
    assert desk.send().sent == 0
    desk.clock.move(minutes=5)
    desk.send()
    assert desk.statuses() == {"a": "sent"}
    assert len({envelope.message_id for envelope in desk.transport.taken}) == 1


def test_an_unheard_answer_is_never_sent_again_when_held() -> None:
    desk = Desk("a", on_uncertain=OnUncertain.HOLD)
    desk.transport.script["a@example.org"] = [UNHEARD]
    for _ in range(20):
        desk.send()
        desk.clock.move(minutes=30)
    assert desk.statuses() == {"a": "uncertain"}
    assert len(desk.transport.taken) == 1


def test_doubt_stays_doubt_when_the_second_attempt_comes_to_nothing() -> None:
    """A row called deferred would end as missed, which claims that nothing was sent; the first attempt perhaps was."""
    desk = Desk("a")
    desk.transport.script["a@example.org"] = [UNHEARD, GREYLISTED, BROKEN]
    seen = []
    for _ in range(4):
        desk.send()
        seen.append(desk.statuses()["a"])
        desk.clock.move(hours=1)
    assert seen == ["uncertain", "uncertain", "uncertain", "sent"]


@pytest.mark.parametrize("end", ["late", "gone", "unrenderable"])
def test_a_row_in_doubt_that_cannot_be_repeated_stays_in_doubt(end: str) -> None:
    desk = Desk("a")
    desk.transport.script["a@example.org"] = [UNHEARD]
    desk.send()
    desk.clock.move(minutes=10)

    def fail(_: Subscriber) -> Envelope:
        raise RenderError("edition.mjml", "no such name")

    if end == "late":
        desk.clock.moment = CLOSES
    if end == "gone":
        desk.change("a", SubscriberStatus.UNSUBSCRIBED)
    desk.send(fail if end == "unrenderable" else compose)
    assert desk.statuses() == {"a": "uncertain"}


def test_a_window_that_closes_during_a_long_batch_closes_for_the_rest() -> None:
    desk = Desk("ab")
    desk.clock.moment = CLOSES - timedelta(minutes=1)

    def compose_slowly(subscriber: Subscriber) -> Envelope:
        desk.clock.move(minutes=2)
        return compose(subscriber)

    desk.send(compose_slowly)
    assert desk.statuses() == {"a": "sent", "b": "missed"}


def test_a_missed_reader_can_still_be_served_when_somebody_says_so() -> None:
    desk = Desk("a")
    desk.ledger.plan(EDITION, "a", now=SEVEN)
    desk.clock.moment = CLOSES
    desk.send()
    assert desk.statuses() == {"a": "missed"}
    room = desk.room()
    room.send_edition(MAILING, [Habit()])
    assert desk.statuses() == {"a": "sent"}


def test_a_reader_for_whom_there_is_no_edition_any_more_is_missed() -> None:
    desk = Desk("a")
    desk.ledger.plan(EDITION, "a", now=SEVEN)
    room = desk.room()
    room.send_edition(replace(MAILING, closes_at=lambda _: None), ())
    assert desk.statuses() == {"a": "missed"}


def test_a_lost_row_is_a_problem_that_is_said() -> None:
    desk = Desk()
    desk.send()
    assert isinstance(desk.ledger, MemoryLedger)
    del desk.ledger.deliveries[EDITION, "b"]
    (problem,) = [p for p in _without_planning(desk).problems if "do not balance" in p.message]
    assert "planned for 3 readers, but the ledger has 2 rows" in problem.message


def _without_planning(desk: Desk) -> SendReport:
    room = desk.room()
    return room.send_edition(MAILING, ())


# What to do with a row


def at(status: DeliveryStatus, minutes: float = 0, retry_at: datetime | None = None) -> Delivery:
    """A row that last changed so many minutes before seven."""
    changed = SEVEN - timedelta(minutes=minutes)
    return Delivery(edition=EDITION, subscriber="a", status=status, updated_at=changed, retry_at=retry_at)


OLD, YOUNG = LEASE.total_seconds() / 60, LEASE.total_seconds() / 60 - 0.01
SOON = SEVEN + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("row", "resend", "hold", "late"),
    [
        pytest.param(at(Status.PENDING), "claimed", "claimed", "missed", id="pending"),
        pytest.param(at(Status.CLAIMED, YOUNG), None, None, None, id="somebody works on it"),
        pytest.param(at(Status.CLAIMED, OLD), "claimed", "claimed", "missed", id="whoever claimed it is dead"),
        pytest.param(at(Status.INFLIGHT, YOUNG), None, None, None, id="being handed over"),
        pytest.param(at(Status.INFLIGHT, OLD), "claimed", "uncertain", "uncertain", id="died handing it over"),
        pytest.param(at(Status.SENT, OLD), None, None, None, id="sent"),
        pytest.param(at(Status.DEFERRED, retry_at=SOON), None, None, "missed", id="deferred"),
        pytest.param(at(Status.DEFERRED, retry_at=SEVEN), "claimed", "claimed", "missed", id="deferred and ripe"),
        pytest.param(at(Status.FAILED, OLD), None, None, None, id="failed"),
        pytest.param(at(Status.SUPPRESSED, OLD), None, None, None, id="suppressed"),
        pytest.param(at(Status.UNCERTAIN, retry_at=SOON), None, None, None, id="uncertain"),
        pytest.param(at(Status.UNCERTAIN, retry_at=SEVEN), "claimed", None, None, id="uncertain and ripe"),
        pytest.param(at(Status.MISSED), "claimed", "claimed", None, id="missed"),
        pytest.param(
            replace(at(Status.CLAIMED), updated_at=None), "claimed", "claimed", "missed", id="claimed nobody knows when"
        ),
    ],
)
def test_what_a_sender_makes_of_a_row_it_finds(
    row: Delivery, resend: str | None, hold: str | None, late: str | None
) -> None:
    assert next_status(row, now=SEVEN, is_late=False, on_uncertain=OnUncertain.RESEND) == resend
    assert next_status(row, now=SEVEN, is_late=False, on_uncertain=OnUncertain.HOLD) == hold
    for on_uncertain in OnUncertain:
        assert next_status(row, now=SEVEN, is_late=True, on_uncertain=on_uncertain) == late


# Two senders


def test_a_second_sender_leaves_alone_what_the_first_has_taken() -> None:
    """While the first composes each message, a second one runs from start to end."""
    desk = Desk()
    second = FakeTransport()

    def compose_while_another_runs(subscriber: Subscriber) -> Envelope:
        desk.send(transport=second)
        return compose(subscriber)

    desk.send(compose_while_another_runs)
    assert sorted(desk.transport.recipients + second.recipients) == ["a@example.org", "b@example.org", "c@example.org"]


def test_a_sender_that_slept_through_its_lease_sends_nothing_of_what_another_took() -> None:
    desk = Desk("a")
    second = FakeTransport()

    def compose_and_sleep(subscriber: Subscriber) -> Envelope:
        desk.clock.move(minutes=6)
        desk.send(transport=second)
        return compose(subscriber)

    desk.send(compose_and_sleep)
    assert (desk.transport.recipients, second.recipients) == ([], ["a@example.org"])
    assert desk.statuses() == {"a": "sent"}


# Books that cannot be written


@dataclass
class FullDisk(MemoryLedger):
    """Fails to write the given status."""

    refuses: DeliveryStatus = Status.INFLIGHT

    def record(self, rows: Iterable[Delivery], *, started: Iterable[Delivery] = ()) -> frozenset[str]:
        starting = tuple(started)
        if any(row.status is self.refuses for row in starting):
            raise StoreError("disk is full")
        return super().record(rows, started=starting)


def test_nothing_is_sent_whose_start_cannot_be_written_down() -> None:
    desk = Desk(books=FullDisk)
    with pytest.raises(StoreError, match="full"):
        desk.send()
    assert desk.transport.taken == []


# Killed at any moment


class KilledError(BaseException):
    """The end of a process; no except clause of the program sees it."""


@dataclass
class Fuse:
    """Burns down by one at each step, and kills at the last."""

    steps: int

    def burn(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise KilledError


@dataclass
class MortalLedger:
    """A ledger whose program may die before or after each write."""

    ledger: Ledger
    fuse: Fuse

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.ledger, name)
        if name not in {"plan_habits", "take", "record"}:
            return method

        def mortal(*arguments: Any, **named: Any) -> Any:
            self.fuse.burn()
            result = method(*arguments, **named)
            self.fuse.burn()
            return result

        return mortal


@dataclass
class MortalTransport:
    """A transport whose program may die before or after the relay took the message."""

    transport: FakeTransport
    fuse: Fuse

    def __enter__(self) -> MortalTransport:
        self.transport.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.transport.__exit__()

    def deliver(self, envelopes: Iterator[Envelope], books: Books) -> None:
        self.transport.deliver(envelopes, MortalBooks(books, self.fuse))


@dataclass
class MortalBooks:
    """What a transport tells of each message, with a program that may die before or after it."""

    books: Books
    fuse: Fuse

    def start(self, envelopes: Sequence[Envelope]) -> Sequence[Envelope]:
        self.fuse.burn()
        ours = self.books.start(envelopes)
        self.fuse.burn()
        return ours

    def settle(self, answers: Sequence[Answer]) -> None:
        self.fuse.burn()
        self.books.settle(answers)
        self.fuse.burn()


def real(engine: Engine) -> dict[str, Any]:
    return {"store": SqlSubscribers(engine), "books": lambda _: SqlLedger(engine)}


def run_until_killed(desk: Desk, steps: int) -> bool:
    """True when the program died before it was done."""
    fuse = Fuse(steps)
    try:
        desk.send(ledger=MortalLedger(desk.ledger, fuse), transport=MortalTransport(desk.transport, fuse))
    except KilledError:
        return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize("on_uncertain", OnUncertain)
@pytest.mark.parametrize("kind", ["fake", "sqlite", "postgresql"])
def test_killed_at_any_single_step_nobody_is_lost_or_nobody_doubled(
    kind: str, on_uncertain: OnUncertain, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    def new_engine() -> Engine | None:
        if kind == "fake":
            return None
        if kind == "sqlite":
            return new_sqlite(tmp_path / f"{steps}.db")
        server: Postgres = request.getfixturevalue("postgres")
        return open_database(server.with_tables())

    was_killed, steps = True, 0
    while was_killed:
        engine = new_engine()
        desk = Desk("ab", on_uncertain=on_uncertain, **(real(engine) if engine else {}))
        was_killed = run_until_killed(desk, steps)
        desk.clock.move(minutes=6)
        report = desk.send()
        _check_books(desk, report, kills=int(was_killed))
        if engine:
            engine.dispose()
        steps += 1
    assert steps > 15, "a run has more steps than that"


def _check_books(desk: Desk, report: SendReport, *, kills: int) -> None:
    copies = Counter(desk.transport.recipients)
    uncertain = {f"{name}@example.org" for name, status in desk.statuses().items() if status == "uncertain"}
    everyone = {f"{name}@example.org" for name in desk.names}
    assert report.balance.is_balanced
    assert report.balance.audience == len(everyone)
    if desk.on_uncertain is OnUncertain.RESEND:
        assert set(copies) == everyone
        assert sum(copies.values()) <= len(everyone) + kills
        assert uncertain == set()
    else:
        assert max(copies.values(), default=0) <= 1
        assert set(copies) | uncertain == everyone
        assert len(uncertain) <= kills


def test_killed_while_repeating_a_message_in_doubt_the_doubt_remains() -> None:
    desk = Desk("a")
    desk.transport.script["a@example.org"] = [UNHEARD]
    desk.send()
    desk.clock.move(minutes=10)
    assert run_until_killed(desk, steps=3), "after the row was taken, before anything was sent"
    desk.clock.moment = CLOSES + LEASE
    desk.send()
    assert desk.statuses() == {"a": "uncertain"}


@settings(max_examples=150, deadline=None)
@given(kills=st.lists(st.integers(0, 40), max_size=6), on_uncertain=st.sampled_from(OnUncertain))
def test_killed_again_and_again_the_books_still_balance(kills: list[int], on_uncertain: OnUncertain) -> None:
    desk = Desk("abcde", on_uncertain=on_uncertain)
    died = 0
    for steps in kills:
        died += run_until_killed(desk, steps)
        desk.clock.move(minutes=6)
    _check_books(desk, desk.send(), kills=died)


OUTCOMES: st.SearchStrategy[DeliveryError | None] = st.sampled_from([None, GREYLISTED, UNKNOWN, BROKEN, UNHEARD])


@settings(max_examples=150, deadline=None)
@given(
    script=st.dictionaries(st.sampled_from("abcd"), st.lists(OUTCOMES, max_size=4)),
    kills=st.lists(st.integers(0, 60), max_size=12),
    taken_anyway=st.booleans(),
    on_uncertain=st.sampled_from(OnUncertain),
)
def test_whatever_relay_and_machine_do_every_row_ends_with_the_truth(
    script: dict[str, list[DeliveryError | None]], kills: list[int], taken_anyway: bool, on_uncertain: OnUncertain
) -> None:
    outcomes = {f"{name}@example.org": list(errors) for name, errors in script.items()}
    desk = Desk("abcd", on_uncertain=on_uncertain, transport=FakeTransport(outcomes, taken_anyway=taken_anyway))
    for steps in kills:
        run_until_killed(desk, steps)
        desk.clock.move(minutes=20)
    desk.send()
    desk.clock.moment = CLOSES + timedelta(minutes=6)
    desk.ledger.plan(EDITION, desk.names, now=desk.clock.now())
    report = desk.send()
    copies = Counter(desk.transport.recipients)
    assert report.balance.is_balanced
    assert set(desk.statuses().values()) <= {"sent", "failed", "uncertain", "missed"}
    for name, status in desk.statuses().items():
        taken = copies[f"{name}@example.org"]
        assert taken >= 1 or status != "sent"
        assert taken == 0 or status != "missed"
        assert taken <= 1 or on_uncertain is OnUncertain.RESEND


# Limits and rests


def test_a_limit_makes_the_run_wait_and_still_serves_everybody() -> None:
    desk = Desk("abcde", limits=SmtpLimits(per_minute=2))
    assert desk.send().sent == 5
    assert desk.clock.now() - SEVEN == timedelta(minutes=2)


def test_a_domain_that_takes_little_holds_nobody_else_up() -> None:
    desk = Desk("abc", limits=SmtpLimits(per_domain=(("big.example", 1),)))
    for name in "ab":
        desk.store.save_subscriber(replace(reader(name), email=f"{name}@big.example"))
    assert desk.send().sent == 3
    assert desk.transport.recipients == ["a@big.example", "c@example.org", "b@big.example"]
    assert desk.row("b").attempts == 1


def test_who_waits_for_a_limit_until_it_is_too_late_is_missed() -> None:
    desk = Desk("ab", limits=SmtpLimits(per_hour=1))
    desk.clock.moment = CLOSES - timedelta(minutes=30)
    report = desk.send()
    assert desk.statuses() == {"a": "sent", "b": "missed"}
    assert [problem.source for problem in report.problems] == ["b@example.org"]


POLICY = TransportError("5.7.1 your network is listed", code=550, transient=False)


@pytest.mark.parametrize(
    ("error", "rests"),
    [
        pytest.param(BROKEN, (1, 5, 15, 60, 60), id="may be better soon"),
        pytest.param(POLICY, (15, 60, 60), id="somebody has to do something"),
    ],
)
def test_a_relay_that_gives_up_is_left_alone_for_longer_and_longer(
    error: TransportError, rests: tuple[int, ...]
) -> None:
    desk = Desk("a")
    desk.transport.closed = error
    room = desk.room()

    def send() -> SendReport:
        habits = [crowd.habit for crowd in desk.store.crowds()]
        return room.send_edition(MAILING, habits)

    for minutes in rests:
        opened = desk.transport.opened
        assert str(error) in send().problems[0].message
        desk.clock.move(minutes=minutes - 0.1)
        (problem,) = send().problems
        assert problem.message.startswith("sending waits until ")
        assert str(error) in problem.message
        assert desk.transport.opened == opened
        desk.clock.move(minutes=0.2)
    desk.transport.closed = None
    assert send().sent == 1


def test_who_unsubscribes_the_moment_before_the_message_is_complete_does_not_get_it() -> None:
    desk = Desk("ab")

    def compose_and_leave(subscriber: Subscriber) -> Envelope:
        desk.change(subscriber.id, SubscriberStatus.UNSUBSCRIBED)
        return compose(subscriber)

    report = desk.send(compose_and_leave)
    assert (desk.transport.recipients, desk.statuses()) == ([], {"a": "suppressed", "b": "suppressed"})
    assert report.balance.is_balanced


def test_a_refused_reader_is_told_to_whoever_counts_bounces() -> None:
    desk, heard = Desk("ab"), list[tuple[str, str | None]]()
    desk.transport.script["a@example.org"] = [UNKNOWN]
    room = replace(desk.room(), on_refused=lambda reader, answer: heard.append((reader, answer.status)))
    room.send_edition(MAILING, [crowd.habit for crowd in desk.store.crowds()])
    assert heard == [("a", "5.1.1")]
