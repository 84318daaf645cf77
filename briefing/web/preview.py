"""Takes a rehearsal, gives the local preview: what would be sent, why, from which sources, and what was sent before.

Next: briefing/web/preview_guard.py.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from briefing.web.guard import is_loopback
from briefing.web.past_pages import PastPages
from briefing.web.preview_guard import HostGuard, WriteGuard
from briefing.web.proof_pages import ProofPages
from briefing.web.run_pages import RunPages
from briefing.web.source_pages import SourcePages
from briefing.web.topic_pages import TopicPages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from briefing.ports import Archive, ArticleStore, RunLog
    from briefing.services.rehearsal import Rehearsal
    from briefing.services.tuning import Tuning

#: How often a page that is looked at hears whether it is old, in seconds.
TELL_S = 0.1
#: After so many seconds a page asks anew, so that one that was closed unheard is not told for ever.
_LONGEST_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Backstage:
    """Carries what the pages are made from.

    Attributes:
        archive, articles, runs: give None until the database is open.
        token: stands in each form.
        host: that is listened on.
        is_over: says that the program ends, and nobody is to be told anything any more.
        read_again: has the sources asked for the next edition.
        tuning: changes the config; None where nobody may.
    """

    rehearsal: Rehearsal
    archive: Callable[[], Archive | None] = lambda: None
    articles: Callable[[], ArticleStore | None] = lambda: None
    runs: Callable[[], RunLog | None] = lambda: None
    token: str = field(repr=False)
    host: str = "127.0.0.1"
    is_over: Callable[[], bool] = lambda: False
    read_again: Callable[[], object] = lambda: None
    tuning: Tuning | None = None


def preview_app(backstage: Backstage) -> ASGIApp:
    """The preview as an application; it answers to this machine's own names only (DNS rebinding ends here)."""
    guard = WriteGuard(token=backstage.token)
    proofs, sources = ProofPages(backstage=backstage), SourcePages(backstage=backstage)
    past = PastPages(backstage=backstage)
    routes = [
        Route("/", proofs.show),
        Route("/part/{name}", proofs.part),
        Route("/reader", guard.guarding(proofs.choose), methods=["POST"]),
        Route("/send", guard.guarding(proofs.send), methods=["POST"]),
        Route("/sources", sources.show),
        Route("/sources/read", guard.guarding(sources.read_again), methods=["POST"]),
        Route("/archive", past.show),
        Route("/archive/{day}", past.edition),
        Route("/runs", RunPages(runs=backstage.runs).show),
        Route("/events", Events(backstage=backstage).tell),
        Route("/preview.js", _script),
        Route("/favicon.ico", _nothing),
    ]
    if backstage.tuning is not None:
        routes += _changing(TopicPages(backstage=backstage, tuning=backstage.tuning), guard)
    return HostGuard(app=Starlette(routes=routes), is_local=is_loopback(backstage.host))


def _changing(topics: TopicPages, guard: WriteGuard) -> list[Route]:
    """The forms that change the config."""
    forms = {
        "/topics/save": topics.save,
        "/topics/remove": topics.remove,
        "/topics/wish": topics.wish,
        "/sources/look": topics.look,
        "/sources/add": topics.add,
        "/write": topics.write,
        "/undo": topics.undo,
    }
    posted = [Route(path, guard.guarding(take), methods=["POST"]) for path, take in forms.items()]
    return [Route("/topics", topics.show), Route("/topics/count", topics.count), *posted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Tells pages that they are old (server-sent events)."""

    backstage: Backstage

    async def tell(self, _: Request) -> Response:
        """A line at every change, as long as the page is open."""
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return StreamingResponse(self._lines(), media_type="text/event-stream", headers=headers)

    async def _lines(self) -> AsyncIterator[str]:
        told, waited = "", 0.0
        while not self.backstage.is_over() and waited < _LONGEST_S:
            scene = self.backstage.rehearsal.scene
            now = json.dumps({"version": scene.version, "stage": scene.stage, "done": scene.done, "total": scene.total})
            if now != told:
                yield f"data: {now}\n\n"
                told = now
            await asyncio.sleep(TELL_S)
            waited += TELL_S


async def _nothing(_: Request) -> Response:
    return Response(status_code=204)


async def _script(_: Request) -> Response:
    return PlainTextResponse(_script_text(), media_type="text/javascript", headers={"Cache-Control": "no-store"})


@lru_cache(maxsize=1)
def _script_text() -> str:
    return (files("briefing.web") / "pages" / "preview.js").read_text("utf-8")
