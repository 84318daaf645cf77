from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from briefing.errors import DeliveryError
from briefing.model.delivery import Delivery, DeliveryStatus
from briefing.model.settings import Schedule
from briefing.model.subscriber import Subscriber, SubscriberStatus, pause_of
from briefing.services.delivery_rules import declined, withdrawn
from briefing.services.schedule import Timetable
from briefing.store.ledger import SqlLedger
from briefing.store.subscribers import SqlSubscribers
from tests.fakes import FakeTransport, FixedClock, MemoryLedger, MemorySubscribers
from tests.make import NOW
from tests.services.house import FakeHouse, confirmed, mailroom
from tests.services.timetables import sending
from tests.sqlite import new_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from briefing.ports import Ledger, SubscriberStore
    from briefing.services.send import SendReport

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
Status = DeliveryStatus


@dataclass
class Days:
    """A timetable with a mailroom behind it, and a reader who changes their mind."""

    store: SubscriberStore
    ledger: Ledger
    schedule: Schedule = field(default_factory=Schedule)
    zone: str = "Europe/Paris"
    clock: FixedClock = field(default_factory=lambda: FixedClock(datetime(2026, 11, 23, 5, tzinfo=UTC)))
    transport: FakeTransport = field(default_factory=FakeTransport)
    reports: list[SendReport] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.room = mailroom(self.store, self.ledger, self.transport, self.clock)
        self.choose()

    def choose(self, **chosen: Any) -> None:
        """What the reader wants from now on."""
        self.store.save_subscriber(confirmed("a", **chosen))

    def tick(self, moment: str) -> list[date]:
        """Looks at a moment of the reader's zone what is due; gives the editions that went out."""
        self.clock.moment = datetime.fromisoformat(moment)
        before = len(self.transport.taken)
        timetable = self.timetable()
        self.reports += timetable.tick()
        return [date.fromisoformat(mail.message_id[1:11]) for mail in self.transport.taken[before:]]

    def timetable(self) -> Timetable:
        return sending(self.room, schedule=self.schedule, default_zone=self.zone)

    def row(self, edition: date = MONDAY) -> tuple[str, str | None]:
        (row,) = self.ledger.rows(edition)
        return row.status.value, row.detail

    def put_off(self) -> None:
        """The relay wanted the reader's copy of Monday later."""
        self.ledger.plan(MONDAY, ["a"], now=self.clock.now())
        (row,) = self.ledger.rows(MONDAY)
        self.ledger.record([replace(row, status=Status.DEFERRED, attempts=1, detail="451 4.7.1 later")])


@pytest.fixture(params=["memory", "database"])
def days(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Days]:
    if request.param == "memory":
        store = MemorySubscribers()
        yield Days(store, MemoryLedger(store))
        return
    engine = new_sqlite(tmp_path / "briefing.db")
    yield Days(SqlSubscribers(engine), SqlLedger(engine))
    engine.dispose()


def test_nothing_comes_before_the_day_of_the_pause_and_from_then_on_everything(days: Days) -> None:
    days.choose(paused_until=date(2026, 11, 25))
    moments = [f"2026-11-{day}T07:00+01:00" for day in (23, 24, 25, 26)]
    assert [days.tick(moment) for moment in moments] == [[], [], [date(2026, 11, 25)], [date(2026, 11, 26)]]
    assert days.ledger.rows(MONDAY) == ()


def test_a_pause_that_ends_today_is_none(days: Days) -> None:
    days.choose(paused_until=MONDAY)
    assert days.tick("2026-11-23T07:00+01:00") == [MONDAY]


@pytest.mark.parametrize(
    ("zone", "offset"), [("Pacific/Kiritimati", "+14:00"), ("Europe/Paris", "+01:00"), ("Pacific/Pago_Pago", "-11:00")]
)
def test_at_midnight_the_pause_ends_where_the_reader_lives(days: Days, zone: str, offset: str) -> None:
    days.choose(timezone=zone, at=time(0), paused_until=TUESDAY)
    assert days.tick(f"2026-11-23T23:59:59{offset}") == []
    assert days.tick(f"2026-11-24T00:00:00{offset}") == [TUESDAY]


@pytest.mark.parametrize(("until", "sent"), [(TUESDAY, []), (MONDAY, [MONDAY])])
def test_a_pause_made_a_minute_before_midnight_counts_for_the_edition_of_midnight(
    days: Days, until: date, sent: list[date]
) -> None:
    days.tick("2026-11-22T23:58+01:00")
    days.choose(at=time(0), paused_until=until)
    assert days.tick("2026-11-23T00:00+01:00") == sent


@pytest.mark.parametrize(
    ("moment", "sent"), [("2026-11-23T08:00", [MONDAY]), ("2026-11-23T13:00", []), ("2026-11-23T23:59", [])]
)
def test_who_resumes_gets_todays_edition_if_it_is_not_too_late(days: Days, moment: str, sent: list[date]) -> None:
    days.choose(paused_until=date(2026, 12, 1))
    assert days.tick("2026-11-23T07:00+01:00") == []
    days.choose()
    assert days.tick(f"{moment}+01:00") == sent
    assert [report.problems for report in days.reports] == [()] * len(days.reports)


