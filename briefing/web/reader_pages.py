"""Takes a reader's link, gives the page behind it. Leaving takes one button; no GET changes anything.

Next: briefing/web/visitors.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Route

from briefing.services.subscribe import UNSUBSCRIBE
from briefing.web.signup_pages import look_into_mailbox
from briefing.web.visitors import network_behind, read_form

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from briefing.services.signup import SignUp
    from briefing.services.subscribe import ReaderList
    from briefing.web.pages import Stationery
    from briefing.web.signup_pages import MailQueue
    from briefing.web.visitors import Stationer


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderPages:
    """Serves `/u/TOKEN`, the link for leaving, and whatever is not there.

    The answers to good and bad tokens look alike, but for the language that a reader chose, so nobody learns who is on
    the list.

    Attributes:
        sign_up: asks whoever left by mistake whether they want to come back.
        queue: where its mails wait their turn.
        editions: where everybody may read past editions; None when only readers may.
        trusted_proxy: see `WebRule`.
    """

    stationer: Stationer
    readers: ReaderList
    sign_up: SignUp
    queue: MailQueue
    editions: str | None = None
    trusted_proxy: bool = False

    @property
    def routes(self) -> list[Route]:
        """What is answered."""
        return [
            Route("/u/{token}", self.ask, methods=["GET"]),
            Route("/u/{token}", self.leave, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """The page with the button; mail scanners that follow links get no further."""
        words = (stationery := await self._stationery(request)).words
        question = words.say("Do you want to stop receiving this briefing?")
        return stationery.page("unsubscribe", question, button=words.say("Unsubscribe"), button_name="leave")

    async def leave(self, request: Request) -> Response:
        """Does it: the button's POST, or a mail program's one-click POST (RFC 8058), as often as it comes.

        Whatever the body is, it is a no, unless it is our own other button.
        """
        try:
            form = await read_form(request)
        except HTTPException as error:
            if error.status_code == 413:
                raise
            form = {}
        stationery, token = await self._stationery(request), request.path_params["token"]
        if "undo" in form:
            network = network_behind(request, trusted_proxy=self.trusted_proxy)
            answer = look_into_mailbox(stationery)
            answer.background = self.queue.later(lambda: self.sign_up.undo(token, network=network))
            return answer
        await run_in_threadpool(self.readers.unsubscribe, token)
        words = stationery.words
        done = words.say("Done: you will not receive this briefing any more.")
        return stationery.page("unsubscribe", done, button=words.say("Undo"), button_name="undo")

    async def missing(self, request: Request, _: Exception) -> Response:
        """The same answer to whatever is not there, never was, or is not for whoever asks."""
        stationery = self.stationer.stationery(request)
        heading = stationery.words.say("There is no such page.")
        return stationery.page("missing", heading, status=404, editions=self.editions)

    async def _stationery(self, request: Request) -> Stationery:
        token = request.path_params["token"]
        return self.stationer.stationery(
            request, await run_in_threadpool(self.readers.reader_behind, token, UNSUBSCRIBE)
        )


def reader_app(pages: ReaderPages, *routes: Iterable[BaseRoute]) -> Starlette:
    """The public pages as an application; `routes` are those of the other pages."""
    app = Starlette(
        routes=[*pages.routes, *(route for some in routes for route in some)],
        exception_handlers={404: pages.missing},
    )
    # A redirection to the address without a last slash would be made of whatever host the request names.
    app.router.redirect_slashes = False
    return app
