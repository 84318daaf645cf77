"""Takes a mail server's settings, gives protected connections to it.

smtplib connects, protects and logs in. Protection is never weaker than asked for: certificate and host name are
checked, a server without STARTTLS is left, and without protection only this machine is spoken to.

Next: briefing/deliver/conversation.py.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING

from briefing.deliver.conversation import Conversation
from briefing.deliver.replies import CLOSING, one_line, parse_reply
from briefing.errors import TransportError
from briefing.model.checkup import RelaySeen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from briefing.model.settings import SmtpServer

#: What a server says to a login that it does not know (RFC 4954, 6).
_WRONG_LOGIN = 535
_WHERE = "; start the relay, or correct host and port under `mail: smtp:`"


class Relay:
    """Opens connections to one server, from several threads if need be.

    Attributes:
        timeout: seconds for each reply.
        final_timeout: seconds for the reply to the final dot.
        lmtp: it speaks LMTP (RFC 2033); `server.host` may then be the path of a socket.
        is_asked_in_turn: PIPELINING is not used although it is offered.
    """

    def __init__(self, server: SmtpServer, *, timeout: float, final_timeout: float, lmtp: bool) -> None:
        self.server, self.lmtp = server, lmtp
        self.timeout, self.final_timeout = timeout, final_timeout
        self.is_asked_in_turn = False
        self._our_name: str | None = None

    @property
    def name(self) -> str:
        """Host and port, for people."""
        return self.server.host if self._is_path else f"{self.server.host}:{self.server.port}"

    @property
    def _is_path(self) -> bool:
        return self.lmtp and self.server.host.startswith("/")

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """Checks chain and name. One for all connections: reading the machine's certificates takes 15 ms."""
        return ssl.create_default_context()

    def connect(self) -> Conversation:
        """Connects and logs in.

        Raises:
            TransportError: nothing was sent; transient unless only a changed config would help.
        """
        with self._explained():
            connection = self._connection()
            try:
                self._greet(connection)
                return self._conversation(connection)
            except BaseException:
                connection.close()
                raise

    def look(self) -> RelaySeen:
        """Connects, logs in and says goodbye.

        Raises:
            TransportError: as `connect` does.
        """
        with self._explained():
            connection = self._connection()
            try:
                self._greet(connection)
                has_login = self.server.username is not None
                seen = RelaySeen(name=self.name, trusted_until=expiry_of(connection.sock), has_login=has_login)
                with suppress(smtplib.SMTPException, OSError):
                    connection.quit()
                return seen
            finally:
                connection.close()

    def fault(self, reason: str, code: int | None = None, *, transient: bool | None = None) -> TransportError:
        """An error that names the server; what a server refuses for now is transient."""
        may_pass = code is not None and code < 500 if transient is None else transient
        return TransportError(f"{self.name} {reason}", code=code, transient=may_pass)

    def _connection(self) -> smtplib.SMTP:
        if self.server.security == "none" and not (self._is_path or _is_loopback(self.server.host)):
            raise self.fault("unprotected mail goes to this machine only; set security: starttls or tls")
        host, port = self.server.host, self.server.port
        connection: smtplib.SMTP
        # Our own name takes smtplib a look-up each time, so the first connection's answer serves all.
        if self._is_path:
            connection = smtplib.LMTP(host, local_hostname=self._our_name, timeout=self.timeout)
        elif self.server.security == "tls":
            connection = smtplib.SMTP_SSL(
                host, port, local_hostname=self._our_name, timeout=self.timeout, context=self._context
            )
        else:
            connection = smtplib.SMTP(host, port, local_hostname=self._our_name, timeout=self.timeout)
        self._our_name = connection.local_hostname
        return connection

    def _greet(self, connection: smtplib.SMTP) -> None:
        if self.lmtp:
            connection.ehlo_msg = "lhlo"
        self._introduce(connection)
        if self.server.security == "starttls":
            if not connection.has_extn("starttls"):
                raise self.fault("does not offer STARTTLS; nothing was sent in clear. Try security: tls, port: 465")
            # Without a context smtplib would accept any certificate. What was said in clear is forgotten (RFC 3207).
            connection.starttls(context=self._context)
            self._introduce(connection)
        if self.server.username is not None:
            connection.login(self.server.username, self.server.password or "")

    def _introduce(self, connection: smtplib.SMTP) -> None:
        code, words = connection.ehlo()
        if code >= 300 and code != CLOSING and not self.lmtp:
            code, words = connection.helo()
        if code >= 300:
            raise smtplib.SMTPHeloError(code, words)

    def _conversation(self, connection: smtplib.SMTP) -> Conversation:
        sock = connection.sock
        if sock is None:
            raise smtplib.SMTPServerDisconnected("closed the connection")
        if sock.family != socket.AF_UNIX:
            # The final dot is a small write of its own; Nagle would hold it back for the server's delayed ACK, 40 ms.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if connection.file is not None:
            connection.file.close()
        return Conversation(
            sock,
            timeout=self.timeout,
            final_timeout=self.final_timeout,
            pipelining=connection.has_extn("pipelining") and not self.is_asked_in_turn,
            smtputf8=connection.has_extn("smtputf8"),
        )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns what smtplib, ssl and the socket raise into one line that names the server."""
        try:
            yield
        except smtplib.SMTPResponseException as error:
            raise self._refused(error.smtp_code, error.smtp_error) from error
        except ssl.SSLError as error:
            raise self._unprotected(error) from error
        except smtplib.SMTPServerDisconnected as error:
            raise self.fault("closed the connection", transient=True) from error
        except smtplib.SMTPException as error:
            raise self.fault(one_line(str(error))) from error
        except OSError as error:
            cure = _WHERE if isinstance(error, ConnectionRefusedError) else ""
            raise self.fault(f"{error.strerror or error}{cure}", transient=True) from error
        except UnicodeError as error:
            raise self.fault("has a host name or a login with letters that cannot be sent") from error

    def _unprotected(self, error: ssl.SSLError) -> TransportError:
        if isinstance(error, ssl.SSLCertVerificationError):
            cure = "name the host as the certificate does, or have this machine trust who signed it"
            return self.fault(f"shows a certificate that cannot be trusted: {error.verify_message}; {cure}")
        if error.reason == "WRONG_VERSION_NUMBER":  # it greets in clear
            return self.fault("does not begin with TLS; set security: starttls, or name its port for TLS")
        return self.fault(f"made no secure connection: {error.reason or error}", transient=True)

    def _refused(self, code: int, said: bytes | str) -> TransportError:
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        words = parse_reply(code, text).words
        if code == _WRONG_LOGIN:
            words = f"{words}; correct username and password under `mail: smtp:`"
        return self.fault(words, code)


def expiry_of(sock: socket.socket | None) -> datetime | None:
    """When the certificate that a connection was protected with expires; None for one in clear."""
    said = (sock.getpeercert() or {}) if isinstance(sock, ssl.SSLSocket) else {}
    until = said.get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC) if isinstance(until, str) else None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
