from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest

from briefing.errors import NothingToSendError, StoreError, TransportError
from briefing.model.article import Published
from briefing.model.delivery import DeliveryStatus, Envelope
from briefing.model.edition import Problem
from briefing.model.source import Collected
from briefing.model.story import told_by
from briefing.model.subscriber import SubscriberStatus
from briefing.ports import Books
from briefing.services.editions import SHELF_LIFE
from briefing.services.segments import segment_of
from tests import make
from tests.fakes import FakeCollector, FakeTransport, FixedClock
from tests.make import NOW
from tests.services.house import (
    CARPET,
    CONFIG,
    FERRY,
    GOSSIP,
    NEWS,
    WIND,
    FakeHouse,
    collected,
    confirmed,
    read,
    with_topics,
)

TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)
OLD = replace(FERRY, published=Published(at=NOW - timedelta(days=9)))
BOTH = ["ada@readers.example", "ben@readers.example"]


def told_yesterday() -> FakeHouse:
    house = FakeHouse()
    house.memory.remember(
        date(2026, 11, 21), "default", told_by([make.story(a) for a in NEWS], edition=date(2026, 11, 21))
    )
    return house


def house_reading(found: Collected) -> FakeHouse:
    return FakeHouse(collector=FakeCollector(found))


REASONS: dict[str, tuple[Callable[[], FakeHouse], str]] = {
    "all sources dead": (
        lambda: house_reading(collected(reports=(read("A", 0, "is down"),))),
        "none of 1 sources could be read",
    ),
    "no article": (lambda: house_reading(collected(reports=(read("A", 0),))), "no article was found"),
    "too old": (lambda: house_reading(collected(OLD)), "none of 1 articles came out"),
    "told before": (told_yesterday, "all 4 stories are muted or were told before"),
    "all muted": (
        lambda: FakeHouse(config=with_topics(GOSSIP), collector=FakeCollector(collected(CARPET))),
        "all 1 stories are muted or were told before",
    ),
}


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("how", ["send_all", "send_due"])
def test_with_nothing_to_send_nobody_is_planned_and_nothing_is_sent(reason: str, how: str) -> None:
    make_house, words = REASONS[reason]
    house = make_house()
    with pytest.raises(NothingToSendError, match=words):
        getattr(house.morning, how)()
    assert house.transport.opened == 0
    assert house.ledger.rows(TODAY) == ()
    assert house.shelf.files == {}


def test_news_that_come_later_are_still_sent_that_morning() -> None:
    house = house_reading(collected(reports=(read("A", 0, "is down"),)))
    with pytest.raises(NothingToSendError):
        house.morning.send_due()
    house.collector.collected = collected(*NEWS)
    house.clock.move(minutes=61)
    house.morning.send_due()
    assert house.transport.recipients == BOTH


def test_one_segment_without_a_story_does_not_keep_the_others_waiting() -> None:
    house = FakeHouse()
    house.store.save_subscriber(confirmed("ada", languages=("it",)))
    (report,) = house.morning.send_all()
    assert house.transport.recipients == ["ben@readers.example"]
    assert {row.subscriber: row.status for row in house.ledger.rows(TODAY)} == {
        "ada": DeliveryStatus.PENDING,
        "ben": DeliveryStatus.SENT,
    }
    (message,) = [problem.message for problem in report.problems]
    assert message.startswith("1 reader of en-")
    assert "wait for news: nothing to send" in message


def test_a_day_is_closed_even_when_there_is_no_news_left() -> None:
    house = FakeHouse()
    house.store.save_subscriber(confirmed("ada", languages=("it",)))
    house.morning.send_due()
    house.collector.collected = collected()
    house.clock.move(hours=7)
    house.morning.send_due()
    assert {row.subscriber: row.status for row in house.ledger.rows(TODAY)} == {
        "ada": DeliveryStatus.MISSED,
        "ben": DeliveryStatus.SENT,
    }


def test_everyone_gets_one_mail() -> None:
    house = FakeHouse()
    (report,) = house.morning.send_all()
    assert (report.edition, report.sent, report.balance.is_balanced, report.problems) == (TODAY, 2, True, ())
    assert house.transport.recipients == BOTH


@pytest.mark.parametrize("how", ["send_all", "send_due"])
def test_a_second_run_on_the_same_day_sends_nothing_new(how: str) -> None:
    house = FakeHouse()
    house.morning.send_all()
    house.clock.move(minutes=90)
    reports = getattr(house.morning, how)()
    assert sum(report.sent for report in reports) == 0
    assert house.transport.recipients == BOTH


def test_who_joins_during_the_day_gets_todays_edition() -> None:
    house = FakeHouse()
    house.morning.send_all()
    house.store.save_subscriber(confirmed("cleo"))
    house.morning.send_all()
    assert house.transport.recipients == [*BOTH, "cleo@readers.example"]


