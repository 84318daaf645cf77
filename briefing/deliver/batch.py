"""Takes messages to hand over, deals them out to the connections at work, and ends them all when one has to give up.

Next: briefing/deliver/carrier.py.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from briefing.errors import StoreError
from briefing.model.delivery import Answer, AnswerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from briefing.model.delivery import Envelope
    from briefing.ports import Books


class Batch:
    """Is shared by the connections of one `deliver`, and by the threads that draw for them where drawing takes long.

    Attributes:
        books: of whoever delivers.
        error: why everybody stops, None while nobody has to.
        answered: messages the server had an answer for; moves on while any connection works.
        on_end: is called when `is_over` may have become true, from any thread.
    """

    def __init__(self, envelopes: Iterator[Envelope], books: Books) -> None:
        self.books = books
        self.error: BaseException | None = None
        self.answered = 0
        self.on_end: Callable[[], object] = lambda: None
        self._envelopes = envelopes
        self._is_empty = False
        self._returned: deque[Envelope] = deque()
        self._left: list[Envelope] = []
        self._turn = Lock()
        self._change = Lock()

    @property
    def must_halt(self) -> bool:
        """Not even the message at hand may be completed: it would stand in no books."""
        return isinstance(self.error, StoreError)

    @property
    def is_over(self) -> bool:
        """There is nothing left to wait for."""
        return self.error is not None or (self._is_empty and not self._returned)

    def draw(self) -> Envelope | None:
        """The next message; None when there is none or everybody stops."""
        with self._turn:
            envelope = self._next()
        if envelope is not None and self.error is not None:
            self.leave(envelope)
            return None
        return envelope

    def has_more(self) -> bool:
        """Whether there is anything left to wait for; what was drawn to find out is given back."""
        with self._turn:
            if not self._returned and (envelope := self._next()) is not None:
                self.give_back(envelope)
            return bool(self._returned)

    def give_back(self, envelope: Envelope) -> None:
        """For whoever draws next."""
        self._returned.append(envelope)

    def leave(self, envelope: Envelope) -> None:
        """Nobody will hand this over any more."""
        self._left.append(envelope)

    def give_up(self, error: BaseException) -> None:
        """Everybody finishes the message at hand and stops; or drops it, if the books are the trouble.

        The first reason stays, but for books that fail and an interruption from outside.
        """
        outranks = isinstance(error, StoreError) or not isinstance(error, Exception)
        with self._change:
            if self.error is None or outranks:
                self.error = error
        self.on_end()

    def close(self) -> None:
        """Settles what was drawn in vain, then raises what everybody stopped for.

        Raises:
            StoreError: the books cannot be written.
            BaseException: whatever was given up for.
        """
        left = [*self._left, *self._returned]
        if left:
            why = str(self.error) if self.error is not None else ""
            answers = [Answer(envelope=envelope, kind=AnswerKind.UNSENT, words=why) for envelope in left]
            # Books that could not be written may be writable again; if not, what they said first is the better news.
            with suppress(*((StoreError,) if self.must_halt else ())):
                self.books.settle(answers)
        if self.error is not None:
            raise self.error

    def _next(self) -> Envelope | None:
        if self.error is not None:
            return None
        if self._returned:
            return self._returned.popleft()
        if self._is_empty:
            return None
        try:
            envelope = next(self._envelopes, None)
        except BaseException as error:  # noqa: BLE001 — it belongs to the caller of `deliver`, who is in another thread
            self.give_up(error)
            return None
        if envelope is None:
            self._is_empty = True
            self.on_end()
        return envelope
