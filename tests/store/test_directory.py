from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.store.database import writing
from briefing.store.directory import SqlDirectory
from briefing.store.ledger import SqlLedger
from briefing.store.leftovers import SqlRequestNotes
from briefing.store.schema import requests
from briefing.store.subscribers import SqlSubscribers
from tests.fakes import MemoryDirectory, MemoryLedger, MemoryRequestNotes, MemorySubscribers
from tests.make import NOW
from tests.services.house import confirmed

if TYPE_CHECKING:
    from briefing.ports import Directory, Ledger, RequestNotes, SubscriberStore

    House = tuple[SubscriberStore, Ledger, Directory]

READERS = [
    confirmed("ada", name="Ada Byron"),
    confirmed("b_b"),
    replace(confirmed("cy"), status=SubscriberStatus.UNCONFIRMED),
]


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> House:
    if request.param == "fake":
        store = MemorySubscribers()
        ledger = MemoryLedger(store=store)
        return store, ledger, MemoryDirectory(store=store, ledger=ledger)
    engine = request.getfixturevalue(f"{request.param}_engine")
    return SqlSubscribers(engine), SqlLedger(engine), SqlDirectory(engine)


def test_pages_follow_one_another_without_gap_or_repeat(house: House) -> None:
    store, _, directory = house
    store.save_subscribers(READERS)
    seen: list[Subscriber] = []
    after = 0
    for _ in range(3):
        page, following = directory.page(after=after, limit=1)
        seen += page
        after = following or 0
    assert (seen, following) == (READERS, None)
    assert directory.page(limit=3) == (tuple(READERS), None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ADA@", ["ada"]),
        ("byron", ["ada"]),
        ("BYRON", ["ada"]),
        ("b_b", ["b_b"]),
        ("%", []),
        ("a_a", []),
        ("readers.example", ["ada", "b_b", "cy"]),
        ("", ["ada", "b_b", "cy"]),
    ],
)
def test_a_text_is_looked_for_in_address_and_name_letter_by_letter(house: House, text: str, found: list[str]) -> None:
    store, _, directory = house
    store.save_subscribers(READERS)
    page, _ = directory.page(text=text, limit=9)
    assert [reader.id for reader in page] == found


def test_a_page_can_be_narrowed_to_a_status(house: House) -> None:
    store, _, directory = house
    store.save_subscribers(READERS)
    page, _ = directory.page(status=SubscriberStatus.UNCONFIRMED, limit=9)
    assert [reader.id for reader in page] == ["cy"]


def test_the_newest_editions_come_first(house: House) -> None:
    store, ledger, directory = house
    store.save_subscribers(READERS)
    days = [NOW.date() - timedelta(days=number) for number in (2, 0, 1)]
    for day in days:
        ledger.plan(day, ["ada"], now=NOW)
    assert directory.editions(limit=2) == tuple(sorted(days, reverse=True)[:2])


@pytest.mark.parametrize("kind", ["fake", "sqlite", "postgresql"])
def test_requests_are_swept_when_they_are_old(kind: str, request: pytest.FixtureRequest) -> None:
    moments = [NOW - timedelta(days=3), NOW - timedelta(days=1), NOW]
    notes: RequestNotes = MemoryRequestNotes(asked=list(moments))
    if kind != "fake":
        engine = request.getfixturevalue(f"{kind}_engine")
        notes = SqlRequestNotes(engine)
        with writing(engine) as connection:
            connection.execute(insert(requests), [{"kind": "ask", "key": "k", "at": moment} for moment in moments])
    assert (notes.prune(before=NOW - timedelta(days=1)), notes.prune(before=NOW - timedelta(days=1))) == (1, 0)
