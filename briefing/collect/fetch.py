"""Takes addresses, gives their bytes: politely, in bounded time, and never from inside our own network.

Politeness: one request per host at a time, an honest User-Agent, validators sent back as they came, another try only
for what passes in a moment. Safety: the address is checked when the connection is made, not before; every redirect is
followed by hand and checked again, and takes no credentials to another host.

Next: briefing/collect/visiting.py.
"""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import aiohttp
import stamina
from stamina.instrumentation import set_on_retry_hooks

from briefing import __version__
from briefing.collect.guard import asked_host, public_socket, require_public
from briefing.collect.manners import Manners
from briefing.collect.reasons import failed, refused
from briefing.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime

    from aiohttp.abc import AbstractResolver

    from briefing.model.settings import FetchRule
    from briefing.model.visit import HostNote

#: Requests under way at once, over all hosts.
AT_ONCE = 16
MAX_REDIRECTS = 5
#: For what passes in a moment, first try included.
ATTEMPTS = 3

#: Seconds for a second request to a host that left the first without an answer.
IMPATIENT_S = 5.0
_PERMANENT = frozenset({301, 308})
_REDIRECTS = _PERMANENT | {302, 303, 307}
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, text/html;q=0.9, */*;q=0.8"
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Carries one address and what must be sent along.

    Attributes:
        name: what problems call the source; they never show the address, which may hold a token.
        home: the address that the credentials belong to, where that is another one.
        etag, last_modified: of the answer that is known; another one is wanted.
        obeys_robots: for pages; a feed is there for programs.
    """

    url: str = field(repr=False)
    name: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)
    home: str | None = field(default=None, repr=False)
    etag: str | None = None
    last_modified: str | None = None
    obeys_robots: bool = False

    @property
    def is_conditional(self) -> bool:
        """Whether "not modified" is an answer to it."""
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Carries an answer: the decoded body, where it finally came from, and the charset the server named.

    Attributes:
        is_unchanged: the known answer still stands; there is no body.
        max_age_s: how long the server wants it kept.
        moved_to: where permanent redirects led, before any other.
    """

    url: str = field(repr=False)
    content: bytes = field(repr=False)
    charset: str | None = None
    is_unchanged: bool = False
    etag: str | None = None
    last_modified: str | None = None
    max_age_s: int | None = None
    moved_to: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Redirect:
    url: str
    is_permanent: bool


class Fetcher:
    """Asks many hosts at once and each of them one thing at a time.

    Args:
        proxied: the session for what a proxy fetches; it is the proxy that is connected to.
        now: the moment of the run; only an answer's "ask again at" is compared with it.
        budget_s: seconds that all requests together may take; those not begun by then are given up.
        attempts: for what passes in a moment.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        proxied: aiohttp.ClientSession,
        rule: FetchRule,
        *,
        manners: Manners,
        now: datetime,
        budget_s: float,
        attempts: int,
    ) -> None:
        self._session, self._proxied, self._rule, self._now = session, proxied, rule, now
        self._ends_at = asyncio.get_running_loop().time() + budget_s
        self._places = asyncio.Semaphore(AT_ONCE)
        self._manners, self._attempts = manners, attempts
        self._silent: set[str] = set()

    async def fetch(self, wanted: Wanted, *, attempts: int | None = None) -> Fetched:
        """Gets the address, following up to five redirects; tries again what passes in a moment.

        Args:
            attempts: in place of the fetcher's own, where an answer is hoped for more than expected.

        Raises:
            FetchError: no usable answer; the reason says what happened in plain words.
        """
        tries = stamina.retry_context(
            _is_passing, attempts=attempts or self._attempts, timeout=None, wait_initial=0.5, wait_max=2
        )
        try:
            async for attempt in tries:
                with attempt:
                    return await self._follow(wanted)
        except FetchError as error:
            if error.status in {429, 503} and error.was_asked and error.wait_s is None:
                self._manners.pause(asked_host(wanted.url, wanted.name), None)
            raise
        raise AssertionError("the last attempt gives or raises")

    @property
    def learnt(self) -> tuple[HostNote, ...]:
        """What hosts asked of us in this run."""
        return self._manners.changed

    async def _follow(self, wanted: Wanted) -> Fetched:
        url, moved_to, is_permanent = wanted.url, None, True
        for hop in range(MAX_REDIRECTS + 1):
            if wanted.obeys_robots:
                await self.require_welcome(url, wanted)
            answer = await self._ask(url, wanted, is_hop=hop > 0)
            if isinstance(answer, Fetched):
                return replace(answer, moved_to=moved_to)
            url, is_permanent = answer.url, is_permanent and answer.is_permanent
            moved_to = url if is_permanent else moved_to
        raise FetchError(wanted.name, f"redirects in a circle (given up after {MAX_REDIRECTS})")

    async def require_welcome(self, url: str, wanted: Wanted) -> None:
        """Asks the robots.txt of the address's host, unless it is known.

        Raises:
            FetchError: the page is not for programs, or nobody can say.
        """

        async def read() -> str:
            robots = Wanted(url=urljoin(url, "/robots.txt"), name=wanted.name, proxy=wanted.proxy)
            return (await self._follow(robots)).content.decode("utf-8", "replace")

        await self._manners.require_welcome(url, asked_host(url, wanted.name), name=wanted.name, read=read)

    async def _ask(self, url: str, wanted: Wanted, *, is_hop: bool) -> Fetched | _Redirect:
        """One request: the answer, or the address it redirects to."""
        host = asked_host(url, wanted.name)
        if not self._rule.allow_private:
            require_public(host, name=wanted.name)
        async with self._manners.turn(host, name=wanted.name, at_once=is_hop), self._places:
            patience = min(
                IMPATIENT_S if host in self._silent else self._rule.timeout,
                self._ends_at - asyncio.get_running_loop().time(),
            )
            if patience <= 0:
                reason = "was not asked, because this run's time for fetching was used up"
                raise FetchError(wanted.name, reason, was_asked=False)
            try:
                async with asyncio.timeout(patience):
                    return await self._exchange(url, wanted)
            except FetchError as error:
                if error.status in {429, 503} and error.wait_s is not None:
                    self._manners.pause(host, error.wait_s)
                raise
            except TimeoutError as late:
                self._silent.add(host)
                raise FetchError(wanted.name, f"no answer within {patience:.0f} s") from late
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise failed(wanted.name, error) from error

    async def _exchange(self, url: str, wanted: Wanted) -> Fetched | _Redirect:
        is_home = asked_host(url, wanted.name) == asked_host(wanted.home or wanted.url, wanted.name)
        headers = _validators(wanted) | (_secrets(wanted) if is_home else {})
        session = self._proxied if wanted.proxy else self._session
        async with session.get(url, allow_redirects=False, headers=headers, proxy=wanted.proxy) as response:
            status = response.status
            if status in _REDIRECTS and "Location" in response.headers:
                to = urljoin(url, response.headers["Location"])
                return _Redirect(url=to, is_permanent=status in _PERMANENT)
            is_unchanged = status == 304 and wanted.is_conditional
            if status != 200 and not is_unchanged:
                raise refused(wanted.name, status, response.reason, response.headers, self._now)
            return Fetched(
                url=url,
                content=b"" if is_unchanged else await self._body(response, wanted.name),
                charset=response.charset,
                is_unchanged=is_unchanged,
                etag=response.headers.get("ETag"),
                last_modified=response.headers.get("Last-Modified"),
                max_age_s=_max_age_s(response.headers.get("Cache-Control", "")),
            )

    async def _body(self, response: aiohttp.ClientResponse, name: str) -> bytes:
        """The decoded body, cut off as soon as it is too large, whatever its headers promised."""
        body = bytearray()
        async for chunk in response.content.iter_chunked(65_536):
            body += chunk
            if len(body) > self._rule.max_bytes:
                raise FetchError(name, f"is larger than {self._rule.max_bytes / 1e6:g} MB")
        return bytes(body)


@asynccontextmanager
async def open_fetcher(
    rule: FetchRule,
    *,
    now: datetime,
    budget_s: float,
    accept: str = _ACCEPT,
    notes: Mapping[str, HostNote] | None = None,
    attempts: int = 1,
    resolver: AbstractResolver | None = None,
) -> AsyncIterator[Fetcher]:
    """Opens the connections' pool and closes it again.

    Args:
        accept: says what kinds of answers can be read.
        notes: what hosts asked earlier.
        resolver: looks names up; the machine's own by default.
    """
    set_on_retry_hooks(())  # by default each retry is logged and counted, to standard output at that
    guarded = None if rule.allow_private else public_socket
    agent = f"briefing/{__version__}" + (f" (+{rule.contact})" if rule.contact else "")
    headers = {"User-Agent": agent, "Accept": accept}
    jar = aiohttp.DummyCookieJar()
    connector = aiohttp.TCPConnector(limit=AT_ONCE, socket_factory=guarded, resolver=resolver)
    to_proxies = aiohttp.TCPConnector(limit=AT_ONCE, resolver=resolver)
    manners = Manners(gap_s=rule.gap, now=now, notes=notes or {})
    async with (
        aiohttp.ClientSession(connector=connector, headers=headers, cookie_jar=jar) as session,
        aiohttp.ClientSession(connector=to_proxies, headers=headers, cookie_jar=jar) as proxied,
    ):
        yield Fetcher(session, proxied, rule, manners=manners, now=now, budget_s=budget_s, attempts=attempts)


def _is_passing(error: Exception) -> bool:
    return isinstance(error, FetchError) and error.is_passing


def _validators(wanted: Wanted) -> dict[str, str]:
    named = {"If-None-Match": wanted.etag, "If-Modified-Since": wanted.last_modified}
    return {name: value for name, value in named.items() if value}


def _secrets(wanted: Wanted) -> dict[str, str]:
    headers = dict(wanted.headers)
    if wanted.username:
        pair = f"{wanted.username}:{wanted.password or ''}".encode()
        headers["Authorization"] = f"Basic {b64encode(pair).decode()}"
    return headers


def _max_age_s(cache_control: str) -> int | None:
    found = _MAX_AGE.search(cache_control)
    return int(found[1]) if found else None
