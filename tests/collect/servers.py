"""Serves canned HTTP answers on loopback, byte for byte, so that broken ones can be served as well."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


def answer(body: bytes | str = b"", *, status: str = "200 OK", length: int | None = None, **headers: str) -> bytes:
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(raw) if length is None else length}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw


class CannedServer:
    """Gives each path its bytes; a path without any is never answered."""

    def __init__(self, answers: dict[str, bytes], *, host: str = "127.0.0.1") -> None:
        self.answers = answers
        self.requests: list[str] = []
        self._listening = socket.create_server((host, 0))
        self.url = f"http://{host}:{self._listening.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> CannedServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()
        for connection in self._open:
            connection.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(connection)
            self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            received = connection.recv(65_536)
            if not received.startswith(b"GET") and not request:  # the first words of TLS, or nothing at all
                connection.sendall(b"nonsense\r\n" if received else b"")
                return
            request += received
        self.requests.append(request.decode())
        canned = self.answers.get(request.split(b" ")[1].decode())
        if canned is not None:
            connection.sendall(canned.replace(b"{BASE}", self.url.encode()))
            connection.shutdown(socket.SHUT_WR)


#: Does to one connection what it likes; it is closed afterwards.
Behaviour = Callable[[socket.socket, str], None]


class MovingServer:
    """Gives each path a behaviour, each connection a thread, and waits for none of them."""

    def __init__(self, behaviours: dict[str, Behaviour], *, host: str = "127.0.0.1") -> None:
        self.behaviours = behaviours
        self.requests: list[str] = []
        self._listening = socket.create_server((host, 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"http://{host}:{self.port}"

    def __enter__(self) -> MovingServer:
        Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            request = connection.recv(65_536).decode("latin-1")
            self.requests.append(request)
            self.behaviours.get(request.split(" ")[1].partition("?")[0], _not_there)(connection, request)


def _not_there(connection: socket.socket, _: str) -> None:
    connection.sendall(answer(status="404 Not Found"))
