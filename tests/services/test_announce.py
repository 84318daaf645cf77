from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from briefing.errors import DeliveryError
from briefing.model.edition import Problem
from briefing.services.announce import ERASED, HELD, KEPT, LEASE, MOST, WAITS, Announcer
from tests.fakes import FakeMessenger, FixedClock, MemoryAnnouncements
from tests.make import NOW
from tests.services.house import confirmed

CRM, LOG = "https://crm.example/hook?token=secret", "https://log.example/hook"


def no(reason: str = "answered 503") -> DeliveryError:
    return DeliveryError(reason, transient=True)


@dataclass
class Wire:
    """An announcer with two webhooks."""

    messenger: FakeMessenger = field(default_factory=FakeMessenger)
    queue: MemoryAnnouncements = field(default_factory=MemoryAnnouncements)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    addresses: tuple[str, ...] = (CRM,)

    @property
    def announcer(self) -> Announcer:
        return Announcer(
            queue=self.queue, messenger=self.messenger, clock=self.clock, addresses=self.addresses, key="key"
        )

    def heard(self, address: str = CRM) -> list[tuple[str, str]]:
        told = [json.loads(body) for to, body, _ in self.messenger.posted if to == address]
        return [(event["event"], event["subscriber"]["id"]) for event in told]


def test_each_webhook_hears_of_every_event_in_order_and_once() -> None:
    wire = Wire(addresses=(CRM, LOG))
    for event in ("subscribed", "confirmed", "changed"):
        wire.announcer.told(event, confirmed("ada"))
    assert (wire.announcer.run().posted, wire.announcer.run().posted) == (6, 0)
    assert wire.heard(CRM) == wire.heard(LOG) == [("subscribed", "ada"), ("confirmed", "ada"), ("changed", "ada")]


def test_without_a_webhook_nothing_is_queued() -> None:
    wire = Wire(addresses=())
    wire.announcer.told("confirmed", confirmed("ada"))
    assert wire.queue.waiting == {}


def test_an_erased_reader_is_named_by_their_id_alone_and_nothing_older_leaves_the_house() -> None:
    wire = Wire()
    for event, reader in (("changed", "ada"), ("changed", "ben"), (ERASED, "ada")):
        wire.announcer.told(event, confirmed(reader))
    wire.announcer.run()
    assert wire.heard() == [("changed", "ben"), (ERASED, "ada")]
    assert json.loads(wire.messenger.posted[1][1])["subscriber"] == {"id": "ada"}


def test_an_erased_readers_events_are_dropped_even_when_the_webhooks_are_gone() -> None:
    wire = Wire()
    wire.announcer.told("changed", confirmed("ada"))
    wire.addresses = ()
    wire.announcer.told(ERASED, confirmed("ada"))
    assert wire.queue.waiting == {}


def test_an_event_that_is_not_taken_is_tried_after_ever_longer_waits_and_then_dropped_with_a_problem() -> None:
    wire = Wire(messenger=FakeMessenger(script={CRM: [no() for _ in range(20)]}))
    wire.announcer.told("changed", confirmed("ada"))
    tried: list[timedelta] = []
    problems: list[Problem] = []
    while wire.queue.waiting:
        before = len(wire.messenger.asked)
        report = wire.announcer.run()
        problems += report.problems
        if len(wire.messenger.asked) > before:
            tried.append(wire.clock.moment - NOW)
        wire.clock.move(seconds=30)
    assert tried == [sum(WAITS[:number], timedelta()) for number in range(len(WAITS) + 1)]
    (problem,) = problems
    assert (problem.source, problem.message) == (
        "webhook crm.example",
        "did not take 1 of our events within a day, so they were dropped: it answered 503",
    )
    assert "secret" not in str(problem)


def test_one_event_that_is_not_taken_does_not_keep_the_others() -> None:
    wire = Wire(messenger=FakeMessenger(script={CRM: [no()]}))
    for reader in ("ada", "ben", "cy"):
        wire.announcer.told("changed", confirmed(reader))
    report = wire.announcer.run()
    assert (report.posted, report.waiting, wire.heard()) == (2, 1, [("changed", "ben"), ("changed", "cy")])


