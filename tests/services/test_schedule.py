from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from threading import Event
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.errors import StoreError
from briefing.model.delivery import Delivery, DeliveryStatus
from briefing.model.settings import Schedule
from briefing.model.subscriber import Crowd, Subscriber, SubscriberStatus
from briefing.services.schedule import Timetable, keep_ticking
from briefing.services.send import SendReport
from briefing.services.slots import due_on, due_slot, find_zone, slot_on, zone_problems
from tests.fakes import FakeTransport, FixedClock, MemoryLedger, MemorySubscribers
from tests.services.house import mailroom
from tests.services.timetables import sending

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEDULE = Schedule()
MONDAY = date(2026, 11, 23)


def reader(
    name: str = "a", zone: str | None = None, at: str | None = None, days: tuple[int, ...] | None = None
) -> Subscriber:
    return Subscriber(
        id=name,
        email=f"{name}@example.org",
        status=SubscriberStatus.CONFIRMED,
        timezone=zone,
        at=time.fromisoformat(at) if at else None,
        days=days,
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "due"),
    [
        ("Europe/Paris", "2026-03-28", "07:00", "2026-03-28T06:00"),
        ("Europe/Paris", "2026-03-29", "07:00", "2026-03-29T05:00"),
        ("Europe/Paris", "2026-10-24", "07:00", "2026-10-24T05:00"),
        ("Europe/Paris", "2026-10-25", "07:00", "2026-10-25T06:00"),
        ("America/New_York", "2026-03-08", "07:00", "2026-03-08T11:00"),
        ("America/New_York", "2026-11-01", "07:00", "2026-11-01T12:00"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:30"),  # never shown: 03:30 summer time
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),  # shown twice: the first
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:45"),  # a leap of 30 minutes: 02:45
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),
        ("Asia/Kathmandu", "2026-11-23", "07:00", "2026-11-23T01:15"),
        ("Pacific/Kiritimati", "2026-11-23", "07:00", "2026-11-22T17:00"),
        ("Etc/GMT+12", "2026-11-23", "07:00", "2026-11-23T19:00"),
        ("Pacific/Apia", "2011-12-29", "07:00", "2011-12-29T17:00"),
        ("Pacific/Apia", "2011-12-31", "07:00", "2011-12-30T17:00"),
        ("America/Nuuk", "2026-03-28", "23:30", "2026-03-29T00:30"),  # leaps to midnight: 22:30, not tomorrow
        ("Asia/Beirut", "2026-03-29", "00:30", "2026-03-28T22:30"),  # leaps from midnight: 01:30
        ("Europe/Paris", "2028-02-29", "07:00", "2028-02-29T06:00"),
    ],
)
def test_a_slot_is_due_when_the_readers_clock_shows_the_time(zone: str, day: str, at: str, due: str) -> None:
    assert due_on(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone)) == utc(due)


@pytest.mark.parametrize("at", ["00:00", "07:00", "23:59"])
def test_a_day_that_never_was_has_no_slot(at: str) -> None:
    assert due_on(date(2011, 12, 30), time.fromisoformat(at), ZoneInfo("Pacific/Apia")) is None


def test_two_readers_far_apart_get_the_edition_of_their_own_date_at_the_same_instant() -> None:
    now = utc("2026-11-22T18:00")
    east = due_slot(reader(zone="Pacific/Kiritimati"), SCHEDULE, "UTC", now)
    west = due_slot(reader(zone="Etc/GMT+11"), SCHEDULE, "UTC", now)
    assert east is not None
    assert west is not None
    assert (east.edition, west.edition) == (date(2026, 11, 23), date(2026, 11, 22))


