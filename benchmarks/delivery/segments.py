"""Takes a million invented readers of 500 segments, gives the seconds until the first mail, and what each mail costs.

    python -m benchmarks.delivery.segments [--readers N] [--segments N] [--articles N] [--database postgresql]

The list is filled by one process and read by a fresh one, which makes the 500 editions of a morning with a thousand
articles, plans them for everybody, and sends them to the first readers. A mail must cost what it costs where 10,000
read the same, and the memory must be the same.

Next: benchmarks/delivery/many_readers.py.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.delivery.city import city_rows, topics, write_feeds
from benchmarks.delivery.house import bench_config, open_morning, put_readers
from benchmarks.delivery.many_readers import FirstOnly
from benchmarks.delivery.sink import CURE, can_build, open_sink
from benchmarks.delivery.spent import peak_mb, processor_s
from briefing.model.settings import Topic
from briefing.model.source import Source, SourceKind
from briefing.services.send import Mailroom, SendReport
from briefing.store.schema import subscribers
from tests.postgres import postgres_server

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from briefing.model.delivery import Envelope
    from briefing.model.settings import Config
    from briefing.model.subscriber import Habit
    from briefing.ports import Books
    from briefing.services.delivery_run import Mailing

#: What we promise: seconds of planning and making, the cost of a mail beside that on a short list, MB beside those.
MOST_SECONDS, MOST_RATIO, MOST_GROWTH_MB = 120.0, 1.3, 25.0
#: The list that a mail's cost is compared with.
FEW_READERS = 10_000


@dataclass(slots=True)
class Stopwatch(FirstOnly):
    """Sends the first so many messages, and knows what the second half of them took.

    In the first half most segments have their first copy, with which their edition is published: that is no cost of a
    mail.
    """

    ready_at: float = 0.0
    ready_cpu: float = 0.0
    planned_mb: float = 0.0
    seconds: float = 0.0
    cpu: float = 0.0

    def deliver(self, envelopes: Iterator[Envelope], books: Books) -> None:
        """Hands over."""
        self.ready_at, self.ready_cpu, self.planned_mb = time.perf_counter(), processor_s(), peak_mb()
        FirstOnly.deliver(self, self._timed(envelopes), books)
        self.seconds, self.cpu = time.perf_counter() - self.seconds, processor_s() - self.cpu

    def _timed(self, envelopes: Iterator[Envelope]) -> Iterator[Envelope]:
        for number, envelope in enumerate(envelopes):
            if number == self.most // 2:
                self.seconds, self.cpu = time.perf_counter(), processor_s()
            yield envelope


def main(words: list[str] | None = None) -> int:
    """Prints seconds, cost and MB; 1 when they are more than we promise."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery.segments")
    parser.add_argument("--readers", type=int, default=1_000_000)
    parser.add_argument("--segments", type=int, default=500)
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--sent", type=int, default=FEW_READERS)
    parser.add_argument("--database", default="sqlite", help="sqlite or postgresql")
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args(words)
    if asked.work:
        folder, database, port = asked.work
        return _make_and_send(Path(folder), database, int(port), asked.sent)
    if not can_build():
        print(f"left out: {CURE}")
        return 0
    few = _measured(asked, FEW_READERS)
    many = _measured(asked, asked.readers)
    seconds, ratio = many["ready"], many["cpu"] / few["cpu"]
    growth = many["peak"] - few["peak"]
    print(f"a mail costs {ratio:.2f} times what it costs with {FEW_READERS:,} readers (at most {MOST_RATIO})", end="; ")
    print(f"{many['wall'] / few['wall']:.2f} times as long; {growth:+.0f} MB (at most {MOST_GROWTH_MB:.0f})")
    return int(seconds > MOST_SECONDS or ratio > MOST_RATIO or growth > MOST_GROWTH_MB)


def _measured(asked: argparse.Namespace, readers: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name, open_sink(records=True) as sink, _database(asked.database, name) as url:
        folder = Path(name)
        write_feeds(folder / "feeds", asked.articles)
        columns = [column.name for column in subscribers.columns]
        put_readers(url, columns, city_rows(columns, readers, segments=asked.segments))
        command = [sys.executable, "-m", "benchmarks.delivery.segments", "--sent", str(asked.sent)]
        command += ["--work", str(folder), url, str(sink.port)]
        ended = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        names = sink.message_ids()
    found: dict[str, float] = json.loads(ended.stdout)
    print(f"{readers:,} readers of {found['segments']:.0f} segments, {asked.articles:,} articles", end=": ")
    print(f"{found['ready']:.1f} s until the first mail (at most {MOST_SECONDS:.0f}; {found['made']:.1f} of them")
    print(
        f"for the editions, {found['planned']:.1f} for the books; {found['ready_cpu']:.1f} of the processor)", end="; "
    )
    print(f"{found['wall'] * 1000:.2f} ms a mail", end=", ")
    print(f"{found['cpu'] * 1000:.2f} of the processor; {found['planned_mb']:.0f} MB at most until then", end=", ")
    print(f"{found['peak']:.0f} at the end; {len(names):,} accepted, {len(names) - len(set(names))} twice", flush=True)
    return found


@contextmanager
def _database(kind: str, folder: str) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/briefing.db"
    else:
        with postgres_server(settings=("listen_addresses=", "shared_buffers=256MB")) as server:
            yield server.new()


def city_config(folder: Path, database: str, port: int) -> Config:
    """The config of a city's newspaper."""
    source = Source(kind=SourceKind.FOLDER, location=str(folder / "feeds"), captured_now=True)
    followed = tuple(Topic(name=place, keywords=(place,)) for place in topics())
    return replace(bench_config(folder, port=port), database=database, sources=(source,), topics=followed)


class _TimedRoom(Mailroom):
    """The real one, which says when the editions were made."""

    def send_edition(self, mailing: Mailing, habits: Iterable[Habit]) -> SendReport:
        """As ever."""
        _made_at.append(time.perf_counter())
        return super().send_edition(mailing, habits)


_made_at: list[float] = []


def _make_and_send(folder: Path, database: str, port: int, most: int) -> int:
    """What the fresh process does."""
    began, used = time.perf_counter(), processor_s()
    morning = open_morning(city_config(folder, database, port), folder, _TimedRoom)
    transport = Stopwatch(morning.mailroom.transport, most)
    room = replace(morning.mailroom, transport=transport, crew=None)
    (report,) = replace(morning, mailroom=room).send_all()
    found = {
        "segments": len(list((folder / "out").rglob("edition.eml"))),
        "made": _made_at[0] - began,
        "planned": transport.ready_at - _made_at[0],
        "ready": transport.ready_at - began,
        "ready_cpu": transport.ready_cpu - used,
        "wall": transport.seconds / (report.sent - most // 2),
        "cpu": transport.cpu / (report.sent - most // 2),
        "planned_mb": transport.planned_mb,
        "peak": peak_mb(),
    }
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
