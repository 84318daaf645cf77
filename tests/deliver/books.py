"""Takes what a transport reports, gives books that a test can look into."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock

from briefing.errors import StoreError
from briefing.model.delivery import Answer, AnswerKind, Envelope

MESSAGE = b"From: post@example.org\r\nSubject: Hi\r\n\r\n.dot\r\n..two\r\nend\r\n"


def envelope(
    recipient: str = "rosa@example.org", message: bytes = MESSAGE, sender: str = "post@example.org"
) -> Envelope:
    message_id = f"<{recipient.partition('@')[0]}@example.org>"
    return Envelope(sender=sender, recipient=recipient, message_id=message_id, message=message, subscriber=recipient)


def envelopes(*readers: str) -> Iterator[Envelope]:
    return (envelope(f"{reader}@example.org") for reader in readers)


@dataclass
class MemoryBooks:
    """Keeps every step in order.

    Attributes:
        theirs: readers whose message somebody else has taken up.
        broken_after: so many steps can be written.
        on_start: called before a start is written, outside the lock.
        groups: readers whose messages were started together.
        steps: ("start" or the kind of the answer, reader).
    """

    theirs: frozenset[str] = frozenset()
    broken_after: int | None = None
    on_start: Callable[[Envelope], object] = lambda _: None
    steps: list[tuple[str, str]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    groups: list[list[str]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def start(self, envelopes: Sequence[Envelope]) -> Sequence[Envelope]:
        self.groups.append([one.recipient.partition("@")[0] for one in envelopes])
        for one in envelopes:
            self.on_start(one)
        ours = [one for one in envelopes if one.recipient not in self.theirs]
        self._write([("start", one.recipient) for one in ours])
        return ours

    def settle(self, answers: Sequence[Answer]) -> None:
        self._write([(answer.kind.value, answer.envelope.recipient) for answer in answers])
        self.answers += answers

    def _write(self, steps: list[tuple[str, str]]) -> None:
        with self._lock:
            if self.broken_after is not None and len(self.steps) + len(steps) > self.broken_after:
                raise StoreError("disk full")
            self.steps += steps

    def readers(self, kind: AnswerKind) -> list[str]:
        """The readers, without their domain, whose message came to that."""
        return [answer.envelope.recipient.partition("@")[0] for answer in self.answers if answer.kind is kind]

    @property
    def only(self) -> Answer:
        """The one answer there is."""
        (answer,) = self.answers
        return answer


@dataclass
class Source:
    """Gives envelopes, and counts how many were drawn."""

    waiting: Iterator[Envelope]
    drawn: int = 0

    def __iter__(self) -> Source:
        return self

    def __next__(self) -> Envelope:
        one = next(self.waiting)
        self.drawn += 1
        return one
