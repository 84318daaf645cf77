"""Takes this machine, gives docs/units.json: what an article, an edition, a mail and a row cost on it.

    python -m benchmarks.scale.units [--readers N] [--headlines 1000,5000] [--write docs/units.json]

One run of a minute and a half, or three on a busy machine, in which the rooms do what they do of a morning. Seconds are
the processor's, in all processes that take part, so that they may be added up; on a busy machine they are up to twice
what they are on a quiet one.

Next: benchmarks/scale/crowds.py.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.scale.grouped import Grouped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILE = Path(__file__).parents[2] / "docs/units.json"
#: What is measured, and what it is of.
MEANING = {
    "feed unchanged": "a feed asked again that says it has nothing new",
    "article collected": "an article of a feed: fetched, parsed, kept",
    "page read": "a page made into an article",
    "language": "an article's language found",
    "summary": "an article summarised",
    "vector": "the vector of a headline and its lead",
    "segment": "one more segment: ranked, arranged, told, set, checked, kept",
    "copy": "a reader's copy, 61 kB",
    "signature rsa": "its signature, RSA-2048",
    "signature ed25519": "its signature, Ed25519",
    "mail, SQLite": "a mail sent by `briefing send`, books in SQLite, all of it",
    "worker": "a mail sent by `briefing worker`, its own part",
    "books of server": "…PostgreSQL's part",
    "job": "a job of a worker, opened and closed",
    "planning": "a reader planned and parted into jobs, PostgreSQL",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Carries what was measured.

    Attributes:
        machine: on which.
        seconds: of the processor, by the words of `MEANING`.
        bytes: of a page, a mail, an edition as it is kept, and of PostgreSQL's log for a mail.
        rows: bytes of a row in PostgreSQL by table; indexes included where there are many.
        grouping: finding and filing stories, for some numbers of headlines.
    """

    machine: str
    seconds: Mapping[str, float]
    bytes: Mapping[str, float]
    rows: Mapping[str, float]
    grouping: tuple[Grouped, ...]


def load_units(path: Path = FILE) -> Units:
    """What was measured the last time."""
    told = json.loads(path.read_text("utf-8"))
    return Units(**{**told, "grouping": tuple(Grouped(**each) for each in told["grouping"])})


def machine() -> str:
    """What this machine is, in a line."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
    return f"{len(os.sched_getaffinity(0))} cores of {model}, Python {platform.python_version()}, PostgreSQL 18"


def take_units(*, readers: int, headlines: Sequence[int]) -> Units:
    """Measures everything, in a minute or two."""
    from benchmarks.scale import articles, mails  # noqa: PLC0415 - whoever reads the file needs none of the rooms

    told = articles.article_seconds()
    segment_s, kept = articles.alone(articles.build_segments)
    copies, mail_bytes = articles.alone(mails.copy_seconds)
    seconds, log, rows = mails.mails_on_postgresql(readers)
    sqlite = mails.mail_seconds_sqlite(min(readers, 3_000))
    seconds = {**told, "segment": segment_s, **copies, "mail, SQLite": sqlite, **seconds}
    return Units(
        machine=machine(),
        seconds={name: _short(seconds[name]) for name in MEANING},
        bytes={name: _short(n) for name, n in {"mail": mail_bytes, "edition": kept, **log}.items()},
        rows={name: round(size) for name, size in sorted(rows.items())},
        grouping=articles.group_all(headlines),
    )


def _short(number: float) -> float:
    return float(f"{number:.3g}") if number < 1_000 else round(number)


def main(words: list[str] | None = None) -> int:
    """Prints what was measured, and writes it where it is wanted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale.units")
    parser.add_argument("--readers", type=int, default=4_000)
    parser.add_argument("--headlines", default="1000,5000")
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args(words)
    units = take_units(readers=asked.readers, headlines=[*map(int, asked.headlines.split(","))])
    told = json.dumps(asdict(units), indent=1, ensure_ascii=False) + "\n"
    print(told, end="")
    if asked.write:
        asked.write.write_text(told, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
