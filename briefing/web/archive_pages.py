"""Takes a link to an edition or to the list of earlier ones, gives the page, or the list as a feed.

Next: briefing/web/atom.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from babel.dates import format_skeleton
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from briefing.render.words import capitalised, words_in
from briefing.services.archive import MOST_IN_FEED, MOST_LISTED
from briefing.web.atom import write_feed
from briefing.web.pages import PRIVATE_HEADERS, READER_HEADERS, Stationery

if TYPE_CHECKING:
    from starlette.requests import Request

    from briefing.model.settings import Look
    from briefing.render.templates import Templates
    from briefing.render.words import Words
    from briefing.services.archive import EditionList, Listed, PastEditions

#: An edition that is out does not change any more, a list does once a day.
_CACHE = "public, max-age=3600"

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePages:
    """Serves `/e/TOKEN` and `/editions/TOKEN` to readers and, where everybody may read, `/archive`."""

    name: str
    look: Look
    templates: Templates
    past: PastEditions

    @property
    def routes(self) -> list[Route]:
        """What is answered; GET and HEAD only."""
        private = [
            Route("/e/{token}", self.edition),
            Route("/editions/{token}", self.editions),
            Route("/editions/{token}/feed.atom", self.feed),
        ]
        public = [
            Route("/archive", self.public_editions),
            Route("/archive/feed.atom", self.public_feed),
            Route("/archive/{day}", self.public_edition),
        ]
        return [*private, *(public if self.past.links.is_public else ())]

    async def edition(self, request: Request) -> Response:
        """One edition as it was sent, for whoever has the link from a reader's mail."""
        html = await run_in_threadpool(self.past.page_behind, request.path_params["token"])
        return HTMLResponse(_there(html), headers=PRIVATE_HEADERS)

    async def editions(self, request: Request) -> Response:
        """A reader's list of earlier editions."""
        return self._list(_there(await self._listing(request, limit=MOST_LISTED)), public=False)

    async def feed(self, request: Request) -> Response:
        """The same list for the reader's feed reader, which may ask whether anything is new."""
        feed = write_feed(_there(await self._listing(request, limit=MOST_IN_FEED)), name=self.name)
        headers = PRIVATE_HEADERS | {"Cache-Control": "private, no-cache"}
        return _unless_known(request, Response(feed, media_type="application/atom+xml", headers=headers))

    async def public_edition(self, request: Request) -> Response:
        """One day's edition, for everybody."""
        html = _there(await run_in_threadpool(self.past.public_page, request.path_params["day"]))
        return _unless_known(request, HTMLResponse(html, headers=READER_HEADERS | {"Cache-Control": _CACHE}))

    async def public_editions(self, request: Request) -> Response:
        """The list for everybody."""
        listing = _there(await run_in_threadpool(self.past.public_list))
        return _unless_known(request, self._list(listing, public=True))

    async def public_feed(self, request: Request) -> Response:
        """The same list for everybody's feed reader."""
        listing = _there(await run_in_threadpool(self.past.public_list, limit=MOST_IN_FEED))
        feed = write_feed(listing, name=self.name)
        headers = READER_HEADERS | {"Cache-Control": _CACHE}
        return _unless_known(request, Response(feed, media_type="application/atom+xml", headers=headers))

    async def _listing(self, request: Request, *, limit: int) -> EditionList | None:
        return await run_in_threadpool(self.past.list_behind, request.path_params["token"], limit=limit)

    def _list(self, listing: EditionList, *, public: bool) -> Response:
        words = words_in(listing.language, self.templates)
        stationery = Stationery(name=self.name, look=self.look, words=words)
        heading = words.say("Earlier editions")
        answer = stationery.page(
            "editions", heading, public=public, listing=listing, months=_by_month(listing.editions, words)
        )
        if public:
            answer.headers["Cache-Control"] = _CACHE
        return answer


def _there(found: _Found | None) -> _Found:
    if found is None:
        raise HTTPException(404)
    return found


def _by_month(editions: tuple[Listed, ...], words: Words) -> list[tuple[str, list[Listed]]]:
    months = groupby(editions, lambda listed: listed.edition.date.replace(day=1))
    return [
        (capitalised(str(format_skeleton("yMMMM", month, locale=words.locale))), list(listed))
        for month, listed in months
    ]


def _unless_known(request: Request, answer: Response) -> Response:
    """The answer, or 304 when whoever asks has it already."""
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    answer.headers["ETag"] = tag
    # A proxy that compresses makes a strong validator a weak one.
    known = {known.strip().removeprefix("W/") for known in request.headers.get("if-none-match", "").split(",")}
    if tag not in known:
        return answer
    kept = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
    return Response(status_code=304, headers=kept)
