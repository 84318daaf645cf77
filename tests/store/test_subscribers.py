from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from briefing.errors import StoreError
from briefing.model.letter import Tally
from briefing.model.subscriber import Habit, Subscriber, SubscriberStatus
from briefing.store.bounces import SqlBounces
from briefing.store.ledger import SqlLedger
from briefing.store.subscribers import SqlSubscribers
from tests.fakes import MemorySubscribers

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.ports import SubscriberStore

ROSA = Subscriber(
    id="z1",
    email="Rosa@example.org",
    name="Rosa Ölmez 🦜",
    status=SubscriberStatus.CONFIRMED,
    language="de",
    languages=("de", "fr"),
    timezone="Europe/Vienna",
    topics=("Rivers", "Chess; mostly"),
    sections=("europe", "other"),
    at=time(6, 30),
    days=(0, 4),
    created_at=datetime(2026, 11, 1, 9, 0, 0, 125, tzinfo=UTC),
)
ABEL = Subscriber(id="a2", email="abel@example.org")
ASKED = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
MINA = Subscriber(id="m3", email="mina@example.org", created_at=ASKED, asked_at=ASKED)


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> SubscriberStore:
    return (
        MemorySubscribers()
        if request.param == "fake"
        else SqlSubscribers(request.getfixturevalue(f"{request.param}_engine"))
    )


def test_readers_come_back_whole_and_in_the_order_they_came(store: SubscriberStore) -> None:
    store.save_subscribers((ROSA, ABEL, MINA))
    assert store.list_subscribers() == (ROSA, ABEL, MINA)


def test_a_reader_is_found_by_address_in_any_letter_case_and_by_id(store: SubscriberStore) -> None:
    store.save_subscribers((ROSA, ABEL))
    assert store.find_subscriber("rosa@EXAMPLE.org") == ROSA
    assert store.find_by_id("a2") == ABEL


def test_pauses_that_are_long_over_are_forgotten_and_their_readers_share_a_habit_again(store: SubscriberStore) -> None:
    days = [date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 12), date(2026, 10, 13)]
    paused = [replace(ROSA, id=f"r{n}", email=f"r{n}@example.org", paused_until=day) for n, day in enumerate(days)]
    store.save_subscribers((*paused, replace(ABEL, paused_until=days[0]), MINA))
    before = store.last_change()
    assert store.forget_pauses(before=days[3]) == 4
    assert [reader.paused_until for reader in store.list_subscribers()] == [None, None, None, days[3], None, None]
    assert store.list_subscribers()[0] == replace(paused[0], paused_until=None)
    usual = Habit(timezone=ROSA.timezone, at=ROSA.at, days=ROSA.days)
    assert set(store.habits()) == {usual, replace(usual, paused_until=days[3])}
    assert sum(crowd.count for crowd in store.crowds([usual])) == 3
    after = store.last_change()
    assert after > before
    assert (store.forget_pauses(before=days[3]), store.last_change()) == (0, after)


def test_who_is_not_on_the_list_is_not_found(store: SubscriberStore) -> None:
    assert store.find_subscriber("abel@example.org") is None
    assert store.find_by_id("a2") is None


def test_saving_a_reader_again_replaces_them_in_their_place(store: SubscriberStore) -> None:
    store.save_subscribers((ROSA, ABEL))
    moved = replace(ROSA, email="rosa@example.net", timezone=None, at=None, days=None, languages=())
    store.save_subscriber(moved)
    assert store.list_subscribers() == (moved, ABEL)


def test_the_list_can_be_narrowed_to_one_status(store: SubscriberStore) -> None:
    store.save_subscribers((ROSA, ABEL))
    assert store.list_subscribers(status=SubscriberStatus.CONFIRMED) == (ROSA,)
    assert store.list_subscribers(status=SubscriberStatus.SUPPRESSED) == ()


def test_no_days_and_no_choice_of_days_are_different_things(store: SubscriberStore) -> None:
    store.save_subscribers((replace(ROSA, days=()), ABEL))
    assert [reader.days for reader in store.list_subscribers()] == [(), None]


