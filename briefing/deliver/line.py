"""Takes a connected socket, gives a line that never blocks: a step that has to wait says for what, and for how long.

Steps are generators, so that a conversation reads from top to bottom although one thread leads many of them. Four
threads took turns at the interpreter for every reply and lost half of their time over it.

Next: briefing/deliver/turns.py.
"""

from __future__ import annotations

import select
import ssl
from collections.abc import Generator
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

if TYPE_CHECKING:
    import socket

READ, WRITE = select.POLLIN, select.POLLOUT


class Wait(NamedTuple):
    """Says what a step waits for.

    Attributes:
        until: of the monotonic clock; whoever waits longer for a line is told by a TimeoutError.
        line: number of the socket; None for a mere pause, which ends at that time.
        event: READ or WRITE.
    """

    until: float
    line: int | None = None
    event: int = READ


_T = TypeVar("_T")
#: Yields None where it waits for somebody in this program.
Steps: TypeAlias = Generator[Wait | None, None, _T]


class Line:
    """Sends and receives; OSError when the line breaks, TimeoutError among them when patience ends."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._number = sock.fileno()
        self._tls = sock if isinstance(sock, ssl.SSLSocket) else None
        self._ear = select.poll()
        self._ear.register(sock, READ)
        sock.settimeout(0)

    def send(self, octets: bytes, *, patience: float) -> Steps[None]:
        """Sends all; if this raises, not all of it has left. `patience` is for each piece, in seconds."""
        rest: bytes | memoryview = octets
        while rest:
            event = WRITE
            try:
                sent = self._sock.send(rest)
            except (BlockingIOError, ssl.SSLWantWriteError):
                pass
            except ssl.SSLWantReadError:
                event = READ
            else:
                if sent == len(rest):
                    return
                rest = memoryview(rest)[sent:]
                if self._tls is not None:
                    continue  # it takes 16 KB at a time
            yield Wait(monotonic() + patience, self._number, event)

    def receive(self, most: int, *, until: float) -> Steps[bytes]:
        """What there is, waiting for the first of it; nothing when the other end has hung up."""
        event = READ
        # What TLS has unpacked no kernel knows of.
        if self._tls is None or not self._tls.pending():
            yield Wait(until, self._number, event)
        while True:
            try:
                return self._sock.recv(most)
            except (BlockingIOError, ssl.SSLWantReadError):
                event = READ
            except ssl.SSLWantWriteError:
                event = WRITE
            yield Wait(until, self._number, event)

    def glance(self, most: int) -> bytes | None:
        """What there is without waiting; None when there is nothing."""
        if not self._ear.poll(0) and not (self._tls is not None and self._tls.pending()):
            return None
        try:
            return self._sock.recv(most)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None  # something came, but only of TLS itself

    def close(self) -> None:
        """Hangs up."""
        self._sock.close()
