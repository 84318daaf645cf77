"""Takes invented headlines, gives the seconds of each stage after the vectors, and of a script beside them.

    python -m benchmarks.grouping.speed [--most 50000] [--encode]

Every run is a process of its own with one thread, and counts processor time, so that a busy machine changes little.
The peers do what "duplicates" and "stories" do, one by words alone, one by words and vectors; the ratio compares them
with those two, and is above 1 where the peer takes longer.

Next: benchmarks/knowledge/, how the shipped data were made.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.grouping.invented import invent, read_headlines
from benchmarks.grouping.peer import join_alike
from benchmarks.grouping.stages import stage_seconds
from briefing.engines.vectors import UniversalEncoder
from briefing.model.settings import Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

COUNTS = (1_000, 5_000, 10_000, 50_000)
#: Once for the largest: it says enough about itself.
ROUNDS = {1_000: 3, 5_000: 3, 10_000: 3, 50_000: 1}
#: All pairs of more than this would take minutes.
PEER_MOST = 10_000
PEER_LEAST = 0.4
GROWTH_FROM, GROWTH_TO = 5_000, 50_000
TOPICS = (
    Topic(name="Elections", keywords=("election", "vote", "élection", "Wahl"), description="Elections and votes."),
    Topic(name="Climate", keywords=("climate", "climat", "Klima"), description="Climate change and energy."),
    Topic(name="Football", keywords=("football", "league", "Liga"), description="Football matches and transfers."),
)
#: Words of a text for the encoder: a headline and the beginning of its lead.
TEXT_WORDS, TEXTS = 32, 1_024

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Carries what one process measured.

    Attributes:
        seconds: of the processor, by stage.
        peak_mb: the most memory the process had, headlines and vectors included.
        groups: stories found.
    """

    seconds: Mapping[str, float]
    peak_mb: float
    groups: int

    @property
    def total(self) -> float:
        """Seconds of all stages."""
        return sum(self.seconds.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints one line per number of headlines, the growth, and the encoder's pace when it is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grouping.speed")
    parser.add_argument("--most", type=int, default=COUNTS[-1], help="leave out larger numbers of headlines")
    parser.add_argument("--encode", action="store_true", help="measure the encoder, and nothing else")
    wanted = parser.parse_args(arguments)
    if wanted.encode:
        print(f"{alone(encoder_pace):.0f} texts of {TEXT_WORDS} words a second, one core")
        return 0
    base = alone(base_vectors)
    measured: dict[int, Run] = {}
    for count in COUNTS:
        if count <= wanted.most:
            measured[count] = _median([alone(measure_ours, count, base) for _ in range(ROUNDS[count])])
            print(_line(count, measured[count]), flush=True)
            if count <= PEER_MOST:
                print("\n".join(_peer_lines(count, base, measured[count])), flush=True)
    if GROWTH_TO in measured:
        print(_growth(measured[GROWTH_FROM], measured[GROWTH_TO]))
    return 0


# ------------------------------------------------------------------ in a process of its own


def base_vectors() -> Matrix:
    """The vectors of the headlines that others are made from."""
    return np.asarray(UniversalEncoder().encode([text for _, text in read_headlines()]), dtype=np.float32)


def measure_ours(count: int, base: Matrix) -> Run:
    """The stages after the vectors, on so many invented headlines."""
    with threadpool_limits(1):
        invented = invent(count, base)
        topics = {topic.name: vector.tolist() for topic, vector in zip(TOPICS, base, strict=False)}
        seconds, groups = stage_seconds(invented.articles, invented.vectors, TOPICS, topics)
    return Run(seconds=seconds, peak_mb=_peak_mb(), groups=groups)


def measure_peer(count: int, base: Matrix, *, by_vectors: bool) -> Run:
    """The script on the same headlines."""
    with threadpool_limits(1):
        invented = invent(count, base)
        texts = [article.title for article in invented.articles]
        matrix = np.array([invented.vectors[article.id] for article in invented.articles]) if by_vectors else None
        started = time.process_time()
        groups = join_alike(texts, least=PEER_LEAST, vectors=matrix)
        seconds = time.process_time() - started
    return Run(seconds={"all": seconds}, peak_mb=_peak_mb(), groups=len(groups))


def encoder_pace() -> float:
    """Texts a second of processor time, once the model is loaded."""
    words = [word for language, text in read_headlines() if language == "en" for word in text.split()]
    texts = [" ".join(words[at : at + TEXT_WORDS]) for at in range(0, len(words) - TEXT_WORDS, 12)][:TEXTS]
    encoder = UniversalEncoder()
    encoder.encode(texts[:8])
    started = time.process_time()
    encoder.encode(texts)
    return len(texts) / (time.process_time() - started)


def _peak_mb() -> float:
    """Of this process alone; `ru_maxrss` would begin with its parent's."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 1024


# ------------------------------------------------------------------ here


def alone(work: Callable[..., Result], *arguments: object) -> Result:
    """What the work gives in a process that has done nothing else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def _median(runs: Sequence[Run]) -> Run:
    """Stage by stage; what is found is the same in each."""
    return Run(
        seconds={stage: statistics.median(run.seconds[stage] for run in runs) for stage in runs[0].seconds},
        peak_mb=statistics.median(run.peak_mb for run in runs),
        groups=runs[0].groups,
    )


def _line(count: int, ours: Run) -> str:
    stages = "  ".join(f"{stage} {seconds:6.2f}" for stage, seconds in ours.seconds.items())
    return f"{count:6,}  {stages}  all {ours.total:6.2f} s  {ours.peak_mb:4.0f} MB  {ours.groups:,} stories"


def _peer_lines(count: int, base: Matrix, ours: Run) -> Iterator[str]:
    alike = ours.seconds["duplicates"] + ours.seconds["stories"]
    for name, by_vectors in (("by words", False), ("by words and vectors", True)):
        peer = alone(partial(measure_peer, count, base, by_vectors=by_vectors))
        figures = f"{peer.total:6.2f} s  {peer.peak_mb:4.0f} MB  {peer.groups:,} groups"
        yield f"        peer {name:20} {figures}  {peer.total / alike:.1f}x of duplicates and stories"


def _growth(few: Run, many: Run) -> str:
    """How the seconds grow from 5,000 to 50,000 headlines: 1 is with their number, 2 with its square."""
    decades = math.log10(GROWTH_TO / GROWTH_FROM)
    each = {stage: math.log10(many.seconds[stage] / few.seconds[stage]) / decades for stage in many.seconds}
    total = math.log10(many.total / few.total) / decades
    return f"growth  {'  '.join(f'{stage} {power:6.2f}' for stage, power in each.items())}  all {total:6.2f}"


if __name__ == "__main__":
    sys.exit(main())
