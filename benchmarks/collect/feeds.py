"""Takes feeds, gives milliseconds of reading them: ours beside feedparser and fastfeedparser.

    python -m benchmarks.collect.feeds [--quick] [--data DIR]

All three do the same: bytes in, entries out. Ours also looks for traps first, and keeps the dates as they are printed.
The line of articles is what follows in a build: markup becomes paragraphs, dates are read, addresses resolved. First a
sound feed of fifty entries that we made; then, where DIR holds them, real feeds, and how many entries each finds there.

Next: benchmarks/collect/pages.py.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import fastfeedparser
import feedparser

from benchmarks.page import table
from benchmarks.rows import DATA_CURE, ENTRIES, MS, Found, Missing, compare, medians
from briefing.collect.documents import Documents
from briefing.collect.encoding import decode
from briefing.collect.xmlfeed import parse_xml_feed
from briefing.errors import BriefingError
from briefing.model.source import SavedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.rows import Row

SHARED = Path(__file__).parents[3] / "shared" / "eval" / "feeds"
NOW = datetime(2026, 2, 18, 4, tzinfo=UTC)
COUNT, PARAGRAPHS = 50, 8
_PARAGRAPH = (
    "Forty lorries had slept on the road to the harbour; their drivers were given soup by the sailing club, which "
    "keeps a kitchen for regattas and had never before needed it in November, and a crane lifts the last cars aboard."
)


def main(words: list[str] | None = None) -> int:
    """Prints a line per reader."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.collect.feeds")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--data", type=Path, default=SHARED, help="a folder of feeds, packed by gzip")
    asked = parser.parse_args(words)
    print(table(measure(quick=asked.quick, folder=asked.data)))
    return 0


def measure(*, quick: bool, folder: Path = SHARED) -> Found:
    """The feed of our own, and real ones."""
    feed = make_feed()
    rounds = 9 if quick else 41
    rows = _in_turns(f"a feed of {COUNT} entries, {len(feed) / 1000:.0f} kB", [feed], rounds=rounds)
    # Feedparser takes 14 s for all 94 of them.
    real = [gzip.decompress(path.read_bytes()) for path in sorted(folder.glob("*.gz"))[:: 8 if quick else 2]]
    if not real:
        return Found(rows=rows, missing=(Missing(what="the folder of real feeds", cure=DATA_CURE),))
    sizes = sum(map(len, real)) / len(real) / 1000
    rows += _in_turns(f"a real feed, mean of {len(real)}, {sizes:.0f} kB", real, rounds=1 if quick else 3)
    rows += compare(f"entries found in {len(real)} real feeds", _entries(real), ENTRIES)
    return Found(rows=rows)


def _in_turns(what: str, feeds: Sequence[bytes], *, rounds: int) -> tuple[Row, ...]:
    """Milliseconds a feed."""
    works = {name: _over(read, feeds) for name, read in _readers().items()}
    taken = medians(works, rounds=rounds)
    return compare(what, {name: 1000 * seconds / len(feeds) for name, seconds in taken.items()}, MS)


def _readers() -> dict[str, Callable[[bytes], object]]:
    documents = Documents()
    return {
        "ours": lambda feed: parse_xml_feed(decode(feed)),
        "ours, on to articles": lambda feed: documents.examine(
            SavedFile(name="feed.xml", content=feed, captured_at=NOW)
        ),
        "fastfeedparser": fastfeedparser.parse,
        "feedparser": feedparser.parse,
    }


def _over(read: Callable[[bytes], object], feeds: Sequence[bytes]) -> Callable[[], None]:
    def work() -> None:
        for feed in feeds:
            _tried(read, feed)

    return work


def _tried(read: Callable[[bytes], object], feed: bytes) -> object:
    """None where a reader refuses a feed, as each of them refuses some."""
    try:
        return read(feed)
    except (ValueError, LookupError, TypeError, AttributeError, BriefingError):
        return None


def _entries(feeds: Sequence[bytes]) -> dict[str, float]:
    """How many each finds."""
    readers = _readers()
    del readers["ours, on to articles"]
    found = {name: [_tried(read, feed) for feed in feeds] for name, read in readers.items()}
    return {name: float(sum(len(getattr(one, "entries", ())) for one in read)) for name, read in found.items()}


def make_feed() -> bytes:
    """RSS as a news site prints it, with full texts."""
    text = f"<p>{_PARAGRAPH}</p>" * PARAGRAPHS
    items = "".join(
        f"<item><title>Ferry sails again, day {n}</title><link>https://harbour.example/{n}</link>"
        f"<guid>https://harbour.example/{n}</guid><pubDate>Thu, 19 Nov 2026 08:30:{n:02} +0100</pubDate>"
        f"<description>A borrowed ramp ends eleven days of waiting.</description><category>Ports</category>"
        f"<dc:creator>Mara Lind</dc:creator><content:encoded><![CDATA[{text}]]></content:encoded></item>"
        for n in range(COUNT)
    )
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    head = "<title>Harbour Post</title><link>https://harbour.example/</link><description>All of it</description>"
    return f'<?xml version="1.0"?><rss version="2.0" {spaces}><channel>{head}{items}</channel></rss>'.encode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
