"""Takes a real morning of 94 feeds and its labels, gives how well stories are found, told once and filed.

    python -m benchmarks.grouping.morning --shared ../shared [--misses]

The feeds are no part of this repository; `--shared` names the folder that holds them. They are served on loopback and
read, grouped and arranged as `briefing build` does. The labels stand in `morning.tsv` beside this file.

Next: benchmarks/grouping/peer.py.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.grouping.labels import Agreement, Verdict, bcubed, entries_of, judge, read_labels, share, told_twice
from benchmarks.grouping.peer import join_alike
from benchmarks.grouping.stages import StageClock, stage_seconds
from briefing.compose.stories import vector_text
from briefing.config.load import load_config
from briefing.services.segments import default_segment
from briefing.wiring import open_newsroom

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.grouping.labels import Label
    from benchmarks.grouping.stages import Vectors
    from briefing.model.article import Article
    from briefing.model.source import Collected, Source
    from briefing.model.story import Story
    from briefing.ports import Collector, Encoder

LABELS = Path(__file__).with_name("morning.tsv")
SHARED = Path(__file__).parents[2].parent / "shared"
#: Inside the shared folder: serves the feeds and a list of them.
SERVER = "eval/miniweb.py"
NOW = datetime.fromisoformat("2026-02-18T04:00:00+00:00")
CONFIG = """\
briefing: {{name: Morning, language: en, timezone: Europe/Paris, window: 36h, max_stories: 24}}
sources: [{{opml: "{opml}"}}]
fetch: {{allow_private: true}}
mail: {{from: "news@example.org", imprint: "Harbour Street 1", transport: outbox}}
database: "sqlite:///{folder}/morning.db"
"""
#: What a script may ask of a pair's cosine; the best for this very morning is taken, in hindsight.
PEER_THRESHOLDS = tuple(step / 20 for step in range(2, 16))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Carries what one morning shows.

    Attributes:
        entries: in the window; `labelled` of them have a label.
        agreement: of the stories found in the window with the labels.
        peers: the same of a script's groups, by what it compares.
        told: every story of the edition, sections before the brief; `sections` of them stand in sections.
        window: every story found in the window.
        seconds: by stage. Sources and vectors are waited for, the rest is processor time with knowledge in memory.
    """

    entries: int
    labelled: int
    agreement: Agreement
    peers: Mapping[str, Agreement]
    told: tuple[Verdict, ...]
    sections: int
    window: tuple[Verdict, ...]
    seconds: Mapping[str, float]

    @property
    def twice(self) -> Mapping[str, tuple[str, ...]]:
        """Happening → leads of the stories told of it, where they are several."""
        return told_twice(self.told)


class _TimedCollector:
    """Collects, and says how long that took. Implements `ports.Collector`."""

    def __init__(self, collector: Collector, clock: StageClock) -> None:
        self._collector, self._clock = collector, clock

    def collect(self, sources: Sequence[Source], *, now: datetime) -> Collected:
        """Implements the port."""
        return self._clock.timed("sources", lambda: self._collector.collect(sources, now=now))


class _TimedEncoder:
    """Encodes, says how long that took, and keeps the vectors. Implements `ports.Encoder`."""

    def __init__(self, encoder: Encoder, clock: StageClock) -> None:
        self._encoder, self._clock = encoder, clock
        self.known: dict[str, Sequence[float]] = {}

    def prepare(self) -> None:
        """Implements the port."""
        self._encoder.prepare()

    def encode(self, texts: Sequence[str]) -> tuple[Sequence[float], ...]:
        """Implements the port."""
        vectors = self._clock.timed("vectors", lambda: self._encoder.encode(texts))
        self.known |= zip(texts, vectors, strict=True)
        return vectors


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures of the morning."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grouping.morning")
    parser.add_argument("--shared", type=Path, default=SHARED, help=f"the folder that holds {SERVER}")
    parser.add_argument("--misses", action="store_true", help="name what is wrong, by entry")
    wanted = parser.parse_args(arguments)
    if not (wanted.shared / SERVER).exists():
        print(f"{wanted.shared} holds no {SERVER}", file=sys.stderr)
        return 2
    with TemporaryDirectory() as folder:
        report = measure(wanted.shared, Path(folder))
    print("\n".join(figures(report)))
    if wanted.misses:
        print("\n".join(misses(report)))
    return 0


