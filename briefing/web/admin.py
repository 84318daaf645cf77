"""Takes the operator's browser, gives a page to look after readers with: find one, see what they got, stop or resume.

The key of the API is the password (HTTP Basic, any user name), so there is no session and no cookie. A browser sends
such a password along with whatever any page makes it post, hence the token in each form. No address stands in a URL.

Next: briefing/web/atom.py.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from briefing.errors import BriefingError, StoreError, SubscriberError
from briefing.model.subscriber import SubscriberStatus
from briefing.services.choices import LONGEST_PAUSE
from briefing.services.records import reader_fields
from briefing.web.guard import basic_password, is_private_way, is_same_origin, size_fault

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from briefing.model.subscriber import Subscriber
    from briefing.ports import Clock
    from briefing.services.desk import Desk
    from briefing.web.guard import Lock, Refused
    from briefing.web.pages import Stationery

    Answering = Callable[["AdminPages", Request], Awaitable[Response]]

#: Readers on one page of results, editions on the first page, deliveries of one reader.
MOST_FOUND, MOST_EDITIONS, MOST_DELIVERIES = 50, 7, 30
#: Of a form.
_MOST_BYTES = 20_000
#: What was done, by the word that stands in the address afterwards.
DONE = {
    "add": "They are on the list.",
    "suppress": "Nothing is sent to them any more.",
    "release": "They may be written to again.",
    "unsubscribe": "They are unsubscribed.",
    "pause": "Their mail waits until the day you named.",
    "resume": "They are not paused any more.",
}


def _for_the_operator(page: Answering) -> Answering:
    """Asks for the key first and, of forms, whether they are ours."""

    @wraps(page)
    async def answer(self: AdminPages, request: Request) -> Response:
        try:
            refused = await self.refusal(request)
            if refused is None and request.method == "POST" and not self.is_ours(await _form(request)):
                refused = self.note("This form is too old.", "Nothing was done; open the page anew.", status=403)
            return self.private(refused or await page(self, request))
        except StoreError:  # its words name our files, and perhaps nobody has shown the key yet
            words = "Try again in a minute."
            return self.private(self.note("The database cannot be used just now.", words, status=503))

    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminPages:
    """Serves `/admin` to the operator.

    Attributes:
        stationery: in English.
        lock: its key is the password.
        resend: sends today's edition to one reader again, whatever the books say; gives a line about how that went.
    """

    stationery: Stationery
    desk: Desk
    clock: Clock
    lock: Lock
    resend: Callable[[str], str] | None = None

    @property
    def routes(self) -> list[Route]:
        """What is answered; nothing at all when there is no key."""
        one = "/admin/readers/{subscriber}"
        routes = [
            Route("/admin", self.desk_page, methods=["GET"]),
            Route("/admin/search", self.search, methods=["POST"]),
            Route("/admin/add", self.add, methods=["POST"]),
            Route(one, self.reader, methods=["GET"]),
            Route(f"{one}/{{action}}", self.act, methods=["POST"]),
        ]
        return routes if self.lock.key else []

    @_for_the_operator
    async def desk_page(self, _: Request) -> Response:
        """The first page: the forms, and the books of the last editions."""
        return await self._desk_page()

    @_for_the_operator
    async def search(self, request: Request) -> Response:
        """The readers whose address or name holds a text, on the page of the forms."""
        form = await _form(request)
        text, after = form.get("text", "").strip(), form.get("after", "0")
        start = int(after[:18]) if after.isdecimal() else 0
        found, following = await run_in_threadpool(self.desk.directory.page, text=text, after=start, limit=MOST_FOUND)
        return await self._desk_page(text=text, found=found, following=following, searched=True)

    @_for_the_operator
    async def add(self, request: Request) -> Response:
        """Puts a reader on the list and shows them."""
        form = await _form(request)
        cells = {"email": form.get("email", ""), "name": form.get("name", "")}
        try:
            added = await run_in_threadpool(self.desk.add, cells, confirmed=form.get("confirmed") == "yes")
        except SubscriberError as error:
            return await self._desk_page(status=422, wrong=str(error), cells=cells)
        return _to_reader(added.reader, "add")

    @_for_the_operator
    async def reader(self, request: Request) -> Response:
        """One reader."""
        return await self._reader_page(request, note=DONE.get(request.query_params.get("done", ""), ""))

    @_for_the_operator
    async def act(self, request: Request) -> Response:
        """Does what a button on a reader's page says, and shows them again."""
        reader = await self._found(request)
        action, form = request.path_params["action"], await _form(request)
        if reader is None or action not in {"suppress", "release", "unsubscribe", "resend", "pause", "resume"}:
            return self._missing()
        if action == "resend":
            return await self._resend(request, reader)
        if action == "pause":
            return await self._pause(request, reader, until=form.get("until", ""))
        if action == "suppress":
            await run_in_threadpool(self.desk.suppress, reader, reason=form.get("reason", ""))
        elif action == "release":
            await run_in_threadpool(self.desk.release, reader, confirmed=form.get("confirmed") == "yes")
        else:
            await run_in_threadpool(self.desk.resume if action == "resume" else self.desk.unsubscribe, reader)
        return _to_reader(reader, action)

    async def refusal(self, request: Request) -> Response | None:
        """Why the request goes no further; None when it does."""
        if not is_private_way(request, trusted_proxy=self.lock.trusted_proxy):
            words = (
                "The password would travel in the clear: use https, or a browser on the machine itself. "
                "A proxy in between has to set X-Forwarded-Proto."
            )
            return self.note("This page is served over https only.", words, status=403)
        refused = await self.lock.refusal(request, basic_password(request))
        if refused is not None:
            return self._shut(refused)
        if request.method == "POST" and (not is_same_origin(request) or size_fault(request.headers, _MOST_BYTES)):
            return self.note("This form is not one of ours.", "Nothing was done.", status=403)
        return None

    def _shut(self, refused: Refused) -> Response:
        if refused.wait_s is not None:
            words = "Too many wrong passwords came from your network."
            answer = self.note("Please wait before you try again.", words, status=429)
            answer.headers.update(refused.headers)
            return answer
        words = "The password is web: api_key in the config; any user name will do."
        answer = self.note("This page is for the operator.", words, status=401)
        answer.headers["WWW-Authenticate"] = 'Basic realm="briefing", charset="UTF-8"'
        return answer

    def private(self, answer: Response) -> Response:
        """The answer with what keeps it out of caches, and lets a form say where it comes from."""
        answer.headers["Cache-Control"] = "no-store"
        # With "no-referrer" browsers post `Origin: null`, and nobody could tell our forms from others.
        answer.headers["Referrer-Policy"] = "same-origin"
        return answer

    def token(self, *, days_ago: int = 0) -> str:
        """What stands in each form of today; another site can neither read nor guess it."""
        day = (self.clock.now() - timedelta(days=days_ago)).date()
        return hmac.digest(self.lock.key.encode(), f"form {day}".encode(), "sha256").hex()

    def is_ours(self, form: Mapping[str, str]) -> bool:
        """Whether a form was made here, today or yesterday."""
        given = form.get("token", "").encode()
        today, yesterday = (hmac.compare_digest(self.token(days_ago=ago).encode(), given) for ago in (0, 1))
        return today or yesterday

    def note(self, heading: str, words: str, *, status: int) -> Response:
        """A page with a line on it."""
        return self.stationery.page("admin_note", heading, status=status, words_below=words)

    async def _desk_page(self, *, status: int = 200, **values: Any) -> Response:
        balances = await run_in_threadpool(self.desk.balances, limit=MOST_EDITIONS)
        nothing = {"text": "", "found": (), "following": None, "searched": False, "wrong": ""}
        shown = {**nothing, "cells": {"email": "", "name": ""}, "balances": balances, "token": self.token(), **values}
        return self.stationery.page("admin", "Readers", status=status, **shown)

    async def _reader_page(self, request: Request, *, status: int = 200, note: str = "", wrong: str = "") -> Response:
        reader = await self._found(request)
        if reader is None:
            return self._missing()
        rows = await run_in_threadpool(self.desk.deliveries, reader, limit=MOST_DELIVERIES)
        pause, today = self.desk.pause_of(reader), self.desk.readers.today(reader)
        return self.stationery.page(
            *("admin_reader", "One reader"),
            status=status,
            reader=reader,
            fields={**reader_fields(reader), "paused_until": pause and pause.isoformat()},
            pause=pause,
            first_day=today + timedelta(days=1),
            last_day=today + LONGEST_PAUSE,
            rows=rows,
            tally=await run_in_threadpool(self.desk.tally, reader),
            token=self.token(),
            may_resend=self.resend is not None and reader.status is SubscriberStatus.CONFIRMED,
            note=note,
            wrong=wrong,
        )

    async def _resend(self, request: Request, reader: Subscriber) -> Response:
        if self.resend is None or reader.status is not SubscriberStatus.CONFIRMED:
            return self._missing()
        try:
            return await self._reader_page(request, note=await run_in_threadpool(self.resend, reader.id))
        except BriefingError as error:
            return await self._reader_page(request, status=502, wrong=str(error))

    async def _pause(self, request: Request, reader: Subscriber, *, until: str) -> Response:
        try:
            await run_in_threadpool(self.desk.pause, reader, until=until)
        except SubscriberError as error:
            return await self._reader_page(request, status=422, wrong=str(error))
        return _to_reader(reader, "pause")

    async def _found(self, request: Request) -> Subscriber | None:
        return await run_in_threadpool(self.desk.find, request.path_params["subscriber"])

    def _missing(self) -> Response:
        return self.note("There is no such reader.", "Perhaps they were erased.", status=404)


async def _form(request: Request) -> Mapping[str, str]:
    """The fields of a form, files left out; read once per request."""
    form = await request.form(max_files=0, max_fields=20)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _to_reader(reader: Subscriber, done: str) -> Response:
    """Has the browser ask for the reader's page, so that loading it again does nothing again."""
    return RedirectResponse(f"/admin/readers/{reader.id}?done={done}", status_code=303)
