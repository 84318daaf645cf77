from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from briefing.errors import StoreError
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.store.subscribers import SqlSubscribers
from tests.fakes import MemorySubscribers

if TYPE_CHECKING:
    from briefing.ports import SubscriberStore

ROSA = Subscriber(id="rosa", email="rosa@example.org", status=SubscriberStatus.CONFIRMED)
ABEL = Subscriber(id="abel", email="abel@example.org")
LEFT = SubscriberStatus.UNSUBSCRIBED


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> SubscriberStore:
    kept: SubscriberStore = (
        MemorySubscribers()
        if request.param == "fake"
        else SqlSubscribers(request.getfixturevalue(f"{request.param}_engine"))
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