def measure(shared: Path, folder: Path) -> Report:
    """Reads the morning as a build does, in a database of its own in `folder`, and compares it with the labels."""
    labels = read_labels(LABELS)
    waited = StageClock(time.perf_counter)
    with small_web(shared) as opml:
        config_file = folder / "morning.yaml"
        config_file.write_text(CONFIG.format(opml=opml, folder=folder), "utf-8")
        config = load_config(config_file)
        builder = open_newsroom(config, out=folder / "out", now=NOW, watch=lambda *_: None).builder
        assert builder.encoder is not None, "the config says to use vectors"
        encoder = _TimedEncoder(builder.encoder, waited)
        builder = replace(builder, encoder=encoder, collector=_TimedCollector(builder.collector, waited))
        gathered = builder.gather(now=NOW)
    worked = StageClock()
    edition = worked.timed(
        "edition",
        lambda: builder.edition(gathered, segment=default_segment(config), today=NOW.date(), now=NOW),
    )
    articles = [article for story in gathered.stories for article in story.articles + story.copied_by]
    vectors = {article.id: encoder.known[vector_text(article)] for article in articles}
    staged, _ = stage_seconds(articles, vectors)
    known = {article.id: labels[article.id].story for article in articles if article.id in labels}
    return Report(
        entries=len(articles),
        labelled=len(known),
        agreement=bcubed(map(entries_of, gathered.stories), known),
        peers=_peers(articles, vectors, known),
        told=_judged(edition.stories, labels),
        sections=len(edition.stories) - len(edition.brief),
        window=_judged(gathered.stories, labels),
        seconds=waited.seconds | staged | worked.seconds,
    )


@contextmanager
def small_web(shared: Path, *options: str) -> Iterator[str]:
    """Serves the feeds on loopback at a free port while the block runs; gives the address of their list."""
    command = [sys.executable, "-u", str(shared / SERVER), "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            # It says how many addresses it serves, and last where the list of feeds is.
            yield server.stdout.readline().split()[-1]
        finally:
            server.terminate()


def figures(report: Report) -> Iterator[str]:
    """The figures, line by line."""
    yield f"entries in the window {report.entries}, labelled {report.labelled}"
    yield f"stories {len(report.window)}, told {len(report.told)}, {report.sections} of them in sections"
    for name, found in {"stories": report.agreement, **report.peers}.items():
        yield f"BCubed P {found.precision:.3f}  R {found.recall:.3f}  F1 {found.f1:.3f}   {name}"
    told = [f"{number} by {', '.join(leads)}" for number, leads in report.twice.items()]
    yield f"told twice: {'; '.join(told) or 'none'}   (a happening with an entry in two of the stories told)"
    for key in ("region", "theme"):
        for name, verdicts in (("told", report.told), ("window", report.window)):
            right, most = share(verdicts, key), share(verdicts, key, generously=True)
            yield f"{key:6} {name:6} {right:.3f} right   {most:.3f} when one entry's answer is enough"
    yield "right: acceptable, by the labels, for at least half of a story's entries"
    yield "seconds  " + "  ".join(f"{stage} {seconds:.2f}" for stage, seconds in report.seconds.items())


def misses(report: Report) -> Iterator[str]:
    """What is wrong, by entry: no text."""
    told = {verdict.lead for verdict in report.told}
    for key in ("region", "theme"):
        for verdict in report.window:
            if not verdict.is_right(key):
                where = "told  " if verdict.lead in told else "window"
                accepted = "/".join(sorted(verdict.accepted[key])) or "no answer shared by half"
                yield f"{key:6} {where} {verdict.lead} {verdict.found[key]} for {accepted}"
    for verdict in report.window:
        if len(verdict.stories) > 1:
            yield "merged " + " | ".join(f"{number}: {' '.join(ids)}" for number, ids in verdict.stories.items())
    by_lead = {verdict.lead: verdict for verdict in report.window}
    for number, leads in told_twice(report.window).items():
        yield f"split  {number}: " + " | ".join(" ".join(by_lead[lead].stories[number]) for lead in leads)


def _judged(stories: Sequence[Story], labels: Mapping[str, Label]) -> tuple[Verdict, ...]:
    verdicts = (judge(story, labels) for story in stories)
    return tuple(verdict for verdict in verdicts if verdict is not None)


def _peers(articles: Sequence[Article], vectors: Vectors, known: Mapping[str, str]) -> dict[str, Agreement]:
    """The best that a script does on the same entries, whichever threshold that takes."""
    texts = [f"{article.title}. {article.text or article.excerpt or ''}" for article in articles]
    matrix = np.array([vectors[article.id] for article in articles], dtype=np.float32)
    found = {}
    for name, given in (("by words", None), ("by words and vectors", matrix)):
        tries = {least: join_alike(texts, least=least, vectors=given) for least in PEER_THRESHOLDS}
        agreed = {
            least: bcubed([[articles[place].id for place in group] for group in groups], known)
            for least, groups in tries.items()
        }
        best = max(agreed, key=lambda least: agreed[least].f1)
        found[f"of a script, {name}; threshold {best} chosen in hindsight"] = agreed[best]
    return found


if __name__ == "__main__":
    sys.exit(main())
