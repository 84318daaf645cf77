"""Takes a sound feed of fifty entries, gives feeds per second: ours beside feedparser and fastfeedparser.

    python -m benchmarks.collect.feeds [--seconds N]

All three do the same: bytes in, entries out. Ours also looks for traps first, and keeps the dates as they are printed.
The line of articles is what follows in a build: markup becomes paragraphs, dates are read, addresses resolved. They
take turns, and the best turn of each counts, because other work on the machine only ever makes a turn longer.

Next: benchmarks/email/__init__.py.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import fastfeedparser
import feedparser

from briefing.collect.documents import Documents
from briefing.collect.encoding import decode
from briefing.collect.xmlfeed import parse_xml_feed
from briefing.model.source import SavedFile

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRIES, PARAGRAPHS = 50, 8
_PARAGRAPH = (
    "Forty lorries had slept on the road to the harbour; their drivers were given soup by the sailing club, which "
    "keeps a kitchen for regattas and had never before needed it in November, and a crane lifts the last cars aboard."
)


def main(words: list[str] | None = None) -> int:
    """Prints one line for each reader."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.collect.feeds")
    parser.add_argument("--seconds", type=float, default=8.0, help="For all of them together.")
    feed = make_feed()
    saved = SavedFile(name="feed", content=feed, captured_at=datetime(2026, 11, 22, tzinfo=UTC))
    documents = Documents()
    readers: dict[str, Callable[[], object]] = {
        "ours": lambda: parse_xml_feed(decode(feed)),
        "fastfeedparser": lambda: fastfeedparser.parse(feed),
        "feedparser": lambda: feedparser.parse(feed),
        "ours, articles": lambda: documents.examine(saved),
    }
    best = best_turns(readers, seconds=parser.parse_args(words).seconds)
    print(f"a feed of {ENTRIES} entries, {len(feed) / 1000:.0f} kB")
    for name, seconds in best.items():
        ratio = best["feedparser"] / seconds
        print(f"{name:16}{seconds * 1000:9.2f} ms{1 / seconds:9,.0f} feeds/s{ratio:9.1f} x feedparser")
    return 0


def make_feed() -> bytes:
    """RSS as a news site prints it, with full texts."""
    text = f"<p>{_PARAGRAPH}</p>" * PARAGRAPHS
    items = "".join(
        f"<item><title>Ferry sails again, day {n}</title><link>https://harbour.example/{n}</link>"
        f"<guid>https://harbour.example/{n}</guid><pubDate>Thu, 19 Nov 2026 08:30:{n:02} +0100</pubDate>"
        f"<description>A borrowed ramp ends eleven days of waiting.</description><category>Ports</category>"
        f"<dc:creator>Mara Lind</dc:creator><content:encoded><![CDATA[{text}]]></content:encoded></item>"
        for n in range(ENTRIES)
    )
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    head = "<title>Harbour Post</title><link>https://harbour.example/</link><description>All of it</description>"
    return f'<?xml version="1.0"?><rss version="2.0" {spaces}><channel>{head}{items}</channel></rss>'.encode()


def best_turns(readers: dict[str, Callable[[], object]], *, seconds: float) -> dict[str, float]:
    """The shortest time of each, in seconds."""
    best = dict.fromkeys(readers, float("inf"))
    ends_at = time.perf_counter() + seconds
    while time.perf_counter() < ends_at:
        for name, read in readers.items():
            for _ in range(1 if best[name] > 0.01 else 20):
                began = time.perf_counter()
                read()
                best[name] = min(best[name], time.perf_counter() - began)
    return best


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