def test_a_webhook_that_is_away_is_asked_twice_a_round_and_the_others_as_ever() -> None:
    wire = Wire(addresses=(CRM, LOG), messenger=FakeMessenger(script={CRM: [no() for _ in range(4)]}))
    for number in range(5):
        wire.announcer.told("changed", confirmed(f"r{number}"))
    report = wire.announcer.run()
    assert (wire.messenger.asked.count(CRM), report.posted, report.waiting) == (2, 5, 5)
    assert {row.retry_at - NOW for row in wire.queue.waiting.values()} == {WAITS[0]}
    wire.clock.moment += WAITS[0]
    wire.announcer.run()
    assert wire.messenger.asked.count(CRM) == 4


def test_what_happens_while_a_webhook_is_away_waits_half_an_hour_at_most() -> None:
    wire = Wire(messenger=FakeMessenger(script={CRM: [no() for _ in range(12)]}))
    wire.announcer.told("changed", confirmed("ada"))
    wire.announcer.told("changed", confirmed("ben"))
    for _ in range(5):
        wire.announcer.run()
        wire.clock.moment = min(row.retry_at for row in wire.queue.waiting.values())
    wire.announcer.told("changed", confirmed("cy"))
    wire.announcer.run()
    youngest = wire.queue.waiting[3]
    assert youngest.retry_at - wire.clock.moment <= HELD


def test_what_is_older_than_a_day_is_not_tried_again() -> None:
    wire = Wire(messenger=FakeMessenger(script={CRM: [no()]}))
    wire.announcer.told("changed", confirmed("ada"))
    wire.clock.moment += KEPT
    report = wire.announcer.run()
    assert (report.waiting, len(report.problems), wire.queue.waiting) == (0, 1, {})


def test_a_webhook_that_the_config_no_longer_names_hears_of_nothing() -> None:
    wire = Wire()
    wire.announcer.told("changed", confirmed("ada"))
    wire.addresses = (LOG,)
    report = wire.announcer.run()
    assert (report.posted, wire.messenger.asked, wire.queue.waiting) == (0, [], {})


def test_two_rounds_at_once_never_post_the_same_event() -> None:
    wire = Wire()
    wire.announcer.told("changed", confirmed("ada"))

    @dataclass
    class Interrupted(FakeMessenger):
        def post(self, address: str, body: bytes, headers: object) -> None:
            other = Announcer(
                queue=wire.queue, messenger=wire.messenger, clock=wire.clock, addresses=wire.addresses, key="key"
            )
            assert other.run().posted == 0
            self.asked.append(address)

    first = Interrupted()
    Announcer(queue=wire.queue, messenger=first, clock=wire.clock, addresses=wire.addresses, key="key").run()
    assert (first.asked, wire.messenger.asked) == ([CRM], [])


def test_a_round_ends_before_its_lease_does() -> None:
    assert timedelta(seconds=10) * MOST < LEASE


@pytest.mark.parametrize("key", ["key", "another"])
def test_the_signature_depends_on_the_key_and_the_whole_body(key: str) -> None:
    wire = Wire()
    announcer = Announcer(
        queue=wire.queue, messenger=wire.messenger, clock=wire.clock, addresses=wire.addresses, key=key
    )
    announcer.told("changed", confirmed("ada"))
    announcer.told("changed", confirmed("ben"))
    announcer.run()
    signatures = [headers["X-Briefing-Signature"] for _, _, headers in wire.messenger.posted]
    assert len(set(signatures)) == 2
    assert [headers["X-Briefing-Delivery"] for _, _, headers in wire.messenger.posted] == ["1", "2"]


def test_the_time_of_an_event_is_when_it_happened() -> None:
    wire = Wire()
    wire.announcer.told("changed", confirmed("ada"))
    wire.clock.move(hours=1)
    wire.announcer.run()
    assert datetime.fromisoformat(json.loads(wire.messenger.posted[0][1])["at"]) == NOW
