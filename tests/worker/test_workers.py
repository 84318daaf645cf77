"""Real workers on a real PostgreSQL, before a relay that counts."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.delivery.workers import Post
from briefing.model.delivery import DeliveryStatus
from tests.wiring.relay import BusyRelay
from tests.worker.program import workers

if TYPE_CHECKING:
    from tests.postgres import Postgres

READERS = 1_200


@dataclass
class Office:
    """A briefing with readers, jobs and nobody at work yet."""

    post: Post
    relay: BusyRelay

    def workers(self, count: int) -> AbstractContextManager[list[subprocess.Popen[bytes]]]:
        return workers(self.post.config, count, log=self.post.config.with_name("workers.log"))

    @property
    def sent(self) -> int:
        return self.post.counts()[DeliveryStatus.SENT]


def wait_until(is_so: Callable[[], bool], *, most_s: float = 90) -> None:
    ends_at = time.monotonic() + most_s
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.1)


@pytest.fixture
def office(postgres: Postgres, tmp_path: Path) -> Iterator[Office]:
    relay, url = BusyRelay(delay_s=0.002), postgres.new()
    with relay.listening():
        post = Post.make(tmp_path, url, relay.port, READERS)
        post.plan()
        yield Office(post, relay)
    postgres.drop(url)


def test_two_workers_send_everything_once(office: Office) -> None:
    with office.workers(2):
        wait_until(lambda: office.sent == READERS)
    assert Counter(office.relay.recipients) == Counter(f"reader{n}@readers.example" for n in range(1, READERS + 1))
    assert office.post.counts() == {DeliveryStatus.SENT: READERS}


@pytest.mark.slow
def test_a_worker_that_is_stopped_leaves_its_chunk_to_the_next_within_ten_seconds(office: Office) -> None:
    office.relay.delay_s = 0.02
    with office.workers(1) as (worker,):
        wait_until(lambda: bool(office.relay.accepted))
        worker.terminate()
        assert worker.wait(10) == 0
        assert 0 < office.sent < READERS
        assert office.sent == len(office.relay.accepted)
    office.relay.delay_s = 0.002
    with office.workers(1):
        wait_until(lambda: office.sent == READERS)
    assert max(Counter(office.relay.recipients).values()) == 1


@pytest.mark.slow
def test_of_a_worker_that_is_killed_the_other_finishes_all_but_what_it_had_in_hand(office: Office) -> None:
    office.relay.delay_s = 0.02
    with office.workers(2) as (victim, _):
        wait_until(lambda: len(office.relay.accepted) > READERS // 5)
        victim.send_signal(signal.SIGKILL)
        wait_until(lambda: READERS - office.sent <= 200)
        wait_until(lambda: office.sent + office.post.counts()[DeliveryStatus.CLAIMED] > READERS - 9)
    left = READERS - office.sent
    held = {DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT}
    assert sum(rows for status, rows in office.post.counts().items() if status in held) == left
    assert max(Counter(office.relay.recipients).values()) == 1


@pytest.mark.slow
def test_workers_survive_a_database_that_lets_go_of_them(office: Office, postgres: Postgres) -> None:
    office.relay.delay_s = 0.01
    with office.workers(1):
        wait_until(lambda: len(office.relay.accepted) > READERS // 10)
        postgres.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname LIKE 'db%' AND pid <> pg_backend_pid()"
        )
        wait_until(lambda: READERS - office.sent <= 200)
    assert max(Counter(office.relay.recipients).values()) == 1
