"""Takes the sample news in seeds/, gives a table: our median, the peer's median, and the ratio. `make bench` runs it.

Every pair does the same work on the same input, turn by turn, so that a busy machine slows both alike. Then come the
milliseconds of the mail, and the figures of grouping: how well on a real morning, where its feeds are at hand, and how
fast on invented headlines.

Next: benchmarks/email/__init__.py, then benchmarks/grouping/invented.py.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import feedparser
from sentencex import get_sentence_boundaries

from benchmarks.collect import feeds
from benchmarks.email import speed as mail
from benchmarks.grouping import morning, speed
from briefing.collect.documents import Documents
from briefing.compose.sentences import split_sentences
from briefing.compose.summarise import summarise
from briefing.engines.vectors import UniversalEncoder
from briefing.model.settings import SummaryRule
from briefing.model.source import SavedFile

if TYPE_CHECKING:
    from briefing.model.article import Article

SEEDS = Path(__file__).parents[1] / "seeds"
NOW = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)
ROUNDS = 7

Work = Callable[[], object]


def main() -> int:
    """Prints one line per pair, then what the benchmarks of grouping print."""
    articles = _articles()
    print(f"{'what':34}{'ours':>12}{'peer':>12}{'ratio':>8}   peer")
    for name, ours, peer, peer_name in _pairs(articles):
        mine, theirs = _medians(ours, peer)
        print(f"{name:34}{mine * 1000:9.1f} ms{theirs * 1000:9.1f} ms{theirs / mine:7.1f}x   {peer_name}")
    print("\nfeeds per second", flush=True)
    feeds.main([])
    print("\nmilliseconds of the mail", flush=True)
    mail.main()
    print("\na real morning, against its labels", flush=True)
    morning.main([])
    print("\nseconds of finding and filing stories in invented headlines", flush=True)
    speed.main(["--most", str(speed.PEER_MOST)])
    return speed.main(["--encode"])


def _articles() -> list[Article]:
    """The sample articles that are long enough to need a summary, repeated to a hundred."""
    reader, found = Documents(), []
    for path in sorted(SEEDS.iterdir()):
        if "broken" not in path.name:
            found += reader.read(SavedFile(name=path.name, content=path.read_bytes(), captured_at=NOW))
    long = [replace(a, language=a.language or "fr") for a in found if len(a.text) > SummaryRule().max_chars]
    return (long * (100 // len(long) + 1))[:100]


def _pairs(articles: list[Article]) -> list[tuple[str, Work, Work, str]]:
    def told(method: str) -> Work:
        rule = SummaryRule(method=method)
        return lambda: [summarise(article, rule) for article in articles]

    feed = SEEDS / "harbour-standard-rss-en.xml"
    saved = SavedFile(name=feed.name, content=feed.read_bytes(), captured_at=NOW)
    texts = [f"{a.title}. {a.text[:300]}" for a in articles]
    encoder = UniversalEncoder()
    reader = Documents()
    return [
        ("100 summaries", told("ranked"), told("lex-rank"), "sumy LexRank, on our sentences"),
        *_splits(articles),
        (
            "10 readings of a feed",
            _ten(lambda: reader.read(saved)),
            _ten(lambda: feedparser.parse(saved.content)),
            "feedparser",
        ),
        (
            "100 vectors at once",
            lambda: encoder.encode(texts),
            lambda: [encoder.encode([t]) for t in texts],
            "one by one",
        ),
    ]


def _splits(articles: list[Article]) -> list[tuple[str, Work, Work, str]]:
    """Articles, and two texts that are none: there the claim is linear time (1 MB of « Mot. takes sentencex 85 s)."""
    texts = [(article.text, article.language or "fr") for article in articles]
    quoted, dotted = [("« Mot. " * 14_300, "fr")], [("A. b? " * 167_000, "en")]

    def told(texts: list[tuple[str, str]]) -> tuple[Work, Work]:
        return (
            lambda: [split_sentences(text, language) for text, language in texts],
            lambda: [list(get_sentence_boundaries(language, text)) for text, language in texts],
        )

    return [
        ("sentences of 100 articles", *told(texts), "sentencex"),
        ("sentences of 100 KB of « Mot. ", *told(quoted), "sentencex"),
        ("sentences of 1 MB of A. b? ", *told(dotted), "sentencex"),
    ]


def _ten(work: Work) -> Work:
    return lambda: [work() for _ in range(10)]


def _medians(ours: Work, peer: Work) -> tuple[float, float]:
    """Median seconds of both, taken in turns after one round that nobody counts."""
    taken: tuple[list[float], list[float]] = ([], [])
    for round_number in range(ROUNDS + 1):
        for work, seconds in zip((ours, peer), taken, strict=True):
            started = time.perf_counter()
            work()
            if round_number:
                seconds.append(time.perf_counter() - started)
    return statistics.median(taken[0]), statistics.median(taken[1])


if __name__ == "__main__":
    sys.exit(main())
