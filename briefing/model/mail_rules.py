"""Takes nothing, gives what a person may decide about the way mail takes: limits, keys, bounces.

Next: briefing/model/settings.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import PurePath


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpLimits:
    """Says how much a relay may be asked to take.

    Attributes:
        connections: kept open at the same time.
        per_connection: messages, after which a new one is opened.
        per_minute, per_hour: messages in all; None for no limit.
        per_domain: (domain of the readers, messages a minute).
    """

    connections: int = 4
    per_connection: int = 500
    per_minute: int | None = None
    per_hour: int | None = None
    per_domain: tuple[tuple[str, int], ...] = ()


#: As a relay that says nothing of limits.
NO_LIMITS = SmtpLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimKey:
    """Carries one key that signs our mail; its public half stands at SELECTOR._domainkey.DOMAIN.

    Attributes:
        private: PEM, RSA of 2048 bits or more, or Ed25519.
    """

    domain: str
    selector: str
    private: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapServer:
    """Says where a mailbox can be read.

    Attributes:
        security: tls, starttls, or none (loopback only).
    """

    host: str
    port: int = 993
    security: str = "tls"
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    mailbox: str = "INBOX"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorRule:
    """Says who looks after the house, and how they learn of trouble.

    Attributes:
        email: is written to when something is wrong; None when nobody is.
        ping: address of a watch outside of the house; None when there is none.
    """

    email: str | None = field(default=None, repr=False)
    ping: str | None = field(default=None, repr=False)


#: As where nobody wants to be told.
NO_OPERATOR = OperatorRule()


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceRule:
    """Says where mail that comes back arrives, and when a reader is not written to any more.

    Attributes:
        address: of the return path; each reader's own is made of it (VERP). Replies to `mailto:` links go there as well
            when it is also `reply_to`.
        folder: of messages as files (.eml), or a Maildir; absolute.
        imap: the mailbox, where it is not a folder.
        soft: so many soft bounces in a row count as a hard one.
    """

    address: str
    folder: PurePath | None = None
    imap: ImapServer | None = None
    soft: int = 5


def is_this_machine(host: str) -> bool:
    """Whether a host's name or address is this machine's own: no other is spoken to without protection."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
