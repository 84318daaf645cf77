"""Takes a morning's feeds and readers, gives the seconds until every mail is handed over: ours beside whole peers.

    python -m benchmarks.whole.beside [--quick] [--feeds N] [--readers N]

Every contender is a program of its own that starts from nothing: `briefing send` with an empty database, rss2email's
`r2e run` with nothing seen, and plain_script.py. Feeds lie on loopback, each on an address of its own; mails go to the
sink of benchmarks/delivery, which discards them and counts.

Next: benchmarks/rows.py.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.delivery.house import invent_readers
from benchmarks.delivery.sink import CURE, can_build, open_sink
from benchmarks.page import table
from benchmarks.rows import SECONDS, Found, Missing, Row, compare, lacking
from benchmarks.whole.feed_web import ENTRIES, feed_web
from briefing.engines.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    #: Gets ready; gives the command that is measured.
    Contender = Callable[["Morning"], list[str]]

OURS, SCRIPT, RSS2EMAIL = "ours", "feedparser, sumy, smtplib", "rss2email"
#: Feeds and readers. The script takes .1 s for each reader of 1,000 entries.
FULL, QUICK = (100, 300), (20, 100)
#: A contender that takes longer is stuck.
_SECONDS = 600
_CONFIG = """
briefing: {{name: The Morning Tide, language: en, timezone: Europe/Paris, window: 36h}}
sources: [{sources}]
fetch: {{allow_private: true}}
mail:
  from: post@tide.example
  imprint: Quay 1
  transport: smtp
  smtp: {{host: 127.0.0.1, port: {port}, security: none, limits: {{connections: 4, per_connection: 100000}}}}
database: "sqlite:///{folder}/briefing.db"
"""
_R2E = """
[DEFAULT]
from = post@tide.example
to = reader1@readers.example
email-protocol = smtp
smtp-server = 127.0.0.1
smtp-port = {port}
html-mail = True
"""
_NOTES = (
    "Ours finds stories, tells each once, ranks, files, checks and books; its mail holds the best 24. The script sends"
    " every entry in three sentences; rss2email one mail per entry, its whole text. Less work is done in less time.",
    "rss2email knows one address: for many readers it is run for each. Both peers read one feed after the other.",
    "One turn each.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """Carries what all contenders are given: addresses of feeds, the relay, how many readers, a folder of their own."""

    feeds: Sequence[str]
    port: int
    readers: int
    folder: Path


@dataclass(frozen=True, slots=True)
class Took:
    """Carries seconds by the clock on the wall, and of the processor."""

    wall: float
    processor: float


def main(words: list[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whole.beside")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--feeds", type=int)
    parser.add_argument("--readers", type=int)
    asked = parser.parse_args(words)
    feeds, readers = QUICK if asked.quick else FULL
    print(table(beside(asked.feeds or feeds, asked.readers or readers)))
    return 0


def measure(*, quick: bool) -> Found:
    """A morning of as many feeds as there is time for."""
    return beside(*QUICK) if quick else beside(*FULL)


def beside(feeds: int, readers: int) -> Found:
    """To one reader and to many, one turn each."""
    missing = lacking({"rss2email": RSS2EMAIL})
    if not can_build():
        return Found(rows=(), missing=(Missing(what="the sink, which is written in C", cure=CURE), *missing))
    alone = {OURS: ours, SCRIPT: script} | ({} if missing else {RSS2EMAIL: rss2email})
    rows: tuple[Row, ...] = ()
    with feed_web(feeds, now=SystemClock().now()) as addresses:
        for count, here in ((1, alone), (readers, {OURS: ours, SCRIPT: script})):
            took = {name: _one(name, prepare, addresses, count) for name, prepare in here.items()}
            to = "one reader" if count == 1 else f"{count:,} readers"
            what = f"{feeds} feeds of {ENTRIES} entries to {to}"
            rows += compare(f"{what}: by the clock", {name: one.wall for name, one in took.items()}, SECONDS)
            rows += compare(f"{what}: processor", {name: one.processor for name, one in took.items()}, SECONDS)
    return Found(rows=rows, missing=missing, notes=_NOTES)


def _one(name: str, prepare: Contender, addresses: Sequence[str], readers: int) -> Took:
    """One contender's turn.

    Raises:
        RuntimeError: the sink did not get as many messages as it should.
    """
    with tempfile.TemporaryDirectory() as folder, open_sink() as sink:
        morning = Morning(feeds=addresses, port=sink.port, readers=readers, folder=Path(folder))
        command = prepare(morning)
        began, used = time.perf_counter(), _children()
        ended = subprocess.run(
            command,
            input="\n".join(addresses),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_SECONDS,
            env={**os.environ, "XDG_RUNTIME_DIR": folder, "NO_PROXY": "*"},
        )
        took = Took(time.perf_counter() - began, _children() - used)
        wanted = ENTRIES * len(addresses) if name == RSS2EMAIL else readers
        if (count := sink.count()) != wanted:
            raise RuntimeError(f"{name} sent {count} mails of {wanted}: {ended.stdout[-500:]}")
    return took


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


# ------------------------------------------------------------------ contenders


def ours(morning: Morning) -> list[str]:
    """`briefing send`, with the readers on its list."""
    config = morning.folder / "config.yaml"
    sources = ", ".join(f'{{feed: "{address}"}}' for address in morning.feeds)
    config.write_text(_CONFIG.format(sources=sources, port=morning.port, folder=morning.folder))
    invent_readers(f"sqlite:///{morning.folder}/briefing.db", morning.readers)
    out = str(morning.folder / "out")
    return [sys.executable, "-m", "briefing", "send", "--all", "--config", str(config), "--out", out]


def rss2email(morning: Morning) -> list[str]:
    """`r2e run`, for one reader."""
    config = morning.folder / "rss2email.cfg"
    feeds = "".join(f"\n[feed.f{number}]\nurl = {address}\n" for number, address in enumerate(morning.feeds))
    config.write_text(_R2E.format(port=morning.port) + feeds)
    return [sys.executable, "-m", "rss2email.main", "-c", str(config), "-d", str(morning.folder / "seen.json"), "run"]


def script(morning: Morning) -> list[str]:
    """plain_script.py."""
    return [sys.executable, "-m", "benchmarks.whole.plain_script", str(morning.port), str(morning.readers)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
