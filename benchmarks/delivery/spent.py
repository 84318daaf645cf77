"""Takes a piece of work in this process, gives what it took: seconds, processor, memory.

Next: benchmarks/delivery/peers.py.
"""

from __future__ import annotations

import json
import resource
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


@dataclass(slots=True, kw_only=True)
class Spent:
    """Carries what sending took: seconds, seconds of the client's processor, its memory at most in MB (0: unknown)."""

    seconds: float = 0.0
    cpu: float = 0.0
    rss: float = 0.0

    def tell(self) -> None:
        """Prints it for the process that asked."""
        print(json.dumps(asdict(self)), flush=True)


@contextmanager
def watched() -> Iterator[Spent]:
    """Measures what this process does in the block, its threads and children included; the memory is its own."""
    spent, began, used = Spent(), time.perf_counter(), processor_s()
    yield spent
    spent.seconds, spent.cpu, spent.rss = time.perf_counter() - began, processor_s() - used, peak_mb()


def peak_mb() -> float:
    """The most this process ever held. `ru_maxrss` would not do: a child begins with its parent's."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def rss_mb() -> float:
    """What this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def processor_s() -> float:
    """Seconds of the processor that this process and its ended children have used."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, _WHO))
