"""Takes a script, gives an SMTP server on loopback: an obedient one, or one that misbehaves on purpose."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from io import BufferedRWPair

    from aiosmtpd.smtp import Envelope as Received
    from aiosmtpd.smtp import Session


@dataclass
class Mailbox:
    """Takes every mail, and keeps who it was for and what it said."""

    received: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    protected: list[bool] = field(default_factory=list)

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


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@dataclass
class Play:
    """What a scripted server answers, and what it heard.

    `answers` maps the beginning of a command (or "." for the final dot, "" for the greeting) to replies, given in
    order, the last one for ever; an empty reply hangs up without a word. `drop_in_body` hangs up at the first line
    of the message.
    """

    answers: Mapping[str, list[str]]
    drop_in_body: bool = False
    heard: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)

    def reply(self, command: str) -> str:
        for beginning, replies in self.answers.items():
            if beginning and command.upper().startswith(beginning.upper()):
                return replies.pop(0) if len(replies) > 1 else replies[0]
        return {"DATA": "354 go on", "QUIT": "221 bye"}.get(command[:4].upper(), "250 OK")


@contextmanager
def scripted(play: Play) -> Iterator[int]:
    """Gives the port of a server that serves connections one after another, as the play says."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        thread = Thread(target=_serve, args=(listening, play), daemon=True)
        thread.start()
        try:
            yield port
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=10)


def _serve(listening: socket.socket, play: Play) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection, connection.makefile("rwb") as stream:
            if _say(stream, play.answers.get("", ["220 ready"])[0]):
                _converse(stream, play)


def _say(stream: BufferedRWPair, reply: str) -> bool:
    """False where the play wants to hang up instead."""
    if reply:
        stream.write(reply.encode() + b"\r\n")
        stream.flush()
    return bool(reply)


def _converse(stream: BufferedRWPair, play: Play) -> None:
    for line in stream:
        command = line.decode().rstrip("\r\n")
        play.heard.append(command)
        reply = play.reply(command)
        if not _say(stream, reply) or reply.startswith("221"):
            return
        if reply.startswith("354") and not _take_body(stream, play):
            return


def _take_body(stream: BufferedRWPair, play: Play) -> bool:
    body: list[str] = []
    for line in stream:
        if play.drop_in_body:
            return False
        if line == b".\r\n":
            break
        body.append(line.decode())
    play.bodies.append("".join(body))
    return _say(stream, play.reply("."))
