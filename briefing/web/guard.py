"""Takes a request, gives whether it may go on: the lock of the API and of the admin page.

Next: briefing/web/api.py.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from base64 import b64decode
from binascii import Error as ArmourError
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

from briefing.errors import StoreError
from briefing.web.visitors import network_behind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from briefing.services.wrong_keys import WrongKeys

#: What proxies add of their own accord, besides the header that says how they were asked.
_OF_PROXIES = frozenset({"x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via"})
#: 300,000 readers with every choice; an import is held in memory as a whole.
MOST_BYTES = 32_000_000
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Says that a request goes no further.

    Attributes:
        wait_s: seconds before its network may try another key; None when it may at once.
    """

    wait_s: int | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What tells the other side how long (RFC 9110 §10.2.3)."""
        return {} if self.wait_s is None else {"Retry-After": str(self.wait_s)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Opens for the key, and for none at all while too many wrong ones come from a network.

    Attributes:
        key: compared in a time that says nothing about it; an empty one opens nothing.
        trusted_proxy: see `WebRule`.
    """

    wrong_keys: WrongKeys
    key: str = field(repr=False)
    trusted_proxy: bool = False

    async def refusal(self, request: HTTPConnection, given: str) -> Refused | None:
        """Why it stays shut; None when it opens. Who gives no key at all has not tried one.

        Raises:
            StoreError: the database, which knows of the tries before, cannot be used.
        """
        network = network_behind(request, trusted_proxy=self.trusted_proxy)
        return await run_in_threadpool(self._try, given, network) if given else Refused()

    def _try(self, given: str, network: str) -> Refused | None:
        wait_s = self.wrong_keys.wait(network)
        if wait_s is not None:
            return Refused(wait_s=wait_s)
        if is_key(given, self.key):
            return None
        self.wrong_keys.count(network)
        return Refused()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyGuard:
    """Lets requests through that carry `Authorization: Bearer KEY`, and keeps answers out of every cache.

    Attributes:
        most_bytes: of a body.
    """

    app: ASGIApp
    lock: Lock
    most_bytes: int = MOST_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 401, 411, 413, 429 or 503 itself."""

        async def send_privately(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await (await self._refusal(HTTPConnection(scope)) or self.app)(scope, receive, send_privately)

    async def _refusal(self, request: HTTPConnection) -> JSONResponse | None:
        try:
            refused = await self.lock.refusal(request, _bearer(request.headers))
        except StoreError:  # its words name our files, and nobody has shown a key yet
            return fault(503, "the database cannot be used just now; try again in a minute", {"Retry-After": "60"})
        if refused is not None and refused.wait_s is not None:
            return fault(429, "too many wrong keys came from your network; wait before the next", refused.headers)
        if refused is not None:
            words = "send the key as Authorization: Bearer KEY; it is web: api_key in the config"
            return fault(401, words, {"WWW-Authenticate": "Bearer"})
        status = size_fault(request.headers, self.most_bytes)
        words = f"a body of at most {self.most_bytes:,} bytes, with its length in Content-Length, is taken here"
        return fault(status, words) if status else None


def fault(status: int, words: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """What the API says when something was not done, and no one thing in the request is to blame."""
    return JSONResponse({"error": words, "field": None}, status_code=status, headers=headers)


def is_key(given: str, key: str) -> bool:
    """Whether it is; takes as long for a nearly right one as for any other. An empty key opens nothing."""
    hashes = [hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in (given, key)]
    return hmac.compare_digest(*hashes) and bool(key)


def carries_key(headers: Headers, key: str) -> bool:
    """Whether the request says the key as `Authorization: Bearer KEY`."""
    return is_key(_bearer(headers), key)


def basic_password(request: Request) -> str:
    """The password a browser sent (RFC 7617), whatever the user is called; "" when there is none."""
    scheme, _, armoured = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return b64decode(armoured, validate=True).decode().partition(":")[2]
    except (ArmourError, ValueError):
        return ""


def size_fault(headers: Headers, most: int) -> int | None:
    """411 for a body whose end nobody knows, 413 for one that is too long, else None."""
    if "transfer-encoding" in headers:
        return 411
    length = headers.get("content-length", "0")
    return None if length.isdecimal() and int(length[:18]) <= most else 413


def is_private_way(request: Request, *, trusted_proxy: bool) -> bool:
    """Whether nobody between the browser and us can read along: TLS all the way, or this machine alone.

    A proxy on this machine or one that the config trusts says in `X-Forwarded-Proto` how it was asked. One that names
    the browser and not the way (Apache's own default) is no sign that the way was private.
    """
    near = is_loopback(request.client.host if request.client else "")
    said = request.headers.get("x-forwarded-proto")
    if said is not None and (near or trusted_proxy):
        return said.rpartition(",")[2].strip() == "https"
    is_forwarded = not _OF_PROXIES.isdisjoint(request.headers)
    return (near and not is_forwarded) or request.url.scheme == "https"


def is_same_origin(request: Request) -> bool:
    """Whether the form that is posted was one of ours, as far as the browser says.

    Of a page that sends no referrer, as ours for readers do, browsers say "Origin: null" (Fetch §3.2); so they do of a
    file and of a sandbox, but those are not of the same site.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in {None, "same-origin"}:
        return False
    if origin == "null":
        return site == "same-origin"
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


def _bearer(headers: Headers) -> str:
    scheme, _, given = headers.get("authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else ""


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
