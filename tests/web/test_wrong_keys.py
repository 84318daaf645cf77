"""Has somebody try keys at the API and at the operator's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from briefing.errors import StoreError
from briefing.model.limits import Limit
from briefing.services.wrong_keys import MOST, WITHIN
from tests.fakes import MemoryRequests
from tests.web.browser import Answer, ask
from tests.web.office import KEY, Office
from tests.web.test_admin import basic

pytestmark = pytest.mark.slow

DOORS = pytest.mark.parametrize("door", ["/api/editions", "/admin"])


def try_key(office: Office, door: str, key: str, *, client: str = "127.0.0.1", forwarded: str | None = None) -> Answer:
    given = basic(key) if door == "/admin" else {"authorization": f"Bearer {key}"}
    proxy = {} if forwarded is None else {"x-forwarded-for": forwarded, "x-forwarded-proto": "https"}
    return ask(office.app, door, headers={**given, **proxy}, client=client)


def locked_out(door: str) -> Office:
    office = Office()
    assert [try_key(office, door, f"guess {number}").status for number in range(MOST)] == [401] * MOST
    return office


@DOORS
def test_ten_wrong_keys_shut_the_door_for_the_right_one_too_until_time_has_passed(door: str) -> None:
    office = locked_out(door)
    wrong, right = try_key(office, door, "guess"), try_key(office, door, KEY)
    assert (wrong.status, wrong.headers["retry-after"]) == (429, str(int(WITHIN.total_seconds())))
    assert (wrong.status, wrong.headers, wrong.content) == (right.status, right.headers, right.content)
    office.clock.moment += WITHIN - timedelta(milliseconds=1)
    assert try_key(office, door, KEY).headers["retry-after"] == "1"
    office.clock.moment += timedelta(milliseconds=1)
    assert try_key(office, door, KEY).status == 200


@DOORS
def test_the_answer_to_one_key_too_many_is_kept_nowhere_and_shows_nothing(door: str) -> None:
    answer = try_key(locked_out(door), door, KEY)
    assert answer.headers["cache-control"] == "no-store"
    assert "www-authenticate" not in answer.headers
    assert "readers.example" not in answer.text


def test_both_doors_count_together() -> None:
    assert try_key(locked_out("/admin"), "/api/editions", KEY).status == 429
    assert try_key(locked_out("/api/editions"), "/admin", KEY).status == 429


@DOORS
def test_the_right_key_and_no_key_are_no_tries(door: str) -> None:
    office = Office()
    assert {try_key(office, door, key).status for key in [KEY, ""] * 2 * MOST} == {200, 401}
    assert {ask(office.app, door).status for _ in range(2 * MOST)} == {401}
    assert try_key(office, door, KEY).status == 200


@pytest.mark.parametrize(
    ("other", "status"), [("127.0.0.99", 429), ("127.0.9.1", 200), ("::ffff:127.0.0.9", 429), ("::1", 200)]
)
def test_a_network_waits_and_no_other(other: str, status: int) -> None:
    assert try_key(locked_out("/api/editions"), "/api/editions", KEY, client=other).status == status


@DOORS
def test_behind_our_own_proxy_whoever_asks_is_counted_and_not_the_proxy(door: str) -> None:
    office = Office(trusted_proxy=True)
    for number in range(MOST):
        # What stands before the proxy's own address, the client made up.
        assert try_key(office, door, "guess", forwarded=f"192.0.2.{number}, 198.51.100.7").status == 401
    assert try_key(office, door, KEY, forwarded="192.0.2.1, 198.51.100.7").status == 429
    assert try_key(office, door, KEY, forwarded="203.0.113.9").status == 200


@dataclass
class BrokenRequests(MemoryRequests):
    """Stands on a database that is locked."""

    def wait(self, limit: Limit, *, now: datetime) -> timedelta | None:
        raise StoreError("var/briefing.db: database is locked; wait")

    def admit(self, limits: Sequence[Limit], *, now: datetime) -> bool:
        raise StoreError("var/briefing.db: database is locked; wait")


@DOORS
def test_a_locked_database_opens_no_door_and_says_no_more_than_that(door: str) -> None:
    for key in (KEY, "guess"):
        answer = try_key(Office(requests=BrokenRequests()), door, key)
        assert (answer.status, "database cannot be used" in answer.text) == (503, True)
        assert "briefing.db" not in answer.text
