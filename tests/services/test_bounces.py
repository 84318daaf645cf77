from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from briefing.errors import BounceError
from briefing.model.delivery import Answer, AnswerKind, Delivery, DeliveryStatus, Envelope
from briefing.model.letter import Bounce, Complaint, Quiet, Request, Severity, Tally, Unclear, Whose, judge
from briefing.model.subscriber import SubscriberStatus
from briefing.services.bounce_reports import read_report
from briefing.services.bounces import BounceDesk, Outcome, counted, has_arrived_since, is_passing
from briefing.services.subscribe import ReaderList
from tests.fakes import FixedClock, MemoryBounces, MemorySubscribers, PlainPath, PlainSigner
from tests.make import NOW
from tests.services.house import confirmed

DAY = timedelta(days=1)
SENT, FAILED, MISSED = DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.MISSED
CONFIRMED, SUPPRESSED = SubscriberStatus.CONFIRMED, SubscriberStatus.SUPPRESSED
PATH = PlainPath()


@dataclass
class Sent:
    """Remembers what each reader was sent."""

    rows: list[Delivery] = field(default_factory=list)

    def deliveries_of(self, subscriber: str, *, limit: int) -> tuple[Delivery, ...]:
        theirs = [row for row in self.rows if row.subscriber == subscriber]
        return tuple(sorted(theirs, key=lambda row: row.edition, reverse=True)[:limit])

    def add(self, at: datetime, status: DeliveryStatus = SENT, reader: str = "ada") -> None:
        self.rows.append(row(at, status, reader))


def row(at: datetime, status: DeliveryStatus = SENT, reader: str = "ada") -> Delivery:
    return Delivery(edition=at.date(), subscriber=reader, status=status, updated_at=at)


@dataclass
class Desk:
    """A desk on fakes, with Ada and Ben on the list."""

    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    store: MemorySubscribers = field(default_factory=MemorySubscribers)
    book: MemoryBounces = field(default_factory=MemoryBounces)
    sent: Sent = field(default_factory=Sent)

    def __post_init__(self) -> None:
        self.store.save_subscribers([confirmed("ada"), confirmed("ben")])

    @property
    def readers(self) -> ReaderList:
        return ReaderList(store=self.store, signer=PlainSigner(), clock=self.clock, new_id=lambda: "new")

    @property
    def desk(self) -> BounceDesk:
        return BounceDesk(readers=self.readers, book=self.book, history=self.sent, paths=(PATH,), most=3)

    def status(self, reader: str = "ada") -> tuple[SubscriberStatus, str | None]:
        found = self.store.readers[reader]
        return found.status, found.reason

    def soft(self, reader: str = "ada") -> int:
        tally = self.book.find(reader)
        return tally.soft if tally else 0


@pytest.fixture
def at() -> Desk:
    return Desk()


HERS = Whose(sent_to=("bounces@mail.example", PATH.address_for("ada")))
TOKENS = Whose(tokens=("no.token", PlainSigner().sign("ada", "unsubscribe")))
NAMED = Whose(addresses=("nobody@readers.example", "ada@readers.example"))
NOBODY = Whose(addresses=("nobody@readers.example",), sent_to=("bounces+x@mail.example",), tokens=("no.token",))


def bounce(severity: Severity = Severity.HARD, whose: Whose = HERS, status: str = "5.1.1") -> Bounce:
    return Bounce(whose=whose, severity=severity, status=status, detail=f"{status} no")


SOFT = bounce(Severity.SOFT, status="4.2.2")

STATUSES = {
    "5.1.1": Severity.HARD,
    "5.1.10": Severity.HARD,
    "5.1.0": Severity.HARD,
    "5.2.1": Severity.HARD,
    "5.1.7": Severity.POLICY,
    "5.1.8": Severity.POLICY,
    "5.7.1": Severity.POLICY,
    "5.7.515": Severity.POLICY,
    "4.7.1": Severity.POLICY,
    "5.6.0": Severity.POLICY,
    "5.2.2": Severity.SOFT,
    "5.2.10": Severity.SOFT,
    "5.0.0": Severity.SOFT,
    "5.4.4": Severity.SOFT,
    "4.1.1": Severity.SOFT,
    "4.2.1": Severity.SOFT,
    "4.4.1": Severity.SOFT,
    None: Severity.SOFT,
}


@pytest.mark.parametrize(("status", "severity"), STATUSES.items(), ids=map(str, STATUSES))
def test_only_a_status_about_the_address_is_hard(status: str | None, severity: Severity) -> None:
    assert judge(status) is severity


