"""Takes messages and a way to hand one over, keeps the books of a transport that has one door.

Next: briefing/deliver/outbox.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from briefing.model.delivery import Answer, AnswerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from briefing.model.delivery import Envelope
    from briefing.ports import Books


def hand_over_each(envelopes: Iterator[Envelope], books: Books, put: Callable[[Envelope], Answer]) -> None:
    """Starts, puts and settles one message after another. What `put` could not put is settled as unsent.

    Raises:
        TransportError: from `put`; nothing more is drawn.
        StoreError: from the books; nothing more is drawn.
    """
    for envelope in envelopes:
        if not books.start([envelope]):
            continue
        try:
            answer = put(envelope)
        except BaseException as error:
            books.settle([Answer(envelope=envelope, kind=AnswerKind.UNSENT, words=str(error))])
            raise
        books.settle([answer])
