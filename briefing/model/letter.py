"""Takes what came back by mail, gives what it says about a reader: bounce, complaint, request, or nothing to do.

Next: briefing/deliver/letters.py, which reads these out of mail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from briefing.model.article import require_aware

if TYPE_CHECKING:
    from datetime import datetime

#: Read of each letter. A bounce says what it has to say before it repeats our message, which has some 60 kB.
MOST_BYTES = 1_000_000

#: An enhanced status code (RFC 3463) of a refusal; four numbers with dots between them are an IP address.
STATUS = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?!\.?\d)")


class Severity(StrEnum):
    """What a refusal says about the reader's address."""

    #: it does not exist or takes no mail
    HARD = "hard"
    #: it took this message not, perhaps the next
    SOFT = "soft"
    #: we or our message are refused, whoever the reader is
    POLICY = "policy"


def judge(status: str | None) -> Severity:
    """How much a status (RFC 3463) weighs; a refusal without one is soft, because it says nothing of the address.

    5.1.x and 5.2.1 are hard, but for 5.1.7 and 5.1.8, which find fault with the sender's address. x.7.x is policy, and
    so is x.6.x, which finds fault with the message: it is the same for every reader.
    """
    kind, _, rest = (status or "").partition(".")
    subject = rest.partition(".")[0]
    if subject in {"6", "7"} or status in {"5.1.7", "5.1.8"}:
        return Severity.POLICY
    if kind == "5" and (subject == "1" or rest == "2.1"):
        return Severity.HARD
    return Severity.SOFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Carries one message of a mailbox.

    Attributes:
        key: what the mailbox calls it: a file name or a number; no address.
        content: its first bytes, all of it when it is not too long.
        received_at: when the mailbox got it; the same each time it is read.
    """

    key: str
    content: bytes = field(repr=False)
    received_at: datetime

    def __post_init__(self) -> None:
        require_aware("received_at", self.received_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Says who a letter is about, as far as it tells. Nothing in here was checked yet.

    Attributes:
        sent_to: addresses the letter, or the message it returns, was addressed to or from: one may be a reader's own
            return path.
        tokens: what may be a token of ours in the headers of the returned message.
        addresses: whom the letter claims to be about. Anybody can write that.
        subscriber: the reader's id, where a provider's report names it.
    """

    sent_to: tuple[str, ...] = field(default=(), repr=False)
    tokens: tuple[str, ...] = field(default=(), repr=False)
    addresses: tuple[str, ...] = field(default=(), repr=False)
    subscriber: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """Says that a message was not taken.

    Attributes:
        status: of RFC 3463, such as 5.1.1; None when there was none.
        detail: the server's own words in one printable line; they often repeat the address.
        host: of the server that refused; None when it is not named.
        at: when, where a provider's report says so.
    """

    whose: Whose
    severity: Severity
    status: str | None = None
    detail: str = field(default="", repr=False)
    host: str | None = None
    at: datetime | None = None

    def __post_init__(self) -> None:
        require_aware("at", self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Says that a reader called our mail spam."""

    whose: Whose
    detail: str = field(default="", repr=False)
    at: datetime | None = None

    def __post_init__(self) -> None:
        require_aware("at", self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Carries what a reader asked for with a mailto: link.

    Attributes:
        purpose: unsubscribe or confirm.
    """

    purpose: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Says that a letter asks for nothing: an absence, a delay, a success."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """Says why a letter is left for a person to read; never in its own words."""

    why: str


Meaning: TypeAlias = Bounce | Complaint | Request | Quiet | Unclear


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts a reader's soft bounces.

    Attributes:
        soft: in a row; 0 once the reader is suppressed, so that one who comes back starts afresh.
        last_at: when the last one that was counted came.
        detail: the last refusal in the server's words.
    """

    subscriber: str
    soft: int
    last_at: datetime
    detail: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        require_aware("last_at", self.last_at)
