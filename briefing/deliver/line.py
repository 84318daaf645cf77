"""Takes a connected socket, gives a line with patience: whoever waits on it waits so long and no longer.

Next: briefing/deliver/wire.py.
"""

from __future__ import annotations

import select
import socket
import ssl
import struct


class Line:
    """Sends and receives; OSError when the line breaks, TimeoutError among them when patience ends.

    Python's own timeouts ask the kernel before each step whether it may wait, and give the interpreter away to do so:
    with four threads that was a third of all messages a second. The kernel's timeouts cost nothing, but TLS needs
    Python's.
    """

    def __init__(self, sock: socket.socket, *, timeout: float) -> None:
        self._sock = sock
        self._is_tls = isinstance(sock, ssl.SSLSocket)
        self._ear = select.poll()
        self._ear.register(sock, select.POLLIN)
        if not self._is_tls:
            sock.settimeout(None)
        self.be_patient(timeout)

    def be_patient(self, seconds: float) -> None:
        """Sets how long each step may take; a moment is the shortest."""
        if self._is_tls:
            self._sock.settimeout(seconds)
            return
        whole = int(seconds)
        # Zero would be for ever.
        limit = struct.pack("ll", whole, max(1, int((seconds - whole) * 1_000_000)))
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)

    def send(self, octets: bytes) -> None:
        """Sends all; if this raises, not all of it has left."""
        try:
            self._sock.sendall(octets)
        except BlockingIOError as error:
            raise TimeoutError("timed out") from error

    def receive(self, most: int) -> bytes:
        """What there is, waiting for the first of it; nothing when the other end has hung up."""
        try:
            return self._sock.recv(most)
        except BlockingIOError as error:
            raise TimeoutError("timed out") from error

    def glance(self, most: int) -> bytes | None:
        """What there is without waiting; None when there is nothing."""
        if not self._ear.poll(0):
            return None
        try:
            if self._is_tls:
                return self._glance_behind_tls(most)
            return self._sock.recv(most, socket.MSG_DONTWAIT)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None

    def _glance_behind_tls(self, most: int) -> bytes:
        """Something came, but perhaps only of TLS itself."""
        patience = self._sock.gettimeout()
        self._sock.settimeout(0)
        try:
            return self._sock.recv(most)
        finally:
            self._sock.settimeout(patience)

    def close(self) -> None:
        """Hangs up."""
        self._sock.close()
