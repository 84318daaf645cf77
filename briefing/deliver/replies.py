"""Takes what a mail server says, gives its code, its enhanced status and its words.

Next: briefing/deliver/line.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import TYPE_CHECKING

from briefing.model.delivery import Answer, AnswerKind

if TYPE_CHECKING:
    from briefing.deliver.line import Line, Steps
    from briefing.model.delivery import Envelope

#: "Service not available, closing channel" (RFC 5321 §3.8): may answer any command.
CLOSING = 421
#: What a refusal of the sender counts as, whatever else was said: "delivery not authorised" (RFC 3463 §3.8).
NOT_AUTHORISED = "5.7.1"

#: Far more than any server has to say; a longer reply is an attack or no SMTP.
_LONGEST_REPLY = 65_536
_READ = 4096
_STATUS = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")
#: qmail puts it at the end.
_STATUS_IN_BRACKETS = re.compile(r"\(#([245]\.\d{1,3}\.\d{1,3})\)")


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply, taken apart.

    Attributes:
        status: the enhanced one (RFC 3463); None when there was none.
        words: the rest, in one printable line of at most 300 characters.
    """

    code: int
    status: str | None
    words: str

    @property
    def is_good(self) -> bool:
        """The command was carried out."""
        return 200 <= self.code < 300

    def answer(self, envelope: Envelope, *, status: str | None = None) -> Answer:
        """What it means for a message that can still be refused; `status` overrules the server's."""
        kind = AnswerKind.TAKEN if self.is_good else AnswerKind.REFUSED
        return Answer(envelope=envelope, kind=kind, code=self.code, status=status or self.status, words=self.words)


def parse_reply(code: int, text: str) -> Reply:
    """Finds the enhanced status in a reply's text, whose lines are given without their codes."""
    found = _STATUS.match(text)
    if found is None:
        hidden = _STATUS_IN_BRACKETS.search(text)
        return Reply(code, hidden and hidden[1], one_line(text))
    status = found[1]
    # Every line of a long reply repeats it.
    words = "\n".join(line.removeprefix(status).lstrip(" ") for line in text.split("\n"))
    return Reply(code, status, one_line(words))


def one_line(text: str) -> str:
    """A server's words, fit for a log."""
    spoken = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    return spoken[:300].strip()


class ReplyReader:
    """Reads replies one by one from a line that may hold several."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._unread = b""

    def read(self, *, timeout: float) -> Steps[Reply]:
        """The next reply; `timeout` is for all of it, in seconds, if the server sends it in drips.

        Raises:
            OSError: the connection ended, or what came is no reply.
        """
        until = monotonic() + timeout
        while (reply := self.at_hand()) is None:
            self._take((yield from self._line.receive(_READ, until=until)))
        return reply

    def at_hand(self) -> Reply | None:
        """The next reply, if all of it came with the one before.

        Raises:
            OSError: what came is no reply.
        """
        end = self._unread.find(b"\n")
        if end >= 0 and self._unread[3:4] == b"-":
            end = _end_of_reply(self._unread)
        if end < 0:
            return None
        whole, self._unread = self._unread[:end], self._unread[end + 1 :]
        return _parsed(whole)

    def glance(self) -> Reply | None:
        """The next reply, if there is one already.

        Raises:
            OSError: the connection ended, or what came is no reply.
        """
        more = self._line.glance(_READ)
        if more is not None:
            self._take(more)
        return self.at_hand()

    def _take(self, more: bytes) -> None:
        if not more:
            raise ConnectionResetError("closed the connection")
        self._unread += more
        if len(self._unread) > _LONGEST_REPLY:
            raise ConnectionAbortedError("talks without end")


def _end_of_reply(text: bytes) -> int:
    """Where the line feed of its last line is, the one without a hyphen after the code; -1 when not yet there."""
    start = 0
    while (end := text.find(b"\n", start)) >= 0 and text[start + 3 : start + 4] == b"-":
        start = end + 1
    return end


# Three of the four replies to a message are the same each time.
@lru_cache(maxsize=64)
def _parsed(reply: bytes) -> Reply:
    lines = reply.split(b"\n")
    code = lines[-1][:3]
    if len(code) < 3 or not code.isdigit() or not b"200" <= code < b"600":
        raise ConnectionAbortedError("does not speak SMTP")
    text = b"\n".join([line[4:].strip() for line in lines])
    return parse_reply(int(code), text.decode("utf-8", "replace"))
