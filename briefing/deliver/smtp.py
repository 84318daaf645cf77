"""Takes finished messages, gives them to a mail relay over several connections, and says what became of each.

The difference between "the server never had it" and "perhaps it has" lies in whether the final dot had left. So the
books are written as late as that: everything but the dot is with the server when the message is started in them, and
when it may not be started, closing the connection takes it back.

One thread leads all connections. Where one waits for the books, the others catch up, and one commit serves them all.

Next: briefing/deliver/batch.py.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from briefing.deliver.batch import Batch
from briefing.deliver.carrier import Carrier
from briefing.deliver.counter import Counter
from briefing.deliver.relay import Relay
from briefing.deliver.turns import Turns, run_alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from briefing.deliver.conversation import Conversation
    from briefing.model.delivery import Envelope
    from briefing.model.settings import SmtpServer
    from briefing.ports import Books

#: Seconds before a broken connection is opened again; doubled with each failure in a row.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


def pause_after(failures: int) -> float:
    """Seconds to wait after so many failures in a row: 1, 2, 4, … 60."""
    return min(FIRST_PAUSE * 2.0 ** min(failures - 1, 10), LONGEST_PAUSE)


class SmtpTransport:
    """Keeps a few connections open for a batch of messages: as many, and for as many each, as `server.limits` says.

    Args:
        server: where to.
        timeout: seconds, for each reply but that to the final dot, and for each piece of a message.
        final_timeout: for that one. RFC 5321 §4.5.3.2.6 asks for ten minutes, because giving up on a server that still
            looks at a message doubles it; four are less than the five after which the books take a sender for dead.
        idle: seconds a connection may rest before it is opened anew; a busy Postfix hangs up after 10, others 300.
        lmtp: speaks LMTP (RFC 2033).
        company: seconds that a message waits for others to be started in the books with it.
        pause_after: seconds to wait after so many failures in a row; waited no longer than there is something to do.
    """

    def __init__(
        self,
        server: SmtpServer,
        *,
        timeout: float = 30,
        final_timeout: float = 240,
        idle: float = 30,
        lmtp: bool = False,
        company: float = 0.002,
        pause_after: Callable[[int], float] = pause_after,
    ) -> None:
        self.server, self.idle, self.company, self.pause_after = server, idle, company, pause_after
        self.relay = Relay(server, timeout=timeout, final_timeout=final_timeout, lmtp=lmtp)
        self._resting: list[Conversation] = []
        self._is_entered = False
        self._senders = 1

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
        resting, self._resting = self._resting, []
        run_alone(*[conversation.quit() for conversation in resting])

    def deliver(self, envelopes: Iterator[Envelope], books: Books) -> None:
        """Hands over what the iterator gives; several connections draw from it, one at a time.

        Raises:
            TransportError: the server is of no use, or refuses us (5.7.x) rather than a reader.
            StoreError: the books cannot be written.
        """
        if not self._is_entered:
            raise self.relay.fault("not connected; use the transport in a with block")
        batch = Batch(envelopes, books)
        connections = max(1, self.server.limits.connections // self._senders)
        with Turns(errands=connections) as turns, ThreadPoolExecutor(1, thread_name_prefix="smtp") as leader:
            batch.on_end = turns.wake
            counter = Counter(batch, turns, self.relay, company=self.company)
            courses = [Carrier(self, batch, turns, counter).course() for _ in range(connections)]
            # A thread that is interrupted while it starts another cannot wait for it any more: start it on nothing.
            leader.submit(int).result()
            try:
                # This thread only waits, so whatever interrupts it leaves no message half told.
                leader.submit(turns.run, courses, between=counter.tend).result()
            except BaseException as error:  # noqa: BLE001 — `close` raises it, after the messages at hand
                batch.give_up(error)
        batch.close()

    @contextmanager
    def sharing(self, senders: int) -> Iterator[None]:
        """Leaves the others their part of the connections while the block lasts."""
        self._senders = senders
        try:
            yield
        finally:
            self._senders = 1

    @property
    def is_paced(self) -> bool:
        """Whoever gives us messages may sleep in between."""
        limits = self.server.limits
        return bool(limits.per_minute or limits.per_hour or limits.per_domain)

    def rested(self) -> Conversation | None:
        """A connection that was kept; None when there is none."""
        return self._resting.pop() if self._resting else None

    def is_worn(self, conversation: Conversation) -> bool:
        """It has carried what it may, or rested so long that the server may have left."""
        is_idle = monotonic() - conversation.used_at > self.idle
        return is_idle or conversation.handed >= self.server.limits.per_connection

    def rest(self, conversation: Conversation) -> None:
        """Keeps a connection for the next batch."""
        self._resting.append(conversation)
