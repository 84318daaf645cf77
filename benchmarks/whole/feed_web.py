"""Takes a number of feeds, gives a web on loopback that serves them while a block runs, each on an address of its own.

The news is invented: eight paragraphs of the prose that mails are measured with. A quarter of the entries repeat a
headline of another feed, as newspapers do, so that there are stories to find.

Next: benchmarks/whole/plain_script.py.
"""

from __future__ import annotations

import html
import random
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

from benchmarks.email.prose import headline, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

ENTRIES, PARAGRAPHS = 10, 5


@contextmanager
def feed_web(count: int, *, now: datetime) -> Iterator[list[str]]:
    """Serves so many feeds of ten entries of the hours before `now`; gives their addresses."""
    feeds = dict(zip(map(_host, range(count)), _feeds(count, now), strict=True))

    class Web(BaseHTTPRequestHandler):
        """Gives each host its feed, and no rules for robots."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            feed = feeds.get(self.headers["Host"].partition(":")[0]) if self.path == "/feed.xml" else None
            self.send_response(200 if feed else 404)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(feed or b"")))
            self.end_headers()
            self.wfile.write(feed or b"")

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 512
        daemon_threads = True

    server = Server(("", 0), Web)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield [f"http://{host}:{server.server_address[1]}/feed.xml" for host in feeds]
    finally:
        server.shutdown()
        server.server_close()


def _host(number: int) -> str:
    return f"127.0.{4 + number // 250}.{1 + number % 250}"


def _feeds(count: int, now: datetime) -> Iterator[bytes]:
    dice = random.Random(7)
    told: list[str] = []
    for number in range(count):
        titles = [dice.choice(told) if told and dice.random() < 0.25 else headline("en", dice) for _ in range(ENTRIES)]
        told += titles
        yield _feed(number, titles, now, dice)


def _feed(number: int, titles: Sequence[str], now: datetime, dice: random.Random) -> bytes:
    items = []
    for place, title in enumerate(titles):
        text = "".join(f"<p>{html.escape(' '.join(sentences('en', dice)))}</p>" for _ in range(PARAGRAPHS))
        when = format_datetime(now - timedelta(minutes=30 + 60 * place + number % 60))
        address = f"https://p{number}.example/{place}"
        items.append(
            f"<item><title>{html.escape(title)}</title><link>{address}</link><guid>{address}</guid>"
            f"<pubDate>{when}</pubDate><description>{html.escape(text)}</description></item>"
        )
    head = f"<title>Post {number}</title><link>https://p{number}.example/</link><description>News</description>"
    told = f"<rss version='2.0'><channel>{head}<language>en</language>{''.join(items)}</channel></rss>"
    return f"<?xml version='1.0' encoding='UTF-8'?>{told}".encode()
