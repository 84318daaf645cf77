"""Takes a reader's link, gives the page behind it. Leaving takes one button; no GET changes anything.

Next: briefing/cli/serving.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from briefing.web.pages import page

if TYPE_CHECKING:
    from starlette.requests import Request

    from briefing.render.words import Words
    from briefing.services.subscribe import ReaderList


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderPages:
    """Serves the links in the mail: `/u/TOKEN` for leaving.

    The answers to good and bad tokens look alike, so nobody learns who is on the list.

    Attributes:
        words: of the briefing's language.
    """

    name: str
    language: str
    words: Words
    readers: ReaderList

    async def ask(self, _: Request) -> Response:
        """The page with the button; mail scanners that follow links get no further."""
        sentence = self.words.say("Do you want to stop receiving this briefing?")
        return self._page(sentence, button=self.words.say("Unsubscribe"))

    async def leave(self, request: Request) -> Response:
        """Does it: the button's POST, or a mail program's one-click POST (RFC 8058), as often as it comes."""
        await run_in_threadpool(self.readers.unsubscribe, request.path_params["token"])
        return self._page(self.words.say("Done: you will not receive this briefing any more."), button="")

    def _page(self, sentence: str, *, button: str) -> Response:
        return page("unsubscribe", name=self.name, language=self.language, sentence=sentence, button=button)


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("ok")


def reader_app(pages: ReaderPages) -> Starlette:
    """The public pages as an application."""
    return Starlette(
        routes=[
            Route("/u/{token}", pages.ask, methods=["GET"]),
            Route("/u/{token}", pages.leave, methods=["POST"]),
            Route("/healthz", _healthy),
        ]
    )