def test_an_edition_that_was_planned_before_the_pause_is_suppressed_and_alarms_nobody(days: Days) -> None:
    days.put_off()
    days.choose(paused_until=date(2026, 12, 1))
    assert days.tick("2026-11-23T07:05+01:00") == []
    assert days.row() == ("suppressed", "paused until 2026-12-01")
    balance = days.ledger.balance(MONDAY)
    assert (balance.is_balanced, balance.counts) == (True, {Status.SUPPRESSED: 1})
    (report,) = days.reports
    assert [problem.message for problem in report.problems] == []
    assert days.ledger.unfinished() == ()
    assert days.tick("2026-11-23T07:06+01:00") == []
    assert days.reports == [report]


def test_who_has_todays_edition_already_keeps_their_row(days: Days) -> None:
    days.tick("2026-11-23T07:00+01:00")
    days.choose(paused_until=date(2026, 12, 1))
    assert days.tick("2026-11-23T07:05+01:00") == []
    assert days.row() == ("sent", None)


def test_a_weekday_that_the_reader_took_back_is_their_word_too(days: Days) -> None:
    days.put_off()
    days.choose(days=(1, 2))
    assert days.tick("2026-11-23T07:05+01:00") == []
    assert days.row() == ("suppressed", "Monday is none of their weekdays any more")


def test_a_date_that_the_operator_leaves_out_after_planning_is_still_missed(days: Days) -> None:
    days.put_off()
    days.choose(days=(0,))
    days.schedule = Schedule(skip=((MONDAY, MONDAY),))
    assert days.tick("2026-11-23T07:05+01:00") == []
    assert days.row()[0] == "missed"


def test_whether_a_copy_on_its_way_arrived_stays_in_doubt_during_a_pause(days: Days) -> None:
    days.ledger.plan(MONDAY, ["a"], now=days.clock.now())
    (row,) = days.ledger.rows(MONDAY)
    old = days.clock.now() - timedelta(hours=1)
    days.ledger.record([replace(row, status=Status.INFLIGHT, owner="dead", updated_at=old)])
    days.choose(paused_until=TUESDAY)
    for minute in (0, 1):
        assert days.tick(f"2026-11-23T07:0{minute}+01:00") == []
    assert days.row()[0] == "uncertain"


def test_who_pauses_after_a_refusal_is_not_tried_again(days: Days) -> None:
    days.transport.script["a@readers.example"] = [DeliveryError("a@readers.example", transient=True)]
    assert days.tick("2026-11-23T07:00+01:00") == []
    assert days.row()[0] == "deferred"
    days.choose(paused_until=TUESDAY)
    assert days.tick("2026-11-23T07:06+01:00") == []
    assert days.row() == ("suppressed", "paused until 2026-11-24")


def test_sending_to_all_leaves_out_who_pauses() -> None:
    house = FakeHouse()
    house.store.save_subscriber(confirmed("ben", paused_until=date(2026, 11, 23)))
    house.store.save_subscriber(confirmed("cleo", paused_until=date(2026, 11, 22)))
    house.ledger.plan(date(2026, 11, 22), ["ben"], now=house.clock.now())
    assert [row[1].id for row in house.morning.rehearse(everyone=True)] == ["ada", "cleo"]
    (report,) = house.morning.send_all()
    assert sorted(house.transport.recipients) == ["ada@readers.example", "cleo@readers.example"]
    assert report.balance.counts == {Status.SENT: 2, Status.SUPPRESSED: 1}
    assert (report.balance.is_balanced, report.problems) == (True, ())


# The rules by themselves


@pytest.mark.parametrize(
    ("until", "today", "pause"),
    [(None, MONDAY, None), (MONDAY, MONDAY, None), (MONDAY, TUESDAY, None), (TUESDAY, MONDAY, TUESDAY)],
)
def test_a_pause_that_is_over_is_none(until: date | None, today: date, pause: date | None) -> None:
    assert pause_of(Subscriber(id="a", email="a@example.org", paused_until=until), today=today) == pause


@pytest.mark.parametrize(
    ("chosen", "is_late", "why"),
    [
        ({}, True, ""),
        ({"paused_until": MONDAY}, True, ""),
        ({"paused_until": TUESDAY}, False, "paused until 2026-11-24"),
        ({"days": (0,)}, True, ""),
        ({"days": (1,)}, True, "Monday is none of their weekdays any more"),
        ({"days": (1,)}, False, ""),
    ],
)
def test_only_what_the_reader_said_declines_an_edition(chosen: dict[str, Any], is_late: bool, why: str) -> None:
    row = Delivery(edition=MONDAY, subscriber="a")
    assert declined(row, confirmed("a", **chosen), is_late=is_late) == why
    assert declined(row, None, is_late=is_late) == ""


@pytest.mark.parametrize(
    ("status", "after"),
    [
        (Status.PENDING, Status.SUPPRESSED),
        (Status.MISSED, Status.SUPPRESSED),
        (Status.INFLIGHT, Status.UNCERTAIN),
        (Status.UNCERTAIN, None),
    ],
)
def test_a_withdrawn_row_is_closed_unless_it_may_have_arrived(status: Status, after: Status | None) -> None:
    row = withdrawn(Delivery(edition=MONDAY, subscriber="a", status=status), "why", now=NOW)
    assert (row and row.status) == after


def test_a_reader_who_is_away_is_not_written_to_when_the_pause_ends(days: Days) -> None:
    days.store.save_subscriber(replace(confirmed("a", paused_until=MONDAY), status=SubscriberStatus.UNSUBSCRIBED))
    assert days.tick("2026-11-23T07:00+01:00") == []
