"""Takes the words after `briefing worker`, works until it is told to stop.

Next: briefing/cli/serving.py.
"""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from briefing.cli.logs import LogStyle, configure_logs
from briefing.model.job import JobQueue

WORKER_EXAMPLES = (
    "Examples: briefing worker | briefing worker --queues deliver | briefing worker --queues fetch,vectors,segments"
)


def worker(
    *,
    config: Annotated[Path, typer.Option("--config", "-c", help="Your config file.")] = Path("config.yaml"),
    out: Annotated[Path, typer.Option("--out", help="Where the edition's files and the outbox go.")] = Path("out"),
    queues: Annotated[
        str, typer.Option("--queues", help="Which of fetch, vectors, segments, deliver; with commas (all).")
    ] = "",
    log: Annotated[LogStyle, typer.Option("--log", help="How lines of the log are written.")] = LogStyle.LOGFMT,
) -> int:
    """Does what `briefing serve` shares out, beside as many other workers as you like, until it is stopped.

    It reads sources, makes vectors and editions, and sends.
    """
    from briefing.config.load import load_config
    from briefing.wiring import open_desks
    from briefing.worker.work import stop_on_signals, work

    wanted = _queues(queues)

    loaded = load_config(config)
    configure_logs(log)
    stop = Event()
    desks = open_desks(loaded, out=out, is_stopped=stop.is_set)
    stop_on_signals(stop)
    work(loaded.database, desks, queues=wanted, stop=stop)
    return 0


def _queues(words: str) -> list[JobQueue]:
    """The queues that were named.

    Raises:
        typer.BadParameter: there is none of that name.
    """
    names = [name.strip() for name in words.split(",") if name.strip()]
    known = [queue.value for queue in JobQueue]
    for name in names:
        if name not in known:
            raise typer.BadParameter(
                f'no queue is called "{name}"; there are {", ".join(known)}', param_hint="--queues"
            )
    return [JobQueue(name) for name in dict.fromkeys(names)]