@pytest.mark.parametrize("whose", [HERS, TOKENS], ids=["return path", "token"])
def test_a_hard_bounce_that_is_proven_ends_it_at_once(at: Desk, whose: Whose) -> None:
    assert at.desk.act(bounce(whose=whose), at=NOW) is Outcome.HARD
    assert at.status() == (SUPPRESSED, "hard bounce")
    assert at.status("ben") == (CONFIRMED, None)
    assert at.book.kept["ada"] == Tally(subscriber="ada", soft=0, last_at=NOW, detail="5.1.1 no")


@pytest.mark.parametrize("whose", [HERS, TOKENS], ids=["return path", "token"])
def test_a_complaint_that_is_proven_ends_it_at_once(at: Desk, whose: Whose) -> None:
    assert at.desk.act(Complaint(whose=whose, detail="abuse"), at=NOW) is Outcome.COMPLAINT
    assert at.status() == (SUPPRESSED, "complaint")


@pytest.mark.parametrize("forged", [bounce(whose=NAMED), Complaint(whose=NAMED)], ids=["bounce", "complaint"])
def test_a_letter_that_only_names_a_reader_never_suppresses_them(at: Desk, forged: Bounce | Complaint) -> None:
    for days in range(100):
        assert at.desk.act(forged, at=NOW + days * DAY) is Outcome.SOFT
    assert at.status() == (CONFIRMED, None)
    assert at.soft() == 1


def test_where_one_soft_bounce_is_enough_a_name_alone_counts_nothing(at: Desk) -> None:
    strict = replace(at.desk, most=1)
    assert strict.act(bounce(whose=NAMED), at=NOW) is Outcome.SOFT
    assert (at.status(), at.book.kept) == ((CONFIRMED, None), {})
    assert strict.act(SOFT, at=NOW) is Outcome.SOFT
    assert at.status() == (SUPPRESSED, "hard bounce")


def test_a_letter_about_nobody_is_for_a_person(at: Desk) -> None:
    assert at.desk.act(bounce(whose=NOBODY), at=NOW) is Outcome.UNKNOWN


def test_mail_of_a_reader_who_was_forgotten_comes_back_in_vain(at: Desk) -> None:
    at.store.erase_subscriber("ada")
    assert at.desk.act(bounce(), at=NOW) is Outcome.IGNORED
    assert at.desk.act(SOFT, at=NOW) is Outcome.IGNORED
    assert at.book.kept == {}


def test_so_many_soft_bounces_in_a_row_count_as_a_hard_one(at: Desk) -> None:
    for days in range(3):
        assert at.status() == (CONFIRMED, None)
        assert at.desk.act(SOFT, at=NOW + days * DAY) is Outcome.SOFT
    assert at.status() == (SUPPRESSED, "hard bounce")
    assert at.book.kept["ada"].detail == "3 soft bounces in a row, the last: 4.2.2 no"


def test_a_reader_who_comes_back_starts_afresh(at: Desk) -> None:
    for days in range(3):
        at.desk.act(SOFT, at=NOW + days * DAY)
    at.store.save_subscriber(confirmed("ada"))
    at.desk.act(SOFT, at=NOW + 4 * DAY)
    assert (at.status(), at.soft()) == ((CONFIRMED, None), 1)


def test_a_letter_that_is_read_twice_counts_once(at: Desk) -> None:
    for meaning in (SOFT, SOFT, bounce(), bounce(), Complaint(whose=HERS)):
        at.desk.act(meaning, at=NOW)
    assert at.status() == (SUPPRESSED, "hard bounce")
    again = Desk()
    for _ in range(5):
        again.desk.act(SOFT, at=NOW)
    assert again.soft() == 1


def test_whoever_dies_between_counting_and_suppressing_does_it_the_next_time(at: Desk) -> None:
    at.book.kept["ada"] = Tally(subscriber="ada", soft=3, last_at=NOW, detail="4.2.2 no")
    at.desk.act(SOFT, at=NOW)
    assert at.status() == (SUPPRESSED, "hard bounce")


def test_policy_never_counts_against_a_reader(at: Desk) -> None:
    for days in range(10):
        assert at.desk.act(bounce(Severity.POLICY, status="5.7.1"), at=NOW + days * DAY) is Outcome.POLICY
    assert (at.status(), at.book.kept) == ((CONFIRMED, None), {})


