"""Takes a request, gives whether the house is well, to anybody, and its metrics, to those who may read them.

Next: briefing/web/site.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prometheus_client.exposition import choose_encoder
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from briefing.model.lines import stamp
from briefing.web.guard import carries_key, is_loopback
from briefing.web.metrics import registry_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_client import CollectorRegistry
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from briefing.services.lookout import Lookout

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
#: Headers that a proxy adds: what comes with one was asked for by somebody else, whatever the connection says.
_FORWARDED = ("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "forwarded", "via")


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPages:
    """Answers monitors.

    Attributes:
        key: `web: api_key`, which opens the metrics to other machines; "" for this machine alone.
    """

    lookout: Lookout
    registry: CollectorRegistry
    key: str = field(default="", repr=False)

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Both, for an application."""
        return [Route("/healthz", self.health), Route("/metrics", self.metrics)]

    def health(self, _: Request) -> Response:
        """200 when the house is well, 503 with the reasons when it is not. Starlette runs this in a thread."""
        health = self.lookout.health()
        due_at = health.next_due_at
        body: dict[str, object] = {
            "status": "ok" if health.is_well else "failing",
            "last_edition": health.last_edition and health.last_edition.isoformat(),
            "next_due": due_at and stamp(due_at),
        }
        if not health.is_well:
            body["reasons"] = list(health.reasons)
        return JSONResponse(body, status_code=200 if health.is_well else 503, headers=_HEADERS)

    def metrics(self, request: Request) -> Response:
        """The text format, or OpenMetrics where the request wants that."""
        if not (_is_from_here(request) or carries_key(request.headers, self.key)):
            where = "metrics are for this machine; from another one send web: api_key as Authorization: Bearer KEY"
            return PlainTextResponse(f"{where}\n", status_code=403, headers=_HEADERS)
        write, kind = choose_encoder(request.headers.get("accept", ""))
        return Response(write(self.registry), headers={**_HEADERS, "Content-Type": kind})


def health_routes(lookout: Lookout, *, key: str | None) -> Sequence[BaseRoute]:
    """`/healthz` and `/metrics`."""
    return HealthPages(lookout=lookout, registry=registry_of(lookout), key=key or "").routes


def _is_from_here(request: Request) -> bool:
    """Whether a program on this machine asks for itself."""
    near = is_loopback(request.client.host if request.client else "")
    return near and not any(name in request.headers for name in _FORWARDED)