def test_nobody_on_the_list_is_said_and_nothing_is_sent() -> None:
    house = FakeHouse()
    house.store.readers = {}
    (report,) = house.morning.send_all()
    assert (report.sent, report.balance.audience, house.transport.opened) == (0, 0, 0)
    assert "has no readers" in report.problems[0].message


def test_what_was_told_is_remembered_for_the_segments_that_were_served() -> None:
    house = FakeHouse()
    house.store.save_subscriber(confirmed("ada", languages=("fr",)))
    house.store.save_subscriber(confirmed("ben", languages=("it",)))
    house.morning.send_all()
    assert {(day, segment) for day, segment, _ in house.memory.told} == {(TODAY, _segment_of(house, "ada"))}
    assert {article for _, _, article in house.memory.told} == {NEWS[3].id}


def _segment_of(house: FakeHouse, name: str) -> str:
    (key,) = {key for _, reader, key in house.morning.rehearse(everyone=True) if reader.id == name}
    return key


def test_what_was_told_is_remembered_even_when_the_run_fails_after_the_first_mail() -> None:
    class ShortLived(FakeTransport):
        def deliver(self, envelopes: Iterator[Envelope], books: Books) -> None:
            super().deliver(islice(envelopes, 1), books)
            raise StoreError("the disk is full")

    house = FakeHouse(transport=ShortLived())
    with pytest.raises(StoreError, match="the disk is full"):
        house.morning.send_all()
    assert house.memory.told_before(TOMORROW, "default")


def test_whoever_is_served_later_that_day_gets_the_same_edition() -> None:
    house = FakeHouse()
    house.morning.send_all()
    house.collector.collected = collected(OLD)
    house.store.save_subscriber(confirmed("cleo"))
    house.clock.move(hours=3)
    house.morning.send_all()
    first, _, last = (envelope.message for envelope in house.transport.taken)
    assert b"Ferries return" in last
    assert [line for line in first.splitlines() if line.startswith((b"Subject:", b"Date:"))] == [
        line for line in last.splitlines() if line.startswith((b"Subject:", b"Date:"))
    ]
    assert len(house.collector.asked) == 1


def test_an_edition_that_nobody_got_is_made_anew() -> None:
    house = FakeHouse(transport=FakeTransport(closed=TransportError("no way", transient=True)))
    house.morning.send_all()
    house.transport.closed = None
    house.collector.collected = collected(WIND)
    house.clock.move(hours=1, minutes=1)
    house.morning.send_all()
    assert {b"Ferries return" in envelope.message for envelope in house.transport.taken} == {False}


def test_a_copy_counts_as_told_too() -> None:
    text = "The wind farm began at dawn with six of its forty mills, engineers said. " * 6
    copies = [replace(FERRY, id=name, source=name, text=text) for name in ("one", "two")]
    house = house_reading(collected(*copies))
    house.morning.send_all()
    assert {article for _, _, article in house.memory.told} == {"one", "two"}


def test_the_next_morning_does_not_tell_it_again() -> None:
    house = FakeHouse()
    house.morning.send_all()
    house.clock.move(hours=24)
    with pytest.raises(NothingToSendError, match="were told before"):
        house.morning.send_all()
    assert house.transport.recipients == BOTH


def test_building_remembers_nothing_and_plans_nobody() -> None:
    house = FakeHouse()
    house.newsroom.build()
    assert (house.memory.told, house.ledger.rows(TODAY), house.transport.opened) == (set(), (), 0)


def test_a_build_gives_what_it_put_on_the_shelf() -> None:
    house = FakeHouse()
    built = house.newsroom.build()
    assert built.files == house.shelf.files["default"]
    assert str(built.folder) == "out"


def test_an_empty_build_says_why() -> None:
    assert "no article was found" in house_reading(collected()).newsroom.build().nothing_to_send


def test_each_served_segments_files_stand_on_the_shelf_beside_the_default() -> None:
    house = FakeHouse()
    house.store.save_subscriber(confirmed("ada", languages=("fr",)))
    house.morning.send_all()
    assert set(house.shelf.files) == {"default", _segment_of(house, "ada")}


@pytest.mark.parametrize(
    ("later", "readings"),
    [(timedelta(0), 1), (SHELF_LIFE - timedelta(seconds=1), 1), (SHELF_LIFE, 2), (timedelta(hours=-1), 2)],
    ids=["at once", "just before", "an hour later", "clock set back"],
)
def test_sources_are_read_again_only_after_their_shelf_life(later: timedelta, readings: int) -> None:
    house = FakeHouse()
    house.newsroom.build()
    house.clock.moment += later
    house.newsroom.build()
    assert len(house.collector.asked) == readings


def test_a_test_copy_leaves_ledger_and_memory_untouched() -> None:
    house = FakeHouse()
    house.morning.send_test("me@desk.example")
    assert house.transport.recipients == ["me@desk.example"]
    assert (house.ledger.rows(TODAY), house.ledger.unfinished(), house.memory.told) == ((), (), set())