@pytest.mark.parametrize(
    ("now", "is_due"),
    [
        ("06:59:59.999999", False),
        ("07:00:00", True),
        ("07:05:00", True),
        ("12:59:59.999999", True),
        ("13:00:00", False),
        ("14:00:00", False),
    ],
)
def test_a_slot_is_open_from_its_time_until_the_late_window_closes(now: str, is_due: bool) -> None:
    slot = due_slot(reader(), SCHEDULE, "UTC", utc(f"2026-11-23T{now}"))
    assert (slot is not None) == is_due
    if slot is not None:
        assert (slot.edition, slot.due_at, slot.closes_at) == (
            MONDAY,
            utc("2026-11-23T07:00"),
            utc("2026-11-23T13:00"),
        )


def test_a_window_past_midnight_still_belongs_to_yesterdays_edition() -> None:
    slot = due_slot(reader(at="22:00"), SCHEDULE, "UTC", utc("2026-11-24T03:59"))
    assert slot is not None
    assert slot.edition == MONDAY
    assert due_slot(reader(at="22:00"), SCHEDULE, "UTC", utc("2026-11-24T04:00")) is None


def test_who_was_off_for_three_days_gets_one_edition_however_long_the_window() -> None:
    patient = replace(SCHEDULE, late_window=timedelta(days=3))
    slot = due_slot(reader(), patient, "UTC", utc("2026-11-26T06:00"))
    assert slot is not None
    assert slot.edition == date(2026, 11, 25)


def test_a_window_of_days_reaches_back_over_days_without_mail() -> None:
    patient = replace(SCHEDULE, late_window=timedelta(days=3), days=(0,))
    slot = due_slot(reader(), patient, "UTC", utc("2026-11-26T06:59"))
    assert slot is not None
    assert slot.edition == MONDAY


@pytest.mark.parametrize(
    ("of_reader", "of_schedule", "is_due"),
    [((0,), (5, 6), True), ((5, 6), (0,), False), (None, (0,), True), (None, (5, 6), False), ((), (0,), False)],
)
def test_the_readers_days_come_before_the_schedules(
    of_reader: tuple[int, ...] | None, of_schedule: tuple[int, ...], is_due: bool
) -> None:
    slot = slot_on(MONDAY, reader(days=of_reader), replace(SCHEDULE, days=of_schedule), "UTC")
    assert (slot is not None) == is_due


def test_who_wants_no_day_is_never_due() -> None:
    assert due_slot(reader(days=()), SCHEDULE, "UTC", utc("2026-11-23T07:00")) is None


def test_the_readers_hour_and_zone_come_before_the_schedules() -> None:
    slot = slot_on(MONDAY, reader(zone="Asia/Kathmandu", at="06:15"), SCHEDULE, "Europe/Paris")
    assert slot is not None
    assert slot.due_at == utc("2026-11-23T00:30")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe", "../etc/passwd", "/etc/passwd", "", "a" * 300])
def test_an_unknown_zone_means_the_briefings_and_is_said(zone: str) -> None:
    slot = slot_on(MONDAY, reader(zone=zone), SCHEDULE, "Europe/Paris")
    assert slot is not None
    assert slot.due_at == utc("2026-11-23T06:00")
    problems = zone_problems([reader(zone=zone), reader(), reader(zone="Asia/Tokyo")], "Europe/Paris")
    assert len(problems) == (1 if zone else 0)
    assert all("Europe/Paris is used instead" in problem.message for problem in problems)
    assert find_zone(zone) is None


ZONES = sorted(available_timezones() - {"localtime", "Factory"})


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    year=st.integers(1975, 2036),
    at=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
)
def test_over_a_year_each_local_day_has_exactly_one_slot_that_shows_its_date(zone: str, year: int, at: time) -> None:
    place = ZoneInfo(zone)
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
    due = {day: due_on(day, at, place) for day in days}
    for day, instant in due.items():
        if instant is not None:
            assert instant.astimezone(place).date() == day
        else:
            assert not _exists(day, place)
    instants = [instant for instant in due.values() if instant is not None]
    assert instants == sorted(set(instants))


