"""Takes a way to build, gives the local preview: the exact bytes that would be sent, made anew at every reload.

Beside them stands what became of the editions that were sent: `/runs`.

Next: briefing/web/reader_pages.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from briefing.errors import BriefingError
from briefing.render.check import check_message
from briefing.web.pages import page
from briefing.web.run_pages import RunPages

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from briefing.ports import RunLog
    from briefing.services.newsroom import Built

_TYPES = {
    "edition.html": "text/html",
    "edition.txt": "text/plain",
    "edition.eml": "message/rfc822",
    "edition.json": "application/json",
}


@dataclass(slots=True)
class Preview:
    """Keeps the last edition that could be made, so that a broken edit never leaves an empty page.

    Attributes:
        build: makes the edition with the config and templates as they are now.
    """

    build: Callable[[], Built]
    last: Built | None = None

    async def show(self, _: Request) -> Response:
        """The page around the mail; the edition is made anew first."""
        broken = ""
        try:
            self.last = await run_in_threadpool(self.build)
        except BriefingError as error:
            broken = str(error)
        if self.last is None:
            return page("preview", status=500, broken=broken, subject="")
        printed, files = self.last.printed, self.last.files
        return page(
            "preview",
            status=500 if broken else 200,
            broken=broken,
            subject=printed.rendered.subject,
            preheader=printed.rendered.preheader,
            html_bytes=len(files["edition.html"]),
            html_hash=hashlib.sha256(files["edition.html"]).hexdigest(),
            text_hash=hashlib.sha256(files["edition.txt"]).hexdigest(),
            counts=printed.edition.counts,
            faults=check_message(files["edition.eml"]),
            problems=printed.edition.problems,
            stories=printed.edition.stories,
        )

    async def file(self, request: Request) -> Response:
        """One of the four files as it was last made, byte for byte."""
        name = request.path_params["name"]
        if self.last is None or name not in _TYPES:
            return PlainTextResponse("There is no such file; the preview is at /", status_code=404)
        # The mail is strangers' text: it may show itself and load nothing.
        sandbox = {"Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"}
        content = self.last.files[name]
        return Response(
            content, media_type=f"{_TYPES[name]}; charset=utf-8", headers=sandbox | {"Cache-Control": "no-store"}
        )


def preview_app(build: Callable[[], Built], runs: RunLog) -> Starlette:
    """The preview as an application; it answers to this machine's own names only (DNS rebinding ends here)."""
    preview = Preview(build=build)
    routes = [
        Route("/", preview.show),
        Route("/runs", RunPages(runs=runs).show),
        Route("/{name}", preview.file),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
    )
