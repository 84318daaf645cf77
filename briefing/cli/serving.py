"""Takes services and a port, gives a process that runs until it is told to stop: `serve` and `preview`.

Next: briefing/services/schedule.py is what `serve` calls all day.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import uvicorn

from briefing.cli.words import list_problems, note, say
from briefing.errors import BriefingError, NothingToSendError
from briefing.render.words import words_in
from briefing.services.schedule import keep_ticking
from briefing.web.preview import preview_app
from briefing.web.reader_pages import ReaderPages, reader_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from briefing.services.morning import Built
    from briefing.wiring import House


def serve_until_stopped(house: House) -> int:
    """Ticks in this thread, answers readers' links in another, and ends both on Ctrl-C or SIGTERM.

    Raises:
        BriefingError: the port is taken.
    """
    config, stop = house.morning.config, _Stop()
    web = config.web
    listening = _listen(web.host, web.port, cure="name another under web: listen in your config")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    pages = ReaderPages(
        name=config.briefing.name,
        language=config.briefing.language,
        words=words_in(config.briefing.language, house.morning.templates),
        readers=house.readers,
    )
    server = uvicorn.Server(uvicorn.Config(reader_app(pages), log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listening],), name="pages", daemon=True)
    thread.start()
    say(f"serving {config.briefing.name}: mail at {config.schedule.at:%H:%M}, pages on http://{web.host}:{web.port}/")
    keep_ticking(_Ticker(house).tick, stop)
    server.should_exit = True
    thread.join(timeout=10)
    say("stopped")
    return 0


class _Stop(threading.Event):
    """An event that a signal may set while the same thread begins to wait for it.

    `Event.set` takes a lock that `Event.wait` holds for a moment: a SIGTERM in that moment would wait for itself for
    ever. `SimpleQueue.put` is made for signal handlers.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Asks to stop."""
        self._told.put(None)

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it was asked before the seconds were over."""
        if not self.is_set():
            try:
                self._told.get(timeout=timeout)
            except Empty:
                return False
            super().set()
        return True


class _Ticker:
    """Sends what is due and says so."""

    def __init__(self, house: House) -> None:
        self._house, self._silence = house, ""

    def tick(self) -> None:
        """Sends what is due; a morning without news is told once, not every few seconds."""
        try:
            for report in self._house.morning.send_due():
                say(f"edition {report.edition}: {report.sent} sent of {report.balance.audience}")
                list_problems(report.problems)
            self._silence = ""
        except NothingToSendError as error:
            if str(error) != self._silence:
                note(str(error))
            self._silence = str(error)


def preview_until_stopped(build: Callable[[], Built], *, port: int) -> int:
    """Serves the preview on this machine until Ctrl-C.

    Raises:
        BriefingError: the port is taken.
    """
    listening = _listen("127.0.0.1", port, cure="name another with --port")
    say(f"preview on http://127.0.0.1:{port}/ (Ctrl-C ends it)")
    uvicorn.Server(uvicorn.Config(preview_app(build), log_level="warning")).run([listening])
    return 0


def _listen(host: str, port: int, *, cure: str) -> socket.socket:
    """Takes the port before anything is promised; uvicorn would only log that it cannot."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise BriefingError(f"{host}:{port} cannot be listened on ({os.strerror(error.errno or 0)}); {cure}") from error
