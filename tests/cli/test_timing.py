from __future__ import annotations

from datetime import date

import pytest

from briefing.engines.clock import SystemClock
from briefing.model.delivery import Delivery, DeliveryStatus
from briefing.store.database import open_database
from briefing.store.ledger import SqlLedger
from briefing.store.looks import SqlLookLog
from briefing.store.subscribers import SqlSubscribers
from tests.cli.conftest import Terminal

pytestmark = pytest.mark.slow

#: A Friday noon, two days before the clocks of Europe leap.
NOW = "2026-03-27T12:00:00Z"


@pytest.fixture
def scheduled(briefing: Terminal) -> Terminal:
    """A briefing with three readers who live by two clocks, and one who left."""
    for words in (
        ["ada@readers.example"],
        ["ben@readers.example"],
        ["mei@readers.example", "--timezone", "Asia/Tokyo"],
    ):
        assert briefing("subscribers", "add", "--confirmed", *words).status == 0
    briefing("subscribers", "add", "--confirmed", "left@readers.example")
    assert briefing("subscribers", "remove", "left@readers.example").status == 0
    with (briefing.folder / "config.yaml").open("a") as config:
        config.write("schedule: {skip: [2026-03-30..2026-03-31]}\n")
    return briefing


def test_the_next_run_of_each_group_is_told_by_their_clock_and_in_utc(scheduled: Terminal) -> None:
    ran = scheduled("schedule", "--now", NOW)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "Asia/Tokyo  07:00  daily  1 reader",
        "  Sat 2026-03-28 07:00  =  Fri 22:00 UTC",
        "Europe/Paris  07:00  daily  2 readers",
        "  Sat 2026-03-28 07:00  =  Sat 06:00 UTC",
        "not written to: 1 reader unsubscribed",
    ]


def test_explained_are_two_weeks_and_what_an_outage_would_mean(scheduled: Terminal) -> None:
    ran = scheduled("schedule", "--explain", "--now", NOW)
    lines = ran.out.splitlines()
    assert (ran.status, len(lines)) == (0, 2 * (1 + 14 + 1) + 1)
    paris = lines[16:]
    assert paris[1:4] == [
        "  Sat 2026-03-28 07:00  =  Sat 06:00 UTC",
        "  Sun 2026-03-29 07:00  =  Sun 05:00 UTC",
        "  Wed 2026-04-01 07:00  =  Wed 05:00 UTC",
    ]
    outage = "the edition of 2026-03-28 may go out late until Sat 12:00 UTC"
    assert paris[15] == f"  after an outage until now: nothing is open now; {outage}"


@pytest.mark.parametrize(
    ("day", "paris"),
    [
        ("2026-03-29", "Sun 2026-03-29 07:00  =  Sun 2026-03-29 05:00 UTC"),
        ("2026-03-30", "none, schedule: skip leaves that date out"),
        ("20260401", "Wed 2026-04-01 07:00  =  Wed 2026-04-01 05:00 UTC"),
    ],
)
def test_one_date_is_explained(scheduled: Terminal, day: str, paris: str) -> None:
    ran = scheduled("schedule", "--explain", day, "--now", NOW)
    assert ran.status == 0
    assert f"Europe/Paris  07:00  2 readers: {paris}" in ran.out.splitlines()


@pytest.mark.parametrize("day", ["tomorrow", "2026-02-30", "25.12.2026", "0001-01-01", "9999-12-31"])
def test_what_is_no_date_is_said_with_an_example(scheduled: Terminal, day: str) -> None:
    ran = scheduled("schedule", "--explain", day)
    assert (ran.status, ran.out) == (2, "")
    assert "DATE" in ran.err
    assert "Traceback" not in ran.err


def test_one_reader_is_explained_with_what_they_were_sent(scheduled: Terminal) -> None:
    engine = open_database(f"sqlite:///{scheduled.folder}/briefing.db")
    mei = SqlSubscribers(engine).find_subscriber("mei@readers.example")
    assert mei is not None
    ledger, day = SqlLedger(engine), date(2026, 3, 26)
    ledger.plan(day, [mei.id], now=SystemClock().now())
    ledger.record([Delivery(edition=day, subscriber=mei.id, status=DeliveryStatus.MISSED, detail="not running")])
    engine.dispose()
    lines = scheduled("schedule", "--reader", "MEI@readers.example", "--now", NOW).out.splitlines()
    assert lines[:3] == [
        "mei@readers.example: confirmed",
        "Asia/Tokyo  07:00  daily  1 reader",
        "  Sat 2026-03-28 07:00  =  Fri 22:00 UTC",
    ]
    assert lines[-1] == "  edition 2026-03-26: missed, not running"


def test_who_left_is_promised_nothing(scheduled: Terminal) -> None:
    ran = scheduled("schedule", "--reader", "left@readers.example", "--now", NOW)
    assert ran.status == 0
    first, second = ran.out.splitlines()
    assert first.startswith("left@readers.example: unsubscribed")
    assert second == "  nothing is due: only confirmed readers are written to"


def test_who_is_not_on_the_list_is_not_found(scheduled: Terminal) -> None:
    ran = scheduled("schedule", "--reader", "nobody@readers.example")
    assert (ran.status, ran.out, ran.err) == (1, "", "nobody@readers.example is not on the list\n")


@pytest.mark.parametrize("words", [[], ["--explain"], ["2026-03-29"]], ids=["plain", "explained", "a date"])
def test_where_nobody_is_confirmed_it_is_said_how_to_add_somebody(briefing: Terminal, words: list[str]) -> None:
    ran = briefing("schedule", *words)
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == "nobody is confirmed; add readers with `briefing subscribers add ADDRESS --confirmed`\n"


def test_a_person_says_that_the_clock_is_right(scheduled: Terminal) -> None:
    before = SystemClock().now()
    ran = scheduled("schedule", "--confirm-clock")
    assert ran.status == 0
    assert ran.out.endswith(" UTC; `briefing serve` goes on at its next look\n")
    engine = open_database(f"sqlite:///{scheduled.folder}/briefing.db")
    noted = SqlLookLog(engine).confirmed_at()
    engine.dispose()
    assert noted is not None
    assert before <= noted <= SystemClock().now()
