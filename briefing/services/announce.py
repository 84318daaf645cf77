"""Takes changes of readers, gives them to the operator's other systems: webhooks, signed, oldest first.

What happened is queued in the database at once and posted by the next round, so nobody who unsubscribes waits for a
stranger's server. An event may come twice (the answer was lost) or after a younger one (it was not taken at first): the
number in `X-Briefing-Delivery` and the event's own time tell.

Next: briefing/deliver/webhooks.py, which posts.
"""

from __future__ import annotations

import hmac
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from briefing.errors import DeliveryError
from briefing.model.edition import Problem
from briefing.model.lines import stamp
from briefing.services.records import reader_fields

if TYPE_CHECKING:
    from briefing.model.announcement import Announcement
    from briefing.model.subscriber import Subscriber
    from briefing.ports import AnnouncementQueue, Clock, Messenger

#: After the first, second … time that an event was not taken; 22 h 36 min together.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 240, 480, 480))
#: An event that was not taken by then is dropped.
KEPT = timedelta(days=1)
#: Posted in one round. Each may take ten seconds, and they are ours for `LEASE`.
MOST, LEASE = 50, timedelta(minutes=10)
#: So many in a row that are not taken mean that nobody is there; one alone may be the receiver's trouble with it.
HOPELESS = 2
#: Until one of that webhook's events is tried again, at most, however long the oldest has to wait.
HELD = timedelta(minutes=30)

ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceReport:
    """Says what a round did.

    Attributes:
        posted: events that were taken.
        waiting: events that were not, and will be tried again.
        problems: one for each webhook that lost events.
    """

    posted: int = 0
    waiting: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcer:
    """Tells webhooks what changed.

    Attributes:
        addresses: of the webhooks.
        key: signs what is posted, so that the receiver knows it is ours.
    """

    queue: AnnouncementQueue
    messenger: Messenger
    clock: Clock
    addresses: tuple[str, ...] = ()
    key: str = field(default="", repr=False)

    def told(self, event: str, reader: Subscriber) -> None:
        """Queues an event: subscribed, confirmed, changed, unsubscribed, suppressed or erased.

        Of an erased reader nothing but the id is told, and nothing else about them leaves the house any more.
        """
        if event == ERASED:
            self.queue.forget(reader.id)
        if self.addresses:
            now = self.clock.now()
            fields = {"id": reader.id} if event == ERASED else reader_fields(reader)
            text = json.dumps({"event": event, "at": stamp(now), "subscriber": fields}, ensure_ascii=False)
            self.queue.put(self.addresses, text, now=now)

    def run(self) -> AnnounceReport:
        """Posts what is due, oldest first, and writes down what has to wait. One round; call it every minute or so."""
        now = self.clock.now()
        round_ = _Round(self)
        for row in self.queue.take(most=MOST, now=now, until=now + LEASE):
            round_.post(row)
        return round_.report()


class _Round:
    """What a round has found out so far."""

    def __init__(self, announcer: Announcer) -> None:
        self._of, self._queue = announcer, announcer.queue
        self._in_a_row: Counter[str] = Counter()
        self._until: dict[str, datetime] = {}
        self._posted = self._put_off = 0
        self._waiting: list[Announcement] = []
        self._lost: Counter[tuple[str, str]] = Counter()

    def post(self, row: Announcement) -> None:
        """Posts one event, unless its webhook is gone or does not answer today."""
        if row.address not in self._of.addresses:
            self._queue.done(row.number)
        elif self._in_a_row[row.address] >= HOPELESS:
            self._waiting.append(row)
        else:
            try:
                self._of.messenger.post(row.address, row.event.encode(), self._headers(row))
            except DeliveryError as error:
                self._fail(row, error)
            else:
                self._in_a_row[row.address] = 0
                self._posted += 1
                self._queue.done(row.number)

    def report(self) -> AnnounceReport:
        """Lets those wait whose webhook does not answer, and adds up."""
        for address, until in self._until.items():
            if self._in_a_row[address] >= HOPELESS:
                self._queue.hold(address, until=until)
        for row in self._waiting:
            if row.address in self._until:
                self._queue.put_off(row.number, attempts=row.attempts, retry_at=self._until[row.address])
        problems = tuple(
            Problem(
                stage="announce",
                source=f"webhook {urlsplit(address).hostname}",
                message=f"did not take {count} of our events within a day, so they were dropped: it {reason}",
            )
            for (address, reason), count in self._lost.items()
        )
        return AnnounceReport(posted=self._posted, waiting=self._put_off + len(self._waiting), problems=problems)

    def _headers(self, row: Announcement) -> dict[str, str]:
        signature = hmac.digest(self._of.key.encode(), row.event.encode(), "sha256").hex()
        return {"X-Briefing-Signature": f"sha256={signature}", "X-Briefing-Delivery": str(row.number)}

    def _fail(self, row: Announcement, error: DeliveryError) -> None:
        now = self._of.clock.now()
        self._in_a_row[row.address] += 1
        happened = datetime.fromisoformat(json.loads(row.event)["at"])
        if row.attempts >= len(WAITS) or now - happened >= KEPT:
            self._queue.done(row.number)
            self._lost[row.address, error.reason] += 1
            return
        self._put_off += 1
        retry_at = now + WAITS[row.attempts]
        self._until.setdefault(row.address, min(retry_at, now + HELD))
        self._queue.put_off(row.number, attempts=row.attempts + 1, retry_at=retry_at)
