"""Takes a chunk of an edition's readers, sends what may be sent, gives when to look at it again.

Next: briefing/services/morning.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from briefing.model.delivery import DeliveryStatus
from briefing.services.delivery_rules import LEASE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

    from briefing.model.chunk import Chunk
    from briefing.model.delivery import Delivery, Share
    from briefing.services.morning import Morning
    from briefing.services.prepared import PreparedEdition

#: When a reader's row could have been sent and was not: the relay rests, or the edition is held.
PAUSE = timedelta(minutes=1)
#: Editions at hand: of so many dates (more are not open anywhere in the world at a time), and so many of each; one
#: takes up to 200 kB.
DAYS, MOST_AT_HAND = 3, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkDesk:
    """Sends chunks, one at a time.

    Attributes:
        is_stopped: once it says so, what is left of a chunk is for another worker.
    """

    morning: Morning
    is_stopped: Callable[[], bool] = lambda: False
    _settled: dict[date, dict[str, PreparedEdition]] = field(default_factory=dict)

    def deliver(self, chunk: Chunk) -> tuple[Share, datetime | None]:
        """Sends what of the chunk may be sent; gives what was done, and when there is more to do (None: never).

        Raises:
            StoreError: the books cannot be written.
        """
        within = (chunk.after, chunk.last)
        settled = self._settled_on(chunk.edition)
        share = self.morning.join(chunk.edition, within=within, on_time=chunk.on_time, settled=settled)
        room = self.morning.mailroom
        left = room.ledger.left(chunk.edition, within=within)
        return share, next_look(left, now=room.clock.now(), at_once=self.is_stopped())

    def _settled_on(self, edition: date) -> dict[str, PreparedEdition]:
        """The day's editions that this worker has at hand; those of days long over are let go."""
        if edition not in self._settled and len(self._settled) >= DAYS:
            del self._settled[min(self._settled)]
        found = self._settled.setdefault(edition, {})
        if len(found) > MOST_AT_HAND:
            found.clear()
        return found


def next_look(rows: Iterable[Delivery], *, now: datetime, at_once: bool) -> datetime | None:
    """When the first of these unfinished rows may be worked on again; None when there are none.

    Args:
        at_once: somebody else may go on: nobody has tried these.
    """
    return min((_ready_at(row, now=now, at_once=at_once) for row in rows), default=None)


def _ready_at(row: Delivery, *, now: datetime, at_once: bool) -> datetime:
    if row.status in {DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT}:
        return max(now, (row.updated_at or now) + LEASE)
    if row.retry_at is not None:
        return max(now, row.retry_at)
    return now if at_once else now + PAUSE
