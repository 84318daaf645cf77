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
from typing import TYPE_CHECKING

from benchmarks.delivery import CONNECTIONS
from benchmarks.delivery.ours import OURS
from benchmarks.delivery.peers import PEERS, lacks
from benchmarks.delivery.sink import CURE, can_build, open_sink
from benchmarks.delivery.spent import Spent
from benchmarks.page import table
from benchmarks.rows import CPU, MAILS, Found, Missing, compare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: What a person may count on: our rate, books included, over the peer's.
LEAST = {"nodemailer": 5.0, "smtplib": 3.0}
NAMES = {
    "unsigned": "ours",
    "rsa": "ours, RSA-2048",
    "ed25519": "ours, Ed25519",
    "no-ledger": "ours, without books",
    "smtplib": "smtplib, 4 threads",
    "smtplib-anew": "smtplib, connecting anew",
    "aiosmtplib": "aiosmtplib, 4 connections",
    "nodemailer": "nodemailer, pool of 4",
    "smtp-source": "smtp-source: the limit",
}
#: Slow ones get fewer, so that a round is not all theirs.
SHARE = {"nodemailer": 0.25, "smtplib": 0.5, "smtplib-anew": 0.25, "aiosmtplib": 0.25, "rsa": 0.5}
#: A contender that takes longer is stuck.
_SECONDS = 600
_NOTE = (
    "Peers send bytes that are ready and the same for everybody; ours writes, signs and books each reader's own."
    " smtp-source, in C, sends one message over and over: what client and sink can do together on this machine."
    " Slow contenders send a quarter or half as many; rates are compared."
)


def main(words: list[str] | None = None) -> int:
    """Prints the table; 1 when we are not as much faster than a peer as we say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery.speed")
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args(words)
    found = beside(asked.messages, asked.rounds)
    print(table(found))
    return int(any("here we are not" in note for note in found.notes))


def measure(*, quick: bool) -> Found:
    """Rounds of as many messages as there is time for; more would start a second sender, and measure its start too."""
    return beside(1_000, 1) if quick else beside(3_000, 3)


def beside(messages: int, rounds: int) -> Found:
    """Everybody who is here sends so many, so often, in turns."""
    if not can_build():
        return Found(rows=(), missing=(Missing(what="the sink, which is written in C", cure=CURE),))
    letter = subprocess.run([*_program("ours"), "letter"], check=True, stdout=subprocess.PIPE).stdout
    here = [*OURS, *(peer for peer in PEERS if not lacks(peer))]
    spent: defaultdict[str, list[Spent]] = defaultdict(list)
    for _ in range(rounds):
        for name in here:
            spent[name].append(_one(name, max(CONNECTIONS, round(messages * SHARE.get(name, 1.0))), letter))
    found = {name: _median(each) for name, each in spent.items()}
    what = f"a mail of {len(letter) / 1000:.0f} kB, {messages:,} times over {CONNECTIONS} connections"
    rates, used = ({NAMES[name]: of(one) for name, one in found.items()} for of in (_rate, _cpu))
    return Found(
        rows=compare(what, rates, MAILS) + compare("the client's processor for 1,000 of these", used, CPU),
        missing=tuple(Missing(what=peer, cure=lacks(peer)) for peer in PEERS if lacks(peer)),
        notes=(_NOTE, *_judged(found)),
    )


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


def _rate(spent: Spent) -> float:
    return 1 / spent.seconds


def _cpu(spent: Spent) -> float:
    return 1000 * spent.cpu


def _judged(found: Mapping[str, Spent]) -> Iterator[str]:
    ours, bare = found["unsigned"], found["no-ledger"]
    of_time, of_cpu = 1 - bare.seconds / ours.seconds, 1 - bare.cpu / ours.cpu
    yield f"The books take {of_time:.0%} of the time and {of_cpu:.0%} of the processor; we hold {ours.rss:.0f} MB."
    for peer, least in LEAST.items():
        if peer in found and found[peer].seconds < least * ours.seconds:
            yield f"We say that we are at least {least:.0f} times as fast as {peer}; here we are not."


if __name__ == "__main__":
    sys.exit(main())
