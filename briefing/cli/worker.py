"""Takes the words after `briefing worker`, works until it is told to stop.

Next: briefing/cli/serving.py.
"""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from briefing.cli.logs import LogStyle, configure_logs

WORKER_EXAMPLES = "Examples: briefing worker | briefing worker --queues deliver"


def worker(
    *,
    config: Annotated[Path, typer.Option("--config", "-c", help="Your config file.")] = Path("config.yaml"),
    out: Annotated[Path, typer.Option("--out", help="Where the edition's files and the outbox go.")] = Path("out"),
    queues: Annotated[str, typer.Option("--queues", help="Names of queues with commas between (all).")] = "",
    log: Annotated[LogStyle, typer.Option("--log", help="How lines of the log are written.")] = LogStyle.LOGFMT,
) -> int:
    """Sends what `briefing serve` planned, beside as many other workers as you like, until it is stopped."""
    from briefing.config.load import load_config
    from briefing.wiring import open_chunk_desk
    from briefing.worker.tasks import stop_on_signals, work

    loaded = load_config(config)
    configure_logs(log)
    stop = Event()
    desk = open_chunk_desk(loaded, out=out, is_stopped=stop.is_set)
    stop_on_signals(stop)
    names = [name.strip() for name in queues.split(",") if name.strip()]
    work(loaded.database, desk, queues=names, stop=stop)
    return 0
