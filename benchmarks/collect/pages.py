"""Takes news pages, gives pages per second and F1 of reading them: ours, trafilatura, newspaper4k and readability.

    python -m benchmarks.collect.pages [--pages N] [--data DIR]

DIR holds gold.jsonl.gz and html/ (pages with their texts); without it, invented pages are read and F1 is not told. Text
and metadata are read together, each contender with as much metadata as it gives, in one process and page by page in
turns; the milliseconds are the processor's, which other work on the machine hardly changes. As it is run, ours has a
process for each core.

Next: benchmarks/summaries/beside.py.
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

from benchmarks.page import table
from benchmarks.rows import DATA_CURE, F1, MS, Found, Missing, compare, lacking
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


Reader = Callable[[Page], str]


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


PEERS = {"trafilatura": trafilatura, "newspaper4k": newspaper4k, "readability-lxml": readability}
MODULES = {"trafilatura": "trafilatura", "newspaper": "newspaper4k", "readability": "readability-lxml"}


class Read(NamedTuple):
    """The text of a page, and the seconds of a processor that finding it took."""

    text: str
    seconds: float


def main(words: list[str] | None = None) -> int:
    """Prints a line per extractor."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.collect.pages")
    parser.add_argument("--pages", type=int, default=84)
    parser.add_argument("--data", type=Path, default=SHARED)
    asked = parser.parse_args(words)
    print(table(beside(asked.pages, asked.data)))
    return 0


def measure(*, quick: bool) -> Found:
    """As many pages as there is time for."""
    return beside(21 if quick else 84, SHARED)


def beside(count: int, folder: Path) -> Found:
    """So many pages of the folder, or invented ones, read by everybody who is here."""
    real = load_pages(folder, count)
    pages, missing = real or invented(count), lacking(MODULES)
    here = {"ours": ours} | {name: peer for name, peer in PEERS.items() if name not in {one.what for one in missing}}
    for reader in here.values():  # so that imports are not timed
        attempt(reader, pages[0])
    read: dict[str, list[Read]] = {name: [] for name in here}
    for wanted in pages:
        for name, reader in here.items():
            read[name].append(attempt(reader, wanted))
    took = {name: 1000 * statistics.mean(one.seconds for one in found) for name, found in read.items()}
    kind = "news pages" if real else "invented pages, much lighter than real ones"
    rows = compare(f"one page, mean of {len(pages)} {kind}: processor", took, MS)
    if not real:
        return Found(rows=rows, missing=(*missing, Missing(what="the pages with their texts", cure=DATA_CURE)))
    agreed = {name: statistics.mean(map(_score, found, pages)) for name, found in read.items()}
    rows += compare("agreement with the text that people marked (F1 of runs of four words)", agreed, F1)
    return Found(rows=rows, missing=missing, notes=(_together(pages),))


def _together(pages: list[Page]) -> str:
    """What all cores give; the clock on the wall, so a busy machine shows."""
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        pool.map(partial(attempt, ours), pages[:4] * PROCESSES, chunksize=4)  # so that imports are not timed
        began = time.perf_counter()
        pool.map(partial(attempt, ours), pages, chunksize=4)
        rate = len(pages) / (time.perf_counter() - began)
    return f"As it is run, in {PROCESSES} processes, ours reads {rate:.1f} pages/s by the clock on the wall."


def _score(found: Read, wanted: Page) -> float:
    return f1(found.text, wanted.text)


def attempt(reader: Reader, wanted: Page) -> Read:
    """A peer that crashes on a page found nothing there."""
    began = time.process_time()
    text = ""
    with suppress(Exception):
        text = reader(wanted)
    return Read(text, time.process_time() - began)


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
