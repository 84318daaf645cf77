"""Takes invented news, gives the processor seconds of an article on its way into an edition, and of an edition.

Each measure runs in a process that has done nothing else; what is loaded once is not counted.

Next: benchmarks/scale/mails.py.
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from benchmarks.collect.feeds import COUNT, make_feed
from benchmarks.delivery.house import NOW, SEEDS, bench_config
from benchmarks.grouping.speed import base_vectors, encoder_pace, measure_ours
from benchmarks.scale.grouped import Grouped
from briefing.collect.collector import SourceCollector
from briefing.collect.documents import Documents
from briefing.compose.summarise import summarise
from briefing.model.settings import FetchRule, SummaryRule
from briefing.model.source import SavedFile, Source, SourceKind
from briefing.model.subscriber import Segment
from briefing.services.extract import with_language
from briefing.services.filing import unwatched
from briefing.store.articles import SqlArticles
from briefing.store.database import open_database
from briefing.store.visits import SqlVisits
from briefing.wiring.editions import open_newsroom
from briefing.wiring.stages import make_detector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

FEEDS, SEGMENTS, ROUNDS = 40, 20, 3

Result = TypeVar("Result")


def article_seconds() -> dict[str, float]:
    """Of one feed or article each; see `units.MEANING`."""
    with _web() as addresses:
        cold, unchanged = alone(collect, addresses)
    page_s, _ = alone(read_pages)
    language_s, summary_s = alone(tell)
    return {
        "feed unchanged": unchanged / FEEDS,
        "article collected": cold / FEEDS / COUNT,
        "page read": page_s,
        "language": language_s,
        "summary": summary_s,
        "vector": 1 / alone(encoder_pace),
    }


def group_all(counts: Sequence[int]) -> tuple[Grouped, ...]:
    """What grouping takes, for each number of headlines."""
    base = alone(base_vectors)
    runs = {count: alone(measure_ours, count, base) for count in counts}
    return tuple(
        Grouped(headlines=n, seconds=round(run.total, 2), peak_mb=round(run.peak_mb)) for n, run in runs.items()
    )


def alone(work: Callable[..., Result], *arguments: object) -> Result:
    """What the work gives in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def collect(addresses: Sequence[str]) -> tuple[float, float]:
    """Seconds of reading feeds into a database for the first time, and again when nothing is new."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/news.db")
        collector = SourceCollector(
            rule=FetchRule(allow_private=True),
            documents=Documents(),
            visits=SqlVisits(engine),
            articles=SqlArticles(engine),
            window=timedelta(days=10_000),
        )
        sources = [Source(kind=SourceKind.FEED, location=address) for address in addresses]
        spent = []
        for moment in (NOW, NOW + timedelta(hours=2)):
            began = time.process_time()
            collected = collector.collect(sources, now=moment)
            spent.append(time.process_time() - began)
            assert not collected.problems, collected.problems[:3]
        engine.dispose()
    return spent[0], spent[1]


def read_pages() -> tuple[float, int]:
    """Seconds of a saved page on its way to an article, and its bytes."""
    pages = [
        SavedFile(name=path.name, content=path.read_bytes(), captured_at=NOW) for path in sorted(SEEDS.glob("*.html"))
    ]
    reader = Documents()
    _read_all(reader, pages)
    began = time.process_time()
    for _ in range(ROUNDS):
        _read_all(reader, pages)
    spent = time.process_time() - began
    return spent / ROUNDS / len(pages), sum(len(page.content) for page in pages) // len(pages)


def _read_all(reader: Documents, pages: Sequence[SavedFile]) -> list[object]:
    return [article for page in pages for article in reader.read(page)]


def tell() -> tuple[float, float]:
    """Seconds of finding an article's language, and of its summary."""
    reader, detector = Documents(), make_detector()
    files = [path for path in sorted(SEEDS.iterdir()) if "broken" not in path.name]
    saved = [SavedFile(name=path.name, content=path.read_bytes(), captured_at=NOW) for path in files]
    articles = [replace(article, language=None) for file in saved for article in reader.read(file)]
    known = [with_language(article, detector) for article in articles]
    began = time.process_time()
    for _ in range(ROUNDS):
        known = [with_language(article, detector) for article in articles]
    language_s = (time.process_time() - began) / ROUNDS / len(articles)
    summarise(known[0], SummaryRule())
    began = time.process_time()
    for article in known:
        summarise(article, SummaryRule())
    return language_s, (time.process_time() - began) / len(known)


def build_segments() -> tuple[float, int]:
    """Seconds of one more segment once the news is gathered, and the bytes that are kept of its edition."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = bench_config(folder, port=25)
        newsroom = open_newsroom(config, out=folder / "out", now=NOW, watch=unwatched, builds_now=True)
        first, *others = [Segment(key=f"en-{n}", language="en", timezone="Europe/Paris") for n in range(SEGMENTS + 1)]
        newsroom.make(NOW.date(), [first], recipe="", is_stopped=lambda: False)
        began = time.process_time()
        newsroom.make(NOW.date(), others, recipe="", is_stopped=lambda: False)
        spent = time.process_time() - began
        with closing(sqlite3.connect(folder / "briefing.db")) as connection:
            (kept,) = connection.execute("SELECT avg(length(packed)) FROM prepared").fetchone()
    return spent / SEGMENTS, round(kept)


@contextmanager
def _web() -> Iterator[list[str]]:
    """Feeds on loopback, each on an address of its own; they say "not modified" to whoever knows them."""
    server = ThreadingHTTPServer(("", 0), _Feed)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield [f"http://127.0.7.{n + 1}:{server.server_address[1]}/feed.xml" for n in range(FEEDS)]
    finally:
        server.shutdown()
        server.server_close()


class _Feed(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        host = self.headers["Host"].partition(":")[0]
        body = make_feed().replace(b"harbour.example", host.encode() + b".example")
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        is_known = self.headers.get("If-None-Match") == tag
        self.send_response(304 if is_known else 200)
        self.send_header("ETag", tag)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", "0" if is_known else str(len(body)))
        self.end_headers()
        if not is_known:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""
