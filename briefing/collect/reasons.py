"""Takes what went wrong with a request, gives it in plain words, without the address: that may hold a token.

Next: briefing/collect/manners.py.
"""

from __future__ import annotations

import os
import ssl
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import aiohttp

from briefing.collect.guard import ForbiddenError
from briefing.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

#: Answers of a server that is there again in a moment.
_PASSING = frozenset({502, 503, 504})


def refused(name: str, status: int, phrase: str | None, headers: Mapping[str, str], now: datetime) -> FetchError:
    """An answer other than the one that was wanted."""
    wait = wait_s(headers.get("Retry-After"), now) if status in {429, 503} else None
    reason = f"answered {status} {(phrase or '')[:80]}".strip() + (f"; asks to wait {wait} s" if wait else "")
    return FetchError(name, reason, status=status, wait_s=wait, is_passing=status in _PASSING and wait is None)


def wait_s(retry_after: str | None, now: datetime) -> int | None:
    """Seconds, from a number or a date; None for what is neither, and for what is over."""
    if retry_after is None or (retry_after.isascii() and retry_after.isdecimal()):
        return int(retry_after[:9]) if retry_after else None
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0, int((aware - now).total_seconds())) or None


def failed(name: str, error: Exception) -> FetchError:
    """No answer, or one that broke off."""
    forbidden = _cause(error, ForbiddenError)
    if forbidden:
        return FetchError(name, f"{forbidden}, which is not read unless fetch: allow_private is on")
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return FetchError(name, reason, is_passing=isinstance(error, aiohttp.ServerDisconnectedError))
    if _cause(error, ssl.SSLError):
        return FetchError(name, "no secure connection could be made")
    system = _cause(error, OSError)
    said = os.strerror(system.errno) if system is not None and system.errno else type(error).__name__
    is_passing = isinstance(error, aiohttp.ClientConnectionError)
    return FetchError(name, f"could not be reached ({said})", is_passing=is_passing)


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ClientConnectorCertificateError, "its certificate is not valid"),
    (aiohttp.ClientProxyConnectionError, "its proxy could not be reached"),
    (aiohttp.ClientHttpProxyError, "its proxy did not let us through"),
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
