"""Takes numbers of feeds and readers, gives how long the whole morning takes, stage by stage, and its memory.

    python -m benchmarks.whole.morning [--feeds 100 1000] [--readers 10000]

Ours alone, from an empty database to the last mail at the sink: ten entries a feed, each feed on an address of its own.

Next: benchmarks/whole/beside.py, the same beside peers.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.delivery.sink import CURE, can_build, open_sink
from benchmarks.whole.beside import Morning, ours
from benchmarks.whole.feed_web import ENTRIES, feed_web
from briefing.engines.clock import SystemClock
from briefing.store.database import open_database
from briefing.store.runs import SqlRuns

#: Longest that a morning may take, by the number of its articles; and the most memory of any of its programs.
MOST_S = {1_000: 45.0, 10_000: 240.0}
MOST_MB = 900


def main(words: list[str] | None = None) -> int:
    """Prints a table for each number of feeds; 1 when something took too long or too much."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whole.morning")
    parser.add_argument("--feeds", type=int, nargs="+", default=[articles // ENTRIES for articles in MOST_S])
    parser.add_argument("--readers", type=int, default=10_000)
    asked = parser.parse_args(words)
    if not can_build():
        print(f"left out: {CURE}")
        return 0
    return max(_one(feeds, asked.readers) for feeds in asked.feeds)


def _one(feeds: int, readers: int) -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_sink() as sink,
        feed_web(feeds, now=SystemClock().now()) as addresses,
    ):
        morning = Morning(feeds=addresses, port=sink.port, readers=readers, folder=Path(folder))
        command, began = ours(morning), time.perf_counter()
        # A folder for the program's lock of its own, and no proxy before loopback.
        surroundings = {**os.environ, "XDG_RUNTIME_DIR": folder, "NO_PROXY": "*"}
        with (Path(folder) / "log").open("wb") as log:
            subprocess.run(command, stdout=log, stderr=log, check=False, env=surroundings)
        took = time.perf_counter() - began
        peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        engine = open_database(f"sqlite:///{folder}/briefing.db")
        (run,) = SqlRuns(engine).list_runs(limit=1)
        engine.dispose()
        arrived = sink.count()
    most = MOST_S.get(feeds * ENTRIES)
    print(f"{feeds * ENTRIES:,} articles of {feeds:,} feeds to {arrived:,} of {readers:,} readers")
    for stage, seconds in run.seconds.items():
        print(f"  {stage:12}{seconds:8.1f} s")
    print(f"  {'in all':12}{took:8.1f} s (at most {most or '–'}), {peak_mb:,.0f} MB (at most {MOST_MB})", flush=True)
    return int(arrived != readers or peak_mb > MOST_MB or (most is not None and took > most))


if __name__ == "__main__":
    sys.exit(main())
