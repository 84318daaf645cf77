"""Takes a request, gives what matters of whoever sent it: their language, their network, and what they filled in.

Next: briefing/web/signup_pages.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from briefing.render.words import words_in
from briefing.services.signup import network_of
from briefing.web.pages import Stationery

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import HTTPConnection, Request

    from briefing.model.settings import Look
    from briefing.model.subscriber import Subscriber
    from briefing.render.templates import Templates

#: Of a form; ours with every topic and section ticked stays below 4 KB.
FORM_BYTES, FORM_FIELDS = 16_384, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Stationer:
    """Gives each visitor pages in their own language.

    Attributes:
        name: of the briefing.
        language: the briefing's own, for whoever says nothing.
    """

    name: str
    look: Look
    templates: Templates
    language: str

    @property
    def languages(self) -> frozenset[str]:
        """Languages that pages can be had in."""
        return frozenset({"en", self.language, *(name for name, _ in self.templates.catalogues)})

    def stationery(self, request: Request, reader: Subscriber | None = None) -> Stationery:
        """In the language the address asks for (?lang=), else the reader's, else the browser's, else the briefing's."""
        wanted = [request.query_params.get("lang", ""), (reader and reader.language) or ""]
        wanted += _accepted(request.headers.get("accept-language", ""))
        known = {language.lower(): language for language in self.languages}
        tags = (tag for language in wanted for tag in (language.lower(), language.lower().partition("-")[0]))
        return self.in_language(next((known[tag] for tag in tags if tag in known), self.language))

    def in_language(self, language: str) -> Stationery:
        """In a language of the reader's."""
        return Stationery(name=self.name, look=self.look, words=words_in(language, self.templates))


def network_behind(request: HTTPConnection, *, trusted_proxy: bool) -> str:
    """Which network asks: that of the connection, or of the last address that our own proxy wrote down."""
    if trusted_proxy:
        forwarded = request.headers.getlist("x-forwarded-for")
        # Only the last one is the proxy's; whatever stands before it, the client may have made up.
        return network_of(forwarded[-1].rpartition(",")[2] if forwarded else None)
    return network_of(request.client.host if request.client else None)


async def read_form(request: Request) -> dict[str, tuple[str, ...]]:
    """What was filled in, by field, whichever of the two ways it was posted.

    Raises:
        HTTPException: 413 when it is longer than `FORM_BYTES`, 400 when it is no form.
    """
    body = await _body(request)
    try:
        pairs = await _pairs(request, body)
    except (MultiPartException, KeyError, ValueError) as error:
        raise HTTPException(400) from error
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value)
    return fields


async def _pairs(request: Request, body: bytes) -> list[tuple[str, str]]:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FORM_FIELDS)

    async def again() -> AsyncGenerator[bytes, None]:
        yield body

    form = await MultiPartParser(request.headers, again(), max_files=0, max_fields=FORM_FIELDS).parse()
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES:
            raise HTTPException(413)
    return body


def _accepted(header: str) -> list[str]:
    """Languages of an Accept-Language header (RFC 9110 §12.5.4), the most wanted first; what cannot be read is left."""
    weighted = []
    for part in header[:500].split(","):
        language, _, parameter = part.partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        if 0 < weight <= 1:
            weighted.append((-weight, language.strip()))
    return [language for _, language in sorted(weighted, key=lambda pair: pair[0])]
