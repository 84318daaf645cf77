"""Serves a language model's protocol on loopback: what it answers, and how it misbehaves, is the test's choice."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from threading import Event, Thread
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.ports import free_port


@dataclass(frozen=True)
class Reply:
    """One answer; `hangs` waits until the test is over, `trickles` sends a space every 50 ms."""

    body: bytes | str = b""
    status: int = 200
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    trickles: bool = False


@dataclass
class ModelServer:
    """Gives its replies in turn, the last one for ever, and keeps what it was asked."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    done: Event = field(default_factory=Event)

    def answer(self, request: Request) -> Response:
        self.questions.append(json.loads(request.get_data()))
        self.keys.append(request.headers.get("Authorization"))
        reply = self.replies[min(len(self.questions), len(self.replies)) - 1]
        if reply.hangs:
            self.done.wait(5)
        body = self._slowly() if reply.trickles else reply.body
        return Response(body, status=reply.status, headers=reply.headers, content_type=reply.kind)

    def _slowly(self) -> Iterator[bytes]:
        for _ in range(100):
            yield b" "
            if self.done.wait(0.05):
                return

    @property
    def material(self) -> list[str]:
        """What was quoted in each question."""
        return [question["messages"][1]["content"] for question in self.questions]


def says(text: str, *, ended: str = "stop", **message: Any) -> Reply:
    """A good answer."""
    choice = {"index": 0, "finish_reason": ended, "message": {"role": "assistant", "content": text, **message}}
    return Reply(json.dumps({"object": "chat.completion", "choices": [choice], "usage": {"total_tokens": 7}}))


@contextmanager
def serving(*replies: Reply, obey: Callable[[Request], Response] | None = None) -> Iterator[ModelServer]:
    """A server with these replies; `obey` answers in their place."""
    server, path = _host(), f"/{next(_NUMBERS)}/v1"
    model = ModelServer(url=server.url_for(path), replies=list(replies))
    server.expect_request(f"{path}/chat/completions", method="POST").respond_with_handler(obey or model.answer)
    try:
        yield model
    finally:
        model.done.set()


@cache
def _host() -> HTTPServer:
    """One for all tests, each at its own path: stopping one takes half a second."""
    server = HTTPServer(host="127.0.0.1", port=0, threaded=True)
    server.start()
    return server


_NUMBERS = count(1)


@contextmanager
def dropping(*, after: bytes = b"") -> Iterator[str]:
    """The address of a server that hangs up, at once or after a few bytes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65_536)
                    connection.sendall(after)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@contextmanager
def dripping(first: bytes, drop: bytes) -> Iterator[str]:
    """The address of a server that sends `first` and then a drop every 50 ms, for five seconds."""
    done = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                connection.recv(65_536)
                connection.sendall(first)
                for _ in range(100):
                    if done.wait(0.05):
                        return
                    connection.sendall(drop)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        done.set()
        thread.join()


def nobody() -> str:
    """An address where nobody listens."""
    return f"http://127.0.0.1:{free_port()}/v1"