ONE = Tally(subscriber="ada", soft=1, last_at=NOW, detail="then")
COUNTED: dict[str, tuple[int | None, timedelta, bool, int]] = {
    # before, how long ago, whether a message arrived since, and the count after
    "the first": (None, DAY, False, 1),
    "a day later": (1, DAY, False, 2),
    "twelve hours later": (1, timedelta(hours=12), False, 2),
    "of the same message": (1, timedelta(hours=11, minutes=59), False, 1),
    "the same letter": (1, timedelta(0), False, 1),
    "an older letter": (1, -DAY, False, 1),
    "after a good delivery": (2, 5 * DAY, True, 1),
    "one too many": (3, DAY, False, 3),
    "one too many, after a good delivery": (3, 5 * DAY, True, 1),
}


@pytest.mark.parametrize(("before", "later", "afresh", "after"), COUNTED.values(), ids=COUNTED)
def test_a_soft_bounce_is_counted_once_a_day_and_in_a_row(
    before: int | None, later: timedelta, afresh: bool, after: int
) -> None:
    event = Tally(subscriber="ada", soft=1, last_at=NOW + later, detail="now")
    known = None if before is None else replace(ONE, soft=before)
    assert counted(known, event, most=3, starts_afresh=afresh).soft == after


ARRIVED = {
    # rows since the bounce at NOW, seen five days after it
    "sent, and three days of silence": ([row(NOW + DAY)], True),
    "sent exactly three days ago": ([row(NOW + 2 * DAY)], True),
    "sent less than three days ago": ([row(NOW + 2 * DAY + timedelta(seconds=1))], False),
    "sent before the bounce": ([row(NOW - DAY)], False),
    "sent at the bounce": ([row(NOW)], False),
    "refused": ([row(NOW + DAY, FAILED)], False),
    "missed": ([row(NOW + DAY, MISSED)], False),
    "refused, then sent": ([row(NOW + 2 * DAY), row(NOW + DAY, FAILED)], True),
    "sent nobody knows when": ([Delivery(edition=date(2026, 11, 24), subscriber="ada", status=SENT)], False),
    "nothing": ([], False),
}


@pytest.mark.parametrize(("rows", "arrived"), ARRIVED.values(), ids=ARRIVED)
def test_a_message_has_arrived_when_nothing_came_back_for_three_days(rows: list[Delivery], arrived: bool) -> None:
    assert has_arrived_since(NOW, rows, now=NOW + 5 * DAY) is arrived


def test_a_good_delivery_clears_the_counter(at: Desk) -> None:
    at.desk.act(SOFT, at=NOW)
    at.desk.act(SOFT, at=NOW + DAY)
    at.sent.add(NOW + 2 * DAY)
    at.clock.move(days=5)
    assert not at.desk.still_counts(at.book.kept["ada"])
    at.desk.act(SOFT, at=NOW + 5 * DAY)
    assert (at.soft(), at.status()) == (1, (CONFIRMED, None))


def test_a_mailbox_that_bounces_every_day_is_never_cleared(at: Desk) -> None:
    for days in range(3):
        at.sent.add(NOW + days * DAY)
        at.desk.act(SOFT, at=NOW + days * DAY + timedelta(hours=5))
    assert at.status() == (SUPPRESSED, "hard bounce")


def test_links_in_mails_do_what_they_say(at: Desk) -> None:
    token = PlainSigner().sign("ada", "unsubscribe")
    assert at.desk.act(Request(purpose="unsubscribe", token=token), at=NOW) is Outcome.UNSUBSCRIBED
    assert at.status()[0] is SubscriberStatus.UNSUBSCRIBED
    at.store.save_subscriber(replace(confirmed("ada"), status=SubscriberStatus.UNCONFIRMED))
    agreed = at.readers.token(at.store.readers["ada"], "confirm")
    assert at.desk.act(Request(purpose="confirm", token=agreed), at=NOW) is Outcome.CONFIRMED
    assert at.status()[0] is CONFIRMED


@pytest.mark.parametrize("purpose", ["unsubscribe", "confirm"])
def test_a_token_that_is_not_ours_does_nothing(at: Desk, purpose: str) -> None:
    assert at.desk.act(Request(purpose=purpose, token="forged.token"), at=NOW) is Outcome.UNKNOWN
    assert at.status() == (CONFIRMED, None)


def test_what_asks_for_nothing_is_ignored_and_what_is_unclear_waits(at: Desk) -> None:
    assert at.desk.act(Quiet(why="an automatic reply"), at=NOW) is Outcome.IGNORED
    assert at.desk.act(Unclear(why="it is a poem"), at=NOW) is Outcome.UNKNOWN


