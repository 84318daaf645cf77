"""Takes letters, reports of providers and refusals of servers, gives a list without those who cannot or will not read.

A hard bounce or a complaint ends it at once, soft bounces when so many came in a row. What counts against a reader must
be proven to be about their mail: by their own return path or a token of ours (both HMACs) in the letter, by a provider
that has our key, or by the relay we speak to ourselves. A letter that only names an address may have been written by
anybody who wants that reader gone; it fills at most half of the counter, and never suppresses.

Next: briefing/services/bounce_round.py, which brings the letters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from briefing.model.delivery import AnswerKind, DeliveryStatus
from briefing.model.letter import Bounce, Complaint, Quiet, Request, Severity, Tally, Whose, judge
from briefing.services.subscribe import UNSUBSCRIBE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from briefing.model.delivery import Answer, Delivery
    from briefing.model.letter import Meaning
    from briefing.ports import BounceBook, History, ReturnPath
    from briefing.services.subscribe import ReaderList

#: Why a reader is suppressed, as `Subscriber.reason` has it.
HARD, COMPLAINT = "hard bounce", "complaint"

#: Soft bounces within this time are about one message: a reader gets one a day, and a relay tries each several times.
#: It also makes a letter that is read a second time count once, because it came when it came.
SPACING = timedelta(hours=12)
#: A message that was handed over and has not come back by then has arrived. Relays tell of a failure within hours when
#: the address is at fault; those that keep trying for five days (RFC 5321 §4.5.4.1) warn before.
PATIENCE = timedelta(days=3)
#: Editions looked at to find a delivery that arrived.
_RECENT = 30

_OPEN = frozenset({DeliveryStatus.PENDING, DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT, DeliveryStatus.DEFERRED})


class Outcome(StrEnum):
    """What was done about a letter."""

    #: the reader is suppressed: their address takes no mail
    HARD = "hard"
    #: counted, and perhaps one too many
    SOFT = "soft"
    #: the reader is suppressed: they called it spam
    COMPLAINT = "complaint"
    #: the reader left
    UNSUBSCRIBED = "unsubscribed"
    #: the reader agreed
    CONFIRMED = "confirmed"
    #: we or our message are refused, whoever the reader is; nothing was counted
    POLICY = "policy"
    #: nothing was to be done
    IGNORED = "ignored"
    #: a person has to look
    UNKNOWN = "unknown"


def has_arrived_since(moment: datetime, rows: Iterable[Delivery], *, now: datetime) -> bool:
    """Whether a message handed over after the last bounce was good: nothing came back for `PATIENCE`.

    `moment` is when the last bounce came, so none came after it.
    """
    sent = (row.updated_at for row in rows if row.status is DeliveryStatus.SENT and row.updated_at is not None)
    return any(moment < at <= now - PATIENCE for at in sent)


def is_passing(rows: Iterable[Delivery]) -> bool:
    """Whether the last edition that is over reached the relay, so that a refusal for now is no row of refusals.

    Some relays refuse every first attempt (greylisting) and take the second, day after day. `rows` are newest first.
    """
    over = next((row for row in rows if row.status not in _OPEN), None)
    return over is not None and over.status is DeliveryStatus.SENT


def counted(before: Tally | None, bounce: Tally, *, most: int, starts_afresh: bool) -> Tally:
    """The tally with one more soft bounce, which is written as a tally of one; a bounce of the same message adds none.

    Args:
        before: None for the first.
        bounce: when and why.
        most: no more are counted.
        starts_afresh: a message arrived since the last one.
    """
    if before is not None and bounce.last_at < before.last_at + SPACING:
        return before
    soft = 0 if before is None or starts_afresh else before.soft
    if before is not None and soft >= most:
        return before
    return replace(bounce, soft=soft + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceDesk:
    """Acts on what came back. Each act may be repeated: the second time changes nothing.

    Attributes:
        paths: recognise readers' return paths, one for each key there was; none when nobody reads what comes back.
        most: so many soft bounces in a row count as a hard one.
    """

    readers: ReaderList
    book: BounceBook
    history: History
    paths: tuple[ReturnPath, ...] = ()
    most: int = 5

    def act(self, meaning: Meaning, *, at: datetime, is_trusted: bool = False) -> Outcome:
        """Does what follows from a letter or a report.

        Args:
            meaning: what it says.
            at: when it came, the same each time it is read.
            is_trusted: whom it names is believed, because whoever reports it has our key.

        Raises:
            StoreError: the database cannot be written.
        """
        if isinstance(meaning, Request):
            return self._grant(meaning)
        if isinstance(meaning, Bounce | Complaint):
            return self._blame(meaning, at=min(meaning.at or at, at), is_trusted=is_trusted)
        return Outcome.IGNORED if isinstance(meaning, Quiet) else Outcome.UNKNOWN

    def hear(self, subscriber: str, answer: Answer) -> Outcome:
        """Does what follows from the relay's own answer, while it is being sent to.

        A dead address is a hard bounce at once; any other refusal is soft, unless it is policy or about the connection
        (421). A refusal for now counts when the edition before was not taken either.

        Raises:
            StoreError: the database cannot be written.
        """
        if answer.kind is not AnswerKind.REFUSED or answer.code in {None, 421}:
            return Outcome.IGNORED
        severity = judge(answer.status)
        if not answer.is_lasting and is_passing(self.history.deliveries_of(subscriber, limit=_RECENT)):
            return Outcome.IGNORED
        if severity is Severity.HARD and not answer.is_lasting:
            severity = Severity.SOFT
        whose = Whose(subscriber=subscriber)
        bounce = Bounce(whose=whose, severity=severity, status=answer.status, detail=answer.words)
        return self.act(bounce, at=self.readers.clock.now(), is_trusted=True)

    def still_counts(self, tally: Tally) -> bool:
        """Whether a reader's soft bounces have not been made good by a message that arrived since."""
        rows = self.history.deliveries_of(tally.subscriber, limit=_RECENT)
        return tally.soft > 0 and not has_arrived_since(tally.last_at, rows, now=self.readers.clock.now())

    def _grant(self, request: Request) -> Outcome:
        if request.purpose == UNSUBSCRIBE:
            return Outcome.UNKNOWN if self.readers.unsubscribe(request.token) is None else Outcome.UNSUBSCRIBED
        return Outcome.UNKNOWN if self.readers.confirm(request.token) is None else Outcome.CONFIRMED

    def _blame(self, meaning: Bounce | Complaint, *, at: datetime, is_trusted: bool) -> Outcome:
        if isinstance(meaning, Bounce) and meaning.severity is Severity.POLICY:
            return Outcome.POLICY
        subscriber, is_proven = self._reader_of(meaning.whose, is_trusted=is_trusted)
        if subscriber is None:
            return Outcome.UNKNOWN
        if self.readers.store.find_by_id(subscriber) is None:
            # They asked to be forgotten; their last mail may still come back.
            return Outcome.IGNORED
        event = Tally(subscriber=subscriber, soft=1, last_at=at, detail=_told(meaning))
        if not is_proven or (isinstance(meaning, Bounce) and meaning.severity is Severity.SOFT):
            return self._count(event, is_proven=is_proven)
        is_complaint = isinstance(meaning, Complaint)
        self._suppress(event, COMPLAINT if is_complaint else HARD)
        return Outcome.COMPLAINT if is_complaint else Outcome.HARD

    def _reader_of(self, whose: Whose, *, is_trusted: bool) -> tuple[str | None, bool]:
        """The reader, and whether it is proven that this is about their mail."""
        if whose.subscriber is not None:
            return whose.subscriber, is_trusted
        for path in self.paths:
            for address in whose.sent_to:
                if subscriber := path.reader_of(address):
                    return subscriber, True
        for token in whose.tokens:
            if reader := self.readers.reader_behind(token, UNSUBSCRIBE):
                return reader.id, True
        named = (self.readers.store.find_subscriber(address) for address in whose.addresses)
        reader = next((reader for reader in named if reader is not None), None)
        return (None, False) if reader is None else (reader.id, is_trusted)

    def _count(self, event: Tally, *, is_proven: bool) -> Outcome:
        rows = self.history.deliveries_of(event.subscriber, limit=_RECENT)
        most = self.most if is_proven else self.most // 2

        def decide(before: Tally | None) -> Tally | None:
            afresh = before is not None and has_arrived_since(before.last_at, rows, now=event.last_at)
            return counted(before, event, most=most, starts_afresh=afresh) if most else before

        after = self.book.change(event.subscriber, decide)
        if is_proven and after is not None and after.soft >= self.most:
            words = f"{after.soft} soft bounces in a row, the last: {after.detail}"
            self._suppress(replace(after, detail=words), HARD)
        return Outcome.SOFT

    def _suppress(self, event: Tally, reason: str) -> None:
        """Suppresses first: whoever dies in between does it again."""
        self.readers.suppress(event.subscriber, reason)
        self.book.change(event.subscriber, lambda _: replace(event, soft=0))


def _told(meaning: Bounce | Complaint) -> str:
    status = meaning.status if isinstance(meaning, Bounce) else None
    if status is None or status in meaning.detail:
        return meaning.detail
    return f"{status} {meaning.detail}".strip()
