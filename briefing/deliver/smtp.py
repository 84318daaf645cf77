"""Takes finished messages, gives them to a mail relay over several connections, and says what became of each.

The difference between "the server never had it" and "perhaps it has" lies in whether the final dot had left. So the
books are written as late as that: everything but the dot is with the server when the message is started in them, and
when it may not be started, closing the connection takes it back.

Next: briefing/deliver/batch.py.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TYPE_CHECKING

from briefing.deliver.batch import Batch
from briefing.deliver.relay import Relay
from briefing.deliver.replies import CLOSING, NOT_AUTHORISED, one_line, parse_reply
from briefing.deliver.wire import needs_smtputf8, stuffed, stuffed_together, wire_address
from briefing.errors import ReaderRefusedError, TransportError
from briefing.model.delivery import Answer, AnswerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from briefing.deliver.conversation import Conversation, Refusal
    from briefing.model.delivery import Envelope
    from briefing.model.settings import SmtpServer
    from briefing.ports import Books

#: Failures in a row, on one connection while no other had success, after which nobody is asked any more.
PATIENCE = 3
#: Seconds before a broken connection is opened again; doubled with each failure in a row.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


class SmtpTransport:
    """Keeps a few connections open for a batch of messages: as many, and for as many each, as `server.limits` says.

    Args:
        server: where to.
        timeout: seconds, for each reply but that to the final dot.
        final_timeout: for that one. RFC 5321 §4.5.3.2.6 asks for ten minutes, because giving up on a server that still
            looks at a message doubles it; four are less than the five after which the books take a sender for dead.
        idle: seconds a connection may rest before it is opened anew; a busy Postfix hangs up after 10, others 300.
        lmtp: speaks LMTP (RFC 2033).
        sleep: waits out a pause after a failure; by default no longer than there is something left to do.
    """

    def __init__(
        self,
        server: SmtpServer,
        *,
        timeout: float = 30,
        final_timeout: float = 240,
        idle: float = 30,
        lmtp: bool = False,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self.server, self.idle, self.sleep = server, idle, sleep
        self.relay = Relay(server, timeout=timeout, final_timeout=final_timeout, lmtp=lmtp)
        self._resting: list[Conversation] = []
        self._is_entered = False

    def __enter__(self) -> SmtpTransport:
        """Connects and logs in.

        Raises:
            TransportError: nothing was sent; transient unless only a changed config would help.
        """
        self._resting.append(self.relay.connect())
        self._is_entered = True
        return self

    def __exit__(self, *_: object) -> None:
        """Says goodbye; every message has its answer by now."""
        self._is_entered = False
        while self._resting:
            self._resting.pop().quit()

    def deliver(self, envelopes: Iterator[Envelope], books: Books) -> None:
        """Hands over what the iterator gives; several connections draw from it, one at a time.

        Raises:
            TransportError: the server is of no use, or refuses us (5.7.x) rather than a reader.
            StoreError: the books cannot be written.
        """
        if not self._is_entered:
            raise self.relay.fault("not connected; use the transport in a with block")
        batch = Batch(envelopes, books)
        connections = max(1, self.server.limits.connections)
        # This thread only waits, so whatever interrupts it leaves no message half told.
        with ThreadPoolExecutor(connections, thread_name_prefix="smtp") as pool:
            work = [pool.submit(_Carrier(self, batch).run) for _ in range(connections)]
            try:
                for one in work:
                    one.result()
            except BaseException as error:  # noqa: BLE001 — `close` raises it, after the others have stopped
                batch.give_up(error)
        batch.close()

    def fresh(self) -> Conversation:
        """A connection that is ready for a message: one that rests, or a new one.

        Raises:
            TransportError: there is none to be had.
        """
        while True:
            try:
                conversation = self._resting.pop()
            except IndexError:
                return self.relay.connect()
            if self.is_worn(conversation):
                conversation.quit()
            else:
                return conversation

    def is_worn(self, conversation: Conversation) -> bool:
        """It has carried what it may, or rested so long that the server may have left."""
        is_idle = monotonic() - conversation.used_at > self.idle
        return is_idle or conversation.handed >= self.server.limits.per_connection

    def rest(self, conversation: Conversation) -> None:
        """Keeps a connection for the next batch."""
        self._resting.append(conversation)


class _Carrier:
    """Draws messages and hands them over, on one connection at a time, until there are none."""

    def __init__(self, transport: SmtpTransport, batch: Batch) -> None:
        self._transport, self._relay, self._batch = transport, transport.relay, batch
        self._conversation: Conversation | None = None
        self._failures = 0
        self._answered_before = 0

    def run(self) -> None:
        try:
            while (envelope := self._batch.draw()) is not None:
                self._carry(envelope)
        except BaseException as error:  # noqa: BLE001 — whatever it is, the others must stop and `deliver` raise it
            self._batch.give_up(error)
        if self._conversation is not None and self._conversation.is_open:
            self._transport.rest(self._conversation)

    def _carry(self, envelope: Envelope) -> None:
        try:
            conversation = self._ready()
        except TransportError as error:
            self._batch.give_back(envelope)
            self._fail(error)
            return
        answer = self._hand_over(conversation, envelope)
        if not conversation.is_open:
            self._conversation = None
            self._relay.is_asked_in_turn |= conversation.is_rash
        if answer is not None:
            self._batch.books.settle([answer])
            self._learn(answer)

    def _ready(self) -> Conversation:
        if self._conversation is not None and self._transport.is_worn(self._conversation):
            self._conversation.quit()
            self._conversation = None
        if self._conversation is None:
            self._conversation = self._transport.fresh()
        return self._conversation

    def _hand_over(self, conversation: Conversation, envelope: Envelope) -> Answer | None:
        """What became of it; None when it is not ours to send, or not now."""
        try:
            refusal = self._offer(conversation, envelope)
        except ReaderRefusedError as error:
            return parse_reply(error.code or 550, error.reason).answer(envelope)
        except OSError as error:
            return _broken(conversation, envelope, error, AnswerKind.UNSENT)
        if refusal is not None:
            return self._refused(envelope, refusal)
        if not self._may_complete(conversation, envelope):
            # Inside a message there are no commands: this alone makes the server forget it.
            conversation.abort()
            return None
        return _complete(conversation, envelope)

    def _offer(self, conversation: Conversation, envelope: Envelope) -> Refusal | None:
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
        return conversation.offer(sender, recipient, message, beyond_ascii=beyond_ascii)

    def _refused(self, envelope: Envelope, refusal: Refusal) -> Answer:
        lasts = refusal.of_sender and refusal.reply.code >= 500
        # "5.1.8 bad sender's address" would read as a dead reader.
        answer = refusal.reply.answer(envelope, status=NOT_AUTHORISED if lasts else None)
        if refusal.of_sender:
            self._batch.give_up(self._relay.fault(f"refuses the sender {envelope.sender}: {answer.words}", answer.code))
        return answer

    def _may_complete(self, conversation: Conversation, envelope: Envelope) -> bool:
        try:
            is_ours = bool(self._batch.books.start([envelope]))
        except BaseException:
            conversation.abort()
            self._batch.leave(envelope)
            raise
        if is_ours and self._batch.must_halt:
            self._batch.leave(envelope)
            return False
        return is_ours

    def _learn(self, answer: Answer) -> None:
        if answer.kind in {AnswerKind.UNSENT, AnswerKind.UNHEARD} or answer.code == CLOSING:
            self._fail(self._relay.fault(answer.words, answer.code, transient=True))
            return
        self._failures = 0
        self._batch.answered += 1
        if answer.is_policy:
            self._batch.give_up(self._relay.fault(f"refuses our mail: {answer.words}", answer.code))

    def _fail(self, error: TransportError) -> None:
        """Waits before the next attempt, or gives up when the server is of no use to anybody."""
        self._failures += 1
        others_work = self._batch.answered > self._answered_before
        if self._failures == 1 or others_work:
            self._answered_before = self._batch.answered
        elif self._failures >= PATIENCE:
            self._batch.give_up(TransportError(error.reason, code=error.code, transient=True))
            return
        if self._batch.has_more():
            pause = min(FIRST_PAUSE * 2 ** (self._failures - 1), LONGEST_PAUSE)
            (self._transport.sleep or self._batch.pause)(pause)


def _complete(conversation: Conversation, envelope: Envelope) -> Answer:
    try:
        reply = conversation.interruption()
        if reply is None:
            conversation.send_dot()
    except OSError as error:
        return _broken(conversation, envelope, error, AnswerKind.UNSENT)
    if reply is None:
        try:
            reply = conversation.final_reply()
        except OSError as error:
            return _broken(conversation, envelope, error, AnswerKind.UNHEARD)
    return reply.answer(envelope)


def _broken(conversation: Conversation, envelope: Envelope, error: OSError, kind: AnswerKind) -> Answer:
    conversation.abort()
    return Answer(envelope=envelope, kind=kind, words=one_line(error.strerror or str(error)))
