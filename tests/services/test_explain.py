from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from briefing.model.settings import Schedule
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.services.explain import Forecast
from tests.fakes import FixedClock, MemoryLedger, MemorySubscribers
from tests.services.house import confirmed

NOW = datetime(2026, 3, 27, 12, tzinfo=UTC)


def forecast(*readers: Subscriber, now: datetime = NOW, schedule: Schedule | None = None) -> Forecast:
    store = MemorySubscribers()
    store.save_subscribers(readers)
    return Forecast(
        store=store,
        ledger=MemoryLedger(store),
        clock=FixedClock(now),
        schedule=schedule or Schedule(),
        default_zone="Europe/Paris",
    )


def test_runs_are_told_by_the_readers_clock_and_in_utc_across_a_change_of_the_clocks() -> None:
    (prospect,) = forecast(confirmed("ada"), confirmed("ben")).prospects(runs=3)
    assert (prospect.zone, prospect.at, prospect.readers) == ("Europe/Paris", time(7), 2)
    assert [(f"{run.local:%d %H:%M}", f"{run.due_at:%d %H:%M}") for run in prospect.runs] == [
        ("28 07:00", "28 06:00"),
        ("29 07:00", "29 05:00"),
        ("30 07:00", "30 05:00"),
    ]


def test_there_are_fourteen_of_them() -> None:
    (prospect,) = forecast(confirmed("ada", days=(0,))).prospects()
    assert len(prospect.runs) == 14
    assert {run.edition.weekday() for run in prospect.runs} == {0}


@pytest.mark.parametrize(
    ("at", "now", "note"),
    [
        (time(2, 30), NOW, "there is no 02:30 on that day, the clock leaps"),
        (time(2, 30), datetime(2026, 10, 23, 12, tzinfo=UTC), "02:30 comes twice on that day, this is the first"),
        (time(7), NOW, ""),
    ],
    ids=["the gap", "the fold", "an hour like any other"],
)
def test_an_hour_that_is_not_there_or_there_twice_is_said(at: time, now: datetime, note: str) -> None:
    (prospect,) = forecast(confirmed("ada", at=at), now=now).prospects(runs=4)
    assert prospect.runs[1].note == note


def test_who_expects_something_soonest_comes_first_and_who_expects_nothing_last() -> None:
    readers = (
        confirmed("never", days=()),
        confirmed("paris"),
        confirmed("tokyo", timezone="Asia/Tokyo"),
        confirmed("away", paused_until=date(2027, 1, 1)),
    )
    found = forecast(*readers).prospects(runs=1)
    assert [(p.zone, p.remark) for p in found] == [
        ("Asia/Tokyo", ""),
        ("Europe/Paris", ""),
        ("Europe/Paris", "paused until 2027-01-01"),
        ("Europe/Paris", "they want no weekday"),
    ]
    assert found[2].runs[0].edition == date(2027, 1, 1)


def test_an_unknown_zone_is_said() -> None:
    (prospect,) = forecast(confirmed("ada", timezone="Mars/Olympus")).prospects()
    assert prospect.remark == "the time zone 'Mars/Olympus' is not known; Europe/Paris is used instead"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 3, 27, 7, tzinfo=UTC), "edition of 2026-03-27 would go out at once; after Fri 12:00 UTC it is"),
        (NOW, "nothing is open now; the edition of 2026-03-28 may go out late until Sat 12:00 UTC"),
    ],
)
def test_what_an_outage_until_now_would_mean_is_said(now: datetime, words: str) -> None:
    (prospect,) = forecast(confirmed("ada"), now=now).prospects()
    assert words in prospect.after_outage


@pytest.mark.parametrize(
    ("reader", "day", "why"),
    [
        (confirmed("a"), date(2026, 12, 25), "schedule: skip leaves that date out"),
        (confirmed("a", paused_until=date(2026, 4, 2)), date(2026, 4, 1), "paused until 2026-04-02"),
        (confirmed("a", days=(0,)), date(2026, 4, 1), "Wednesday is none of their weekdays"),
        (confirmed("a"), date(2026, 4, 5), "Sunday is none of the weekdays"),
        (confirmed("a", timezone="Pacific/Apia"), date(2011, 12, 30), "there was no 2011-12-30 in Pacific/Apia"),
        (confirmed("a"), date(2026, 4, 1), ""),
    ],
)
def test_a_date_without_an_edition_says_why(reader: Subscriber, day: date, why: str) -> None:
    schedule = Schedule(days=(0, 1, 2, 3, 4), skip=((date(2026, 12, 24), date(2026, 12, 26)),))
    ((prospect, told),) = forecast(reader, schedule=schedule).on(day)
    assert told == why
    assert bool(prospect.runs) == (not why)


def test_who_is_not_written_to_is_counted_by_reason() -> None:
    readers = forecast(confirmed("a"))
    readers.store.save_subscribers(
        [
            Subscriber(id="b", email="b@x.example"),
            Subscriber(id="c", email="c@x.example", status=SubscriberStatus.SUPPRESSED, reason="hard bounce"),
            Subscriber(id="d", email="d@x.example", status=SubscriberStatus.SUPPRESSED, reason="hard bounce"),
        ]
    )
    assert readers.absent() == {"suppressed: hard bounce": 2, "unconfirmed": 1}


def test_one_reader_can_be_asked_for() -> None:
    prospect = forecast().of(confirmed("ada", at=time(6), timezone="Asia/Kathmandu"))
    assert f"{prospect.runs[0].due_at:%H:%M}" == "00:15"
    assert prospect.runs[0].due_at - NOW < timedelta(days=1)
