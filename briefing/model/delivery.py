"""Takes a message on its way, gives `Delivery`: one row per (edition, subscriber), and the balance of all of them.

Next: briefing/model/source.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from briefing.model.article import require_aware

if TYPE_CHECKING:
    from datetime import date, datetime

    from briefing.model.edition import Problem


class DeliveryStatus(StrEnum):
    """How far one message has come."""

    #: planned, nobody works on it
    PENDING = "pending"
    #: a sender has taken it up
    CLAIMED = "claimed"
    #: about to be handed over; if the sender dies now, nobody knows
    INFLIGHT = "inflight"
    #: our relay (or the outbox) took it
    SENT = "sent"
    #: refused for now; to be tried again
    DEFERRED = "deferred"
    #: refused for good
    FAILED = "failed"
    #: after planning the reader unsubscribed, paused, took that weekday back or was suppressed
    SUPPRESSED = "suppressed"
    #: the sender died between handing over and hearing the answer
    UNCERTAIN = "uncertain"
    #: the late window closed before it could be sent
    MISSED = "missed"


class OnUncertain(StrEnum):
    """What to do with a message nobody knows the fate of."""

    #: send again, with the same Message-ID: perhaps twice, never lost
    RESEND = "resend"
    #: leave it and name the reader: perhaps lost, never twice
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Records what became of one reader's copy of one edition.

    Attributes:
        edition: the reader's local date the edition is for.
        attempts: times a server was asked to take it.
        detail: the last refusal in the server's words, or ours for why nothing was sent.
        retry_at: when a deferred message may be tried again.
        owner: the sender that has taken it up; it is theirs until they have been silent too long.
    """

    edition: date
    subscriber: str
    status: DeliveryStatus = DeliveryStatus.PENDING
    message_id: str | None = None
    attempts: int = 0
    detail: str | None = None
    retry_at: datetime | None = None
    updated_at: datetime | None = None
    owner: str | None = None

    def __post_init__(self) -> None:
        require_aware("retry_at", self.retry_at)
        require_aware("updated_at", self.updated_at)

    @property
    def place(self) -> tuple[int, str]:
        """Where the row stands in the order of sending: who was never tried (0) before who was (1), then by reader."""
        return min(self.attempts, 1), self.subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Adds the ledger of one edition up. The books balance when the counts sum to the audience.

    Attributes:
        audience: readers the edition was planned for.
        counts: how many rows stand in each status; statuses without a row may be left out.
    """

    edition: date
    audience: int
    counts: dict[DeliveryStatus, int] = field(default_factory=dict)

    @property
    def is_balanced(self) -> bool:
        """True when every reader is accounted for."""
        return sum(self.counts.values()) == self.audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Carries one finished message to a transport.

    Attributes:
        sender: of the envelope (return path); each reader's own where bounces are read.
        message: complete RFC 5322 bytes with CRLF line ends, 7-bit clean.
        subscriber: whose it is; "" for a message that stands in no books.
        pieces: the message again, in pieces of whole lines, so that what many messages share (the very same objects) is
            looked through once; () when nobody has them.
    """

    sender: str
    recipient: str = field(repr=False)
    message_id: str
    message: bytes = field(repr=False)
    subscriber: str = ""
    pieces: tuple[bytes, ...] = field(default=(), repr=False)


class AnswerKind(StrEnum):
    """What became of a message that was given to a transport."""

    #: the server has it
    TAKEN = "taken"
    #: refused, for now or for good; the code says which
    REFUSED = "refused"
    #: the connection broke after the message was complete: nobody knows
    UNHEARD = "unheard"
    #: the connection broke before, so the server cannot have it
    UNSENT = "unsent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Says what a server made of one message.

    Attributes:
        code: its three-digit reply, None when there was none.
        status: the enhanced one (RFC 3463), such as 5.1.1; None when there was none.
        words: the rest of the reply, or what happened instead, in one printable line.
    """

    envelope: Envelope
    kind: AnswerKind
    code: int | None = None
    status: str | None = None
    words: str = ""

    @property
    def is_lasting(self) -> bool:
        """The same message to the same reader would be refused again."""
        return self.code is not None and self.code >= 500

    @property
    def is_policy(self) -> bool:
        """We are refused, not the reader: every other reader there would be as well (5.7.x)."""
        return self.is_lasting and (self.status or "").startswith("5.7.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Says what one sender did of an edition that several sent.

    Attributes:
        sent: messages it handed over.
    """

    sent: int = 0
    problems: tuple[Problem, ...] = ()