ENVELOPE = Envelope(sender="s@mail.example", recipient="ada@readers.example", message_id="<1@x>", message=b"")


def answer(code: int | None, status: str | None = None, kind: AnswerKind = AnswerKind.REFUSED) -> Answer:
    return Answer(envelope=ENVELOPE, kind=kind, code=code, status=status, words="no")


ANSWERS = {
    "no such reader": (answer(550, "5.1.1"), Outcome.HARD, 0),
    "a mailbox that is closed": (answer(550, "5.2.1"), Outcome.HARD, 0),
    "a full mailbox": (answer(552, "5.2.2"), Outcome.SOFT, 1),
    "refused without a status": (answer(550), Outcome.SOFT, 1),
    "refused for now": (answer(450, "4.2.0"), Outcome.SOFT, 1),
    "for now, whatever the status says": (answer(450, "5.1.1"), Outcome.SOFT, 1),
    "policy": (answer(550, "5.7.1"), Outcome.POLICY, 0),
    "policy for now": (answer(451, "4.7.1"), Outcome.POLICY, 0),
    "our message": (answer(554, "5.6.0"), Outcome.POLICY, 0),
    "the relay closes": (answer(421, "4.3.2"), Outcome.IGNORED, 0),
    "nothing was said": (answer(None), Outcome.IGNORED, 0),
    "taken": (answer(250, "2.0.0", AnswerKind.TAKEN), Outcome.IGNORED, 0),
    "unheard": (answer(None, None, AnswerKind.UNHEARD), Outcome.IGNORED, 0),
}


@pytest.mark.parametrize(("given", "outcome", "soft"), ANSWERS.values(), ids=ANSWERS)
def test_what_a_relay_answers_is_heard(at: Desk, given: Answer, outcome: Outcome, soft: int) -> None:
    assert at.desk.hear("ada", given) is outcome
    assert at.soft() == soft
    assert (at.status()[0] is SUPPRESSED) is (outcome is Outcome.HARD)


def test_all_attempts_of_one_morning_count_once(at: Desk) -> None:
    for _ in range(6):
        at.desk.hear("ada", answer(452, "4.2.2"))
        at.clock.move(hours=1)
    assert at.soft() == 1


def test_a_relay_that_refuses_every_first_attempt_never_costs_a_reader(at: Desk) -> None:
    at.sent.add(NOW - DAY)
    for _ in range(30):
        at.sent.add(at.clock.now(), DeliveryStatus.INFLIGHT)
        at.desk.hear("ada", answer(450, "4.2.0"))
        at.sent.rows[-1] = replace(at.sent.rows[-1], status=SENT, updated_at=at.clock.now())
        at.clock.move(days=1)
    assert (at.status(), at.soft()) == ((CONFIRMED, None), 0)


def test_a_relay_that_never_takes_it_costs_the_reader_in_the_end(at: Desk) -> None:
    at.sent.add(NOW - DAY)
    for _ in range(4):
        at.sent.add(at.clock.now(), DeliveryStatus.INFLIGHT)
        at.desk.hear("ada", answer(450, "4.2.0"))
        at.sent.rows[-1] = replace(at.sent.rows[-1], status=MISSED)
        at.clock.move(days=1)
    assert at.status() == (SUPPRESSED, "hard bounce")


PASSING = {
    "the last was sent": ([row(NOW, DeliveryStatus.INFLIGHT), row(NOW - DAY)], True),
    "the last was missed": ([row(NOW, DeliveryStatus.DEFERRED), row(NOW - DAY, MISSED), row(NOW - 2 * DAY)], False),
    "this is the first": ([row(NOW, DeliveryStatus.INFLIGHT)], False),
    "nothing is known": ([], False),
}


@pytest.mark.parametrize(("rows", "passing"), PASSING.values(), ids=PASSING)
def test_a_refusal_for_now_passes_when_the_edition_before_was_taken(rows: list[Delivery], passing: bool) -> None:
    assert is_passing(rows) is passing


def test_a_report_of_a_provider_that_has_our_key_is_believed(at: Desk) -> None:
    report = read_report({"type": "hard", "email": "ADA@readers.example", "status": "5.1.1", "detail": "no\nsuch user"})
    assert at.desk.act(report, at=NOW, is_trusted=True) is Outcome.HARD
    assert at.status() == (SUPPRESSED, "hard bounce")
    assert at.book.kept["ada"].detail == "5.1.1 no such user"


