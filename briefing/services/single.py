"""Takes one message that stands in no books, gives it to a transport, or says why it was not taken.

Next: briefing/services/send.py, for those that do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from briefing.errors import ReaderRefusedError, TransportError
from briefing.model.delivery import AnswerKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefing.model.delivery import Answer, Envelope
    from briefing.ports import Transport


@dataclass(slots=True)
class _NoBooks:
    """Lets everything go and keeps the answer."""

    answers: list[Answer] = field(default_factory=list)

    def start(self, envelopes: Sequence[Envelope]) -> Sequence[Envelope]:
        return envelopes

    def settle(self, answers: Sequence[Answer]) -> None:
        self.answers.extend(answers)


def deliver_one(transport: Transport, envelope: Envelope) -> None:
    """Hands over a test copy, or a mail about the subscription itself.

    Raises:
        ReaderRefusedError: this address, or this message, was refused.
        TransportError: it could not be handed over; `uncertain` when it perhaps was.
    """
    books = _NoBooks()
    with transport:
        transport.deliver(iter((envelope,)), books)
    answer = books.answers[-1]
    if answer.kind is AnswerKind.TAKEN:
        return
    if answer.kind is AnswerKind.REFUSED:
        raise ReaderRefusedError(answer.words, code=answer.code, transient=not answer.is_lasting)
    raise TransportError(answer.words, transient=True, uncertain=answer.kind is AnswerKind.UNHEARD)
