"""Takes a million invented readers, gives the seconds that planning takes, and the memory of planning and of sending.

    python -m benchmarks.delivery.many_readers [--readers N] [--sent N]

The list is filled by one process and read by a fresh one, which plans the edition for everybody and sends it to the
first of them. What it holds in memory must not depend on how many there are, nor on how far it has come.

Next: docs/delivery.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.delivery.house import NOW, invent_readers, make_room, plain_mail
from benchmarks.delivery.sink import CURE, can_build, open_sink
from benchmarks.delivery.spent import peak_mb, rss_mb
from briefing.engines.clock import SystemClock
from briefing.model.delivery import Envelope, OnUncertain
from briefing.services.delivery_run import Mailing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from briefing.ports import Books, Transport

#: What we promise: seconds of planning, MB at most, MB more at the end of sending than after its first quarter.
MOST_SECONDS, MOST_MB, MOST_GROWTH_MB = 20.0, 120.0, 5.0
_EDITION = NOW.date()
#: 60 kB.
_mail = partial(plain_mail, _EDITION, lines=1_400)


@dataclass(slots=True)
class FirstOnly:
    """A transport that hands the first so many messages over and leaves the rest, looking at the memory meanwhile."""

    transport: Transport
    most: int
    rss: list[float] = field(default_factory=list)

    def __enter__(self) -> Transport:
        self.transport.__enter__()
        return self

    def __exit__(self, *failure: object) -> None:
        self.transport.__exit__(*failure)

    def deliver(self, envelopes: Iterator[Envelope], books: Books) -> None:
        """Hands over."""
        self.transport.deliver(self._watched(islice(envelopes, self.most)), books)

    def _watched(self, envelopes: Iterator[Envelope]) -> Iterator[Envelope]:
        for number, envelope in enumerate(envelopes):
            if number % (self.most // 20 or 1) == 0:
                self.rss.append(rss_mb())
            yield envelope


def main(words: list[str] | None = None) -> int:
    """Prints seconds and MB; 1 when they are more than we promise."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery.many_readers")
    parser.add_argument("--readers", type=int, default=1_000_000)
    parser.add_argument("--sent", type=int, default=20_000)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args(words)
    if asked.database:
        return _plan_and_send(asked.database, asked.port, asked.sent)
    if not can_build():
        print(f"left out: {CURE}")
        return 0
    with tempfile.TemporaryDirectory() as name, open_sink(records=True) as sink:
        database = f"sqlite:///{Path(name)}/briefing.db"
        began = time.perf_counter()
        invent_readers(database, asked.readers)
        print(f"{asked.readers:,} readers invented in {time.perf_counter() - began:.1f} s", flush=True)
        command = [sys.executable, "-m", "benchmarks.delivery.many_readers", "--sent", str(asked.sent)]
        command += ["--database", database, "--port", str(sink.port)]
        ended = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        names = sink.message_ids()
    return _table(json.loads(ended.stdout), names)


def _table(found: dict[str, float], names: list[str]) -> int:
    print(
        f"planned in {found['planning']:.1f} s (at most {MOST_SECONDS:.0f}); the balance took {found['balance']:.2f} s"
    )
    print(f"memory: {found['start']:.0f} MB before, {found['planned']:.0f} MB at most until it was planned", end="; ")
    print(f"while sending {found['quarter']:.0f} MB after a quarter, {found['end']:.0f} MB at the end")
    print(f"at most {found['peak']:.0f} MB ({MOST_MB:.0f}); {found['rate']:,.0f} mails/s", end="; ")
    print(f"{len(names):,} accepted, {len(names) - len(set(names))} of them twice")
    is_flat = found["end"] - found["quarter"] <= MOST_GROWTH_MB
    is_kept = found["planning"] <= MOST_SECONDS and found["peak"] <= MOST_MB and is_flat
    return int(not is_kept or len(names) != len(set(names)))


def _plan_and_send(database: str, port: int, most: int) -> int:
    """What the fresh process does."""
    room = make_room(database, port=port, clock=SystemClock(), on_uncertain=OnUncertain.RESEND)
    start, began = rss_mb(), time.perf_counter()
    habits = [crowd.habit for crowd in room.store.crowds()]
    room.ledger.plan_habits(_EDITION, habits, now=NOW)
    planning, planned, began = time.perf_counter() - began, peak_mb(), time.perf_counter()
    room.ledger.balance(_EDITION)
    balance = time.perf_counter() - began
    transport = FirstOnly(room.transport, most)
    began = time.perf_counter()
    # Planned already: this time for nobody.
    report = replace(room, transport=transport).send_edition(Mailing(edition=_EDITION, compose_message=_mail), [])
    found = {
        "planning": planning,
        "balance": balance,
        "start": start,
        "planned": planned,
        "quarter": transport.rss[len(transport.rss) // 4],
        "end": transport.rss[-1],
        "peak": peak_mb(),
        "rate": report.sent / (time.perf_counter() - began),
    }
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
