"""Takes invented articles, gives the seconds from an edit of config or template to the page that shows it.

    python -m benchmarks.preview.edits [--counts 1000 10000]

The program runs as a person starts it, in a process of its own, over a database with so many stored articles of the
last 36 hours and their vectors. Each edit is a file that is written; the time ends when the page has been fetched that
shows it. First page: from the start of the process until a page answers.

Next: benchmarks/schedule/tick.py.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.grouping.invented import NOW, Invented, invent, read_headlines
from briefing.compose.stories import vector_text
from briefing.engines.clock import SystemClock
from briefing.model.source import Source, SourceKind
from briefing.model.visit import Visit, visit_key, visit_recipe
from briefing.services.filing import digest
from briefing.store.articles import SqlArticles
from briefing.store.database import open_database
from briefing.store.vectors import SqlVectors
from briefing.store.visits import SqlVisits

if TYPE_CHECKING:
    from collections.abc import Iterator

FEED = "https://invented.example/feed.xml"
DIMENSIONS = 512
SENTENCES, SENTENCE_WORDS = 8, 14
#: Longest that an edit may take, by the number of articles.
MOST_S = {1_000: 1.0, 10_000: 3.0}
FIRST_PAGE_S = 2.0
CONFIG = f"""\
briefing: {{name: The Morning Post, language: en, timezone: UTC, window: 36h, max_stories: 24}}
topics:
  - {{name: Elections, keywords: [election, vote, élection, Wahl], description: Elections and votes., boost: 1.5}}
  - {{name: Climate, keywords: [climate, climat, Klima], boost: 1.2}}
sections: {{by: region}}
sources: [{{feed: "{FEED}"}}]
mail: {{from: The Post <post@mail.example>}}
look: {{density: comfortable}}
templates: mine/
database: sqlite:///briefing.db
"""
#: What is changed, in what, to what.
EDITS = (
    ("a keyword", "Wahl]", "Wahl, river]"),
    ("a boost", "boost: 1.5", "boost: 1.9"),
    ("a mute", "boost: 1.2", "mute: true"),
    ("the sections", "by: region", "by: theme"),
    ("the number of stories", "max_stories: 24", "max_stories: 30"),
    ("the look", "comfortable", "compact"),
    ("the window", "window: 36h", "window: 24h"),
)


def main(words: list[str] | None = None) -> int:
    """Prints a table; 1 when something took too long."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--counts", type=int, nargs="+", default=list(MOST_S))
    late = 0
    print(f"{'articles':>9} {'what is edited':24} {'seconds':>8} {'at most':>8}")
    for count in parser.parse_args(words).counts:
        with tempfile.TemporaryDirectory() as folder:
            furnish(Path(folder), count)
            for what, seconds, most in measure(Path(folder), MOST_S.get(count)):
                late += most is not None and seconds > most
                print(f"{count:9,} {what:24} {seconds:8.2f} {most or '–':>8}", flush=True)
    return 1 if late else 0


def furnish(folder: Path, count: int) -> None:
    """Writes a config, an empty folder of templates, and a database with so many articles and their vectors."""
    (folder / "mine").mkdir()
    (folder / "config.yaml").write_text(CONFIG)
    rows, dice = read_headlines(), np.random.default_rng(1)
    base = dice.normal(size=(len(rows), DIMENSIONS)).astype(np.float32)
    invented = with_texts(invent(count, base / np.linalg.norm(base, axis=1, keepdims=True)))
    engine = open_database(f"sqlite:///{folder}/briefing.db")
    source = Source(kind=SourceKind.FEED, location=FEED)
    key, asked_at = visit_key(source), NOW - timedelta(minutes=5)
    SqlArticles(engine).save_articles(key, invented.articles, now=asked_at)
    visit = Visit(
        key=key,
        name="Invented",
        outlet="Invented",
        recipe=visit_recipe(source),
        asked_at=asked_at,
        next_at=NOW + timedelta(hours=1),
        read_at=asked_at,
        full_at=asked_at,
    )
    SqlVisits(engine).save_visits([visit])
    told = {digest(vector_text(a)): invented.vectors[a.id] for a in invented.articles}
    SqlVectors(engine, SystemClock()).save_vectors(
        {**told, digest("Elections and votes."): base[0] / np.linalg.norm(base[0])}
    )
    engine.dispose()


def with_texts(invented: Invented) -> Invented:
    """The same articles, each with eight sentences of words of its language."""
    dice = random.Random(2)
    words: dict[str, list[str]] = defaultdict(list)
    for language, headline in read_headlines():
        words[language] += headline.split()

    def text(language: str | None) -> str:
        told = (" ".join(dice.choices(words[language or "en"], k=SENTENCE_WORDS)) for _ in range(SENTENCES))
        return "".join(f"{sentence}. " for sentence in told)

    return replace(invented, articles=tuple(replace(a, text=text(a.language)) for a in invented.articles))


def measure(folder: Path, most: float | None) -> Iterator[tuple[str, float, float | None]]:
    """What was done, the seconds it took, and the most it may take."""
    began = time.monotonic()
    with preview(folder) as address:
        while not _fetched(address):
            time.sleep(0.02)
        yield "(first page)", time.monotonic() - began, FIRST_PAGE_S
        version = _wait(address, -1)
        yield "(first edition)", time.monotonic() - began, None
        config = folder / "config.yaml"
        for what, here, there in EDITS:
            version, seconds = _edited(address, version, config, config.read_text().replace(here, there))
            yield what, seconds, None if what == "the window" else most
        version, seconds = _edited(address, version, config, CONFIG)
        yield "all of it taken back", seconds, None
        template = folder / "mine/masthead.mjml.j2"
        version, seconds = _edited(address, version, template, "<h1>Another head</h1>")
        yield "a template", seconds, most
        _, seconds = _edited(address, version, config, CONFIG + "sectoins: {}\n")
        yield "a mistake", seconds, most


@contextmanager
def preview(folder: Path) -> Iterator[str]:
    """The program, and where it answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "briefing", "preview", "--port", str(port), "--now", NOW.isoformat()]
    process = subprocess.Popen(command, cwd=folder, env=os.environ.copy(), stdout=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _edited(address: str, version: int, file: Path, text: str) -> tuple[int, float]:
    """Writes a file; the version that shows it, and the seconds until it was fetched."""
    began = time.monotonic()
    file.write_text(text)
    version = _wait(address, version)
    _fetched(address)
    return version, time.monotonic() - began


def _wait(address: str, version: int) -> int:
    """The next version that is finished, as the page hears of it."""
    while True:
        with urllib.request.urlopen(f"{address}/events") as told:
            for line in told:
                if line.startswith(b"data: "):
                    scene = json.loads(line[6:])
                    if scene["version"] > version and not scene["stage"] and scene["version"]:
                        return int(scene["version"])


def _fetched(address: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(address) as answer:
        return len(answer.read()) > 0
    return False


if __name__ == "__main__":
    sys.exit(main())
