"""Takes a reader's link, gives the page behind it. Leaving takes one button; no GET changes anything.

Next: briefing/web/archive_pages.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

    from briefing.services.subscribe import ReaderList
    from briefing.web.archive_pages import ArchivePages
    from briefing.web.pages import Stationery


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderPages:
    """Serves the links in the mail: `/u/TOKEN` for leaving, those of `archive_pages` for reading.

    The answers to good and bad tokens look alike, so nobody learns who is on the list.

    Attributes:
        stationery: in the briefing's language.
        editions: where everybody may read past editions; None when only readers may.
    """

    stationery: Stationery
    readers: ReaderList
    editions: str | None = None

    async def ask(self, _: Request) -> Response:
        """The page with the button; mail scanners that follow links get no further."""
        words = self.stationery.words
        question = words.say("Do you want to stop receiving this briefing?")
        return self.stationery.page("unsubscribe", question, button=words.say("Unsubscribe"))

    async def leave(self, request: Request) -> Response:
        """Does it: the button's POST, or a mail program's one-click POST (RFC 8058), as often as it comes."""
        await run_in_threadpool(self.readers.unsubscribe, request.path_params["token"])
        done = self.stationery.words.say("Done: you will not receive this briefing any more.")
        return self.stationery.page("unsubscribe", done, button="")

    async def missing(self, _: Request, __: Exception) -> Response:
        """The same answer to whatever is not there, never was, or is not for whoever asks."""
        heading = self.stationery.words.say("There is no such page.")
        return self.stationery.page("missing", heading, status=404, editions=self.editions)


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("ok")


def reader_app(pages: ReaderPages, archive: ArchivePages) -> Starlette:
    """The public pages as an application."""
    app = Starlette(
        routes=[
            Route("/u/{token}", pages.ask, methods=["GET"]),
            Route("/u/{token}", pages.leave, methods=["POST"]),
            *archive.routes,
            Route("/healthz", _healthy),
        ],
        exception_handlers={404: pages.missing},
    )
    # A redirection to the address without a last slash would be made of whatever host the request names.
    app.router.redirect_slashes = False
    return app
