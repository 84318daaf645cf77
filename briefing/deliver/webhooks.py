"""Takes an address and a body, gives the body to whoever answers there: other systems that want to hear of changes.

https only, and http where the connection ends on this machine. The address is checked when the connection is made, not
before, so that a name which resolves differently the second time gains nothing. Redirections are not followed: they
would take the signed body, with a reader's address in it, to somewhere the operator never named.

Next: briefing/deliver/tokens.py.
"""

from __future__ import annotations

import http.client
import ipaddress
import os
import socket
import ssl
import threading
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from briefing import __version__
from briefing.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from urllib.parse import SplitResult

_NONE: Mapping[str, str] = MappingProxyType({})
#: For everything from connecting to the answer's headers.
TIMEOUT_S = 10.0


class _ForbiddenError(OSError):
    """Says why a connection must not be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpMessenger:
    """Posts JSON, one connection a message: there are a few a day.

    Attributes:
        allow_private: lets addresses of this machine and the local network through.
        tls: None for the machine's own certificate authorities, chain and host checked.
        timeout_s: seconds for one message.
    """

    allow_private: bool = False
    tls: ssl.SSLContext | None = None
    timeout_s: float = TIMEOUT_S

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Returns when the server said that it has it (2xx).

        Raises:
            DeliveryError: it did not; the reason shows neither address nor body.
        """
        self.ask("POST", address, body, {"Content-Type": "application/json", **headers})

    def ask(self, method: str, address: str, body: bytes | None = None, headers: Mapping[str, str] = _NONE) -> None:
        """Asks one thing, and returns when the server was content with it (2xx).

        Raises:
            DeliveryError: it was not; the reason shows neither address nor body.
        """
        target = _parse(address)
        connection = _Checked(target, self)
        try:
            with closing(connection), _deadline(connection, self.timeout_s):
                connection.request(method, _path(target), body, {"User-Agent": f"briefing/{__version__}", **headers})
                status = connection.getresponse().status
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise DeliveryError(_reason(error), transient=True) from error
        if not 200 <= status < 300:
            raise DeliveryError(f"answered {status}" + _REDIRECTED * (300 <= status < 400), code=status, transient=True)


_REDIRECTED = ", and redirections are not followed"


class _Checked(http.client.HTTPConnection):
    """A connection that ends where it may, or is not made."""

    def __init__(self, target: SplitResult, messenger: HttpMessenger) -> None:
        default = 443 if target.scheme == "https" else 80
        super().__init__(target.hostname or "", target.port or default, timeout=messenger.timeout_s)
        self._is_secure = target.scheme == "https"
        self._messenger = messenger

    def connect(self) -> None:
        """Tries each address of the host in turn; the host's first one that may not be asked ends it."""
        last: OSError | None = None
        for family, kind, protocol, _, target in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            self._check(str(target[0]))
            plain = socket.socket(family, kind, protocol)
            plain.settimeout(self.timeout)
            try:
                plain.connect(target)
                self.sock = self._wrapped(plain)
            except OSError as error:
                plain.close()
                last = error
            else:
                return
        raise last or OSError("no address")

    def _check(self, number: str) -> None:
        ip = ipaddress.ip_address(number.partition("%")[0])
        inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None) or ip
        if not self._messenger.allow_private and (not (ip.is_global and inner.is_global) or ip.is_multicast):
            raise _ForbiddenError("leads to a private address, which is not asked unless fetch: allow_private is on")
        if not self._is_secure and not inner.is_loopback:
            raise _ForbiddenError("begins with http:, which everybody on the way could read; write https:")

    def _wrapped(self, plain: socket.socket) -> socket.socket:
        if not self._is_secure:
            return plain
        context = self._messenger.tls or ssl.create_default_context()
        return context.wrap_socket(plain, server_hostname=self.host)


@contextmanager
def _deadline(connection: http.client.HTTPConnection, seconds: float) -> Iterator[None]:
    """Cuts the connection when time is up: a timeout of the socket begins anew with every byte that trickles in.

    Raises:
        TimeoutError: it was cut. Without that, headers that end in the middle would pass for an answer.
    """
    is_late = threading.Event()

    def cut() -> None:
        is_late.set()
        # The base class's own method: that of a TLS socket would take the ground from under the thread that reads.
        if connection.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if is_late.is_set():
            raise TimeoutError


def _parse(address: str) -> SplitResult:
    try:
        target = urlsplit(address)
        is_web = target.scheme in {"http", "https"} and bool(target.hostname) and target.port != 0
    except ValueError:
        is_web = False
    if not is_web:
        raise DeliveryError("this is no address; it needs https:// and a host", transient=False)
    return target


def _path(target: SplitResult) -> str:
    return (target.path or "/") + (f"?{target.query}" if target.query else "")


def _reason(error: Exception) -> str:
    """What happened, without the address in it."""
    if isinstance(error, _ForbiddenError):
        return str(error)
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    said = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else type(error).__name__
    return f"could not be reached ({said})"


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLCertVerificationError, "its certificate is not valid"),
    (ssl.SSLError, "no secure connection could be made"),
    (TimeoutError, "no answer in time"),
    (socket.gaierror, "its host name is not known"),
    (http.client.RemoteDisconnected, "closed the connection without an answer"),
    (http.client.HTTPException, "its answer is not HTTP"),
)
