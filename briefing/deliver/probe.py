"""Takes the config's ways out, gives how the servers there behave: they are greeted, and nothing is handed over.

Next: briefing/services/doctor.py, which tells the operator.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from briefing import __version__
from briefing.deliver.imap import ImapMailbox
from briefing.deliver.relay import Relay, expiry_of
from briefing.deliver.sendmail import SendmailTransport
from briefing.errors import LookupFailedError
from briefing.model.checkup import PageSeen, RelaySeen

if TYPE_CHECKING:
    from datetime import datetime

    from briefing.model.settings import MailRule

#: For each reply.
TIMEOUT_S = 5.0
#: Of a page's body; ours have the form within the first 10 kB.
MOST_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkProbe:
    """Knocks with the very code that sends mail and reads bounces, so what it is told is what they would be told.

    Attributes:
        mail: which way mail takes, and where it comes back to.
        timeout_s: seconds for each reply.
    """

    mail: MailRule
    timeout_s: float = TIMEOUT_S

    @property
    def own_name(self) -> str:
        """What this machine calls itself."""
        return socket.getfqdn()

    def transport(self) -> RelaySeen:
        """Connects and logs in where mail goes to a server; looks for the command where it goes to one.

        Raises:
            TransportError: it could not have taken any.
        """
        if self.mail.smtp is not None and self.mail.transport in {"smtp", "lmtp"}:
            is_lmtp = self.mail.transport == "lmtp"
            patience = self.timeout_s
            return Relay(self.mail.smtp, timeout=patience, final_timeout=patience, lmtp=is_lmtp).look()
        with SendmailTransport(self.mail.sendmail):
            return RelaySeen(name=self.mail.sendmail[0])

    def mailbox(self) -> None:
        """Logs in to the mailbox of bounces and opens it for reading alone.

        Raises:
            BounceError: it cannot be opened.
        """
        if self.mail.bounces is not None and self.mail.bounces.imap is not None:
            with ImapMailbox(self.mail.bounces.imap, timeout=self.timeout_s, is_glance=True):
                pass

    def page(self, address: str) -> PageSeen:
        """What a GET brings; redirections are not followed.

        Raises:
            LookupFailedError: no answer, or none that could be trusted.
        """
        try:
            with closing(_connection(address, self.timeout_s)) as connection:
                connection.connect()
                trusted_until = expiry_of(connection.sock)
                path = urlsplit(address).path or "/"
                connection.request("GET", path, headers={"User-Agent": f"briefing/{__version__}"})
                return _seen(connection.getresponse(), trusted_until)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise LookupFailedError(_reason(error)) from error


def _connection(address: str, timeout_s: float) -> http.client.HTTPConnection:
    """Not made yet; certificate and host name will be checked."""
    target = urlsplit(address)
    if target.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(target.hostname or "", target.port, timeout=timeout_s, context=context)
    return http.client.HTTPConnection(target.hostname or "", target.port, timeout=timeout_s)


def _seen(answer: http.client.HTTPResponse, trusted_until: datetime | None) -> PageSeen:
    return PageSeen(
        status=answer.status,
        told_at=_instant(answer.getheader("Date")),
        trusted_until=trusted_until,
        body=answer.read(MOST_BYTES).decode("utf-8", "replace"),
        leads_to=answer.getheader("Location") or "",
    )


def _instant(written: str | None) -> datetime | None:
    try:
        told = parsedate_to_datetime(written or "")
    except ValueError:
        return None
    return told if told.tzinfo else None


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate cannot be trusted: {error.verify_message}"
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    said = error.strerror if isinstance(error, OSError) else None
    return f"it cannot be reached ({said or type(error).__name__})"


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLError, "no secure connection could be made"),
    (TimeoutError, "no answer in time"),
    (socket.gaierror, "its host name is not known"),
    (http.client.RemoteDisconnected, "it closed the connection without an answer"),
    (http.client.HTTPException, "its answer is not HTTP"),
)