def test_an_instant_comes_back_the_same_from_any_offset(store: SubscriberStore) -> None:
    joined = datetime(2026, 11, 1, 0, 30, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    store.save_subscriber(replace(ABEL, created_at=joined))
    (abel,) = store.list_subscribers()
    assert abel.created_at == joined


def test_an_address_belongs_to_one_reader_only_and_the_whole_batch_is_refused(store: SubscriberStore) -> None:
    store.save_subscriber(ROSA)
    with pytest.raises(StoreError, match="two entries"):
        store.save_subscribers((ABEL, replace(ABEL, id="a3", email="ROSA@example.org")))
    assert store.list_subscribers() == (ROSA,)


def test_readers_come_one_by_one_however_many_there_are(store: SubscriberStore) -> None:
    readers = [replace(ABEL, id=f"r{number}", email=f"r{number}@example.org") for number in range(2_050)]
    store.save_subscribers(readers)
    assert list(store.each_subscriber()) == readers
    assert list(store.each_subscriber(status=SubscriberStatus.CONFIRMED)) == []


def test_a_crowd_is_everybody_who_chose_the_same_and_names_nobody(store: SubscriberStore) -> None:
    store.save_subscribers((ROSA, replace(ROSA, id="z2", email="z2@example.org", name=None, created_at=None)))
    store.save_subscribers((replace(ABEL, status=SubscriberStatus.CONFIRMED), replace(ABEL, id="a3", email="a3@x.org")))
    plain, rosas = sorted(store.crowds(), key=lambda crowd: crowd.count)
    chosen = replace(ROSA, id="", email="", name=None, created_at=None)
    assert (rosas.example, rosas.count) == (chosen, 2)
    assert (plain.example, plain.count) == (Subscriber(id="", email="", status=SubscriberStatus.CONFIRMED), 1)
    assert rosas.habit == Habit(timezone="Europe/Vienna", at=time(6, 30), days=(0, 4))


def test_an_erased_reader_is_nowhere(store: SubscriberStore) -> None:
    store.save_subscribers((ROSA, ABEL))
    store.erase_subscriber("z1")
    store.erase_subscriber("nobody")
    assert store.list_subscribers() == (ABEL,)


def test_who_asked_long_ago_and_never_answered_is_forgotten(store: SubscriberStore) -> None:
    later = replace(MINA, id="l4", email="later@example.org", asked_at=ASKED + timedelta(microseconds=1))
    store.save_subscribers((ROSA, ABEL, MINA, later))
    before = ASKED + timedelta(microseconds=1)
    assert store.erase_unanswered(asked_before=before) == (MINA,)
    assert store.erase_unanswered(asked_before=before) == ()
    assert store.list_subscribers() == (ROSA, ABEL, later)


@pytest.mark.parametrize("status", [status for status in SubscriberStatus if status is not MINA.status])
def test_only_who_is_unconfirmed_is_forgotten(store: SubscriberStore, status: SubscriberStatus) -> None:
    store.save_subscriber(replace(MINA, status=status))
    assert store.erase_unanswered(asked_before=ASKED + timedelta(days=99)) == ()
    assert [reader.id for reader in store.list_subscribers()] == ["m3"]


def test_the_books_balance_when_who_never_answered_is_forgotten(engine: Engine) -> None:
    store, ledger, monday = SqlSubscribers(engine), SqlLedger(engine), date(2026, 11, 23)
    store.save_subscribers((ROSA, MINA))
    ledger.plan(monday, ["z1", "m3"], now=datetime(2026, 11, 23, tzinfo=UTC))
    SqlBounces(engine).change("m3", lambda _: Tally(subscriber="m3", soft=1, last_at=ASKED, detail=MINA.email))
    store.erase_unanswered(asked_before=ASKED + timedelta(days=7))
    assert ledger.balance(monday).is_balanced
    assert (ledger.deliveries_of("m3", limit=9), SqlBounces(engine).find("m3")) == ((), None)
    assert len(ledger.deliveries_of("z1", limit=9)) == 1


def test_what_an_erased_reader_was_sent_stays_in_the_books_under_no_name(engine: Engine) -> None:
    store, ledger, monday = SqlSubscribers(engine), SqlLedger(engine), date(2026, 11, 23)
    store.save_subscribers((ROSA, ABEL))
    ledger.plan(monday, ["z1", "a2"], now=datetime(2026, 11, 23, tzinfo=UTC))
    ledger.record([replace(row, message_id="<1@x>", detail=f"550 {ROSA.email}") for row in ledger.rows(monday)])
    store.erase_subscriber("z1")
    assert ledger.balance(monday).is_balanced
    assert ledger.deliveries_of("z1", limit=9) == ()
    (nobody,) = [row for row in ledger.rows(monday) if row.subscriber != "a2"]
    assert (nobody.message_id, nobody.detail) == (None, None)
