"""Takes a number of readers, gives how a year of outages, leaping clocks and dead relays ended for them.

    python -m benchmarks.schedule.year [--readers N] [--days N] [--seed N]

The list, the books and the due rule are the real ones, in a real database; time, relay and news are made up. Each day
that is over is looked at: whoever has neither been sent its edition once nor been named with a reason ends the run.

Next: benchmarks/delivery/speed.py.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.services.world import ZONES, World, stormy_days


def main(words: list[str] | None = None) -> int:
    """Prints how many were sent and how many missed; raises AssertionError at the first silent miss or double."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.schedule.year")
    parser.add_argument("--readers", type=int, default=1_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(words)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), asked.readers)
        found = stormy_days(world, asked.days, random.Random(asked.seed))
        world.close()
    took = time.perf_counter() - began
    rows = ", ".join(f"{count:,} {status}" for status, count in sorted(found.items()))
    print(
        f"{asked.days} days, {asked.readers:,} readers in {len(ZONES)} zones, {took:.0f} s: {rows}; 0 twice, 0 silent"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
