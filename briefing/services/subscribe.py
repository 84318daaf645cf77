"""Takes addresses, CSV files and links from mails, gives the list of readers: nobody twice, nobody back unasked.

A reader is unconfirmed until the owner of the address agreed, then confirmed, then perhaps unsubscribed; suppressed
when they must not be written to. Who left comes back by an agreement of their own alone, never by a file.

Next: briefing/services/build.py, which makes what those get who agreed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from briefing.errors import SubscriberError
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.services.choices import Choices, read_choices
from briefing.services.consent import (
    agreed,
    asking,
    event_of,
    is_away,
    is_returning,
    left,
    released,
    returning,
    suppressed,
    with_choices,
)
from briefing.services.slots import zone_of
from briefing.services.spreadsheet import ImportReport, LineProblem, read_sheet, sheet_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from briefing.ports import Clock, LinkSigner, SubscriberStore

    #: A reader as seen (None for a new one) and as they shall be.
    _Change = tuple[Subscriber | None, Subscriber]

__all__ = ["CONFIRM", "PREFERENCES", "UNSUBSCRIBE", "ImportReport", "LineProblem", "ReaderList"]

#: Purposes of links; a token made for one does nothing else.
CONFIRM, UNSUBSCRIBE, PREFERENCES = "confirm", "unsubscribe", "preferences"
#: How long the link of a confirmation is good. Those in the editions are for as long as somebody keeps the mail.
CONFIRM_WITHIN = timedelta(days=7)


def nobody_told(_event: str, _reader: Subscriber) -> None:
    """Hears of every change and does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderList:
    """Keeps the list of readers and their consent.

    Attributes:
        topics: names a reader may follow, from the config.
        sections: keys of the sections a reader may choose; see `choices.section_keys`.
        default_zone: the briefing's, for those who have none of their own.
        new_id: makes an id that nobody has or will have.
        told: hears of each change once it is kept: "subscribed", "confirmed", "changed", "unsubscribed", "suppressed"
            or "erased", and the reader as they then stand.
    """

    store: SubscriberStore
    signer: LinkSigner
    clock: Clock
    new_id: Callable[[], str]
    topics: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    default_zone: str = "UTC"
    told: Callable[[str, Subscriber], None] = nobody_told

    def read(self, cells: Mapping[str, str]) -> Choices:
        """Checks what was said about one reader, keyed and written as in the CSV.

        Raises:
            SubscriberError: the first thing that is wrong, and what would be right.
        """
        return read_choices(cells, self.topics, self.sections, today=self.clock.now().date())

    def today(self, reader: Subscriber) -> date:
        """The date where the reader lives."""
        return self.clock.now().astimezone(zone_of(reader, self.default_zone)).date()

    def add(self, cells: Mapping[str, str], *, confirmed: bool = False) -> Subscriber:
        """Puts one reader on the list, or gives them what was chosen; gives them as they now stand.

        `cells` are keyed and written as in the CSV; only "email" is needed. `confirmed` says that the owner of the
        address agreed: without it a new reader and one who had unsubscribed are unconfirmed.

        Raises:
            SubscriberError: a cell is wrong, or the reader is suppressed and not `confirmed`.
        """
        choices = self.read(cells)

        def decide(before: Subscriber | None) -> Subscriber:
            if before is not None and before.status is SubscriberStatus.SUPPRESSED and not confirmed:
                raise SubscriberError(f"{choices.email} is suppressed; --confirmed says that they do want the mail")
            return self._apply(choices, before and returning(before), confirmed=confirmed)

        return self._settle(lambda: self.store.find_subscriber(choices.email), decide)

    def ask_for(self, choices: Choices) -> Subscriber | None:
        """Puts an address on the list that a stranger asks for; gives the reader who is to be asked whether they agree.

        None when they must not be written to. A confirmed reader stays as they are, whatever the stranger chose.
        """

        def decide(before: Subscriber | None) -> Subscriber:
            if before is not None and before.status in {SubscriberStatus.SUPPRESSED, SubscriberStatus.CONFIRMED}:
                return before
            reader = self._apply(replace(choices, status=None), before and returning(before), confirmed=False)
            return asking(reader, known=before, at=self.clock.now())

        reader = self._settle(lambda: self.store.find_subscriber(choices.email), decide)
        return None if reader.status is SubscriberStatus.SUPPRESSED else reader

    def leave(self, subscriber_id: str) -> Subscriber | None:
        """Unsubscribes a reader; they stay on the list so that no import brings them back. None when there is none."""
        return self._change(subscriber_id, left)

    def reader_behind(self, token: str, purpose: str) -> Subscriber | None:
        """Whose link it is; None when the token is not ours, not for this, too old, or theirs who is gone."""
        signed = self.signer.read(token, purpose)
        subscriber, _, issued = (signed or "").partition(" ")
        if signed is None or (purpose == CONFIRM) is not issued.isdecimal():
            return None
        if issued and self.clock.now() - datetime.fromtimestamp(int(issued), UTC) > CONFIRM_WITHIN:
            return None
        return self.store.find_by_id(subscriber)

    def token(self, reader: Subscriber, purpose: str) -> str:
        """The reader's token for a purpose; one for `CONFIRM` is good for `CONFIRM_WITHIN` from now on."""
        issued = f" {int(self.clock.now().timestamp())}" if purpose == CONFIRM else ""
        return self.signer.sign(reader.id + issued, purpose)

    def unsubscribe(self, token: str) -> Subscriber | None:
        """Does what the link in a mail promises, as often as it is used; None when the token is not ours."""
        reader = self.reader_behind(token, UNSUBSCRIBE)
        return reader and self.leave(reader.id)

    def come_back(self, token: str) -> Subscriber | None:
        """Takes leaving back as far as that goes: the reader is unconfirmed, and to be asked whether they agree.

        None when the token is not ours, or its reader has not left.
        """
        reader = self.reader_behind(token, UNSUBSCRIBE)
        back = reader and self._change(reader.id, returning)
        return back if back and is_returning(back) else None

    def confirm(self, token: str) -> Subscriber | None:
        """Records that the owner of the address agreed; None when the token is not ours or too old.

        An old link brings nobody back who said no since.
        """
        reader = self.reader_behind(token, CONFIRM)
        return reader and self._change(reader.id, agreed)

    def choose(self, subscriber_id: str, wanted: Subscriber) -> Subscriber | None:
        """Gives a reader all that `wanted` chose, what they took back included; who they are and their consent stay."""

        def decide(reader: Subscriber) -> Subscriber:
            same = replace(wanted, status=reader.status, reason=reader.reason, asked_at=reader.asked_at)
            return replace(same, id=reader.id, email=reader.email, created_at=reader.created_at)

        return self._change(subscriber_id, decide)

    def suppress(self, subscriber_id: str, reason: str) -> Subscriber | None:
        """Writes to this reader no more, whatever they or a file say; None when there is no such reader.

        Args:
            subscriber_id: as in `Subscriber.id`.
            reason: "hard bounce", "complaint" or "manual"; the first one given stays.
        """
        return self._change(subscriber_id, lambda reader: suppressed(reader, reason=reason))

    def release(self, subscriber_id: str, *, confirmed: bool = False) -> Subscriber | None:
        """Lets a suppressed reader be written to again; None when there is no such reader.

        They are unconfirmed, unless the operator says that they agreed.
        """
        return self._change(subscriber_id, lambda reader: released(reader, confirmed=confirmed))

    def erase(self, subscriber_id: str) -> Subscriber | None:
        """Forgets a reader for good; gives them as they were, None when there is no such reader.

        Nothing keeps them from being imported again, because nothing remembers them.
        """
        reader = self.store.find_by_id(subscriber_id)
        if reader is not None:
            self.store.erase_subscriber(subscriber_id)
            self.told("erased", reader)
        return reader

    def erase_unanswered(self) -> int:
        """Forgets who asked on our pages and never agreed, once their link opens nothing any more; gives how many.

        An address that anybody may have typed is kept no longer than it is needed (GDPR, Article 5 (1) (c) and (e)).
        Whom the operator put on the list stays, and so does who had left: their no must be remembered.
        """
        erased = self.store.erase_unanswered(asked_before=self.clock.now() - CONFIRM_WITHIN)
        for reader in erased:
            self.told("erased", reader)
        return len(erased)

    def import_csv(self, text: str, *, confirmed: bool = False, dry_run: bool = False) -> ImportReport:
        """Brings readers in from CSV with a header line; only `email` is needed, an empty cell changes nothing.

        Known readers get what the file says. All lines are taken, or none when one is wrong; with `dry_run` none is,
        and the report says what would be.
        """
        rows, problems = read_sheet(text, read=self.read)
        if problems:
            return ImportReport(problems=problems)
        known = self._known(rows)
        welcome = [(known.get(key), said) for key, said in rows.items() if key not in known or not is_away(known[key])]
        pairs = [(before, self._apply(said, before, confirmed=confirmed)) for before, said in welcome]
        changes = [(before, after) for before, after in pairs if before != after]
        if not dry_run:
            # Who leaves while the file is read has left: they are not written, and count as kept away.
            changes = self._keep(changes)
        added = sum(before is None for before, _ in changes)
        unchanged = sum(before == after for before, after in pairs)
        return ImportReport(
            added=added,
            changed=len(changes) - added,
            unchanged=unchanged,
            kept_away=len(rows) - len(changes) - unchanged,
        )

    def csv_lines(self) -> Iterator[str]:
        """The whole list as CSV that `import_csv` takes back, in the order readers came."""
        return sheet_lines(self.store.each_subscriber())

    def _known(self, keys: Iterable[str]) -> dict[str, Subscriber]:
        """The readers with one of these addresses. The list may be far longer than the file."""
        wanted = frozenset(keys)
        everybody = ((reader.email.casefold(), reader) for reader in self.store.each_subscriber())
        return {key: reader for key, reader in everybody if key in wanted}

    def _apply(self, choices: Choices, known: Subscriber | None, *, confirmed: bool) -> Subscriber:
        reader = known or Subscriber(id=self.new_id(), email=choices.email, created_at=self.clock.now())
        return with_choices(reader, choices, confirmed=confirmed)

    def _change(self, subscriber_id: str, decide: Callable[[Subscriber], Subscriber]) -> Subscriber | None:
        """What becomes of a reader, decided again when their consent changed meanwhile; None when they are gone."""
        while (before := self.store.find_by_id(subscriber_id)) is not None:
            after = decide(before)
            if before == after or self._keep([(before, after)]):
                return after
        return None

    def _settle(
        self, look: Callable[[], Subscriber | None], decide: Callable[[Subscriber | None], Subscriber]
    ) -> Subscriber:
        """The same for a reader who may be new."""
        while True:
            before = look()
            after = decide(before)
            if before == after or self._keep([(before, after)]):
                return after

    def _keep(self, changes: Sequence[_Change]) -> list[_Change]:
        """Writes what still may be, and tells; gives what was written."""
        written = self.store.change_subscribers(changes) if changes else frozenset()
        kept = [change for change in changes if change[1].id in written]
        for before, after in kept:
            self.told(event_of(before, after), after)
        return kept
