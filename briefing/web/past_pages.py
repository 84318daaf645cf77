"""Takes a day, gives the edition that was sent on it, or the list of all that are kept.

Next: briefing/web/topic_pages.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from briefing.model.edition import DEFAULT_SEGMENT
from briefing.render.page import fill_page
from briefing.services.archive import day_of
from briefing.web.frame import SANDBOX, framed

if TYPE_CHECKING:
    from starlette.requests import Request

    from briefing.web.preview import Backstage

#: A year and a little more.
_MOST = 400
_SEGMENT = re.compile(r"[a-z]{2,3}-[0-9a-f]{8}|default")


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPages:
    """Serves `/archive`."""

    backstage: Backstage

    async def show(self, request: Request) -> Response:
        """The list, newest first, of the readers who chose nothing or of another segment."""
        return await run_in_threadpool(self._page, request.query_params.get("segment", DEFAULT_SEGMENT))

    async def edition(self, request: Request) -> Response:
        """One edition as it stands on the web, to be shown in a frame."""
        segment = request.query_params.get("segment", DEFAULT_SEGMENT)
        html = await run_in_threadpool(self._find, request.path_params["day"], segment)
        if html is None:
            return PlainTextResponse("There is no such edition; all that are kept are at /archive", status_code=404)
        return Response(html, media_type="text/html; charset=utf-8", headers=SANDBOX)

    def _page(self, segment: str) -> Response:
        archive, proofs = self.backstage.archive(), self.backstage.rehearsal.scene.proofs
        known = _SEGMENT.fullmatch(segment) is not None
        kept = archive.list_editions(segment, limit=_MOST) if archive and known else ()
        crowds = proofs.crowds() if proofs else ()
        segments = {proofs.segment(crowd.example).key: crowd for crowd in crowds} if proofs else {}
        return framed(
            "preview_archive",
            self.backstage,
            here="/archive",
            heading="Archive",
            kept=kept,
            segment=segment if known else DEFAULT_SEGMENT,
            segments=[key for key in segments if key != DEFAULT_SEGMENT],
        )

    def _find(self, day: str, segment: str) -> str | None:
        archive, found = self.backstage.archive(), day_of(day)
        if archive is None or found is None or _SEGMENT.fullmatch(segment) is None:
            return None
        html = archive.find_page(found, segment)
        return None if html is None else fill_page(html, editions=None)