def test_a_test_copy_of_nothing_is_not_sent() -> None:
    house = house_reading(collected())
    with pytest.raises(NothingToSendError):
        house.morning.send_test("me@desk.example")
    assert house.transport.taken == []


@pytest.mark.parametrize("status", [one for one in SubscriberStatus if one is not SubscriberStatus.CONFIRMED])
def test_a_reader_who_is_not_confirmed_gets_no_second_copy(status: SubscriberStatus) -> None:
    house = FakeHouse()
    house.store.save_subscriber(replace(confirmed("ada"), status=status))
    own = FakeTransport()
    for name in ("ada", "nobody"):
        assert house.morning.resend(name, own) == "not sent: the reader is not confirmed"
    assert own.taken == house.transport.taken == []


def test_a_copy_that_is_sent_again_is_of_the_readers_own_day_and_leaves_the_books_alone() -> None:
    house = FakeHouse()
    house.store.save_subscriber(confirmed("ada", timezone="Pacific/Kiritimati"))
    house.clock.moment = datetime(2026, 11, 22, 11, tzinfo=UTC)  # Monday has begun there
    own = FakeTransport()
    assert house.morning.resend("ada", own) == f"the edition of {TOMORROW} was sent again"
    assert own.recipients == ["ada@readers.example"]
    assert (house.transport.taken, house.ledger.unfinished(), house.memory.told) == ([], (), set())


def test_a_copy_that_cannot_be_sent_again_says_why_in_a_line() -> None:
    house = house_reading(collected())
    answer = house.morning.resend("ada", FakeTransport())
    assert answer.startswith("not sent: ")
    assert "\n" not in answer
    assert len(answer) > len("not sent: ")


def test_a_rehearsal_names_who_would_get_what_and_records_nothing() -> None:
    house = FakeHouse()
    house.store.save_subscriber(confirmed("ada", timezone="Pacific/Kiritimati", language="fr"))
    rows = [(day, reader.id, key[:2]) for day, reader, key in house.morning.rehearse(everyone=True)]
    assert rows == [(TODAY, "ada", "fr"), (TODAY, "ben", "de")]
    assert (house.ledger.rows(TODAY), house.transport.opened, house.collector.asked) == ((), 0, [])


def test_only_those_whose_hour_has_come_are_rehearsed() -> None:
    house = FakeHouse(clock=FixedClock(datetime(2026, 11, 22, 5, 30, tzinfo=UTC)))
    house.store.save_subscriber(confirmed("ada", timezone="Europe/Athens"))
    assert [reader.id for _, reader, _ in house.morning.rehearse(everyone=False)] == ["ada"]


def test_a_readers_edition_bears_the_date_of_their_own_day() -> None:
    house = FakeHouse(clock=FixedClock(datetime(2026, 11, 22, 10, 30, tzinfo=UTC)))
    house.store.save_subscriber(confirmed("ada", timezone="Pacific/Kiritimati"))
    assert {report.edition: report.sent for report in house.morning.send_all()} == {TODAY: 1, TOMORROW: 1}
    assert len(house.collector.asked) == 1


def test_who_is_served_at_another_hour_has_a_memory_of_their_own() -> None:
    house = FakeHouse()
    early, late = confirmed("ada", at=time(6, 30)), confirmed("ben", at=time(9, 0))
    house.store.save_subscribers([early, late])
    house.morning.send_all()
    keys = {segment_of(reader, house.config).key for reader in (early, late)}
    assert len(keys) == 2
    assert all(house.memory.told_before(TOMORROW, key) for key in keys)


def test_a_day_without_news_does_not_keep_another_day_waiting() -> None:
    house = FakeHouse(clock=FixedClock(datetime(2026, 11, 22, 10, 30, tzinfo=UTC)))
    house.store.save_subscriber(confirmed("ada", timezone="Pacific/Kiritimati", languages=("it",)))
    assert {report.edition: report.sent for report in house.morning.send_all()} == {TODAY: 1}
    assert house.ledger.rows(TOMORROW) == ()


def test_problems_of_the_reading_can_be_asked_for() -> None:
    trouble = Problem(stage="collect", source="Dead Post", message="did not answer")
    house = house_reading(collected(FERRY, problems=(trouble,)))
    assert list(house.morning.problems) == []
    house.morning.send_all()
    assert list(house.morning.problems) == [trouble]


def test_an_unwritable_shelf_stops_a_build_with_its_reason() -> None:
    class FullShelf:
        def put(self, segment: str, files: object) -> None:
            raise StoreError("the disk is full")

    house = FakeHouse(shelf=FullShelf())  # type: ignore[arg-type]  # as much of a shelf as is needed
    with pytest.raises(StoreError, match="the disk is full"):
        house.newsroom.build()


def test_the_timetable_lives_by_the_briefings_zone() -> None:
    assert FakeHouse().morning.timetable.default_zone == CONFIG.briefing.timezone
