"""Takes a script, gives a mail server on loopback: an obedient one, or one that misbehaves on purpose."""

from __future__ import annotations

import socket
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedRWPair
    from pathlib import Path

    from aiosmtpd.smtp import Envelope as Received
    from aiosmtpd.smtp import Session

#: Reply of a scripted server that says nothing, until the client has gone.
SILENCE = "…"
#: Reply of one that hangs up instead.
HANG_UP = ""


@dataclass
class Mailbox:
    """Takes every mail until it closes, and keeps who it was for and what it said."""

    received: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    protected: list[bool] = field(default_factory=list)
    is_closing: bool = False

    async def handle_MAIL(  # noqa: N802 — aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Received, address: str, options: list[str]
    ) -> str:
        if self.is_closing:
            return "421 4.3.2 closing"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Received) -> str:  # noqa: N802 — aiosmtpd's
        content = envelope.original_content
        assert isinstance(content, bytes)
        self.received.append((str(envelope.mail_from), list(envelope.rcpt_tos), content))
        self.protected.append(session.ssl is not None)
        return "250 2.0.0 taken"


@contextmanager
def obedient(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """Gives the port of a real SMTP server; `options` are aiosmtpd's."""
    options.setdefault("enable_SMTPUTF8", False)
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@dataclass
class Play:
    """What a scripted server answers, and what it heard.

    Attributes:
        answers: the beginning of a command (or "." for the final dot, "" for the greeting) → replies, given in order
            over all connections, the last one for ever.
        offers: what it says of itself after EHLO.
        in_body: said at the first line of a message, before it hangs up.
        certificate: for STARTTLS.
        connections: what was heard on each.
        bodies: of complete messages, as they came over the wire.
        halves: messages that were begun and never completed.
    """

    answers: dict[str, list[str]] = field(default_factory=dict)
    offers: tuple[str, ...] = ("PIPELINING",)
    in_body: str | None = None
    certificate: ssl.SSLContext | None = None
    connections: list[list[str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    halves: int = 0
    lock: Lock = field(default_factory=Lock)

    @property
    def heard(self) -> list[str]:
        """All commands, connection after connection."""
        return [command for connection in self.connections for command in connection]

    @property
    def verbs(self) -> list[str]:
        return [command.partition(" ")[0].upper() for command in self.heard]

    def scripted(self, command: str) -> str | None:
        with self.lock:
            for beginning, replies in self.answers.items():
                if (beginning == command or beginning) and command.upper().startswith(beginning.upper()):
                    return replies.pop(0) if len(replies) > 1 else replies[0]
        return None


@contextmanager
def scripted(play: Play, path: Path | None = None) -> Iterator[int]:
    """Gives the port of a server that plays, to each connection in a thread of its own; or it listens at `path`."""
    with _listening(path) as listening:
        thread = Thread(target=_listen, args=(listening, play), daemon=True)
        thread.start()
        try:
            yield 0 if path else listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=10)


def _listening(path: Path | None) -> socket.socket:
    if path is None:
        return socket.create_server(("127.0.0.1", 0))
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen()
    return listening


def _listen(listening: socket.socket, play: Play) -> None:
    guests: list[Thread] = []
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            break
        if connection.family == socket.AF_INET:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        heard: list[str] = []
        play.connections.append(heard)
        guests.append(Thread(target=_host, args=(_Guest(connection, play, heard),), daemon=True))
        guests[-1].start()
    for guest in guests:
        guest.join(timeout=10)


def _host(guest: _Guest) -> None:
    with suppress(OSError):
        guest.serve()
    guest.close()


class _Guest:
    """One connection to a scripted server."""

    def __init__(self, connection: socket.socket, play: Play, heard: list[str]) -> None:
        self.connection, self.play, self.heard = connection, play, heard
        self.stream: BufferedRWPair = connection.makefile("rwb")
        self.has_reader = False

    def close(self) -> None:
        with suppress(OSError):
            self.stream.close()
        self.connection.close()

    def serve(self) -> None:
        greeting = self.play.scripted("")
        if not self.say("220 ready" if greeting is None else greeting):
            return
        while line := self.stream.readline():
            command = line.decode().rstrip("\r\n")
            self.heard.append(command)
            if not self.answer(command):
                return

    def answer(self, command: str) -> bool:
        """False at the end of the conversation."""
        verb = command[:4].upper()
        reply = self.play.scripted(command)
        reply = self.usual(verb) if reply is None else reply
        if verb == "RCPT":
            self.has_reader = reply.startswith("25")
        if not self.say(reply) or reply.startswith(("221", "421")):
            return False
        if verb == "STAR" and reply.startswith("220"):
            self.protect()
        return self.take_body() if reply.startswith("354") else True

    def usual(self, verb: str) -> str:
        if verb in {"EHLO", "LHLO"}:
            lines = ("here", *self.play.offers)
            return "\r\n".join(f"250{' ' if line is lines[-1] else '-'}{line}" for line in lines)
        if verb == "DATA":
            return "354 go on" if self.has_reader else "503 5.5.1 nobody to give it to"
        return {"QUIT": "221 bye", "STAR": "220 go on"}.get(verb, "250 OK")

    def say(self, reply: str) -> bool:
        """False where the play wants to hang up."""
        if reply == SILENCE:
            self.stream.read()
            return False
        if reply:
            self.stream.write(reply.encode() + b"\r\n")
            self.stream.flush()
        return bool(reply)

    def protect(self) -> None:
        assert self.play.certificate is not None
        self.stream.close()
        self.connection = self.play.certificate.wrap_socket(self.connection, server_side=True)
        self.stream = self.connection.makefile("rwb")

    def take_body(self) -> bool:
        body: list[str] = []
        while line := self.stream.readline():
            if self.play.in_body is not None:
                self.say(self.play.in_body)
                break
            if line == b".\r\n":
                self.play.bodies.append("".join(body))
                reply = self.play.scripted(".")
                reply = "250 2.0.0 taken" if reply is None else reply
                return self.say(reply) and not reply.startswith("421")
            body.append(line.decode())
        self.play.halves += 1
        return False
