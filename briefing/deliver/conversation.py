"""Takes one connection to a mail server, gives the steps of handing a message over, each with the server's reply.

MAIL, RCPT and DATA leave in one write where the server allows that (RFC 2920). The final dot is a step of its own: as
long as it has not left, the server cannot have the message, and closing the connection takes it back.

Next: briefing/deliver/replies.py.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from briefing.deliver.line import Line
from briefing.deliver.replies import CLOSING, Reply, ReplyReader

if TYPE_CHECKING:
    import socket

    from briefing.deliver.line import Steps

_GO_ON = 354
#: Seconds a server has to answer our goodbye; whatever it answers changes nothing.
_FAREWELL = 5.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Says what was refused: the sender concerns everybody, the reader or the message only itself."""

    reply: Reply
    of_sender: bool = False


class Conversation:
    """Hands messages over, one after another, in steps that somebody leads (`Turns`).

    Every method but `quit` and `abort` raises OSError when the line breaks.

    Attributes:
        smtputf8: the server takes addresses beyond ASCII (RFC 6531).
        is_open: False once the connection is of no more use.
        handed: messages offered so far.
        used_at: of the monotonic clock.
        is_rash: the server wanted a message that nobody is there to get; it is better asked step by step.
    """

    def __init__(
        self, sock: socket.socket, *, timeout: float, final_timeout: float, pipelining: bool, smtputf8: bool
    ) -> None:
        self._timeout, self._final_timeout = timeout, final_timeout
        self._pipelining, self.smtputf8 = pipelining, smtputf8
        self._line = Line(sock)
        self._replies = ReplyReader(self._line)
        self.is_open, self.is_rash = True, False
        self.handed, self.used_at = 0, monotonic()

    def offer(
        self, sender: str, recipient: str, message: bytes, *, beyond_ascii: bool = False
    ) -> Steps[Refusal | None]:
        """Says everything but the final dot; `message` has its dots doubled. After a refusal the next may be offered.

        The addresses are those `wire_address` gives; `beyond_ascii` asks for SMTPUTF8.
        """
        self.handed += 1
        option = " SMTPUTF8" if beyond_ascii else ""
        commands = (f"MAIL FROM:<{sender}>{option}\r\n", f"RCPT TO:<{recipient}>\r\n", "DATA\r\n")
        refusal = yield from self._ask_at_once(commands) if self._pipelining else self._ask_in_turn(commands)
        if refusal is None:
            yield from self._line.send(message, patience=self._timeout)
        elif self.is_open:
            yield from self._start_over()
        return refusal

    def interruption(self) -> Reply | None:
        """What the server said although it was our turn. It does no more want the message then.

        The books are written between the message and its dot, time enough for a server to close the connection: one
        look (1.5 µs), and such a message is known not to have been taken.
        """
        reply = self._replies.glance()
        if reply is not None:
            self._check_turn(reply)
            self.abort()
        return reply

    def send_dot(self) -> Steps[None]:
        """Completes the message. If this raises, not all of the dot has left, and the server cannot have it."""
        yield from self._line.send(b".\r\n", patience=self._timeout)

    def final_reply(self) -> Steps[Reply]:
        """What became of the message; if this raises, nobody knows."""
        reply = yield from self._replies.read(timeout=self._final_timeout)
        self.used_at = monotonic()
        if not reply.is_good:
            self._check_turn(reply)
        return reply

    def quit(self) -> Steps[None]:
        """Says goodbye. Every message has its answer by now, so a server that hangs up first does no harm."""
        if self.is_open:
            with suppress(OSError):
                yield from self._ask("QUIT\r\n", timeout=min(self._timeout, _FAREWELL))
        self.abort()

    def abort(self) -> None:
        """Closes the connection, the one way to take a message back whose dot has not left."""
        self.is_open = False
        self._line.close()

    def _ask(self, command: str, *, timeout: float) -> Steps[Reply]:
        yield from self._line.send(command.encode(), patience=timeout)
        return (yield from self._replies.read(timeout=timeout))

    def _ask_in_turn(self, commands: tuple[str, ...]) -> Steps[Refusal | None]:
        for step, command in enumerate(commands):
            reply = yield from self._ask(command, timeout=self._timeout)
            if not _may_go_on(reply, step):
                return self._refusal(reply, step)
        return None

    def _ask_at_once(self, commands: tuple[str, ...]) -> Steps[Refusal | None]:
        yield from self._line.send("".join(commands).encode(), patience=self._timeout)
        refusal = None
        for step in range(len(commands)):
            try:
                reply = self._replies.at_hand() or (yield from self._replies.read(timeout=self._timeout))
            except OSError:
                if refusal is None:
                    raise
                self.abort()
                break
            if refusal is not None:
                self._hear_out(reply, step)
            elif not _may_go_on(reply, step):
                refusal = self._refusal(reply, step)
            if not self.is_open:
                break
        return refusal

    def _hear_out(self, reply: Reply, step: int) -> None:
        """What is said to the commands after a refused one, which left with it."""
        if _may_go_on(reply, 2) and step == 2:
            # A single dot would end this (RFC 2920 §3.1), and who knows to whom an empty message went.
            self.is_rash = True
            self.abort()
        elif reply.code == CLOSING:
            self.abort()

    def _refusal(self, reply: Reply, step: int) -> Refusal:
        self._check_turn(reply)
        return Refusal(reply, of_sender=step == 0 and reply.code != CLOSING)

    def _check_turn(self, reply: Reply) -> None:
        if reply.code == CLOSING:
            self.abort()
        elif reply.code < 400:
            self.abort()
            raise ConnectionAbortedError("answers out of turn")

    def _start_over(self) -> Steps[None]:
        """The server still waits for the rest of the refused message."""
        try:
            if not (yield from self._ask("RSET\r\n", timeout=self._timeout)).is_good:
                self.abort()
        except OSError:
            self.abort()


def _may_go_on(reply: Reply, step: int) -> bool:
    return reply.code == _GO_ON if step == 2 else reply.is_good
