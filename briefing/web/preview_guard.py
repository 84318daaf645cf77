"""Takes requests to the preview, gives them on only when they come from its own pages on this machine.

Who reads must name this machine (a stranger's name that leads here is refused); who writes must besides come from one
of our pages, carry their token, and be short.

Next: briefing/web/frame.py.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from briefing.web.guard import is_key, is_loopback, is_same_origin, size_fault

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: A topic with all its keywords is a few kilobytes.
MOST_BYTES = 64_000
_MOST_FIELDS = 50
_FORM = "application/x-www-form-urlencoded"
_PRIVATE = {"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HostGuard:
    """Answers requests that call this machine by a name of its own.

    Attributes:
        is_local: only this machine can reach us; else any address without a name is good.
    """

    app: ASGIApp
    is_local: bool = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 400 itself."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if not self._is_ours(Headers(scope=scope).get("host", "")):
            _log(scope["method"], scope["path"], 400, "another host's name")
            refusal = PlainTextResponse("This page answers to 127.0.0.1 and localhost alone.", status_code=400)
            await refusal(scope, receive, send)
            return

        async def send_privately(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_PRIVATE)
            await send(message)

        await self.app(scope, receive, send_privately)

    def _is_ours(self, host: str) -> bool:
        name = host.partition("]")[0].removeprefix("[") if host.startswith("[") else host.partition(":")[0]
        if name == "localhost" or is_loopback(name):
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return not self.is_local


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteGuard:
    """Lets a form of ours through.

    Attributes:
        token: stands in each form, and nowhere that another page could read it.
    """

    token: str

    def guarding(
        self, take: Callable[[Request, Mapping[str, str]], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that hands the fields of a good form to `take`, and answers all others itself."""

        async def endpoint(request: Request) -> Response:
            refused = self._refusal(request)
            fields = {} if refused else _fields(await request.body())
            if refused is None and not is_key(fields.get("token", ""), self.token):
                refused = 403, "the form is not one of this page; load it again"
            if refused is None:
                return await take(request, fields)
            _log(request.method, request.url.path, *refused)
            return PlainTextResponse(f"Nothing was changed: {refused[1]}.", status_code=refused[0])

        return endpoint

    def _refusal(self, request: Request) -> tuple[int, str] | None:
        if not is_same_origin(request):
            return 403, "the form came from another page"
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            return 415, "that is no form"
        if status := size_fault(request.headers, MOST_BYTES):
            return status, f"a form of at most {MOST_BYTES:,} bytes is taken, with its length said before"
        return None


def _fields(body: bytes) -> dict[str, str]:
    """The form's fields, the last of each name; none of what is no form."""
    try:
        found = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:  # UnicodeDecodeError is one
        return {}
    return dict(found)


def _log(method: str, path: str, status: int, reason: str) -> None:
    structlog.get_logger("briefing.preview").warning(
        "request refused", method=method, path=path[:200], status=status, reason=reason
    )
