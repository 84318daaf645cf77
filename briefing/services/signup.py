"""Takes a stranger's wish to get the briefing, asks the owner of the address whether they agree, and not too often.

Anybody can type anybody's address. So an address gets at most one mail a day from here, a network may ask ten times an
hour and everybody together 200 times; what comes on top is answered alike and does nothing.

Next: briefing/web/signup_pages.py.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from briefing.errors import BriefingError
from briefing.model.limits import Limit
from briefing.model.subscriber import SubscriberStatus
from briefing.render.notice import NoticeKind
from briefing.services.consent import is_undoable
from briefing.services.subscribe import UNSUBSCRIBE

if TYPE_CHECKING:
    from collections.abc import Callable

    from briefing.model.subscriber import Subscriber
    from briefing.ports import Clock, RequestLog
    from briefing.services.choices import Choices
    from briefing.services.notices import Notices
    from briefing.services.subscribe import ReaderList

log = logging.getLogger(__name__)

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
#: Mails to one address a day, requests of one network and of all an hour.
PER_ADDRESS, PER_NETWORK, IN_ALL = 1, 10, 200
_GMAIL = frozenset({"gmail.com", "googlemail.com"})
#: What one household or company is given: a single IPv6 customer has up to 2^80 addresses (RFC 6177).
_IPV4_BITS, _IPV6_BITS = 24, 48


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """Lets people ask for the briefing, and come back to it.

    Attributes:
        language: the briefing's own.
    """

    readers: ReaderList
    requests: RequestLog
    notices: Notices
    clock: Clock
    language: str

    def ask(self, choices: Choices, *, network: str) -> None:
        """Writes to the address and asks, or tells who gets the briefing already that they do.

        Never says what it did: to whoever asks, every address is the same.

        Args:
            choices: what the stranger filled in.
            network: see `network_of`.
        """
        limits = _limits("address", counted_mailbox(choices.email), network)
        language = choices.language or self.language
        self._write(limits, lambda: self.readers.ask_for(choices), language=language)

    def undo(self, token: str, *, network: str) -> None:
        """Asks a reader who left, by the link they left with, whether they want to come back."""
        reader = self.readers.reader_behind(token, UNSUBSCRIBE)
        if reader is not None and is_undoable(reader):
            limits = _limits("undo", reader.id, network)
            language = reader.language or self.language
            self._write(limits, lambda: self.readers.come_back(token), language=language)

    def invite(self, reader: Subscriber) -> bool:
        """Asks an unconfirmed reader whom the operator put on the list; says whether a mail went out.

        One mail a day holds here too. The other limits are about strangers: a list of thousands is the operator's
        right, and keeps nobody from asking on the page.
        """
        if reader.status is not SubscriberStatus.UNCONFIRMED:
            return False
        limits = _limits("address", counted_mailbox(reader.email), None)
        return self._write(limits, lambda: reader, language=reader.language or self.language)

    def _write(self, limits: tuple[Limit, ...], enter: Callable[[], Subscriber | None], *, language: str) -> bool:
        now = self.clock.now()
        if not self.requests.admit(limits, now=now):
            log.info("sign-up refused", extra={"reason": "limit"})
            return False
        try:
            reader = enter()
            if reader is None:
                return False
            is_known = reader.status is SubscriberStatus.CONFIRMED
            self.notices.send(NoticeKind.KNOWN if is_known else NoticeKind.CONFIRM, reader, language=language)
        except BriefingError as error:
            # Nothing was sent, so they may ask again. The network's tries stay counted: whoever types addresses that
            # the relay refuses could else go on for ever. The error's words may repeat the address.
            own, *_ = limits
            self.requests.withdraw((own,), at=now)
            log.warning("sign-up mail not sent", extra={"reason": type(error).__name__})
            return False
        return True


def counted_mailbox(email: str) -> str:
    """Where mail to an address ends up, as the limits count it: `ada+1@` and `ada+2@` flood the same mailbox.

    What follows a plus is a note of its owner's (RFC 5233). Gmail does not look at dots either
    (https://support.google.com/mail/answer/7436150), and has two names.
    """
    local, _, domain = email.casefold().rpartition("@")
    local = local.partition("+")[0] or local
    return f"{local.replace('.', '')}@gmail.com" if domain in _GMAIL else f"{local}@{domain}"


def network_of(host: str | None) -> str:
    """The network an address belongs to, as the limits count it: IPv4 /24, IPv6 /48; "" where there is none."""
    try:
        address = ip_address((host or "").strip().strip("[]").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            return str(ip_network((address, _IPV6_BITS), strict=False))
        address = address.ipv4_mapped
    return str(ip_network((address, _IPV4_BITS), strict=False))


def _limits(kind: str, subject: str, network: str | None) -> tuple[Limit, ...]:
    """The subject's own comes first."""
    own = Limit(kind=kind, subject=subject, most=PER_ADDRESS, within=_DAY)
    if network is None:
        return (own,)
    everybody = Limit(kind="all", subject="", most=IN_ALL, within=_HOUR)
    return own, Limit(kind="network", subject=network, most=PER_NETWORK, within=_HOUR), everybody
