from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from briefing.model.visit import HostNote, Visit
from briefing.store.database import KEYS_AT_ONCE
from briefing.store.visits import SqlVisits
from tests.fakes import MemoryVisits

if TYPE_CHECKING:
    from briefing.ports import VisitBook

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FULL = Visit(
    key="k",
    name="quay.example",
    outlet="The Quay",
    recipe="r",
    asked_at=MONDAY,
    next_at=MONDAY + DAY,
    read_at=MONDAY,
    full_at=MONDAY - DAY,
    etag='W/"ä;1"',
    last_modified="Mon, 23 Nov 2026 05:00:00 GMT",
    address="https://quay.example/new",
    moves_to="https://quay.example/newer",
    failing_since=MONDAY,
    error="answered 500",
    is_gone=True,
    listed=b"<opml/>\xff",
)


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def book(request: pytest.FixtureRequest) -> VisitBook:
    return MemoryVisits() if request.param == "fake" else SqlVisits(request.getfixturevalue(f"{request.param}_engine"))


def test_everything_that_was_noted_of_an_address_comes_back(book: VisitBook) -> None:
    book.save_visits([FULL, Visit(key="bare")])
    assert book.load_visits(["k", "bare", "unknown"]) == {"k": FULL, "bare": Visit(key="bare")}


def test_the_newest_note_of_an_address_counts_and_what_it_left_out_is_forgotten(book: VisitBook) -> None:
    book.save_visits([FULL])
    book.save_visits([replace(FULL, etag=None, error=None)])
    book.save_visits([])
    assert book.load_visits(["k"])["k"].etag is None


def test_times_come_back_as_the_same_instants(book: VisitBook) -> None:
    paris = MONDAY.astimezone(timezone(timedelta(hours=1)))
    book.save_visits([Visit(key="k", next_at=paris)])
    assert book.load_visits(["k"])["k"].next_at == MONDAY


def test_more_addresses_than_one_statement_takes_are_all_found(book: VisitBook) -> None:
    many = [Visit(key=f"k{number}") for number in range(2 * KEYS_AT_ONCE + 1)]
    book.save_visits(many)
    assert len(book.load_visits(visit.key for visit in many)) == len(many)


def test_what_a_host_asked_comes_back(book: VisitBook) -> None:
    paused = HostNote(host="quay.example:443", paused_until=MONDAY)
    read = replace(paused, paused_until=None, robots="Disallow: /", robots_at=MONDAY)
    book.save_hosts([paused])
    assert book.load_hosts() == {"quay.example:443": paused}
    book.save_hosts([read])
    assert book.load_hosts() == {"quay.example:443": read}


def test_addresses_nobody_asked_for_long_and_old_notes_are_forgotten(book: VisitBook) -> None:
    book.save_visits([replace(FULL, key="old", asked_at=MONDAY - DAY), FULL, Visit(key="never asked")])
    book.save_hosts(
        [
            HostNote(host="old pause", paused_until=MONDAY - DAY),
            HostNote(host="old robots", robots="", robots_at=MONDAY - DAY),
            HostNote(host="paused", paused_until=MONDAY + DAY, robots="", robots_at=MONDAY - DAY),
            HostNote(host="read", robots="", robots_at=MONDAY),
            HostNote(host="nothing"),
        ]
    )
    assert book.prune(before=MONDAY) == 1
    assert sorted(book.load_visits(["old", "k", "never asked"])) == ["k", "never asked"]
    assert sorted(book.load_hosts()) == ["paused", "read"]
