"""Takes numbers of workers, gives how long a day's editions take when they read and make them: none is one program.

    python -m benchmarks.whole.shared [--feeds N] [--segments N] [--workers 0,1,2]

Every feed on an address of its own, ten entries each; PostgreSQL and all others on the same machine, so more workers
than it has cores gain nothing. The workers are started before the clock is.

Next: benchmarks/whole/beside.py.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.whole.feed_web import feed_web
from briefing.config.load import load_config
from briefing.engines.clock import SystemClock
from briefing.model.subscriber import Segment
from briefing.wiring import open_house
from tests.postgres import postgres_server

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIG = """
briefing: {{name: The Morning Tide, language: en, timezone: Europe/Paris}}
sources:
{sources}
topics:
{topics}
fetch: {{contact: "https://tide.example/bot", allow_private: true}}
mail: {{from: post@tide.example, imprint: Quay 1}}
database: "{database}"
workers: {workers}
"""


def main(words: list[str] | None = None) -> int:
    """Prints a line for each number of workers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whole.shared")
    parser.add_argument("--feeds", type=int, default=400)
    parser.add_argument("--segments", type=int, default=500)
    parser.add_argument("--workers", default="0,1,2")
    asked = parser.parse_args(words)
    for count in map(int, asked.workers.split(",")):
        with postgres_server() as server, tempfile.TemporaryDirectory() as folder:
            print(_measured(Path(folder), server.new(), asked.feeds, asked.segments, count), flush=True)
    return 0


def _measured(folder: Path, database: str, feeds: int, segments: int, workers: int) -> str:
    now = SystemClock().now()
    with feed_web(feeds, now=now) as addresses:
        config = folder / "config.yaml"
        sources = "\n".join(f"  - {{feed: '{address}'}}" for address in addresses)
        topics = "\n".join(f"  - {{name: Topic {n}, keywords: [topic{n}]}}" for n in range(segments))
        config.write_text(
            CONFIG.format(sources=sources, topics=topics, database=database, workers=str(workers > 0).lower())
        )
        watch = _Stages()
        house = open_house(load_config(config), out=folder / "out", watch=watch)
        choices = [_choice(number) for number in range(segments)]
        with _at_work(config, workers):
            time.sleep(4 if workers else 0)  # until they have started
            began = time.perf_counter()
            made = house.morning.editions.make(now.date(), choices, is_stopped=lambda: False)
            took = time.perf_counter() - began
        house.close()
    stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in watch.seconds(took + began).items())
    return f"{workers} workers: {made.figures.articles:,} articles, {segments} segments in {took:.1f} s ({stages})"


def _choice(number: int) -> Segment:
    return Segment(
        key=f"en-{number:08}", language="en", timezone="Europe/Paris", topics=(f"Topic {number}",), sections=()
    )


class _Stages:
    """Notes when each stage was first heard of."""

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        self._begun.setdefault(stage, time.perf_counter())

    def seconds(self, until: float) -> dict[str, float]:
        """From the first word of each to the first of the next."""
        ends = [*list(self._begun.values())[1:], until]
        return {stage: end - begun for (stage, begun), end in zip(self._begun.items(), ends, strict=True)}


@contextmanager
def _at_work(config: Path, count: int) -> Iterator[None]:
    """Has so many workers run while the block lasts."""
    command = [sys.executable, "-m", "briefing", "worker", "--config", str(config)]
    with ExitStack() as stack, (config.parent / "workers.log").open("ab") as log:
        running = [stack.enter_context(subprocess.Popen(command, stderr=log, stdout=log)) for _ in range(count)]
        try:
            yield
        finally:
            for worker in running:
                worker.terminate()


if __name__ == "__main__":
    sys.exit(main())
