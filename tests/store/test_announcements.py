from __future__ import annotations

import json
from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from briefing.store.announcements import SqlAnnouncements
from tests.fakes import MemoryAnnouncements
from tests.make import NOW

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.ports import AnnouncementQueue

CRM, LOG = "https://crm.example/hook", "https://log.example/hook"
LATER = NOW + timedelta(minutes=10)


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def queue(request: pytest.FixtureRequest) -> AnnouncementQueue:
    return (
        MemoryAnnouncements()
        if request.param == "fake"
        else SqlAnnouncements(request.getfixturevalue(f"{request.param}_engine"))
    )


def event(reader: str, name: str = "x") -> str:
    return json.dumps({"event": "changed", "subscriber": {"id": reader, "name": name}})


def taken(queue: AnnouncementQueue, *, most: int = 10, after: timedelta = timedelta()) -> list[tuple[str, str]]:
    rows = queue.take(most=most, now=NOW + after, until=LATER + after)
    return [(row.address, json.loads(row.event)["subscriber"]["id"]) for row in rows]


def test_events_come_in_the_order_they_were_put(queue: AnnouncementQueue) -> None:
    queue.put([CRM, LOG], event("ada"), now=NOW)
    queue.put([CRM], event("ben"), now=NOW)
    queue.put([], event("cy"), now=NOW)
    assert taken(queue, most=2) == [(CRM, "ada"), (LOG, "ada")]
    assert taken(queue) == [(CRM, "ben")]


def test_what_was_taken_comes_again_when_nobody_is_done_with_it(queue: AnnouncementQueue) -> None:
    queue.put([CRM], event("ada"), now=NOW)
    assert [taken(queue), taken(queue), taken(queue, after=timedelta(minutes=10))] == [
        [(CRM, "ada")],
        [],
        [(CRM, "ada")],
    ]


def test_what_is_done_is_gone(queue: AnnouncementQueue) -> None:
    queue.put([CRM], event("ada"), now=NOW)
    (row,) = queue.take(most=1, now=NOW, until=LATER)
    assert (row.attempts, row.retry_at.tzinfo is None) == (0, False)
    for _ in range(2):
        queue.done(row.number)
    assert taken(queue, after=timedelta(days=9)) == []


def test_what_is_put_off_waits_and_remembers_how_often_it_was_tried(queue: AnnouncementQueue) -> None:
    queue.put([CRM], event("ada"), now=NOW)
    (row,) = queue.take(most=1, now=NOW, until=LATER)
    queue.put_off(row.number, attempts=3, retry_at=NOW + timedelta(hours=1))
    assert taken(queue, after=timedelta(minutes=59)) == []
    (row,) = queue.take(most=1, now=NOW + timedelta(hours=1), until=LATER)
    assert row.attempts == 3


def test_holding_an_address_holds_no_other_and_hastens_nothing(queue: AnnouncementQueue) -> None:
    queue.put([CRM], event("ada"), now=NOW)
    queue.put([CRM, LOG], event("ben"), now=NOW + timedelta(hours=2))
    queue.hold(CRM, until=NOW + timedelta(hours=1))
    assert taken(queue, after=timedelta(minutes=59)) == []
    assert taken(queue, after=timedelta(hours=1)) == [(CRM, "ada")]
    assert taken(queue, after=timedelta(hours=2)) == [(CRM, "ada"), (CRM, "ben"), (LOG, "ben")]


@pytest.mark.parametrize("name", ["x", '"id": "ada"', "%", 'é"\\'])
def test_events_are_found_and_dropped_by_their_reader_only(queue: AnnouncementQueue, name: str) -> None:
    queue.put([CRM, LOG], event("ada"), now=NOW)
    queue.put([CRM], event("ada2", name), now=NOW)
    queue.put([CRM], event("a_a", name), now=NOW)
    assert [row.address for row in queue.about("ada")] == [CRM, LOG]
    assert (queue.forget("ada"), queue.forget("ada"), queue.about("ada")) == (2, 0, ())
    assert taken(queue) == [(CRM, "ada2"), (CRM, "a_a")]


def test_two_programs_never_take_the_same_event(engine: Engine) -> None:
    queue = SqlAnnouncements(engine)
    for number in range(40):
        queue.put([CRM], event(f"r{number}"), now=NOW)
    both: list[str] = []
    begin = Barrier(2)

    def take_all() -> None:
        begin.wait()
        for _ in range(20):
            both.extend(reader for _, reader in taken(queue, most=3))

    threads = [Thread(target=take_all) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(both) == sorted(f"r{number}" for number in range(40))
