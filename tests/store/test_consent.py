from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from briefing.errors import StoreError
from briefing.model.subscriber import Subscriber, SubscriberStatus, habit_of
from briefing.store.consent_postgres import COPIED
from briefing.store.subscribers import SqlSubscribers
from tests.fakes import MemorySubscribers

if TYPE_CHECKING:
    from briefing.ports import SubscriberStore

ROSA = Subscriber(id="rosa", email="rosa@example.org", status=SubscriberStatus.CONFIRMED)
ABEL = Subscriber(id="abel", email="abel@example.org")
LEFT = SubscriberStatus.UNSUBSCRIBED


@pytest.fixture(params=["fake", "sqlite", "postgresql", "postgresql, copied", "postgresql, by statements"])
def store(request: pytest.FixtureRequest) -> SubscriberStore:
    kind, _, way = request.param.partition(", ")
    copied = {"": COPIED, "copied": 1, "by statements": sys.maxsize}[way]
    kept: SubscriberStore = (
        MemorySubscribers() if kind == "fake" else SqlSubscribers(request.getfixturevalue(f"{kind}_engine"), copied)
    )
    kept.save_subscriber(ROSA)
    return kept


def test_a_change_is_written_where_consent_is_what_was_seen(store: SubscriberStore) -> None:
    after = replace(ROSA, language="fr")
    assert store.change_subscribers([(ROSA, after), (None, ABEL)]) == {"rosa", "abel"}
    assert store.list_subscribers() == (after, ABEL)


def test_a_no_that_came_meanwhile_stands_and_the_others_are_written(store: SubscriberStore) -> None:
    gone = replace(ROSA, status=LEFT)
    store.save_subscriber(gone)
    assert store.change_subscribers([(ROSA, replace(ROSA, language="fr")), (None, ABEL)]) == {"abel"}
    assert store.list_subscribers() == (gone, ABEL)


def test_a_reader_who_is_gone_is_not_made_anew(store: SubscriberStore) -> None:
    assert store.change_subscribers([(ABEL, replace(ABEL, language="fr"))]) == frozenset()
    assert store.list_subscribers() == (ROSA,)


def test_two_readers_with_one_address_are_refused_and_nothing_is_written(store: SubscriberStore) -> None:
    twin = replace(ABEL, email="ROSA@example.org")
    with pytest.raises(StoreError):
        store.change_subscribers([(ROSA, replace(ROSA, language="fr")), (None, twin)])
    assert store.list_subscribers() == (ROSA,)


def test_nothing_to_change_is_no_fault(store: SubscriberStore) -> None:
    assert store.change_subscribers([]) == frozenset()


def test_many_at_once_are_written_in_one_step(store: SubscriberStore) -> None:
    crowd = [Subscriber(id=f"r{n}", email=f"r{n}@example.org") for n in range(2500)]
    assert len(store.change_subscribers([(None, reader) for reader in crowd])) == 2500
    store.save_subscriber(replace(crowd[7], status=LEFT))
    changed = store.change_subscribers([(reader, replace(reader, language="fr")) for reader in crowd])
    assert len(changed) == 2499
    assert "r7" not in changed


#: As many as an import is copied for where the database can, and a few more.
EVERYBODY = [
    replace(reader, id=f"r{n:04}", email=f"R{n}@example.org")
    for n in range(COPIED + 3)
    for reader in (
        Subscriber(
            id="",
            email="",
            name="Tab\tand \\N, «Ø»\r\n 🦜" if n % 3 else None,
            status=SubscriberStatus.CONFIRMED if n % 2 else SubscriberStatus.UNCONFIRMED,
            language="de" if n % 5 else None,
            languages=("de", "fr") if n % 7 else (),
            timezone="Europe/Vienna" if n % 4 else None,
            topics=("Rivers", "Chess; “mostly”") if n % 6 else (),
            sections=("europe", "other"),
            at=time(6, 30) if n % 3 else None,
            days=((0, 4), (), None)[n % 3],
            paused_until=date(2026, 12, 1) if n % 8 == 0 else None,
            created_at=datetime(2026, 11, 1, 9, 0, 0, 125, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        ),
    )
]


def test_very_many_come_back_whole_and_in_the_order_of_the_lines(store: SubscriberStore) -> None:
    backwards = EVERYBODY[::-1]
    assert store.change_subscribers([(None, reader) for reader in backwards]) == {reader.id for reader in backwards}
    assert store.list_subscribers() == (ROSA, *backwards)
    later = Subscriber(id="later", email="later@example.org")
    store.save_subscriber(later)
    assert store.list_subscribers()[-1] == later
    assert sum(crowd.count for crowd in store.crowds([habit_of(EVERYBODY[1])])) == sum(
        habit_of(reader) == habit_of(EVERYBODY[1]) for reader in EVERYBODY if reader.status is ROSA.status
    )


def test_of_very_many_who_left_meanwhile_is_left_alone(store: SubscriberStore) -> None:
    store.change_subscribers([(None, reader) for reader in EVERYBODY])
    gone = replace(EVERYBODY[7], status=LEFT)
    store.save_subscriber(gone)
    store.erase_subscriber(EVERYBODY[8].id)
    changes = [(reader, replace(reader, name=f"New {reader.id}", topics=())) for reader in EVERYBODY]
    written = store.change_subscribers([*changes, (None, ABEL)])
    assert written == {reader.id for reader in EVERYBODY} - {EVERYBODY[7].id, EVERYBODY[8].id} | {"abel"}
    assert store.find_by_id(EVERYBODY[7].id) == gone
    assert store.find_by_id(EVERYBODY[8].id) is None
    assert store.find_by_id(EVERYBODY[9].id) == changes[9][1]
    assert len(store.list_subscribers()) == len(EVERYBODY) + 1


def test_of_very_many_none_is_written_when_one_has_anothers_address(store: SubscriberStore) -> None:
    twin = replace(ABEL, email="ROSA@example.org")
    before = store.last_change()
    with pytest.raises(StoreError, match=r"two entries want the same name|UNIQUE|same address"):
        store.change_subscribers([(ROSA, replace(ROSA, language="fr")), *((None, r) for r in EVERYBODY), (None, twin)])
    assert store.list_subscribers() == (ROSA,)
    assert store.last_change() == before


def test_very_many_are_noticed_as_one_change(store: SubscriberStore) -> None:
    before = store.last_change()
    store.change_subscribers([(None, reader) for reader in EVERYBODY])
    confirmed = [reader for reader in EVERYBODY if reader.status is SubscriberStatus.CONFIRMED]
    assert sum(crowd.count for crowd in store.crowds(since=before)) == len(confirmed)
    assert store.crowds(since=store.last_change()) == ()
