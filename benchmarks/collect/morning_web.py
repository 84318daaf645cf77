"""Takes nothing, gives the seconds and megabytes of a morning with 200 feeds of 50 entries each.

    python -m benchmarks.collect.morning_web [--feeds 200] [--rounds 3]

Every feed lies on a loopback address of its own (127.0.x.y; Linux routes all of them to itself), is invented, and
comes compressed. A round is read twice into a new database by a process of its own: once when nothing is known, and
once an hour later, when every server answers "not modified". The medians are printed, with what is allowed.

Next: the end of the walk.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import random
import resource
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import ClassVar

ENTRIES = 50
NOW = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)
#: Seconds and megabytes that a morning may take.
MOST_COLD_S, MOST_UNCHANGED_S, MOST_MB = 15.0, 3.0, 350.0
_WORDS = [
    "ferry",
    "harbour",
    "council",
    "bridge",
    "storm",
    "vote",
    "budget",
    "school",
    "river",
    "strike",
    "island",
    "market",
    "engine",
    "winter",
    "glass",
    "museum",
    "railway",
    "pilot",
    "orchard",
    "census",
    "tunnel",
    "verdict",
]


def main(arguments: list[str] | None = None) -> int:
    """Prints the medians; 1 when one is more than allowed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)
    told = parser.parse_args(arguments)
    if told.read:
        return _read(sys.stdin.read().split())
    server = _Server(("", 0), _Web)
    Thread(target=server.serve_forever, daemon=True).start()
    _Web.feeds = {_address(n): _feed(n) for n in range(told.feeds)}
    addresses = [f"http://{host}:{server.server_address[1]}/feed.xml" for host in _Web.feeds]
    rounds = [_round(addresses) for _ in range(told.rounds)]
    server.shutdown()
    cold, unchanged, mb = (statistics.median(each) for each in zip(*rounds, strict=True))
    print(f"{told.feeds} feeds of {ENTRIES} entries, medians of {told.rounds}")
    print(f"cold, to stored articles   {cold:6.2f} s   of {MOST_COLD_S:g}")
    print(f"all answer 304             {unchanged:6.2f} s   of {MOST_UNCHANGED_S:g}")
    print(f"peak memory                {mb:6.0f} MB  of {MOST_MB:g}")
    return int(cold > MOST_COLD_S or unchanged > MOST_UNCHANGED_S or mb > MOST_MB)


def _round(addresses: list[str]) -> tuple[float, float, float]:
    command = [sys.executable, "-m", "benchmarks.collect.morning_web", "--read"]
    run = subprocess.run(command, input="\n".join(addresses), stdout=subprocess.PIPE, text=True, check=True)
    cold, unchanged, mb = map(float, run.stdout.split())
    return cold, unchanged, mb


def _read(addresses: list[str]) -> int:
    """Is what runs in the other process."""
    from briefing.config.load import load_config  # noqa: PLC0415 - the server's process does without
    from briefing.store.database import open_database  # noqa: PLC0415
    from briefing.wiring.stages import make_collector  # noqa: PLC0415

    with TemporaryDirectory() as folder:
        config = Path(folder, "config.yaml")
        sources = ", ".join(f'{{feed: "{address}"}}' for address in addresses)
        config.write_text(
            f"briefing: {{name: Morning}}\nsources: [{sources}]\nfetch: {{allow_private: true}}\n"
            f'mail: {{from: "news@example.org", imprint: "Harbour Street 1"}}\ndatabase: "sqlite:///{folder}/m.db"\n',
            encoding="utf-8",
        )
        loaded = load_config(config)
        engine = open_database(loaded.database)
        for moment in (NOW, NOW + timedelta(hours=2)):
            started = time.perf_counter()
            collected = make_collector(loaded, engine).collect(loaded.sources, now=moment)
            print(time.perf_counter() - started)
            assert len(collected.articles) == ENTRIES * len(addresses), (
                len(collected.articles),
                collected.problems[:3],
            )
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return 0


def _address(number: int) -> str:
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


def _feed(number: int) -> tuple[bytes, str]:
    """A feed with its validator: entries of some hundred words in HTML, 170 kB in all."""
    dice = random.Random(number)

    def words(count: int) -> str:
        return " ".join(dice.choices(_WORDS, k=count)).capitalize()

    items = "".join(
        f"<item><title>{words(8)} {number}-{n}</title><link>https://p{number}.example/{n}</link>"
        f"<guid>https://p{number}.example/{n}</guid><category>{words(1)}</category>"
        f"<pubDate>{format_datetime(NOW - timedelta(minutes=17 * n + number % 60))}</pubDate>"
        f"<description>{words(30)}.</description>"
        f"<content:encoded><![CDATA[{''.join(f'<p>{words(60)}. <b>{words(20)}</b>.</p>' for _ in range(5))}]]>"
        "</content:encoded></item>"
        for n in range(ENTRIES)
    )
    feed = (
        "<?xml version='1.0' encoding='UTF-8'?><rss version='2.0' "
        "xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
        f"<title>Post {number}</title><link>https://p{number}.example/</link><description>News</description>"
        f"<language>en</language>{items}</channel></rss>"
    ).encode()
    return gzip.compress(feed), f'"{hashlib.sha256(feed).hexdigest()[:16]}"'


class _Server(ThreadingHTTPServer):
    request_queue_size = 512
    daemon_threads = True


class _Web(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    feeds: ClassVar[dict[str, tuple[bytes, str]]] = {}

    def do_GET(self) -> None:
        body, tag = self.feeds[self.headers["Host"].partition(":")[0]]
        is_known = self.headers.get("If-None-Match") == tag
        self.send_response(304 if is_known else 200)
        self.send_header("ETag", tag)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", "0" if is_known else str(len(body)))
        self.end_headers()
        if not is_known:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


if __name__ == "__main__":
    sys.exit(main())
