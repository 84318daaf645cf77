"""Takes what the operator or another system wants done about readers, gives it done: one at a time or page by page.

The API, the admin page and the command line ask here, so that the same word means the same at every door.

Next: briefing/services/personal.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from briefing.errors import SubscriberError
from briefing.model.subscriber import Subscriber, SubscriberStatus, pause_of
from briefing.services.choices import date_of, tidy_email, tidy_reason
from briefing.services.consent import AWAY, MANUAL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from briefing.model.delivery import Balance, Delivery
    from briefing.model.letter import Tally
    from briefing.ports import BounceBook, Directory, Ledger
    from briefing.services.subscribe import ReaderList

#: What a person may choose, and may take back: a new reader has chosen nothing.
CHOICES = ("name", "language", "languages", "timezone", "topics", "sections", "at", "days", "paused_until")
_NOTHING = Subscriber(id="", email="")


class StaysAwayError(SubscriberError):
    """Says that a reader had said no, or must not be written to, and that nobody claims they changed their mind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """Says who was put on the list.

    Attributes:
        is_new: False when they stood there already.
    """

    reader: Subscriber
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Looks after the list for those who may; every change is one of `ReaderList`, which tells of it.

    Attributes:
        invite: asks an unconfirmed reader by mail whether they agree; None when no mail can be sent here.
    """

    readers: ReaderList
    ledger: Ledger
    directory: Directory
    bounces: BounceBook
    invite: Callable[[Subscriber], object] | None = None

    def find(self, subscriber: str) -> Subscriber | None:
        """The reader with this id, or None."""
        return self.readers.store.find_by_id(subscriber)

    def find_address(self, email: str) -> Subscriber | None:
        """The reader with this address, or None.

        Raises:
            SubscriberError: nobody can have this address.
        """
        return self.readers.store.find_subscriber(tidy_email(email))

    def add(self, cells: Mapping[str, str], *, confirmed: bool, invite: bool = True) -> Added:
        """Puts a reader on the list, or gives one who is there what was chosen; cells as in the CSV.

        Args:
            cells: what they chose, and their address.
            confirmed: the owner of the address agreed.
            invite: asks them, where they did not.

        Raises:
            StaysAwayError: they unsubscribed or are suppressed, and not `confirmed`.
            SubscriberError: a cell is wrong.
        """
        known = self.find_address(cells.get("email", ""))
        if known is not None and known.status in AWAY and not confirmed:
            raise StaysAwayError(f"this reader is {known.status.value}; only their own word brings them back")
        reader = self.readers.add(cells, confirmed=confirmed)
        if invite and self.invite is not None and reader.status is SubscriberStatus.UNCONFIRMED:
            self.invite(reader)
        return Added(reader=reader, is_new=known is None)

    def change(self, reader: Subscriber, cells: Mapping[str, str]) -> Subscriber:
        """Gives a reader other choices; an empty cell takes one back, a missing one leaves it.

        Raises:
            SubscriberError: a cell is wrong.
        """
        said = self.readers.read({**cells, "email": reader.email})
        chosen = {column: getattr(said, column) or getattr(_NOTHING, column) for column in CHOICES if column in cells}
        return self.readers.choose(reader.id, replace(reader, **chosen)) or reader

    def pause(self, reader: Subscriber, *, until: str) -> Subscriber:
        """Has no edition sent to a reader before the one of that date, written as in the CSV.

        Raises:
            SubscriberError: it is no date, is not ahead of the reader, or more than a year away.
        """
        today = self.readers.today(reader)
        if date_of(until.strip()) <= today:
            raise SubscriberError(f"{until.strip()} is not ahead: it is {today} where they live; name a later date")
        return self.change(reader, {"paused_until": until})

    def resume(self, reader: Subscriber) -> Subscriber:
        """Ends a reader's pause; today's edition goes out to them at once when its hour has passed."""
        return self.change(reader, {"paused_until": ""})

    def pause_of(self, reader: Subscriber) -> date | None:
        """Until when a reader's pause lasts; None when they have none, or it is over."""
        return pause_of(reader, today=self.readers.today(reader))

    def wrong_column(self, cells: Mapping[str, str]) -> str | None:
        """Which of the cells is wrong; None when none is on its own."""
        for column, cell in cells.items():
            try:
                self.readers.read({"email": "name@example.org", column: cell})
            except SubscriberError:
                return column
        return None

    def unsubscribe(self, reader: Subscriber) -> Subscriber:
        """Writes their no down; they stay on the list so that no import brings them back."""
        return self.readers.leave(reader.id) or reader

    def suppress(self, reader: Subscriber, *, reason: str = MANUAL) -> Subscriber:
        """Has nothing sent to this address any more, whatever is imported; the first reason given stays."""
        return self.readers.suppress(reader.id, tidy_reason(reason) or MANUAL) or reader

    def release(self, reader: Subscriber, *, confirmed: bool) -> Subscriber:
        """Ends a suppression and forgets the bounces; who is not suppressed stays as they are.

        Args:
            reader: as they stand on the list.
            confirmed: they do want the mail. Without that they are unconfirmed and get none.
        """
        self.bounces.change(reader.id, lambda _: None)
        return self.readers.release(reader.id, confirmed=confirmed) or reader

    def deliveries(self, reader: Subscriber, *, limit: int) -> tuple[Delivery, ...]:
        """What became of their mail, newest edition first."""
        return self.ledger.deliveries_of(reader.id, limit=limit)

    def tally(self, reader: Subscriber) -> Tally | None:
        """What came back from their address; None when nothing did."""
        return self.bounces.find(reader.id)

    def balances(self, *, limit: int) -> tuple[Balance, ...]:
        """The books of the newest editions."""
        return tuple(map(self.ledger.balance, self.directory.editions(limit=limit)))
