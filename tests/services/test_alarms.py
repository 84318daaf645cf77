from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from briefing.errors import TransportError
from briefing.model.delivery import Delivery, DeliveryStatus, OnUncertain
from briefing.model.mail_rules import OperatorRule
from briefing.render.templates import load_templates
from briefing.services.alarms import FAILING_FOR, sources_alarm
from tests.fakes import FakeCollector, FakeTransport
from tests.make import NOW
from tests.services.house import CONFIG, NEWS, FakeHouse, collected, read, without_the_link
from tests.services.watch import TODAY, Guard, report

REFUSED = TransportError("refuses our mail: 5.7.26 <post@mail.example> is not signed", code=550, transient=False)
AWAY = TransportError("cannot be reached", transient=True)


def rounds(guard: Guard, minutes: int) -> None:
    """Lets the timer tick and the watchman walk, once a minute."""
    for _ in range(minutes):
        guard.fake.morning.send_due()
        guard.watchman.round()
        guard.fake.clock.move(minutes=1)


def body_of(guard: Guard) -> str:
    return str(guard.mails[-1].get_content())


def test_a_morning_that_went_well_is_no_mail() -> None:
    guard = Guard()
    guard.watchman.start()
    rounds(guard, 60)
    assert guard.mails == []


def test_a_held_edition_is_told_to_the_operator_alone_and_once() -> None:
    guard = Guard(FakeHouse(templates=without_the_link(load_templates())))
    rounds(guard, 5)
    (mail,) = guard.mails
    assert [envelope.recipient for envelope in guard.post.taken] == ["op@post.example"]
    assert (mail["To"], mail["From"]) == ("Op <op@post.example>", "The Post <post@mail.example>")
    assert mail["Subject"] == "The Morning Post: the edition of 2026-11-22 is held"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert "briefing preview" in body_of(guard)
    assert "- the edition for default is held:" in body_of(guard)
    assert guard.fake.transport.taken == []


def test_a_relay_that_refuses_us_is_told_with_its_words_but_without_addresses() -> None:
    guard = Guard(FakeHouse(transport=FakeTransport(closed=REFUSED)))
    rounds(guard, 5)
    assert guard.subjects == ["the relay refuses the edition of 2026-11-22"]
    assert "refuses our mail: 5.7.26 [address] is not signed" in body_of(guard)


def test_a_relay_that_is_away_is_told_when_readers_have_waited_for_too_long() -> None:
    guard = Guard(FakeHouse(transport=FakeTransport(closed=AWAY)))
    rounds(guard, 29)
    assert guard.mails == []
    rounds(guard, 30)
    assert guard.subjects == ["the edition of 2026-11-22 is late"]
    assert "briefing runs 2026-11-22" in body_of(guard)
    assert guard.signals == ["/start", "/fail"]


def test_a_restart_tells_nothing_twice_and_a_new_edition_is_told_anew() -> None:
    first = Guard(FakeHouse(templates=without_the_link(load_templates())))
    rounds(first, 2)
    again = Guard(FakeHouse(templates=without_the_link(load_templates())), log=first.log)
    rounds(again, 2)
    assert (len(first.mails), again.mails) == (1, [])
    again.fake.clock.move(days=1)
    again.fake.collector.collected = collected(*NEWS)
    rounds(again, 2)
    assert again.subjects == ["the edition of 2026-11-23 is held"]


def test_what_the_relay_did_not_take_is_told_later_and_the_relay_is_left_alone_meanwhile() -> None:
    guard = Guard(post=FakeTransport(closed=AWAY))
    guard.desk.hear_report(replace(report(pending=2), paused="refuses our mail"))
    (problem,) = guard.desk.run()
    assert "could not be told that the relay refuses" in problem.message
    assert guard.log.told == {}
    assert guard.desk.run() == ()
    guard.post.closed = None
    guard.fake.clock.move(seconds=59)
    assert (guard.desk.run(), guard.mails) == ((), [])
    guard.fake.clock.move(seconds=1)
    guard.desk.run()
    assert guard.subjects == ["the relay refuses the edition of 2026-11-22"]


def test_a_mail_that_may_have_arrived_is_not_sent_again() -> None:
    unheard = TransportError("closed the connection", transient=True, uncertain=True)
    guard = Guard(post=FakeTransport(script={"op@post.example": [unheard]}))
    guard.desk.hear_report(replace(report(pending=2), paused="refuses our mail"))
    assert (guard.desk.run(), guard.desk.run()) == ((), ())
    assert len(guard.mails) == 1


