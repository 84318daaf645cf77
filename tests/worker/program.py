"""Is a worker that finds out sooner than the real one that others are dead: python -m tests.worker.program CONFIG."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event

from briefing.cli.logs import LogStyle, configure_logs
from briefing.config.load import load_config
from briefing.wiring import open_desks
from briefing.worker.work import stop_on_signals, work


@contextmanager
def workers(config: Path, count: int, *, log: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Has so many run while the block lasts; what they say goes to the log."""
    command = [sys.executable, "-m", "tests.worker.program", str(config)]
    with ExitStack() as stack, log.open("ab") as said:
        running = [stack.enter_context(subprocess.Popen(command, stdout=said, stderr=said)) for _ in range(count)]
        try:
            yield running
        finally:
            for worker in running:
                worker.kill()


if __name__ == "__main__":
    config = load_config(Path(sys.argv[1]))
    configure_logs(LogStyle.LOGFMT)
    stop = Event()
    stop_on_signals(stop)
    desks = open_desks(config, out=Path(sys.argv[1]).parent / "out", is_stopped=stop.is_set)
    work(config.database, desks, queues=(), stop=stop, dead_s=2.0)
