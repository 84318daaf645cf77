"""Takes nothing, gives a server on loopback that takes mail faster than any client sends it: sink.c, built when needed.

Next: benchmarks/delivery/house.py.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOURCE = Path(__file__).with_suffix(".c")
CURE = "needs a C compiler: sudo make system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sink:
    """Carries where it listens, and the file that the Message-IDs go to, where there is one."""

    port: int
    process: subprocess.Popen[str]
    names: Path | None = None

    def count(self) -> int:
        """Ends it; gives how many messages it took."""
        said, _ = self.process.communicate()
        return int(said)

    def message_ids(self) -> list[str]:
        """Of all messages it took so far, in that order."""
        assert self.names
        return self.names.read_text().splitlines()


def can_build() -> bool:
    """Whether this machine has a C compiler."""
    return shutil.which("cc") is not None


@contextmanager
def open_sink(*, records: bool = False) -> Iterator[Sink]:
    """Runs the sink while the block lasts.

    Args:
        records: it writes each Message-ID down, which takes it a fifth of its time.
    """
    with tempfile.TemporaryDirectory() as name:
        program, names = Path(name) / "sink", Path(name) / "names" if records else None
        subprocess.run(["cc", "-O2", "-o", str(program), str(_SOURCE)], check=True)
        command = [str(program), "0", *([str(names)] if names else [])]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        try:
            yield Sink(port=int(process.stdout.readline()), process=process, names=names)
        finally:
            process.kill()
            process.communicate()
