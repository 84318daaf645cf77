"""Takes a number of readers and of kills, gives a line for each policy: what was accepted twice, never, or is in doubt.

    python -m benchmarks.delivery.crashes [--readers N] [--kills K]

Next: benchmarks/delivery/many_readers.py.
"""

from __future__ import annotations

import argparse
import sys

from benchmarks.delivery.mishaps import crash, rivals
from briefing.model.delivery import OnUncertain


def main(words: list[str] | None = None) -> int:
    """Prints a line for each policy and one for two senders; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery.crashes")
    parser.add_argument("--readers", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=20)
    asked = parser.parse_args(words)
    broken = []
    for policy in OnUncertain:
        outcome = crash(policy, readers=asked.readers, kills=asked.kills, seed=1)
        print(
            f"{policy.value:7} {asked.readers:,} readers, {asked.kills} kills: {outcome.accepted.total():,} accepted, "
            f"{outcome.doubles} too many, {len(outcome.never)} never, {len(outcome.unsure)} named as in doubt",
            flush=True,
        )
        broken += outcome.broken()
    counts = rivals(readers=40, editions=50)
    doubles = counts.total() - len(counts)
    print(f"two senders at once, 50 times 40 readers: {len(counts):,} messages accepted, {doubles} twice")
    if doubles or len(counts) != 50 * 40:
        broken.append("two senders did not send each message once")
    for promise in broken:
        print(f"broken: {promise}")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