def _exists(day: date, zone: ZoneInfo) -> bool:
    """True when a clock in the zone shows that date at any minute."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=30)
    return any((start + timedelta(minutes=15 * step)).astimezone(zone).date() == day for step in range(84 * 4))


@settings(max_examples=25, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    start=st.dates(date(2000, 1, 1), date(2035, 1, 1)),
    at=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    step=st.integers(7, 353),
)
def test_however_the_timer_ticks_each_local_day_comes_up_once(zone: str, start: date, at: time, step: int) -> None:
    """Ticks closer together than the late window see every date of three weeks, and each under one due time only."""
    place, subscriber = ZoneInfo(zone), replace(reader(zone=zone), at=at)
    now = datetime.combine(start, time(12), tzinfo=UTC)
    seen: dict[date, set[datetime]] = {}
    for _ in range(21 * 24 * 60 // step):
        slot = due_slot(subscriber, SCHEDULE, "UTC", now)
        if slot is not None:
            seen.setdefault(slot.edition, set()).add(slot.due_at)
        now += timedelta(minutes=step)
    assert all(len(due) == 1 for due in seen.values())
    first, last = min(seen), max(seen)
    expected = {first + timedelta(days=number) for number in range((last - first).days + 1)}
    assert set(seen) == {day for day in expected if _exists(day, place)}


# The timetable


@dataclass
class Day:
    """A timetable with a real mailroom behind it."""

    readers: tuple[Subscriber, ...] = (reader("a"),)
    clock: FixedClock = field(default_factory=lambda: FixedClock(utc("2026-11-23T06:59:59")))
    transport: FakeTransport = field(default_factory=FakeTransport)
    store: MemorySubscribers = field(default_factory=MemorySubscribers)
    sends: list[date] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store.save_subscribers(self.readers)
        self.ledger = MemoryLedger(self.store)

    def timetable(self) -> Timetable:
        room = mailroom(self.store, self.ledger, self.transport, self.clock)

        def send(edition: date, crowds: tuple[Crowd, ...]) -> SendReport:
            self.sends.append(edition)
            return timetable.send(edition, crowds)

        timetable = sending(room)
        return replace(timetable, send=send)

    def tick_at(self, text: str) -> list[str]:
        """Whom a program that started this very moment writes to."""
        self.clock.moment = utc(text)
        before = len(self.transport.taken)
        self.timetable().tick()
        return self.transport.recipients[before:]


def test_the_mail_goes_out_at_seven_and_once() -> None:
    day = Day()
    assert day.tick_at("2026-11-23T06:59:59") == []
    assert day.tick_at("2026-11-23T07:00:00") == ["a@example.org"]
    assert day.tick_at("2026-11-23T07:00:20") == []
    assert day.tick_at("2026-11-24T07:00:00") == ["a@example.org"]
    assert day.sends == [MONDAY, date(2026, 11, 24)]


def test_after_a_restart_at_five_past_seven_todays_edition_still_goes_out_once() -> None:
    day = Day()
    assert day.tick_at("2026-11-23T07:05:00") == ["a@example.org"]
    assert day.tick_at("2026-11-23T07:06:00") == []


def test_after_a_restart_in_the_afternoon_nothing_late_goes_out() -> None:
    assert Day().tick_at("2026-11-23T14:00:00") == []


def test_off_for_three_days_means_one_edition() -> None:
    day = Day()
    assert day.tick_at("2026-11-23T07:00") == ["a@example.org"]
    assert day.tick_at("2026-11-26T07:30") == ["a@example.org"]
    assert day.sends == [MONDAY, date(2026, 11, 26)]


@pytest.mark.parametrize("back", ["2026-11-23T05:10", "2026-11-22T07:10"])
def test_a_clock_set_back_sends_nothing_again(back: str) -> None:
    day = Day()
    day.tick_at("2026-11-22T07:00")
    assert day.tick_at("2026-11-23T07:10") == ["a@example.org"]
    assert day.tick_at(back) == []
    assert day.tick_at("2026-11-23T07:20") == []


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_a_reader_who_moves_at_eight_gets_no_second_copy_of_the_date(zone: str) -> None:
    day = Day()
    assert day.tick_at("2026-11-23T07:00") == ["a@example.org"]
    day.store.save_subscriber(reader("a", zone=zone))
    copies: Counter[date] = Counter()
    moment = utc("2026-11-23T08:00")
    while moment < utc("2026-11-26T08:00"):
        if day.tick_at(moment.replace(tzinfo=None).isoformat()):
            copies[day.sends[-1]] += 1
        moment += timedelta(minutes=30)
    assert all(count == 1 for count in copies.values())
    assert MONDAY not in copies
    assert date(2026, 11, 25) in copies


def test_who_subscribes_at_ten_past_seven_gets_todays_edition() -> None:
    day = Day()
    day.tick_at("2026-11-23T07:00")
    day.store.save_subscriber(reader("b"))
    assert day.tick_at("2026-11-23T07:10") == ["b@example.org"]


def test_nobody_who_did_not_confirm_is_due() -> None:
    day = Day((replace(reader("a"), status=SubscriberStatus.UNCONFIRMED),))
    assert day.tick_at("2026-11-23T07:00") == []
    assert day.sends == []


def test_readers_of_two_dates_are_due_at_once_and_each_gets_their_own() -> None:
    day = Day((reader("a", zone="Pacific/Kiritimati"), reader("b", zone="Etc/GMT+11"), reader("c", zone="Etc/GMT+11")))
    assert day.tick_at("2026-11-22T18:00") == ["b@example.org", "c@example.org", "a@example.org"]
    assert day.sends == [date(2026, 11, 22), MONDAY]


def test_a_row_of_yesterday_that_never_went_out_is_closed_today() -> None:
    day = Day()
    day.ledger.plan(MONDAY, ["a"], now=utc("2026-11-23T07:00"))
    assert day.tick_at("2026-11-23T14:00") == []
    assert [row.status for row in day.ledger.rows(MONDAY)] == [DeliveryStatus.MISSED]
    day.tick_at("2026-11-23T14:00:20")
    assert day.sends == [MONDAY]


def test_a_row_put_off_wakes_the_timetable_when_it_is_ripe_and_not_before() -> None:
    day = Day()
    day.ledger.plan(MONDAY, ["a"], now=utc("2026-11-23T07:00"))
    deferred = Delivery(
        edition=MONDAY, subscriber="a", status=DeliveryStatus.DEFERRED, retry_at=utc("2026-11-23T07:05")
    )
    day.ledger.record([deferred])
    assert (day.tick_at("2026-11-23T07:04:59"), day.sends) == ([], [])
    assert day.tick_at("2026-11-23T07:05:00") == ["a@example.org"]


class Afternoon:
    """A program that runs on: a missed the edition, b got it at one, and many looks since then found nothing to do."""

    def __init__(self) -> None:
        self.day = Day((reader("a"), reader("b", at="13:00")))
        self.day.ledger.plan(MONDAY, ["a"], now=utc("2026-11-23T07:00"))
        self.timetable = self.day.timetable()
        assert self.tick_at("13:00") == ["b@example.org"]
        assert [self.tick_at(hour) for hour in ("13:01", "13:20", "13:40")] == [[], [], []]
        self.a, self.b = self.day.ledger.rows(MONDAY)
        assert (self.a.status, self.b.status, self.day.sends) == (DeliveryStatus.MISSED, DeliveryStatus.SENT, [MONDAY])

    def tick_at(self, hour: str) -> list[str]:
        self.day.clock.moment = utc(f"2026-11-23T{hour}")
        before = len(self.day.transport.taken)
        self.timetable.tick()
        return self.day.transport.recipients[before:]


def test_who_missed_an_edition_and_chooses_a_later_hour_gets_it_however_often_it_was_looked_at() -> None:
    afternoon = Afternoon()
    afternoon.day.store.save_subscriber(reader("a", at="09:00"))
    assert afternoon.tick_at("13:41") == ["a@example.org"]


@pytest.mark.parametrize("retry_at", [None, "13:50"])
def test_what_is_in_doubt_is_sent_again_when_it_is_time_however_often_it_was_looked_at(retry_at: str | None) -> None:
    afternoon = Afternoon()
    until = utc(f"2026-11-23T{retry_at}") if retry_at else None
    doubt = replace(afternoon.b, status=DeliveryStatus.UNCERTAIN, updated_at=utc("2026-11-23T13:40"), retry_at=until)
    afternoon.day.ledger.record([doubt])
    if until:
        assert [afternoon.tick_at(hour) for hour in ("13:41", "13:49:59")] == [[], []]
    assert afternoon.tick_at("13:50") == ["b@example.org"]


def test_of_what_is_over_all_is_looked_at_again_when_the_clock_was_set_back() -> None:
    afternoon = Afternoon()
    assert afternoon.tick_at("12:59") == ["a@example.org"]


def test_a_reader_who_dropped_that_weekday_has_no_closing_time_for_it() -> None:
    timetable = Day().timetable()
    assert timetable.closes_at(MONDAY, reader(days=(1,))) is None
    assert timetable.closes_at(MONDAY, reader()) == utc("2026-11-23T13:00")


# The timer


class Watch(Event):
    """A stop event that moves the machine's clock on instead of waiting, and sets itself after so many waits."""

    def __init__(self, traveller: time_machine.Traveller, *, waits: int) -> None:
        super().__init__()
        self.traveller, self.waits = traveller, waits
        self.asked: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.asked.append(timeout or 0)
        self.traveller.shift(timeout or 0)
        return self.is_set() or len(self.asked) > self.waits


