from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from briefing.errors import DeliveryError
from briefing.model.edition import Problem
from briefing.services.pings import MOST_WAITING, Pings, Signal, address_for
from tests.fakes import FakePinger
from tests.services.watch import TODAY, Guard, report

AWAY = DeliveryError("could not be reached", transient=True)
HELD = Problem(stage="render", message="the edition for default is held: no footer")


@pytest.mark.parametrize(
    ("address", "signal", "expected"),
    [
        ("https://hc-ping.com/uuid", Signal.SUCCESS, "https://hc-ping.com/uuid"),
        ("https://hc-ping.com/uuid", Signal.START, "https://hc-ping.com/uuid/start"),
        ("https://hc-ping.com/uuid/", Signal.FAIL, "https://hc-ping.com/uuid/fail"),
        ("https://watch.example/ping?key=a", Signal.FAIL, "https://watch.example/ping/fail?key=a"),
        ("https://watch.example", Signal.START, "https://watch.example/start"),
    ],
)
def test_a_signal_is_told_behind_the_path(address: str, signal: Signal, expected: str) -> None:
    assert address_for(address, signal) == expected


def test_a_morning_that_went_well_says_start_and_success() -> None:
    guard = Guard()
    guard.fake.morning.send_due()
    assert guard.pings.run() == ()
    assert guard.pinger.heard == [("https://hc.example/uuid/start?rid=1", ""), ("https://hc.example/uuid?rid=1", "")]
    guard.fake.morning.send_due()
    guard.pings.run()
    assert len(guard.pinger.heard) == 2


def hear(guard: Guard, *reports: object) -> list[str]:
    """The signals after these reports on an edition that has begun."""
    for one in reports:
        guard.pings.hear_begin(TODAY)
        guard.pings.hear_report(one)  # type: ignore[arg-type]  # they are reports
        guard.pings.run()
    return guard.signals


def test_an_edition_that_readers_still_wait_for_is_no_success_yet() -> None:
    guard = Guard()
    assert hear(guard, report(sent=5, pending=3)) == ["/start"]
    assert hear(guard, report(sent=3)) == ["/start", ""]


def test_every_zone_that_was_served_is_a_success() -> None:
    assert hear(Guard(), report(sent=5), report(sent=2), report()) == ["/start", "", ""]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (replace(report(pending=2), held=(HELD,)), "the edition for default is held: no footer"),
        (
            replace(report(pending=2), paused="refuses our mail"),
            "the edition of 2026-11-22 is not sent: refuses our mail",
        ),
        (report(sent=1, audience=2), "the books of 2026-11-22 do not balance"),
    ],
)
def test_what_is_wrong_is_told_once_and_its_end_is_a_success(bad: object, reason: str) -> None:
    guard = Guard()
    assert hear(guard, bad, bad, bad, report(sent=2)) == ["/start", "/fail", ""]
    assert guard.pinger.heard[1][1] == reason


def test_a_late_edition_is_told_once_and_names_no_address() -> None:
    guard = Guard()
    for _ in range(3):
        guard.pings.hear_late(TODAY, "550 <ada@readers.example>")
    guard.pings.run()
    assert guard.pinger.heard == [
        ("https://hc.example/uuid/fail?rid=1", "the edition of 2026-11-22 is late: 550 [address]")
    ]


def test_two_things_that_are_wrong_at_once_are_told_once_each() -> None:
    guard = Guard()
    paused = replace(report(pending=2), paused="refuses our mail")
    for _ in range(5):
        hear(guard, paused)
        guard.pings.hear_late(TODAY, "")
        guard.pings.run()
    assert guard.signals == ["/start", "/fail", "/fail"]


def test_an_edition_that_everybody_missed_is_no_success() -> None:
    guard = Guard()
    guard.pings.hear_late(TODAY, "")
    assert hear(guard, report(missed=2)) == ["/fail"]


def test_what_was_not_heard_is_told_in_the_next_round_in_order() -> None:
    guard = Guard()
    guard.pinger.script = [AWAY, AWAY]
    guard.fake.morning.send_due()
    for _ in range(2):
        (problem,) = guard.pings.run()
        assert problem.message == "was not heard, so it is tried again: it could not be reached"
    assert guard.pings.run() == ()
    assert guard.signals == ["/start", ""]


def test_a_watch_that_is_gone_for_good_fills_no_memory() -> None:
    guard = Guard()
    guard.pinger.script = [AWAY] * 100
    for number in range(100):
        guard.pings.hear_late(TODAY + timedelta(days=number), "")
        guard.pings.run()
    guard.pings.run()
    assert len(guard.pinger.heard) == MOST_WAITING
    assert "2027-03-01 is late" in guard.pinger.heard[-1][1]


def test_without_an_address_nothing_is_told() -> None:
    pinger = FakePinger()
    pings = Pings(pinger=pinger)
    pings.hear_begin(TODAY)
    pings.hear_report(report(sent=2))
    assert (pings.run(), pinger.heard) == ((), [])
