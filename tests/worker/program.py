"""Is a worker that finds out sooner than the real one that others are dead: python -m tests.worker.program CONFIG."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Event

from briefing.cli.logs import LogStyle, configure_logs
from briefing.config.load import load_config
from briefing.wiring import open_desks
from briefing.worker.work import stop_on_signals, work

if __name__ == "__main__":
    config = load_config(Path(sys.argv[1]))
    configure_logs(LogStyle.LOGFMT)
    stop = Event()
    stop_on_signals(stop)
    desks = open_desks(config, out=Path(sys.argv[1]).parent / "out", is_stopped=stop.is_set)
    work(config.database, desks, queues=(), stop=stop, dead_s=2.0)