def test_nobody_is_told_where_the_config_names_nobody() -> None:
    guard = Guard(FakeHouse(templates=without_the_link(load_templates())), config=replace(CONFIG))
    rounds(guard, 2)
    assert (guard.mails, guard.log.told, guard.pinger.heard) == ([], {}, [])


def test_the_outer_watch_alone_will_do() -> None:
    config = replace(CONFIG, operator=OperatorRule(ping="https://hc.example/uuid"))
    guard = Guard(FakeHouse(templates=without_the_link(load_templates())), config=config)
    rounds(guard, 2)
    assert (guard.mails, guard.signals) == ([], ["/start", "/fail"])


# Sources


def test_a_source_is_told_when_it_failed_for_days_and_again_only_after_it_was_read() -> None:
    failing = (read("Dead Post", 0, "did not answer"),)
    guard = Guard(FakeHouse(collector=FakeCollector(collected(*NEWS, reports=failing))))
    since = guard.fake.source_log.since
    since["Dead Post"] = NOW - FAILING_FOR + timedelta(minutes=1)
    rounds(guard, 1)
    assert guard.mails == []
    rounds(guard, 2)
    assert guard.subjects == ["a source cannot be read"]
    assert "- Dead Post, since 2026-11-19" in body_of(guard)
    guard.fake.clock.move(days=1)
    guard.watchman.round()
    assert len(guard.mails) == 1
    since["Dead Post"] = guard.fake.clock.now()
    guard.fake.clock.move(days=4)
    guard.watchman.round()
    assert guard.subjects == ["a source cannot be read"] * 2


def test_sources_are_told_together_and_one_that_follows_the_same_day_waits_for_the_next() -> None:
    guard = Guard()
    since = guard.fake.source_log.since
    since |= {"Dead Post": NOW - timedelta(days=4), "Gone Courier": NOW - timedelta(days=9)}
    guard.watchman.round()
    assert guard.subjects == ["2 sources cannot be read"]
    since["Late Gazette"] = NOW - timedelta(days=5)
    guard.watchman.round()
    assert len(guard.mails) == 1
    guard.fake.clock.move(days=1)
    guard.watchman.round()
    assert guard.subjects[1:] == ["3 sources cannot be read"]


def test_a_hundred_sources_are_a_mail_one_can_read() -> None:
    failing = {f"Post {number:03}": NOW - timedelta(days=9) for number in range(100)}
    alarm = sources_alarm(failing, today=TODAY, now=NOW)
    assert alarm is not None
    assert len(alarm.paragraphs) == 23
    assert alarm.paragraphs[-2] == "- and 80 more"
    assert len(alarm.about) == 100


# After a crash


@pytest.mark.parametrize(
    ("on_uncertain", "fate"), [(OnUncertain.RESEND, "sent again"), (OnUncertain.HOLD, "left alone")]
)
def test_messages_in_doubt_are_told_at_the_start(on_uncertain: OnUncertain, fate: str) -> None:
    guard = Guard(on_uncertain=on_uncertain)
    guard.fake.ledger.plan(TODAY, ["ada", "ben"], now=NOW)
    guard.fake.ledger.record(
        [Delivery(edition=TODAY, subscriber="ada", status=DeliveryStatus.INFLIGHT, updated_at=NOW)]
    )
    guard.watchman.start()
    guard.watchman.round()
    assert guard.subjects == ["1 message is in doubt after a restart"]
    assert fate in body_of(guard)


def test_rows_that_wait_are_in_no_doubt() -> None:
    guard = Guard()
    guard.fake.ledger.plan(TODAY, ["ada", "ben"], now=NOW)
    guard.watchman.start()
    guard.watchman.round()
    assert guard.mails == []


def test_what_a_source_or_server_says_cannot_write_headers() -> None:
    guard = Guard()
    guard.desk.hear_report(replace(report(pending=1), paused="no\r\nBcc: eve@evil.example\r\n\r\nhello"))
    guard.desk.run()
    mail = message_from_bytes(guard.post.taken[0].message, policy=policy.default)
    assert mail["Bcc"] is None
    assert mail.defects == []
    assert "no Bcc: [address] hello" in body_of(guard)
