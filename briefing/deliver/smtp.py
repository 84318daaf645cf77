"""Takes finished messages, gives them to a mail relay, and says exactly what became of each.

smtplib connects, protects and logs in; MAIL, RCPT and DATA are sent one by one, because the difference between "the
server never had it" and "perhaps it has" lies in whether the final dot had left. Replies become three things: this
reader was refused (the next may be tried), the connection is of no use (everybody waits), or nobody knows.

Next: briefing/deliver/outbox.py.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING

import idna

from briefing.errors import DeliveryError, ReaderRefusedError, TransportError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from briefing.model.delivery import Envelope
    from briefing.model.settings import SmtpServer

#: "Service not available, closing channel" (RFC 5321 §3.8): may answer any command.
CLOSING = 421


class SmtpTransport:
    """Keeps one connection open for a batch of messages.

    `timeout` is in seconds, for each reply of the server. Protection is never weaker than asked for: certificate and
    host name are checked, a server without STARTTLS is left, and without protection only this machine is spoken to.
    """

    def __init__(self, server: SmtpServer, *, timeout: float = 30) -> None:
        self.server, self.timeout = server, timeout
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> SmtpTransport:
        """Connects and logs in.

        Raises:
            TransportError: nothing was sent; transient unless only a changed config would help.
        """
        if self.server.security == "none" and not _is_loopback(self.server.host):
            raise self._useless("unprotected mail goes to this machine only; set security: starttls or tls")
        with self._explained():
            connection = self._connect()
            try:
                self._greet(connection)
            except (OSError, TransportError):
                connection.close()
                raise
        self._connection = connection
        return self

    def __exit__(self, *_: object) -> None:
        """Says goodbye; every message has its answer by now, so a server that hangs up first does no harm."""
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
            self._connection.close()
            self._connection = None

    def send(self, envelope: Envelope) -> None:
        """Hands one message over; returning means the server answered 250 to all of it.

        Raises:
            ReaderRefusedError: this reader's address, or this message, was refused.
            TransportError: the connection is of no use; `uncertain` when it broke after the final dot.
        """
        if self._connection is None:
            raise self._useless("not connected; use the transport in a with block")
        _check_lines(envelope.message)
        recipient = _wire_address(envelope.recipient)
        try:
            self._name(self._connection, self._wire_sender(envelope.sender), recipient)
            self._hand_over(self._connection, envelope.message)
        except ReaderRefusedError:
            # The server still waits for this message; what happens to RSET shows when the next reader is named.
            with suppress(smtplib.SMTPException, OSError):
                self._connection.rset()
            raise

    def _connect(self) -> smtplib.SMTP:
        host, port = self.server.host, self.server.port
        if self.server.security == "tls":
            context = ssl.create_default_context()
            connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=self.timeout, context=context)
        else:
            connection = smtplib.SMTP(host, port, timeout=self.timeout)
        if connection.sock is not None:
            # The final dot is a small write of its own; Nagle would hold it back for the server's delayed ACK, 40 ms.
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _greet(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        if self.server.security == "starttls":
            if not connection.has_extn("starttls"):
                raise self._useless("does not offer STARTTLS; nothing was sent in clear. Try security: tls, port: 465")
            # Without a context smtplib would accept any certificate.
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo_or_helo_if_needed()
        if self.server.username is not None:
            connection.login(self.server.username, self.server.password or "")

    def _name(self, connection: smtplib.SMTP, sender: str, recipient: str) -> None:
        with self._explained():
            code, words = connection.mail(sender, self._options(connection, sender, recipient))
            if code != 250:
                raise self._useless(f"refuses the sender {sender}: {_text(words)}", code)
            code, words = connection.rcpt(recipient)
        if code == CLOSING:
            raise self._useless(_text(words), code)
        if code not in {250, 251}:
            raise ReaderRefusedError(_text(words), code=code, transient=code < 500)

    def _wire_sender(self, sender: str) -> str:
        """A sender that cannot be sent from is nobody's fault among the readers."""
        try:
            return _wire_address(sender)
        except ReaderRefusedError as error:
            raise self._useless(f"cannot be given the sender {sender!r}; correct mail: from") from error

    def _options(self, connection: smtplib.SMTP, sender: str, recipient: str) -> list[str]:
        if sender.isascii() and recipient.isascii():
            return []
        if not connection.has_extn("smtputf8"):
            if not sender.isascii():
                raise self._useless(f"takes no sender with letters beyond ASCII: {sender}; change mail: from")
            raise ReaderRefusedError("the relay takes no address with letters beyond ASCII", transient=False)
        return ["SMTPUTF8"]

    def _hand_over(self, connection: smtplib.SMTP, message: bytes) -> None:
        with self._explained():
            code, words = connection.docmd("DATA")
            if code != 354:
                raise self._refusal(code, _text(words))
            connection.send(_stuffed(message))
        with self._explained(uncertain=True):
            connection.send(b".\r\n")
            code, words = connection.getreply()
        if code != 250:
            raise self._refusal(code, _text(words))

    def _refusal(self, code: int, words: str) -> DeliveryError:
        """A message refused on policy (5.7.x: spam, authentication) would be refused for every reader alike."""
        if code == CLOSING or words.startswith("5.7."):
            return self._useless(words, code)
        return ReaderRefusedError(words, code=code, transient=code < 500)

    def _useless(self, reason: str, code: int | None = None) -> TransportError:
        where = f"{self.server.host}:{self.server.port}"
        return TransportError(f"{where} {reason}", code=code, transient=code is not None and code < 500)

    @contextmanager
    def _explained(self, *, uncertain: bool = False) -> Iterator[None]:
        """Turns what smtplib, ssl and the socket raise into one line that names the server."""
        where = f"{self.server.host}:{self.server.port}"
        try:
            yield
        except smtplib.SMTPResponseException as error:
            raise self._useless(_text(error.smtp_error), error.smtp_code) from error
        except ssl.SSLCertVerificationError as error:
            reason = f"{where} shows a certificate that cannot be trusted: {error.verify_message}"
            raise TransportError(reason, transient=False) from error
        except smtplib.SMTPServerDisconnected as error:
            raise TransportError(f"{where} closed the connection", transient=True, uncertain=uncertain) from error
        except smtplib.SMTPException as error:
            raise TransportError(f"{where}: {error}", transient=False) from error
        except OSError as error:
            reason = f"{where}: {error.strerror or error}"
            raise TransportError(reason, transient=True, uncertain=uncertain) from error


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _wire_address(address: str) -> str:
    """The address as it travels: domain in IDNA, and nothing that could end the command it stands in."""
    local, _, domain = address.rpartition("@")
    if not local or any(c.isspace() or not c.isprintable() or c in "<>" for c in address):
        raise ReaderRefusedError("not an address that can be sent to", transient=False)
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError as error:
        raise ReaderRefusedError(f"the domain {domain} cannot exist: {error}", transient=False) from error


def _check_lines(message: bytes) -> None:
    """A lone CR or LF before a dot is how one message smuggles in another (CVE-2023-51764)."""
    if not message.count(b"\r\n") == message.count(b"\n") == message.count(b"\r"):
        raise ReaderRefusedError("the message has a line that does not end in CRLF", transient=False)


def _stuffed(message: bytes) -> bytes:
    """Doubles each dot that begins a line (RFC 5321 §4.5.2), and ends the last line."""
    doubled = (b"\r\n" + message).replace(b"\r\n.", b"\r\n..")[2:]
    return doubled if doubled.endswith(b"\r\n") else doubled + b"\r\n"


def _text(words: bytes | str) -> str:
    """The server's words in one printable line."""
    spoken = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return "".join(c if c.isprintable() else " " for c in spoken)[:300]
