"""Takes a number of messages, gives a table: how fast we send beside peers, what the books and signatures cost of it.

    python -m benchmarks.delivery.speed [--messages N] [--rounds R]

Each contender sends the same 61 KB edition over four connections to a sink on the same machine that discards it, each
in a process of its own, turn by turn. The client is compared: ratios travel between machines, rates do not.

Next: benchmarks/delivery/many_readers.py.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections import defaultdict

from benchmarks.delivery import CONNECTIONS
from benchmarks.delivery.ours import OURS
from benchmarks.delivery.peers import PEERS, lacks
from benchmarks.delivery.sink import CURE, can_build, open_sink
from benchmarks.delivery.spent import Spent

#: What a person may count on: our rate, books included, over the peer's.
LEAST = {"nodemailer": 5.0, "smtplib": 3.0}
NAMES = {
    "unsigned": "ours, with its books",
    "rsa": "ours, with its books, RSA-2048",
    "ed25519": "ours, with its books, Ed25519",
    "no-ledger": "ours, without books",
    "smtplib": "smtplib, bytes ready, 4 threads",
    "nodemailer": "nodemailer, raw, pool of 4",
    "smtp-source": "smtp-source, 4 sessions (limit)",
}
#: Slow ones get fewer, so that a round is not all theirs.
SHARE = {"nodemailer": 0.25, "smtplib": 0.5, "rsa": 0.5}
#: A contender that takes longer is stuck.
_SECONDS = 600


def main(words: list[str] | None = None) -> int:
    """Prints the table; 1 when we are not as much faster than a peer as we say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery.speed")
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args(words)
    if not can_build():
        print(f"left out: {CURE}")
        return 0
    letter = subprocess.run([*_program("ours"), "letter"], check=True, stdout=subprocess.PIPE).stdout
    there = [*OURS, *(peer for peer in PEERS if not _left_out(peer))]
    found: defaultdict[str, list[Spent]] = defaultdict(list)
    for _ in range(asked.rounds):
        for name in there:
            messages = max(CONNECTIONS, round(asked.messages * SHARE.get(name, 1.0)))
            found[name].append(_one(name, messages, letter))
    print(f"{len(letter):,} bytes, {CONNECTIONS} connections, medians of {asked.rounds} rounds of {asked.messages:,}")
    return _table({name: _median(spent) for name, spent in found.items()})


def _left_out(peer: str) -> bool:
    cure = lacks(peer)
    if cure:
        print(f"left out: {peer} is not here ({cure})")
    return bool(cure)


def _program(module: str) -> list[str]:
    return [sys.executable, "-m", f"benchmarks.delivery.{module}"]


def _one(name: str, messages: int, letter: bytes) -> Spent:
    """One contender's turn, for one message.

    Raises:
        RuntimeError: the sink did not get as many messages as were sent.
    """
    command = [*_program("ours" if name in OURS else "peers"), name]
    with open_sink() as sink:
        ended = subprocess.run(
            [*command, str(sink.port), str(messages)],
            input=letter,
            stdout=subprocess.PIPE,
            check=True,
            timeout=_SECONDS,
        )
        count = sink.count()
    if count != messages:
        raise RuntimeError(f"{name} said that it sent {messages}, and the sink took {count}")
    total = json.loads(ended.stdout.splitlines()[-1])
    return Spent(seconds=total["seconds"] / messages, cpu=total["cpu"] / messages, rss=total["rss"])


def _median(spent: list[Spent]) -> Spent:
    return Spent(
        seconds=statistics.median(one.seconds for one in spent),
        cpu=statistics.median(one.cpu for one in spent),
        rss=statistics.median(one.rss for one in spent),
    )


def _table(found: dict[str, Spent]) -> int:
    ours = found["unsigned"]
    print(f"{'':34}{'mails/s':>9}{'CPU s/1000':>12}{'MB':>7}{'ours/it':>10}")
    for name, spent in found.items():
        rate, ratio = 1 / spent.seconds, spent.seconds / ours.seconds
        memory = f"{spent.rss:.0f}" if spent.rss else "-"
        print(f"{NAMES[name]:34}{rate:9,.0f}{1000 * spent.cpu:12.3f}{memory:>7}{ratio:9.2f}x")
    books = 1 - found["no-ledger"].seconds / ours.seconds
    of_cpu = 1 - found["no-ledger"].cpu / ours.cpu
    print(f"the books take {books:.0%} of the time and {of_cpu:.0%} of the processor")
    slow = [peer for peer, least in LEAST.items() if peer in found and found[peer].seconds < least * ours.seconds]
    for peer in slow:
        print(f"we say that we are at least {LEAST[peer]:.0f} times as fast as {peer}; here we are not")
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
