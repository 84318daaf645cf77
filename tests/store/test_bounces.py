from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from briefing.model.letter import Tally
from briefing.store.bounces import SqlBounces
from briefing.store.database import open_database, writing
from briefing.store.schema import bounces
from tests.fakes import MemoryBounces
from tests.make import NOW

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.ports import BounceBook

ONCE = Tally(subscriber="ada", soft=1, last_at=NOW, detail="4.2.2 the mailbox is full")


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def book(request: pytest.FixtureRequest) -> BounceBook:
    return (
        MemoryBounces() if request.param == "fake" else SqlBounces(request.getfixturevalue(f"{request.param}_engine"))
    )


def test_who_never_bounced_has_no_tally(book: BounceBook) -> None:
    assert book.find("ada") is None
    assert list(book.tallies()) == []


def test_the_first_tally_is_decided_on_nothing_and_comes_back_whole(book: BounceBook) -> None:
    assert book.change("ada", lambda before: ONCE if before is None else None) == ONCE
    assert book.find("ada") == ONCE


def test_the_next_is_decided_on_the_one_before(book: BounceBook) -> None:
    book.change("ada", lambda _: ONCE)
    later = NOW + timedelta(days=1, microseconds=7)
    twice = replace(ONCE, soft=2, last_at=later)
    assert book.change("ada", lambda before: before and replace(before, soft=before.soft + 1, last_at=later)) == twice
    assert book.find("ada") == twice


def test_a_decision_to_leave_it_leaves_it(book: BounceBook) -> None:
    book.change("ada", lambda _: ONCE)
    assert book.change("ada", lambda before: before) == ONCE
    assert book.find("ada") == ONCE


def test_a_decision_for_nothing_forgets_the_reader(book: BounceBook) -> None:
    book.change("ada", lambda _: ONCE)
    assert book.change("ada", lambda _: None) is None
    assert book.find("ada") is None


def test_tallies_come_by_reader(book: BounceBook) -> None:
    for key in ("ben", "ada", "zoe", "mia"):
        book.change(key, lambda _, key=key: replace(ONCE, subscriber=key))  # type: ignore[misc]  # bound in each turn
    assert [tally.subscriber for tally in book.tallies()] == ["ada", "ben", "mia", "zoe"]


def test_more_tallies_come_than_are_read_at_a_time(engine: Engine) -> None:
    keys = [f"{number:04}" for number in range(2_001)]
    rows = [{"subscriber": key, "soft": 1, "last_at": NOW, "detail": ""} for key in keys]
    with writing(engine) as connection:
        connection.execute(insert(bounces), rows)
    assert [tally.subscriber for tally in SqlBounces(engine).tallies()] == keys


def test_two_at_once_lose_no_count(url: str, engine: Engine) -> None:
    start = Barrier(2)

    def count() -> None:
        own = open_database(url)
        start.wait(timeout=30)
        for _ in range(25):
            SqlBounces(own).change("ada", lambda before: replace(ONCE, soft=before.soft + 1) if before else ONCE)
        own.dispose()

    counters = [Thread(target=count) for _ in range(2)]
    for counter in counters:
        counter.start()
    for counter in counters:
        counter.join()
    found = SqlBounces(engine).find("ada")
    assert found is not None
    assert found.soft == 50
