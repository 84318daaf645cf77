"""Mornings on which simpler timers sent nothing, or twice: each with the real rule, list and books."""

from __future__ import annotations

import shutil
import zoneinfo
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest

from briefing.model.delivery import DeliveryStatus
from briefing.services import schedule
from briefing.services.slots import due_on
from tests.services.world import World

Make = Callable[[str], World]


@pytest.fixture
def world_at(tmp_path: Path) -> Iterator[Make]:
    """Gives a world without readers in which it is that moment, UTC, and nobody has looked yet."""
    made: list[World] = []

    def make(text: str) -> World:
        world = World(tmp_path, readers=0)
        made.append(world)
        moment = datetime.fromisoformat(text + "+00:00")
        world.true = world.clock.moment = moment
        return world

    yield make
    for world in made:
        world.close()


def statuses(world: World, day: str) -> dict[str, tuple[str, str | None]]:
    return {row.subscriber: (row.status.value, row.detail) for row in world.ledger.rows(date.fromisoformat(day))}


@pytest.mark.parametrize(
    ("zone", "before", "at"),
    [
        ("Europe/Paris", "2027-03-28T04:59:59", "2027-03-28T05:00:00"),
        ("Europe/Paris", "2027-10-31T05:59:59", "2027-10-31T06:00:00"),
        ("America/New_York", "2027-03-14T10:59:59", "2027-03-14T11:00:00"),
        ("America/New_York", "2027-11-07T11:59:59", "2027-11-07T12:00:00"),
    ],
)
def test_seven_stays_seven_on_the_day_the_clocks_change(world_at: Make, zone: str, before: str, at: str) -> None:
    world = world_at(before)
    world.add("ada", timezone=zone)
    assert world.at(before) == []
    assert world.at(at) == [("ada", at[:10])]
    assert [world.at(f"{at[:11]}{hour:02}:30:00") for hour in range(12, 24)] == [[]] * 12


@pytest.mark.parametrize(
    ("zone", "clock", "day", "at"),
    [
        ("America/New_York", time(2, 30), "2027-03-14", "2027-03-14T07:30:00"),
        ("America/New_York", time(1, 30), "2027-11-07", "2027-11-07T05:30:00"),
        ("Australia/Lord_Howe", time(2, 15), "2027-10-03", "2027-10-02T15:45:00"),
    ],
    ids=["02:30 is not there", "01:30 comes twice", "a gap of half an hour: 02:45 instead"],
)
def test_an_hour_in_the_gap_or_the_fold_comes_once(world_at: Make, zone: str, clock: time, day: str, at: str) -> None:
    moment = datetime.fromisoformat(at)
    world = world_at((moment - timedelta(hours=3)).isoformat())
    world.add("ada", timezone=zone, at=clock)
    ticks = [(moment + timedelta(minutes=15 * step)).isoformat() for step in range(-11, 90)]
    assert [(tick, got) for tick in ticks if (got := world.at(tick))] == [(at, [("ada", day)])]


def test_a_date_that_never_was_is_skipped(world_at: Make) -> None:
    world = world_at("2011-12-28T12:00:00")
    world.add("ada", timezone="Pacific/Apia")
    world.live(timedelta(days=4), step=timedelta(minutes=20))
    assert [day for _, day in world.taken] == ["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01"]


def test_each_end_of_the_world_gets_the_edition_of_its_own_date(world_at: Make) -> None:
    world = world_at("2026-11-22T16:59:00")
    world.add("kiritimati", timezone="Pacific/Kiritimati")
    world.add("baker", timezone="Etc/GMT+12")
    world.add("kathmandu", timezone="Asia/Kathmandu")
    assert world.at("2026-11-22T17:00:00") == [("kiritimati", "2026-11-23")]
    assert world.at("2026-11-22T19:00:00") == [("baker", "2026-11-22")]
    assert world.at("2026-11-23T01:14:59") == []
    assert world.at("2026-11-23T01:15:00") == [("kathmandu", "2026-11-23")]


@pytest.mark.parametrize(
    ("start", "sends"),
    [
        ("2026-11-23T05:59:59", False),
        ("2026-11-23T06:00:00", True),
        ("2026-11-23T06:05:00", True),
        ("2026-11-23T11:59:59", True),
        ("2026-11-23T13:00:00", False),
    ],
    ids=["06:59:59", "07:00:00", "07:05", "12:59:59", "14:00"],
)
def test_a_restart_at_any_second_sends_todays_edition_once_while_there_is_time(
    world_at: Make, start: str, sends: bool
) -> None:
    world = world_at("2026-11-22T20:00:00")
    world.add("ada")
    world.at("2026-11-22T20:00:00")
    world.timetable = world.new_timetable()
    assert world.at(start) == ([("ada", "2026-11-23")] if sends else [])
    world.timetable = world.new_timetable()
    world.at("2026-11-23T06:59:00") if start < "2026-11-23T06:59:00" else world.at("2026-11-23T15:00:00")
    assert world.taken.count(("ada", "2026-11-23")) == (start < "2026-11-23T13")


