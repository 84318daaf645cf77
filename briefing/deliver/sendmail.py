"""Takes finished messages, gives them to the machine's own mail system by its sendmail command.

Postfix, Exim, OpenSMTPD, msmtp and others all have one: the message on its standard input, the fate in its exit code.

Next: briefing/deliver/tokens.py.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
from contextlib import suppress
from shutil import which
from time import monotonic
from typing import IO, TYPE_CHECKING, Final

from briefing.deliver.replies import NOT_AUTHORISED, one_line, parse_reply
from briefing.deliver.wire import check_lines, wire_address
from briefing.errors import ReaderRefusedError, TransportError
from briefing.model.delivery import Answer, AnswerKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from briefing.model.delivery import Envelope
    from briefing.ports import Books

#: sysexits.h → what a mail server would have said (RFC 5321 §4.2.3, RFC 3463).
_MEANING: Final = {
    64: (501, NOT_AUTHORISED, "the command does not know its arguments; correct mail.sendmail"),
    65: (554, "5.6.0", "the message was not accepted"),
    67: (550, "5.1.1", "no such reader"),
    68: (550, "5.1.1", "no such host"),
    71: (451, "4.3.0", "the system failed"),
    73: (451, "4.3.0", "a file could not be made"),
    74: (451, "4.3.0", "reading or writing failed"),
    75: (451, "4.3.0", "not now"),
    77: (550, NOT_AUTHORISED, "permission denied"),
    78: (550, NOT_AUTHORISED, "the mail system is not configured"),
    126: (550, NOT_AUTHORISED, "the command cannot be run; correct mail.sendmail"),
    127: (550, NOT_AUTHORISED, "the command was not found; correct mail.sendmail"),
}
_ELSE: Final = (554, "5.0.0", "refused")


class SendmailTransport:
    """Runs the command once for each message, with `-i -f SENDER -- RECIPIENT` after it.

    Args:
        command: the program and its options.
        timeout: seconds it may take to read a message, and again to answer.
    """

    def __init__(self, command: Sequence[str], *, timeout: float = 60) -> None:
        self.command, self.timeout = tuple(command), timeout

    def __enter__(self) -> SendmailTransport:
        """Looks whether there is such a command.

        Raises:
            TransportError: there is none.
        """
        if not self.command or which(self.command[0]) is None:
            name = " ".join(self.command) or "an empty command"
            raise TransportError(f"{name} cannot be run; correct mail.sendmail, or install it", transient=False)
        return self

    def __exit__(self, *_: object) -> None:
        """Leaves nothing running."""

    def deliver(self, envelopes: Iterator[Envelope], books: Books) -> None:
        """Hands over one message after another.

        Raises:
            TransportError: the command hangs, cannot be run, or refuses us rather than a reader.
            StoreError: the books cannot be written.
        """
        for envelope in envelopes:
            answer = self._answer(envelope, books)
            if answer is None:
                continue
            books.settle([answer])
            if answer.is_policy or answer.kind in {AnswerKind.UNSENT, AnswerKind.UNHEARD}:
                reason = f"{self.command[0]}: {answer.words}"
                raise TransportError(reason, code=answer.code, transient=not answer.is_policy)

    def _answer(self, envelope: Envelope, books: Books) -> Answer | None:
        """What became of it; None when it is somebody else's."""
        try:
            sender = wire_address(envelope.sender)
        except ReaderRefusedError:
            words = f"cannot be given the sender {envelope.sender!r}; correct mail: from"
            return Answer(envelope=envelope, kind=AnswerKind.REFUSED, code=553, status=NOT_AUTHORISED, words=words)
        try:
            recipient = wire_address(envelope.recipient)
            check_lines(envelope.message)
        except ReaderRefusedError as error:
            return parse_reply(error.code or 550, error.reason).answer(envelope)
        with tempfile.TemporaryFile() as said:
            try:
                run = _Run((*self.command, "-i", "-f", sender, "--", recipient), said, timeout=self.timeout)
            except OSError as error:
                return Answer(envelope=envelope, kind=AnswerKind.UNSENT, words=error.strerror or str(error))
            with run:
                return _handed_over(run, envelope, books)


def _handed_over(run: _Run, envelope: Envelope, books: Books) -> Answer | None:
    # Unix programs take LF, and make CRLF of it where it matters.
    try:
        has_read = run.write(envelope.message.replace(b"\r\n", b"\n"))
    except TimeoutError:
        return Answer(envelope=envelope, kind=AnswerKind.UNSENT, words="did not read the message in time")
    # Its end has not left yet: leaving the `with` block kills the command, which then has half a message.
    if not books.start([envelope]):
        return None
    code = run.finish()
    if code is None or code < 0:
        words = "did not end in time" if code is None else f"was killed by signal {-code}"
        return Answer(envelope=envelope, kind=AnswerKind.UNHEARD, words=words)
    if code == 0 and has_read:
        return Answer(envelope=envelope, kind=AnswerKind.TAKEN, words=run.words)
    if code == 0:
        reply, status, words = _MEANING[75][0], _MEANING[75][1], "ended before it had read the message"
    else:
        reply, status, words = _MEANING.get(code, _ELSE)
    words = f"{words} (exit status {code})" + (f": {run.words}" if run.words else "")
    return Answer(envelope=envelope, kind=AnswerKind.REFUSED, code=reply, status=status, words=one_line(words))


class _Run:
    """One run of the command; whatever is left of it when the block ends is killed."""

    def __init__(self, command: Sequence[str], said: IO[bytes], *, timeout: float) -> None:
        self._said, self._timeout = said, timeout
        # In a group of its own: what a script started must not live on, take its end for the message's and send half.
        self._process = subprocess.Popen(  # noqa: S603 — the operator's own command, addresses checked and after `--`
            command, bufsize=0, stdin=subprocess.PIPE, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )

    def __enter__(self) -> _Run:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._kill()
        if self._process.stdin is not None:
            self._process.stdin.close()

    @property
    def words(self) -> str:
        """What it printed."""
        self._said.seek(0)
        return one_line(self._said.read(1000).decode("utf-8", "replace"))

    def write(self, message: bytes) -> bool:
        """Gives it the message, and keeps its end back; False when it ended before it had read all.

        Raises:
            TimeoutError: it does not read.
        """
        assert self._process.stdin is not None
        pipe = self._process.stdin.fileno()
        os.set_blocking(pipe, False)
        door = select.poll()
        door.register(pipe, select.POLLOUT)
        patience = monotonic() + self._timeout
        rest = memoryview(message)
        while rest:
            if not door.poll(max(0.0, patience - monotonic()) * 1000):
                raise TimeoutError
            try:
                rest = rest[os.write(pipe, rest) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                return False
        return True

    def finish(self) -> int | None:
        """Ends the message; gives the exit status, below zero for a signal, None when it does not end in time."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            return self._process.wait(self._timeout)
        except subprocess.TimeoutExpired:
            self._kill()
            return None

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
