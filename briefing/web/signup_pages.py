"""Takes a stranger's address, or the link of a confirmation, gives the pages of asking for the briefing and agreeing.

Whatever is asked for, the answer is the same and is given before anything is looked up: neither its words nor the time
it takes say who is on the list.

Next: briefing/web/preference_pages.py.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from briefing.model.subscriber import SubscriberStatus
from briefing.services.consent import AWAY
from briefing.services.preferences import WrongFieldsError, read_sign_up
from briefing.services.subscribe import CONFIRM, PREFERENCES
from briefing.web.choices_shown import languages_shown, zones_shown
from briefing.web.visitors import network_behind, read_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from briefing.model.subscriber import Subscriber
    from briefing.services.preferences import Form, Offer
    from briefing.services.signup import SignUp
    from briefing.web.pages import Stationery
    from briefing.web.visitors import Stationer

#: The field that people do not see and programs fill in.
HONEYPOT = "website"
#: Mails on their way at the same time, and those that wait for them; more are dropped. A relay that hangs must not keep
#: the threads that others need to unsubscribe.
_AT_A_TIME, _MOST_WAITING = 2, 100


@dataclass
class MailQueue:
    """Writes mails after the page was answered, a few at a time."""

    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_A_TIME))
    _waiting: int = 0

    def later(self, work: Callable[[], object]) -> BackgroundTask:
        """What an answer carries along to be done once it was given."""
        return BackgroundTask(self._do, work)

    async def _do(self, work: Callable[[], object]) -> None:
        if self._waiting >= _MOST_WAITING:
            return
        self._waiting += 1
        try:
            async with self._turn:
                await run_in_threadpool(work)
        finally:
            self._waiting -= 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpPages:
    """Serves `/subscribe`, where sign-up is open, and `/c/TOKEN`.

    Attributes:
        is_open: whether strangers may ask.
        trusted_proxy: see `WebRule`.
    """

    stationer: Stationer
    sign_up: SignUp
    offer: Offer
    is_open: bool
    trusted_proxy: bool = False
    queue: MailQueue = field(default_factory=MailQueue)

    @property
    def routes(self) -> list[Route]:
        """What is answered."""
        asking = [
            Route("/subscribe", self.form, methods=["GET"]),
            Route("/subscribe", self.ask, methods=["POST"]),
        ]
        agreeing = [
            Route("/c/{token}", self.question, methods=["GET"]),
            Route("/c/{token}", self.agree, methods=["POST"]),
        ]
        return [*(asking if self.is_open else ()), *agreeing]

    async def form(self, request: Request) -> Response:
        """The empty form."""
        stationery = self.stationer.stationery(request)
        language = stationery.words.language
        chosen = language if language in self.offer.frames else self.offer.language
        return self._form(stationery, {"language": (chosen,), "timezone": (self.offer.timezone,)})

    async def ask(self, request: Request) -> Response:
        """Takes what was filled in; the same answer for every address there may be."""
        stationery = self.stationer.stationery(request)
        form = await read_form(request)
        try:
            choices = read_sign_up(form, self.offer)
        except WrongFieldsError as error:
            return self._form(stationery, form, wrong=error.fields)
        answer = look_into_mailbox(stationery)
        if not any(form.get(HONEYPOT, ())):
            network = network_behind(request, trusted_proxy=self.trusted_proxy)
            answer.background = self.queue.later(lambda: self.sign_up.ask(choices, network=network))
        return answer

    async def question(self, request: Request) -> Response:
        """The page with the button; mail scanners that follow links get no further."""
        reader = await run_in_threadpool(self.sign_up.readers.reader_behind, request.path_params["token"], CONFIRM)
        stationery = self.stationer.stationery(request, reader)
        if reader is None or reader.status in AWAY:
            return self._over(stationery)
        heading = stationery.words.say("Do you want to receive {name}?", name=stationery.name)
        return stationery.page("confirm", heading)

    async def agree(self, request: Request) -> Response:
        """Does it, as often as it comes."""
        reader = await run_in_threadpool(self.sign_up.readers.confirm, request.path_params["token"])
        stationery = self.stationer.stationery(request, reader)
        if reader is None or reader.status is not SubscriberStatus.CONFIRMED:
            return self._over(stationery)
        heading = stationery.words.say("Done: you will receive this briefing.")
        return stationery.page("confirmed", heading, preferences=self._preferences(reader))

    def _preferences(self, reader: Subscriber) -> str:
        return f"../p/{self.sign_up.readers.token(reader, PREFERENCES)}"

    def _over(self, stationery: Stationery) -> Response:
        return link_is_over(stationery, is_open=self.is_open)

    def _form(self, stationery: Stationery, form: Form, *, wrong: frozenset[str] = frozenset()) -> Response:
        heading = stationery.words.say("Receive {name}", name=stationery.name)
        typed = {name: form.get(name, ("",))[0] for name in ("email", "name", "language", "timezone")}
        if typed["language"] not in self.offer.frames:
            typed["language"] = self.offer.language
        return stationery.page(
            "subscribe",
            heading,
            status=422 if wrong else 200,
            typed=typed,
            wrong=wrong,
            honeypot=HONEYPOT,
            languages=languages_shown(self.offer.frames),
            zones=zones_shown(stationery.words),
        )


def look_into_mailbox(stationery: Stationery) -> Response:
    """What everybody is told who asked for a mail, whether one was sent or not."""
    heading = stationery.words.say("Almost done: please look into your mailbox.")
    return stationery.page("mailbox", heading)


def link_is_over(stationery: Stationery, *, is_open: bool) -> Response:
    """What is said of a link that is too old, forged, or of somebody who said no since: the same."""
    heading = stationery.words.say("This link is not good any more.")
    return stationery.page("over", heading, status=404, is_open=is_open)
