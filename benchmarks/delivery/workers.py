"""Takes readers in PostgreSQL and numbers of workers, gives the mails a second that those hand over together.

    python -m benchmarks.delivery.workers [--readers N] [--workers 1,2] [--kill]

With `--kill` the first worker is killed once half of the mails are out; then the line tells when the last was handed
over by the others, who must wait until the dead one's lease has run out.

The edition is made and planned first, then the workers start: real programs (`briefing worker`), real queue, the sink
in C. The rate counts from the first message that was handed over to the last.

Next: benchmarks/delivery/many_readers.py.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from benchmarks.delivery.house import SEEDS, invent_readers
from benchmarks.delivery.sink import CURE, Sink, can_build, open_sink
from briefing.cli.words import unwatched
from briefing.config.load import load_config
from briefing.services.delivery_rules import LEASE, SETTLED
from briefing.store.database import open_database, reading
from briefing.store.schema import deliveries
from briefing.wiring import open_house
from tests.postgres import postgres_server

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONFIG = """
briefing: {{name: The Morning Tide, language: en, timezone: Europe/Paris, window: 10000d}}
sources: [{{folder: {seeds}, captured_at: now}}]
mail:
  from: post@tide.example
  imprint: Quay 1
  transport: smtp
  smtp: {{host: 127.0.0.1, port: {port}, security: none, limits: {{connections: 4, per_connection: 100000}}}}
database: "{database}"
workers: true
vectors: none
"""


@dataclass(frozen=True, slots=True)
class Post:
    """A briefing in PostgreSQL with its readers, before a relay."""

    config: Path

    @classmethod
    def make(cls, folder: Path, database: str, port: int, readers: int) -> Post:
        """Fills the database."""
        path = folder / "config.yaml"
        path.write_text(_CONFIG.format(seeds=SEEDS, port=port, database=database))
        invent_readers(database, readers)
        return cls(path)

    def plan(self) -> float:
        """Has the edition made and the jobs written; gives the seconds that took."""
        house = open_house(load_config(self.config), out=self.config.parent / "out", watch=unwatched, builds_now=True)
        began = time.perf_counter()
        house.morning.send_all()
        house.close()
        return time.perf_counter() - began

    @contextmanager
    def workers(self, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
        """Runs so many while the block lasts."""
        command = [sys.executable, "-m", "briefing", "worker", "--config", str(self.config)]
        log = (self.config.parent / "workers.log").open("ab")
        with log, ExitStack() as stack:
            running = [stack.enter_context(subprocess.Popen(command, stderr=log)) for _ in range(count)]
            try:
                yield running
            finally:
                for worker in running:
                    worker.terminate()

    def counts(self) -> Counter[str]:
        """The rows of the books, by status."""
        engine = open_database(load_config(self.config).database)
        with reading(engine) as connection:
            found = connection.execute(select(deliveries.c.status, func.count()).group_by(deliveries.c.status))
            counts = Counter(dict(map(tuple, found)))
        engine.dispose()
        return counts

    def settled(self, *, most_s: float) -> Counter[str]:
        """The same once no row is unfinished, or when so many seconds have passed."""
        ends_at = time.perf_counter() + most_s
        while not set(counts := self.counts()) <= {str(status) for status in SETTLED}:
            if time.perf_counter() > ends_at:
                break
            time.sleep(1)
        return counts


def wait(sink: Sink, until: int, *, most_s: float) -> float:
    """Waits until the sink took so many; gives the moment."""
    ends_at = time.perf_counter() + most_s
    while time.perf_counter() < ends_at:
        if taken(sink) >= until:
            return time.perf_counter()
        time.sleep(0.05)
    raise TimeoutError(f"{taken(sink):,} of {until:,} after {most_s:.0f} s")


def taken(sink: Sink) -> int:
    """How many messages the sink took so far."""
    assert sink.names
    return sink.names.read_bytes().count(b"\n") if sink.names.exists() else 0


def main(words: list[str] | None = None) -> int:
    """Prints a line for each number of workers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery.workers")
    parser.add_argument("--readers", type=int, default=20_000)
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--kill", action="store_true")
    asked = parser.parse_args(words)
    if not can_build():
        print(f"left out: {CURE}")
        return 0
    for count in map(int, asked.workers.split(",")):
        with postgres_server() as server, open_sink(records=True) as sink, tempfile.TemporaryDirectory() as folder:
            post = Post.make(Path(folder), server.new(), sink.port, asked.readers)
            print(_measured(post, sink, count, asked.readers, kill=asked.kill), flush=True)
    return 0


def _measured(post: Post, sink: Sink, count: int, readers: int, *, kill: bool) -> str:
    planned_s = post.plan()
    with post.workers(count) as workers:
        wait(sink, 1, most_s=60)
        time.sleep(2)  # until the last worker has started
        began, at_begin = time.perf_counter(), taken(sink)
        if kill:
            died = wait(sink, readers // 2, most_s=600)
            workers[0].kill()
            balance = post.settled(most_s=600 + LEASE.total_seconds())
            rest = f"killed one; all settled {time.perf_counter() - died:.0f} s later (lease {LEASE.seconds} s)"
        else:
            rate = (readers - at_begin) / (wait(sink, readers, most_s=600) - began)
            rest, balance = f"{rate:,.0f} mails/s", post.settled(most_s=60)
    names = Counter(sink.message_ids())
    doubles = names.total() - len(names)
    books = ", ".join(f"{rows:,} {status}" for status, rows in sorted(balance.items()))
    return f"{count} workers: {rest}; planned in {planned_s:.1f} s; {doubles} accepted twice; books: {books}"


if __name__ == "__main__":
    sys.exit(main())