def test_a_report_may_name_the_reader_by_id(at: Desk) -> None:
    report = read_report({"type": "complaint", "subscriber": "ben", "email": None})
    assert at.desk.act(report, at=NOW, is_trusted=True) is Outcome.COMPLAINT
    assert at.status("ben") == (SUPPRESSED, "complaint")


def test_a_report_says_when_it_happened_but_not_that_it_is_to_come(at: Desk) -> None:
    for when in ("2026-11-21T06:40:00Z", "2026-11-23T06:40:00Z"):
        report = read_report({"type": "soft", "subscriber": "ada", "at": when})
        at.desk.act(report, at=NOW, is_trusted=True)
    assert at.book.kept["ada"].last_at == NOW
    assert at.soft() == 2


REPORTS: dict[str, tuple[dict[str, object], Bounce | Complaint]] = {
    "a bare hard bounce": (
        {"type": "hard", "subscriber": "ada"},
        Bounce(whose=Whose(subscriber="ada"), severity=Severity.HARD),
    ),
    "policy outweighs the type": (
        {"type": "hard", "email": "a@b.example", "status": "5.7.1"},
        Bounce(whose=Whose(addresses=("a@b.example",)), severity=Severity.POLICY, status="5.7.1"),
    ),
    "a complaint": (
        {"type": "complaint", "email": "a@b.example", "detail": "abuse", "at": "2026-11-22T07:40:00+01:00"},
        Complaint(whose=Whose(addresses=("a@b.example",)), detail="abuse", at=NOW),
    ),
    "a long story": (
        {"type": "soft", "email": "a@b.example", "detail": "x" * 999},
        Bounce(whose=Whose(addresses=("a@b.example",)), severity=Severity.SOFT, detail="x" * 200),
    ),
}


@pytest.mark.parametrize(("fields", "report"), REPORTS.values(), ids=REPORTS)
def test_a_report_is_read(fields: dict[str, object], report: Bounce | Complaint) -> None:
    assert read_report(fields) == report


GOOD: dict[str, object] = {"type": "hard", "email": "a@b.example"}
WRONG: dict[str, tuple[dict[str, object], str]] = {
    "no type": ({"email": "a@b.example"}, "type must be one of hard, soft, complaint"),
    "another type": (GOOD | {"type": "bounce"}, "type must be one of"),
    "a type that is a number": (GOOD | {"type": 5}, "type must be text"),
    "nobody": ({"type": "hard"}, "one of email and subscriber"),
    "two": (GOOD | {"subscriber": "ada"}, "one of email and subscriber"),
    "an empty address": (GOOD | {"email": " "}, "email must be text"),
    "an endless address": (GOOD | {"email": "a" * 321}, "email must be text"),
    "an address of two lines": (GOOD | {"email": "a@b\n.example"}, "email must be text"),
    "a status of success": (GOOD | {"status": "2.0.0"}, "status must be one of RFC 3463"),
    "a detail that is a list": (GOOD | {"detail": ["no"]}, "detail must be text"),
    "a day": (GOOD | {"at": "2026-11-22"}, "at must be a moment"),
    "no moment": (GOOD | {"at": "yesterday"}, "at must be a moment"),
    "the end of time": (GOOD | {"at": "9999-12-31T23:59:59Z"}, "at must be a moment"),
    "a field nobody knows": (GOOD | {"e-mail": "x"}, "unknown field 'e-mail'"),
}


@pytest.mark.parametrize(("fields", "words"), WRONG.values(), ids=WRONG)
def test_a_report_that_is_wrong_says_where(fields: dict[str, object], words: str) -> None:
    with pytest.raises(BounceError, match=words):
        read_report(fields)


NAIVE = datetime(2026, 11, 22, 7, 0)  # noqa: DTZ001 — as wrong as it is meant to be
VALUES: dict[str, Any] = {
    "a bounce": lambda: Bounce(whose=HERS, severity=Severity.SOFT, at=NAIVE),
    "a complaint": lambda: Complaint(whose=HERS, at=NAIVE),
    "a tally": lambda: replace(ONE, last_at=NAIVE),
}


@pytest.mark.parametrize("make", VALUES.values(), ids=VALUES)
def test_an_instant_without_an_offset_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="offset"):
        make()


def test_instants_of_other_offsets_are_the_same_instants() -> None:
    assert replace(ONE, last_at=NOW.astimezone(UTC)) == ONE