def test_off_for_three_days_means_one_edition_and_the_others_missed_by_name(world_at: Make) -> None:
    world = world_at("2026-11-23T06:00:00")
    world.add("ada")
    assert world.at("2026-11-23T06:00:00") == [("ada", "2026-11-23")]
    world.timetable = world.new_timetable()
    assert world.at("2026-11-26T06:30:00") == [("ada", "2026-11-26")]
    for day in ("2026-11-24", "2026-11-25"):
        ((status, reason),) = statuses(world, day).values()
        assert (status, "not running" in (reason or "")) == ("missed", True)
    assert [line for line in world.told if "missed the edition of 2026-11-24" in line]
    assert world.at("2026-11-26T06:30:20") == []


@pytest.mark.slow
@pytest.mark.parametrize("hours", [-2, -24])
def test_a_clock_set_back_sends_nothing_again(world_at: Make, hours: int) -> None:
    world = world_at("2026-11-23T06:10:00")
    world.add("ada")
    assert world.at("2026-11-23T06:10:00") == [("ada", "2026-11-23")]
    world.set_clock(wrong=timedelta(hours=hours))
    world.live(timedelta(hours=30))
    world.put_clock_right(by_hand=True)
    world.live(timedelta(hours=20))
    world.check_nobody_got_two()
    assert set(dict.fromkeys(world.taken)) == {("ada", "2026-11-23"), ("ada", "2026-11-25")}
    assert statuses(world, "2026-11-24")["ada"][0] == "missed"


def test_a_clock_a_day_ahead_sends_nothing_of_tomorrow(world_at: Make) -> None:
    world = world_at("2026-11-23T05:00:00")
    world.add("ada")
    world.at("2026-11-23T05:00:00")
    world.set_clock(wrong=timedelta(days=1))
    world.live(timedelta(hours=3))
    assert world.taken == []
    world.put_clock_right(by_hand=False)
    world.live(timedelta(minutes=10))
    assert world.taken == [("ada", "2026-11-23")]


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_a_reader_who_moves_after_breakfast_gets_each_date_once(world_at: Make, zone: str) -> None:
    world = world_at("2026-11-23T06:00:00")
    world.add("ada")
    assert world.at("2026-11-23T06:00:00") == [("ada", "2026-11-23")]
    world.at("2026-11-23T07:00:00")
    world.add("ada", timezone=zone)
    world.live(timedelta(days=3))
    world.check_nobody_got_two()
    assert {day for _, day in world.taken} >= {"2026-11-23", "2026-11-25"}


def test_who_subscribes_at_ten_past_seven_gets_todays_edition(world_at: Make) -> None:
    world = world_at("2026-11-23T06:00:00")
    world.add("ada")
    world.at("2026-11-23T06:00:00")
    world.add("ben")
    assert world.at("2026-11-23T06:10:00") == [("ben", "2026-11-23")]


@pytest.mark.slow
def test_of_two_programs_that_wake_at_the_same_second_each_reader_hears_once(world_at: Make) -> None:
    for number in range(12):
        world = world_at("2026-11-23T05:00:00")
        day = f"2026-12-{number + 1:02}"
        for name in range(40):
            world.add(f"reader{name}")
        world.clock.moment = world.true = datetime.fromisoformat(f"{day}T06:00:00+00:00")
        programs = [world.new_timetable() for _ in range(2)]
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lambda program: program.tick(), programs))
        assert sorted(world.taken) == sorted((f"reader{name}", day) for name in range(40))
        assert world.ledger.balance(date.fromisoformat(day)).is_balanced


@pytest.fixture
def other_rules(tmp_path: Path) -> Iterator[Callable[[str, str], None]]:
    """Makes a zone follow another one's rules, as an update of the machine's zone data does."""
    old = zoneinfo.TZPATH

    def follow(zone: str, other: str) -> None:
        source = next(Path(folder) / other for folder in old if (Path(folder) / other).is_file())
        target = tmp_path / "zones" / zone
        target.parent.mkdir(parents=True)
        shutil.copy(source, target)
        zoneinfo.reset_tzpath([str(tmp_path / "zones"), *old])
        _forget_zones()

    yield follow
    zoneinfo.reset_tzpath(old)
    _forget_zones()


def _forget_zones() -> None:
    ZoneInfo.clear_cache()
    schedule._closes_at.cache_clear()


