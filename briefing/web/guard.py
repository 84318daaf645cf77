"""Takes a request and the key, gives whether it may go on: the lock of the API and of the admin page.

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

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: 300,000 readers with every choice; an import is held in memory as a whole.
MOST_BYTES = 32_000_000
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyGuard:
    """Lets requests through that carry `Authorization: Bearer KEY`, and keeps answers out of every cache.

    Attributes:
        key: compared in a time that says nothing about it.
        most_bytes: of a body.
    """

    app: ASGIApp
    key: str = field(repr=False)
    most_bytes: int = MOST_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 401, 411 or 413 itself."""

        async def send_privately(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        headers = Headers(scope=scope)
        if not carries_key(headers, self.key):
            error = "send the key as Authorization: Bearer KEY; it is web: api_key in the config"
            refusal = JSONResponse(
                {"error": error, "field": None}, status_code=401, headers={"WWW-Authenticate": "Bearer"}
            )
            await refusal(scope, receive, send_privately)
        elif status := size_fault(headers, self.most_bytes):
            error = f"a body of at most {self.most_bytes:,} bytes, with its length in Content-Length, is taken here"
            await JSONResponse({"error": error, "field": None}, status_code=status)(scope, receive, send_privately)
        else:
            await self.app(scope, receive, send_privately)


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

    A proxy on this machine or one that the config trusts says in `X-Forwarded-Proto` how it was asked.
    """
    near = is_loopback(request.client.host if request.client else "")
    said = request.headers.get("x-forwarded-proto")
    if said is not None and (near or trusted_proxy):
        return said.rpartition(",")[2].strip() == "https"
    return near or request.url.scheme == "https"


def is_same_origin(request: Request) -> bool:
    """Whether the form that is posted was one of ours, as far as the browser says."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("origin")
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
