"""Takes addresses, gives their bytes: politely, in bounded time, and never from inside our own network.

Politeness: one request per host at a time, an honest User-Agent, no retries. Safety: the address is checked when the
connection is made, not before, so that a name which resolves differently the second time gains nothing; every
redirect is followed by hand and checked again, and takes no credentials to another host.

Next: briefing/collect/collector.py.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import ssl
from base64 import b64encode
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from briefing import __version__
from briefing.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime

    from briefing.model.settings import FetchRule

#: Requests under way at once, over all hosts.
AT_ONCE = 16
MAX_REDIRECTS = 5

#: Seconds for a second request to a host that left the first without an answer.
IMPATIENT_S = 5.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, text/html;q=0.9, */*;q=0.8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Carries one address and what must be sent along.

    Attributes:
        name: what problems call the source; they never show the address, which may hold a token.
    """

    url: str
    name: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Carries an answer: the decoded body, where it finally came from, and the charset the server named."""

    url: str
    content: bytes = field(repr=False)
    charset: str | None = None


class _ForbiddenError(OSError):
    """Says that an address leads into a private network."""


class Fetcher:
    """Asks many hosts at once and each of them one thing at a time.

    Args:
        now: the moment of the run; only an answer's "ask again at" is compared with it.
        budget_s: seconds that all requests together may take; those not begun by then are given up.
    """

    def __init__(self, session: aiohttp.ClientSession, rule: FetchRule, *, now: datetime, budget_s: float) -> None:
        self._session, self._rule, self._now = session, rule, now
        self._ends_at = asyncio.get_running_loop().time() + budget_s
        self._places = asyncio.Semaphore(AT_ONCE)
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._silent: set[str] = set()

    async def fetch(self, wanted: Wanted) -> Fetched:
        """Gets the address, following up to five redirects.

        Raises:
            SourceError: no usable answer; the reason says what happened in plain words.
        """
        url = wanted.url
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._ask(url, wanted)
            if isinstance(answer, Fetched):
                return answer
            url = answer
        raise SourceError(wanted.name, f"redirects in a circle (given up after {MAX_REDIRECTS})")

    async def _ask(self, url: str, wanted: Wanted) -> Fetched | str:
        """One request: the answer, or the address it redirects to."""
        host = _host_of(url, wanted.name)
        async with self._hosts[host], self._places:
            patience = min(
                IMPATIENT_S if host in self._silent else self._rule.timeout,
                self._ends_at - asyncio.get_running_loop().time(),
            )
            if patience <= 0:
                raise SourceError(wanted.name, "was not asked, because this run's time for fetching was used up")
            try:
                async with asyncio.timeout(patience):
                    return await self._exchange(url, wanted)
            except TimeoutError as late:
                self._silent.add(host)
                raise SourceError(wanted.name, f"no answer within {patience:.0f} s") from late
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise SourceError(wanted.name, _reason(error)) from error

    async def _exchange(self, url: str, wanted: Wanted) -> Fetched | str:
        own_host = _host_of(url, wanted.name) == _host_of(wanted.url, wanted.name)
        headers = _secrets(wanted) if own_host else {}
        async with self._session.get(url, allow_redirects=False, headers=headers) as response:
            if response.status in _REDIRECTS and "Location" in response.headers:
                return urljoin(url, response.headers["Location"])
            if response.status != 200:
                raise SourceError(
                    wanted.name, _status_reason(response.status, response.reason, response.headers, self._now)
                )
            return Fetched(url=url, content=await self._body(response, wanted.name), charset=response.charset)

    async def _body(self, response: aiohttp.ClientResponse, name: str) -> bytes:
        """The decoded body, cut off as soon as it is too large, whatever its headers promised."""
        body = bytearray()
        async for chunk in response.content.iter_chunked(65_536):
            body += chunk
            if len(body) > self._rule.max_bytes:
                raise SourceError(name, f"is larger than {self._rule.max_bytes / 1e6:g} MB")
        return bytes(body)


@asynccontextmanager
async def open_fetcher(
    rule: FetchRule, *, now: datetime, budget_s: float, accept: str = _ACCEPT
) -> AsyncIterator[Fetcher]:
    """Opens the connections' pool and closes it again; `accept` says what kinds of answers can be read."""
    connector = aiohttp.TCPConnector(limit=AT_ONCE, socket_factory=None if rule.allow_private else _public_socket)
    agent = f"briefing/{__version__}" + (f" (+{rule.contact})" if rule.contact else "")
    headers = {"User-Agent": agent, "Accept": accept}
    async with aiohttp.ClientSession(
        connector=connector, headers=headers, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        yield Fetcher(session, rule, now=now, budget_s=budget_s)


def _public_socket(address: tuple[Any, ...]) -> socket.socket:
    """Makes the socket for one resolved address; called for each connection, after the name was resolved."""
    family, kind, protocol, _, target = address
    ip = ipaddress.ip_address(str(target[0]).partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None) or ip
    if not (ip.is_global and inner.is_global) or ip.is_multicast:
        raise _ForbiddenError(f"leads to the private address {ip}")
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)  # noqa: FBT003 - the standard library's own signature
    return made


