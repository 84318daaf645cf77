"""Takes a transport, keeps it open from one batch to the next, for whoever sends many small ones.

Next: briefing/deliver/outbox.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from briefing.model.delivery import Envelope
    from briefing.ports import Books, Transport


class LastingTransport:
    """Opens a transport at the first batch and closes it when one fails, or at the end.

    Connections that rested too long are the transport's own care.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport, self._is_open = transport, False

    def __enter__(self) -> LastingTransport:
        """Opens it, if it is not.

        Raises:
            TransportError: it cannot be.
        """
        if not self._is_open:
            self._transport.__enter__()
            self._is_open = True
        return self

    def __exit__(self, *told: object) -> None:
        """Leaves it open for the next batch, unless this one failed."""
        if told[0] is not None:
            self.close()

    def deliver(self, envelopes: Iterator[Envelope], books: Books) -> None:
        """Hands over what the iterator gives."""
        self._transport.deliver(envelopes, books)

    def close(self) -> None:
        """Closes it."""
        if self._is_open:
            self._is_open = False
            self._transport.__exit__(None, None, None)
