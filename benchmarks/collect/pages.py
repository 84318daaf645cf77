"""Takes news pages, gives pages per second and F1 of reading them: ours, trafilatura, newspaper4k and readability.

    python -m benchmarks.collect.pages [--pages N] [--data DIR]

DIR holds gold.jsonl.gz and html/ (pages with their texts); without it, invented pages are read and F1 is not told. Ours
runs in two processes, text and metadata together; the others in one, each with as much metadata as it gives. Those that
are not installed are left out. The processor's milliseconds a page are what other work on the machine does not change.

Next: benchmarks/grouping/invented.py.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import multiprocessing
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from briefing.collect.encoding import decode
from briefing.collect.pages import read_page
from briefing.model.source import SavedFile
from tests.collect.samples import PARAGRAPHS, page

SHARED = Path(__file__).parents[3] / "shared" / "eval" / "extraction"
NOW = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)
PROCESSES = 2
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Page(NamedTuple):
    """A page, its address, and its text as people found it."""

    raw: bytes
    url: str | None
    text: str


Read = Callable[[Page], str]


def ours(wanted: Page) -> str:
    """Text and metadata."""
    saved = SavedFile(name="page", content=b"", captured_at=NOW, url=wanted.url)
    article = read_page(decode(wanted.raw), saved=saved)
    return article.text if article else ""


def trafilatura(wanted: Page) -> str:
    """Standard mode with metadata."""
    module = importlib.import_module("trafilatura")
    found = module.bare_extraction(wanted.raw, url=wanted.url, include_comments=False, with_metadata=True)
    return (found.text or "") if found else ""


def newspaper4k(wanted: Page) -> str:
    """Text and metadata."""
    module = importlib.import_module("newspaper")
    article = module.Article(wanted.url or "https://unknown.example/", fetch_images=False)
    article.download(input_html=decode(wanted.raw))
    article.parse()
    return str(article.text)


def readability(wanted: Page) -> str:
    """Text and title."""
    module = importlib.import_module("readability")
    document = module.Document(decode(wanted.raw))
    document.short_title()
    tree = importlib.import_module("lxml.html").fromstring(document.summary(html_partial=True))
    return str(tree.text_content())


PEERS = {"trafilatura": trafilatura, "newspaper": newspaper4k, "readability": readability}


def main(words: list[str] | None = None) -> int:
    """Prints a line per extractor."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.collect.pages")
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--data", type=Path, default=SHARED)
    asked = parser.parse_args(words)
    pages = load_pages(asked.data, asked.pages) or invented(asked.pages)
    print(f"{'extractor':24}{'processes':>10}{'pages/s':>9}{'CPU ms':>8}{'F1':>7}   ({len(pages)} pages)")
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        pool.map(partial(attempt, ours), pages[:4] * PROCESSES, chunksize=4)  # so that imports are not timed
        began = time.perf_counter()
        read = pool.map(partial(attempt, ours), pages, chunksize=4)
        _tell("ours", PROCESSES, time.perf_counter() - began, read, pages)
    for name, peer in {"briefing": ours, **PEERS}.items():
        with suppress(ImportError):
            importlib.import_module(name)
            attempt(peer, pages[0])
            began = time.perf_counter()
            read = [attempt(peer, wanted) for wanted in pages]
            _tell("ours" if peer is ours else name, 1, time.perf_counter() - began, read, pages)
    return 0


class Found(NamedTuple):
    """The text of a page, and the seconds of a processor that finding it took."""

    text: str
    seconds: float


def attempt(read: Read, wanted: Page) -> Found:
    """A peer that crashes on a page found nothing there."""
    began = time.process_time()
    text = ""
    with suppress(Exception):
        text = read(wanted)
    return Found(text, time.process_time() - began)


def _tell(name: str, processes: int, seconds: float, found: list[Found], pages: list[Page]) -> None:
    scores = [f1(one.text, wanted.text) for one, wanted in zip(found, pages, strict=True) if wanted.text]
    told = f"{statistics.mean(scores):7.3f}" if scores else "      –"
    cpu_ms = statistics.mean(one.seconds for one in found) * 1000
    print(f"{name:24}{processes:10}{len(pages) / seconds:9.1f}{cpu_ms:8.1f}{told}", flush=True)


def load_pages(folder: Path, count: int) -> list[Page]:
    """Every n-th page of the evaluation set; none when it is not there."""
    listed = folder / "gold.jsonl.gz"
    if not listed.exists():
        return []
    gold = [json.loads(line) for line in gzip.decompress(listed.read_bytes()).decode().split("\n") if line]
    step = max(1, len(gold) // count)
    return [
        Page(gzip.decompress((folder / "html" / row["file"]).read_bytes()), row.get("url"), row.get("text") or "")
        for row in gold[::step][:count]
    ]


def invented(count: int) -> list[Page]:
    """Pages of our own, much lighter than real ones."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 6)
    return [
        Page(page(title=f"Ferry number {n} sails again", body=body).encode(), f"https://harbour.example/{n}", "")
        for n in range(count)
    ]


def f1(found: str, wanted: str) -> float:
    """Agreement of two texts in runs of four words (characters in Chinese and Japanese)."""
    one, other = _shingles(found), _shingles(wanted)
    common = sum((one & other).values())
    return 2 * common / (one.total() + other.total()) if common else 0.0


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words: list[str] = []
    for word in re.findall(r"\w+", text.lower()):
        words.extend(word if _CJK.search(word) else [word])
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