def _secrets(wanted: Wanted) -> dict[str, str]:
    headers = dict(wanted.headers)
    if wanted.username:
        pair = f"{wanted.username}:{wanted.password or ''}".encode()
        headers["Authorization"] = f"Basic {b64encode(pair).decode()}"
    return headers


def _host_of(url: str, name: str) -> str:
    """host:port, the unit of politeness; also the place where other schemes end."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    scheme = url.partition(":")[0].lower()
    if scheme in {"file", "ftp", "data", "javascript", "mailto", "gopher"}:
        raise SourceError(name, f"leads to {scheme}:, but only http and https are read")
    if not host or scheme not in {"http", "https"}:
        raise SourceError(name, "this is no address; it needs http:// or https:// and a host")
    return f"{host}:{port or (443 if scheme == 'https' else 80)}"


def _status_reason(status: int, reason: str | None, headers: Mapping[str, str], now: datetime) -> str:
    wait = _wait_s(headers.get("Retry-After"), now) if status in {429, 503} else None
    return f"answered {status} {reason or ''}".strip() + (f"; asks to wait {wait} s" if wait else "")


def _wait_s(retry_after: str | None, now: datetime) -> int | None:
    """Seconds, from a number or a date."""
    if retry_after is None or retry_after.isdecimal():
        return int(retry_after[:9]) if retry_after else None
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0, int((aware - now).total_seconds())) or None


def _reason(error: Exception) -> str:
    """What happened, without the address in it."""
    forbidden = _cause(error, _ForbiddenError)
    if forbidden:
        return f"{forbidden}, which is not read unless fetch: allow_private is on"
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    if _cause(error, ssl.SSLError):
        return "no secure connection could be made"
    system = _cause(error, OSError)
    said = os.strerror(system.errno) if system is not None and system.errno else type(error).__name__
    return f"could not be reached ({said})"


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ClientConnectorCertificateError, "its certificate is not valid"),
    (aiohttp.ClientConnectorDNSError, "its host name is not known"),
    (aiohttp.ClientPayloadError, "the answer broke off in the middle"),
    (aiohttp.ServerDisconnectedError, "closed the connection without an answer"),
    (aiohttp.InvalidURL, "this is no address"),
    (aiohttp.ClientResponseError, "its answer is not HTTP"),
    (ConnectionResetError, "the answer broke off in the middle"),
)


def _cause(error: BaseException | None, kind: type[OSError]) -> OSError | None:
    """The first error of this kind in the chain; aiohttp wraps some in its own."""
    while error is not None:
        if isinstance(error, kind) and (kind is not OSError or error.errno):
            return error
        inner = getattr(error, "os_error", None)
        error = inner if inner is not None and inner is not error else error.__cause__ or error.__context__
    return None
