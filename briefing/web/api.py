"""Takes requests of other systems, gives the list of readers and the books as JSON, under /api and behind the key.

No address stands in a URL: readers are named by their id, and searched for in a body. No `from __future__ import
annotations` here: FastAPI reads the annotations.

Next: briefing/web/admin.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Mount

from briefing import __version__
from briefing.errors import BounceError, StoreError, SubscriberError
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.ports import Clock
from briefing.services.bounce_reports import read_report
from briefing.services.bounces import BounceDesk
from briefing.services.consent import MANUAL
from briefing.services.desk import Desk, StaysAwayError
from briefing.services.personal import PersonalRecords
from briefing.services.records import balance_fields, delivery_fields, reader_fields
from briefing.web import api_shapes as shapes
from briefing.web.guard import KeyGuard, Lock, fault

Id = Annotated[str, Path(pattern="^[0-9A-Za-z_-]{1,64}$")]
Limit = Annotated[int, Query(ge=1, le=500)]
Cursor = Annotated[str | None, Query(pattern="^[0-9]{1,18}$")]
Flag = Annotated[bool, Query()]

Answers = dict[int | str, dict[str, Any]]

#: What every answer may be besides the good one.
FAULTS: Answers = {
    status: {"model": shapes.Fault, "description": words}
    for status, words in {
        400: "The body cannot be read",
        401: "No key, or not ours",
        404: "There is no such thing",
        411: "The body has no length",
        413: "The body is too long",
        422: "The request says something impossible",
        429: "Too many wrong keys came from your network",
        503: "The database cannot be used just now",
    }.items()
}
#: Lines of CSV in one piece of an answer; each piece is a change of thread.
_PIECE = 1_000


class Refusal(Exception):  # noqa: N818 - an answer, not an accident
    """Ends a request with an answer of its own."""

    def __init__(self, status: int, error: str, *, field: str | None = None, **more: Any) -> None:
        super().__init__(error)
        self.status, self.content = status, {"error": error, "field": field, **more}


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """Answers other systems.

    Attributes:
        bounces: acts on providers' reports; None when nobody does.
    """

    desk: Desk
    personal: PersonalRecords
    clock: Clock
    bounces: BounceDesk | None = None

    def list_subscribers(
        self, *, status: SubscriberStatus | None = None, limit: Limit = 50, cursor: Cursor = None
    ) -> dict[str, Any]:
        """Readers in the order they came, page by page."""
        return self._page("", status, limit, cursor)

    def search_subscribers(self, search: shapes.Search) -> dict[str, Any]:
        """Readers whose address or name holds a text."""
        return self._page(search.text, search.status, search.limit, search.cursor)

    def add_subscriber(self, reader: shapes.NewReader, response: Response) -> dict[str, Any]:
        """Puts a reader on the list (201), or gives one who is there what was chosen (200)."""
        cells = reader.cells()
        try:
            added = self.desk.add(cells, confirmed=reader.confirmed, invite=reader.invite)
        except StaysAwayError as error:
            raise Refusal(409, str(error), field="email") from error
        except SubscriberError as error:
            raise Refusal(422, str(error), field=self.desk.wrong_column(cells)) from error
        response.status_code = 201 if added.is_new else 200
        return reader_fields(added.reader)

    def get_subscriber(self, subscriber: Id) -> dict[str, Any]:
        """One reader."""
        return reader_fields(self._there(subscriber))

    def change_subscriber(self, subscriber: Id, choices: shapes.Choices) -> dict[str, Any]:
        """Gives a reader other choices: what is named is replaced, null takes it back, the rest stays."""
        cells = choices.cells()
        try:
            return reader_fields(self.desk.change(self._there(subscriber), cells))
        except SubscriberError as error:
            raise Refusal(422, str(error), field=self.desk.wrong_column(cells)) from error

    def remove_subscriber(self, subscriber: Id, *, erase: Flag = False) -> Any:
        """Unsubscribes a reader (200); with `erase`, forgets them instead (204)."""
        reader = self._there(subscriber)
        if not erase:
            return reader_fields(self.desk.unsubscribe(reader))
        self.personal.erase(reader)
        return Response(status_code=204)

    def suppress_subscriber(
        self, subscriber: Id, suppression: Annotated[shapes.Suppression | None, Body()] = None
    ) -> dict[str, Any]:
        """Has nothing sent to a reader any more; the first reason given stays."""
        return reader_fields(
            self.desk.suppress(self._there(subscriber), reason=suppression.reason if suppression else MANUAL)
        )

    def release_subscriber(
        self, subscriber: Id, release: Annotated[shapes.Release | None, Body()] = None
    ) -> dict[str, Any]:
        """Ends a suppression and forgets the bounces."""
        return reader_fields(self.desk.release(self._there(subscriber), confirmed=bool(release and release.confirmed)))

    def list_deliveries(self, subscriber: Id, *, limit: Limit = 50) -> dict[str, Any]:
        """What became of a reader's messages, newest edition first."""
        rows = self.desk.deliveries(self._there(subscriber), limit=limit)
        return {"deliveries": [delivery_fields(row) for row in rows]}

    def export_subscriber(self, subscriber: Id) -> dict[str, Any]:
        """Everything that is kept about a reader."""
        return self.personal.export(self._there(subscriber))

    async def import_subscribers(
        self, request: Request, *, confirmed: Flag = False, dry_run: Flag = False
    ) -> dict[str, Any]:
        """Brings readers in from CSV (text/csv, UTF-8): all lines, or none when one is wrong."""
        try:
            text = (await request.body()).decode()
        except UnicodeDecodeError as error:
            raise Refusal(422, "the body is not UTF-8 text", field="body") from error
        report = await run_in_threadpool(self.desk.readers.import_csv, text, confirmed=confirmed, dry_run=dry_run)
        if report.problems:
            lines = [{"line": problem.line, "error": problem.message} for problem in report.problems]
            raise Refusal(422, "nothing was imported; correct these lines", field="body", lines=lines)
        return {
            "added": report.added,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "kept_away": report.kept_away,
            "dry_run": dry_run,
        }

    def export_subscribers(self) -> Response:
        """The whole list as CSV that an import takes back."""
        return StreamingResponse(_pieces(self.desk.readers.csv_lines()), media_type="text/csv")

    def report_bounces(self, reports: Annotated[list[shapes.Report], Body(max_length=1_000)]) -> dict[str, Any]:
        """Takes bounces and complaints that a mail provider reports: all of them, or none when one is wrong."""
        if self.bounces is None:
            raise Refusal(404, "nobody counts bounces here")
        meanings = []
        for number, report in enumerate(reports):
            try:
                meanings.append(read_report(report.model_dump()))
            except BounceError as error:
                raise Refusal(422, str(error), field=str(number)) from error
        now = self.clock.now()
        outcomes = [self.bounces.act(meaning, at=now, is_trusted=True).value for meaning in meanings]
        return {"outcomes": outcomes}

    def list_editions(self, *, limit: Limit = 30) -> dict[str, Any]:
        """The newest editions' books."""
        return {"editions": [balance_fields(balance) for balance in self.desk.balances(limit=limit)]}

    def _page(self, text: str, status: SubscriberStatus | None, limit: int, cursor: str | None) -> dict[str, Any]:
        found, following = self.desk.directory.page(text=text, status=status, after=int(cursor or 0), limit=limit)
        following_words = None if following is None else str(following)
        return {"subscribers": [reader_fields(reader) for reader in found], "next": following_words}

    def _there(self, subscriber: str) -> Subscriber:
        reader = self.desk.find(subscriber)
        if reader is None:
            raise Refusal(404, "there is no such reader")
        return reader