def test_new_rules_between_planning_and_sending_double_and_lose_nothing(
    world_at: Make, other_rules: Callable[[str, str], None]
) -> None:
    world = world_at("2026-11-23T04:00:00")
    world.add("ada", timezone="Europe/Kyiv")
    world.relay.down = True
    assert world.at("2026-11-23T05:00:00") == []
    assert statuses(world, "2026-11-23")["ada"][0] == "pending"
    other_rules("Europe/Kyiv", "Europe/Lisbon")
    world.relay.down = False
    world.timetable = world.new_timetable()
    world.live(timedelta(hours=30))
    assert world.taken == [("ada", "2026-11-23"), ("ada", "2026-11-24")]


def test_an_unknown_zone_means_the_briefings(world_at: Make) -> None:
    world = world_at("2026-11-23T05:59:00")
    world.add("ada", timezone="Mars/Olympus")
    assert world.at("2026-11-23T05:59:00") == []
    assert world.at("2026-11-23T06:00:00") == [("ada", "2026-11-23")]


def test_an_edition_that_takes_ninety_minutes_skips_nobody(world_at: Make) -> None:
    world = world_at("2026-11-23T05:00:00")
    world.making = timedelta(minutes=90)
    for name, zone in (("kyiv", "Europe/Kyiv"), ("paris", "Europe/Paris"), ("lisbon", "Europe/Lisbon")):
        world.add(name, timezone=zone)
    world.live(timedelta(days=2))
    expected = {(name, day) for name in ("kyiv", "paris", "lisbon") for day in ("2026-11-23", "2026-11-24")}
    assert set(world.taken) >= expected
    world.check_nobody_got_two()


def test_the_leap_day_is_a_day(world_at: Make) -> None:
    world = world_at("2028-02-28T12:00:00")
    world.add("ada")
    world.live(timedelta(days=3))
    assert [day for _, day in world.taken] == ["2028-02-29", "2028-03-01", "2028-03-02"]


def test_a_pause_ends_with_its_date_in_the_readers_own_zone(world_at: Make) -> None:
    world = world_at("2026-11-22T12:00:00")
    world.add("ada", timezone="Asia/Tokyo", at=time(0), paused_until=date(2026, 11, 25))
    world.live(timedelta(days=4))
    assert [day for _, day in world.taken] == ["2026-11-25", "2026-11-26"]
    assert statuses(world, "2026-11-24") == {}


def test_a_laptop_that_slept_through_breakfast_sends_when_it_wakes(world_at: Make) -> None:
    world = world_at("2026-11-23T05:00:00")
    world.add("ada")
    world.at("2026-11-23T05:00:00")
    assert world.at("2026-11-23T10:00:00") == [("ada", "2026-11-23")]


def test_a_virtual_machine_that_was_frozen_sends_once_its_clock_is_synchronised(world_at: Make) -> None:
    world = world_at("2026-11-23T05:00:00")
    world.add("ada")
    world.at("2026-11-23T05:00:00")
    world.clock.leap(hours=5)  # its stopwatch stood still as well
    assert world.at("2026-11-23T05:00:20") == []
    world.clock.synchronised = True
    world.restart()
    assert world.taken == [("ada", "2026-11-23")]


def test_no_news_all_morning_is_written_down_as_the_reason(world_at: Make) -> None:
    world = world_at("2026-11-23T05:00:00")
    world.add("ada")
    world.has_news = False
    world.live(timedelta(hours=9))
    assert statuses(world, "2026-11-23") == {"ada": (DeliveryStatus.MISSED.value, "nothing to send: all quiet")}


def test_who_joined_after_the_window_missed_nothing(world_at: Make) -> None:
    world = world_at("2026-11-23T05:00:00")
    world.add("ada")
    world.at("2026-11-23T05:00:00")
    world.clock.moment = world.true = datetime.fromisoformat("2026-11-23T13:00:00+00:00")
    world.add("ben")
    world.at("2026-11-23T13:00:20")
    assert set(statuses(world, "2026-11-23")) == {"ada"}


@pytest.mark.slow
@pytest.mark.parametrize("at", [time(7), time(2, 30), time(0)], ids=str)
def test_in_every_zone_each_day_of_four_years_has_exactly_one_slot(at: time) -> None:
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(1461)]
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        last = None
        for day in days:
            due = due_on(day, at, zone)
            if due is None:
                assert not any(
                    (datetime.combine(day, time(hour), zone)).astimezone(zone).date() == day for hour in range(24)
                ), (name, day)
                continue
            local = due.astimezone(zone)
            assert local.date() == day, (name, day)
            assert local.time() == at or _leaps(day, zone), (name, day, local)
            assert last is None or due > last, (name, day)
            last = due


def _leaps(day: date, zone: ZoneInfo) -> bool:
    midnight = datetime.combine(day, time(0), zone)
    return (
        midnight.utcoffset() != (midnight + timedelta(days=1)).utcoffset()
        or midnight.utcoffset() != (midnight - timedelta(days=1)).utcoffset()
    )
