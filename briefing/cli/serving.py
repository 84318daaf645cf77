"""Takes services and a port, gives a process that runs until it is told to stop: `serve` and `preview`.

Next: briefing/services/schedule.py is what `serve` calls all day.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import uvicorn

from briefing.cli.words import list_problems, note, say
from briefing.errors import NothingToSendError
from briefing.render.words import words_in
from briefing.services.schedule import keep_ticking
from briefing.web.preview import preview_app
from briefing.web.reader_pages import ReaderPages, reader_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from briefing.services.morning import Built
    from briefing.wiring import House


def serve_until_stopped(house: House) -> int:
    """Ticks in this thread, answers readers' links in another, and ends both on Ctrl-C or SIGTERM."""
    config, stop = house.morning.config, threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    pages = ReaderPages(
        name=config.briefing.name,
        language=config.briefing.language,
        words=words_in(config.briefing.language, house.morning.templates),
        readers=house.readers,
    )
    web = config.web
    server = uvicorn.Server(uvicorn.Config(reader_app(pages), host=web.host, port=web.port, log_level="warning"))
    thread = threading.Thread(target=server.run, name="pages", daemon=True)
    thread.start()
    say(f"serving {config.briefing.name}: mail at {config.schedule.at:%H:%M}, pages on http://{web.host}:{web.port}/")
    keep_ticking(lambda: _tick(house), stop)
    server.should_exit = True
    thread.join(timeout=10)
    say("stopped")
    return 0


def _tick(house: House) -> None:
    """Sends what is due; a morning without news is told once an hour at most, when the sources are read again."""
    try:
        for report in house.morning.send_due():
            say(f"edition {report.edition}: {report.sent} sent of {report.balance.audience}")
            list_problems(report.problems)
    except NothingToSendError as error:
        note(str(error))


def preview_until_stopped(build: Callable[[], Built], *, port: int) -> int:
    """Serves the preview on this machine until Ctrl-C."""
    say(f"preview on http://127.0.0.1:{port}/ (Ctrl-C ends it)")
    uvicorn.run(preview_app(build), host="127.0.0.1", port=port, log_level="warning")
    return 0
