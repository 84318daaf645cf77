"""Takes a port and signals, gives a process that lasts until it is told to stop: what `serve` and `preview` share.

Next: briefing/cli/serving.py.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from contextlib import contextmanager, suppress
from select import select
from typing import TYPE_CHECKING

import uvicorn

from briefing.cli.words import note
from briefing.errors import BriefingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp

#: From the request to stop to the end of the program, at most; Docker kills ten seconds after it asked.
GRACE_S = 8
#: Of those, for the requests that are being answered.
ANSWER_S = 3


class Stop(threading.Event):
    """Wakes whoever waits for it when a signal comes, at whatever moment it comes. One per program, main thread only.

    Python runs a handler between two steps of the main thread, so one that comes just before the thread falls asleep
    on a lock is slept through: 159 of 3,252 sent in those 40 µs, and every 35th stop of `serve` lasted a whole tick.
    And `Event.set` waits for ever in a handler for the lock that `Event.wait` holds below it. So this one sleeps on a
    socket, which Python writes to before it runs any handler. Nothing is read from it: once set is set.

    Args:
        numbers: of the signals; no other may have a handler in Python.
    """

    def __init__(self, *numbers: int) -> None:
        super().__init__()
        self._heard, self._told = socket.socketpair()
        self._told.settimeout(0)
        signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
        for number in numbers:
            signal.signal(number, lambda *_: self.set())

    def set(self) -> None:
        """Asks to stop."""
        with suppress(BlockingIOError):  # a full socket has been told often enough
            self._told.send(b"\0")

    def is_set(self) -> bool:
        """Whether it was asked."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it was asked before the seconds were over."""
        return bool(select([self._heard], [], [], timeout)[0])


def stop_in_time(*, grace_s: float = GRACE_S) -> Stop:
    """Hears Ctrl-C and SIGTERM, and ends the program soon after, whatever it waits for then.

    A source or a language model may take a minute to answer. To be cut off there costs no more than a crash: what was
    sent stands in the ledger, a message on its way is in doubt there, and the next start goes on.
    """
    stop = Stop(signal.SIGINT, signal.SIGTERM)

    def cut_short() -> None:
        stop.wait()
        time.sleep(grace_s)
        note("stopped in the middle of its work; the next start goes on from there")
        os._exit(0)

    threading.Thread(target=cut_short, name="last word", daemon=True).start()
    return stop


@contextmanager
def meanwhile(work: Callable[[threading.Event], object], *, name: str) -> Iterator[None]:
    """Has work done in a thread while the block lasts.

    Args:
        work: goes on until the event that it is given is set.
        name: of the thread.
    """
    is_over = threading.Event()
    threading.Thread(target=work, args=(is_over,), name=name, daemon=True).start()
    try:
        yield
    finally:
        is_over.set()


@contextmanager
def answering(app: ASGIApp, listening: socket.socket) -> Iterator[None]:
    """Answers requests in a thread while the block runs, then lets it finish those it has begun.

    A daemon's threads are daemons: a preview that is still being made does not keep the program from ending.
    """
    # Whose word is taken about who asks is the config's decision; uvicorn would believe whatever runs on this machine.
    # Its own loggers speak through ours.
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, proxy_headers=False))
    thread = threading.Thread(target=server.run, args=([listening],), name="pages", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=ANSWER_S)


def listen_on(host: str, port: int, *, cure: str) -> socket.socket:
    """Takes the port before anything is promised; uvicorn would only log that it cannot."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise BriefingError(f"{host}:{port} cannot be listened on ({os.strerror(error.errno or 0)}); {cure}") from error