def mount_api(api: Api, lock: Lock) -> list[Mount]:
    """The API for an application's routes; nothing at all when there is no key."""
    return [Mount("/api", KeyGuard(app=api_app(api), lock=lock))] if lock.key else []


def api_app(api: Api) -> FastAPI:
    """The API as an application, without a lock. Its description is at /openapi.json; no page loads foreign scripts."""
    app = FastAPI(
        title="briefing",
        summary="Readers, what they were sent, and what came back.",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.include_router(_router(api), dependencies=[Depends(HTTPBearer(auto_error=False))], responses=FAULTS)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _misread)
    app.add_exception_handler(HTTPException, _http_fault)
    app.add_exception_handler(StoreError, _broken)
    return app


def _router(api: Api) -> APIRouter:
    router = APIRouter()
    one = "/subscribers/{subscriber}"
    new: Answers = {200: {"model": shapes.Reader, "description": "They were on the list already"}}
    away: Answers = {409: {"model": shapes.Fault, "description": "They had said no, or must not be written to"}}
    gone: Answers = {204: {"description": "They are forgotten"}}
    csv = {"content": {"text/csv": {"schema": {"type": "string"}}}}
    wrong_lines: Answers = {422: {"model": shapes.ImportFault, "description": "Lines that are wrong"}}
    add = router.add_api_route
    add("/subscribers", api.list_subscribers, response_model=shapes.ReaderPage)
    add("/subscribers/search", api.search_subscribers, methods=["POST"], response_model=shapes.ReaderPage)
    created: dict[str, Any] = {"response_model": shapes.Reader, "status_code": 201, "responses": {**new, **away}}
    add("/subscribers", api.add_subscriber, methods=["POST"], **created)
    add(one, api.get_subscriber, response_model=shapes.Reader)
    add(one, api.change_subscriber, methods=["PATCH"], response_model=shapes.Reader)
    add(one, api.remove_subscriber, methods=["DELETE"], response_model=shapes.Reader, responses=gone)
    add(f"{one}/suppress", api.suppress_subscriber, methods=["POST"], response_model=shapes.Reader)
    add(f"{one}/release", api.release_subscriber, methods=["POST"], response_model=shapes.Reader)
    add(f"{one}/deliveries", api.list_deliveries, response_model=shapes.Rows)
    add(f"{one}/export", api.export_subscriber, response_model=shapes.Everything)
    add(
        *("/import", api.import_subscribers),
        methods=["POST"],
        response_model=shapes.Imported,
        responses=wrong_lines,
        openapi_extra={"requestBody": {"required": True, **csv}},
    )
    add("/export", api.export_subscribers, response_class=Response, responses={200: {**csv, "description": "The list"}})
    add("/bounces", api.report_bounces, methods=["POST"], response_model=shapes.Reported)
    add("/editions", api.list_editions, response_model=shapes.Editions)
    return router


def _pieces(lines: Iterator[str]) -> Iterator[str]:
    while piece := "".join(islice(lines, _PIECE)):
        yield piece


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return JSONResponse(error.content, status_code=error.status)


def _misread(_: Request, error: Exception) -> Response:
    """Names the first thing that is wrong; what was sent is not repeated."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = [str(part) for part in first["loc"][1:]] or [str(first["loc"][0])]
    return JSONResponse({"error": str(first["msg"]), "field": ".".join(place)}, status_code=422)


def _http_fault(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return fault(error.status_code, str(error.detail), error.headers)


def _broken(_: Request, error: Exception) -> Response:
    return fault(503, str(error), {"Retry-After": "10"})