@pytest.fixture
def traveller() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(utc("2026-11-23T07:00"), tick=False) as traveller:
        yield traveller


def test_the_timer_ticks_at_once_and_then_every_twenty_seconds(traveller: time_machine.Traveller) -> None:
    ticks: list[int] = []
    stop = Watch(traveller, waits=3)
    keep_ticking(lambda: ticks.append(1), stop)
    assert (len(ticks), stop.asked) == (4, [20, 20, 20, 20])


def test_a_timer_stopped_during_a_tick_does_not_tick_again(traveller: time_machine.Traveller) -> None:
    ticks: list[int] = []
    stop = Watch(traveller, waits=3)

    def tick() -> None:
        ticks.append(1)
        stop.set()

    keep_ticking(tick, stop)
    assert len(ticks) == 1


def test_a_tick_that_fails_is_logged_and_followed_by_the_next(
    traveller: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    ticks: list[int] = []

    def tick() -> None:
        ticks.append(1)
        raise StoreError("disk is full")

    with caplog.at_level(logging.WARNING):
        keep_ticking(tick, Watch(traveller, waits=1))
    assert len(ticks) == 2
    assert [record.__dict__["reason"] for record in caplog.records] == ["disk is full"] * 2


def test_a_mistake_of_our_own_ends_the_loop(traveller: time_machine.Traveller) -> None:
    def tick() -> None:
        raise KeyError("no such reader")

    with pytest.raises(KeyError):
        keep_ticking(tick, Watch(traveller, waits=1))


def test_a_clock_set_back_does_not_put_the_timer_to_sleep(traveller: time_machine.Traveller) -> None:
    ticks: list[int] = []

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 1:
            stop.set_back = True

    class SetBack(Watch):
        set_back = False

        def wait(self, timeout: float | None = None) -> bool:
            if self.set_back:
                self.traveller.shift(-7200)
                self.set_back = False
            return super().wait(timeout)

    stop = SetBack(traveller, waits=2)
    keep_ticking(tick, stop)
    assert (len(ticks), stop.asked) == (3, [20, 20, 20])
