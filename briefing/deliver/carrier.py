"""Takes messages from a batch, hands them over on one connection at a time: one conversation, from top to bottom.

Next: briefing/deliver/counter.py.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from briefing.deliver.counter import is_failure
from briefing.deliver.line import Wait
from briefing.deliver.replies import NOT_AUTHORISED, one_line, parse_reply
from briefing.deliver.wire import needs_smtputf8, stuffed, stuffed_together, wire_address
from briefing.errors import ReaderRefusedError, TransportError
from briefing.model.delivery import Answer, AnswerKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from briefing.deliver.batch import Batch
    from briefing.deliver.conversation import Conversation, Refusal
    from briefing.deliver.counter import Counter
    from briefing.deliver.line import Steps
    from briefing.deliver.smtp import SmtpTransport
    from briefing.deliver.turns import Turns
    from briefing.model.delivery import Envelope

#: Failures in a row, on one connection while no other had success, after which nobody is asked any more.
PATIENCE = 3

_T = TypeVar("_T")


class Carrier:
    """Draws messages and hands them over until there are none."""

    def __init__(self, transport: SmtpTransport, batch: Batch, turns: Turns, counter: Counter) -> None:
        self._transport, self._relay = transport, transport.relay
        self._batch, self._turns, self._counter = batch, turns, counter
        self._conversation: Conversation | None = None
        self._failures = 0
        self._answered_before = 0

    def course(self) -> Steps[None]:
        """All of its work."""
        try:
            while (envelope := (yield from self._from_source(self._batch.draw))) is not None:
                yield from self._carry(envelope)
        except Exception as error:  # noqa: BLE001 — whatever it is, the others must stop and `deliver` raise it
            self._batch.give_up(error)
        if self._conversation is not None and self._conversation.is_open:
            self._transport.rest(self._conversation)

    def _from_source(self, ask: Callable[[], _T]) -> Steps[_T]:
        """A source that is to keep to a pace may sleep before it gives a message, and the others are not to."""
        if self._transport.is_paced:
            return (yield from self._turns.errand(ask))
        return ask()

    def _carry(self, envelope: Envelope) -> Steps[None]:
        try:
            conversation = yield from self._ready()
        except TransportError as error:
            self._batch.give_back(envelope)
            yield from self._fail(error)
            return
        answer = yield from self._hand_over(conversation, envelope)
        if not conversation.is_open:
            self._conversation = None
            self._relay.is_asked_in_turn |= conversation.is_rash
        if answer is None:
            return
        yield from self._counter.settle(answer)
        if is_failure(answer):
            yield from self._fail(self._relay.fault(answer.words, answer.code, transient=True))
        else:
            self._failures = 0

    def _ready(self) -> Steps[Conversation]:
        """A connection that may carry a message: ours, one that rests, or a new one.

        Raises:
            TransportError: there is none to be had.
        """
        while True:
            conversation = self._conversation or self._transport.rested()
            self._conversation = None
            if conversation is None:
                self._conversation = yield from self._turns.errand(self._relay.connect)
                return self._conversation
            if not self._transport.is_worn(conversation):
                self._conversation = conversation
                return conversation
            yield from conversation.quit()

    def _hand_over(self, conversation: Conversation, envelope: Envelope) -> Steps[Answer | None]:
        """What became of it; None when it is not ours to send, or not now."""
        try:
            refusal = yield from self._offer(conversation, envelope)
        except ReaderRefusedError as error:
            return parse_reply(error.code or 550, error.reason).answer(envelope)
        except OSError as error:
            return _broken(conversation, envelope, error, AnswerKind.UNSENT)
        if refusal is not None:
            return self._refused(envelope, refusal)
        if not (yield from self._counter.start(envelope)):
            # Inside a message there are no commands: this alone makes the server forget it.
            conversation.abort()
            return None
        return (yield from _complete(conversation, envelope))

    def _offer(self, conversation: Conversation, envelope: Envelope) -> Steps[Refusal | None]:
        try:
            sender = wire_address(envelope.sender)
        except ReaderRefusedError as error:
            # Nobody's fault among the readers.
            self._batch.leave(envelope)
            raise self._relay.fault(f"cannot be given the sender {envelope.sender!r}; correct mail: from") from error
        recipient = wire_address(envelope.recipient)
        beyond_ascii = not (sender.isascii() and recipient.isascii())
        if beyond_ascii and not conversation.smtputf8:
            if sender.isascii():
                raise needs_smtputf8()
            self._batch.leave(envelope)
            raise self._relay.fault(f"takes no sender with letters beyond ASCII: {sender}; change mail: from")
        pieces = envelope.pieces
        message = stuffed_together(envelope.message, pieces) if pieces else stuffed(envelope.message)
        return (yield from conversation.offer(sender, recipient, message, beyond_ascii=beyond_ascii))

    def _refused(self, envelope: Envelope, refusal: Refusal) -> Answer:
        lasts = refusal.of_sender and refusal.reply.code >= 500
        # "5.1.8 bad sender's address" would read as a dead reader.
        answer = refusal.reply.answer(envelope, status=NOT_AUTHORISED if lasts else None)
        if refusal.of_sender:
            self._batch.give_up(self._relay.fault(f"refuses the sender {envelope.sender}: {answer.words}", answer.code))
        return answer

    def _fail(self, error: TransportError) -> Steps[None]:
        """Waits before the next attempt, or gives up when the server is of no use to anybody."""
        self._failures += 1
        others_work = self._batch.answered > self._answered_before
        if self._failures == 1 or others_work:
            self._answered_before = self._batch.answered
        elif self._failures >= PATIENCE:
            self._batch.give_up(TransportError(error.reason, code=error.code, transient=True))
            return
        if (yield from self._from_source(self._batch.has_more)):
            yield Wait(monotonic() + self._transport.pause_after(self._failures))


def _complete(conversation: Conversation, envelope: Envelope) -> Steps[Answer]:
    try:
        reply = conversation.interruption()
        if reply is None:
            yield from conversation.send_dot()
    except OSError as error:
        return _broken(conversation, envelope, error, AnswerKind.UNSENT)
    if reply is None:
        try:
            reply = yield from conversation.final_reply()
        except OSError as error:
            return _broken(conversation, envelope, error, AnswerKind.UNHEARD)
    return reply.answer(envelope)


def _broken(conversation: Conversation, envelope: Envelope, error: OSError, kind: AnswerKind) -> Answer:
    conversation.abort()
    return Answer(envelope=envelope, kind=kind, words=one_line(error.strerror or str(error)))
