"""Takes the link in a reader's mail, gives the form with what they chose, and keeps what they choose instead.

Next: briefing/web/archive_pages.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from briefing.model.subscriber import pause_of
from briefing.services.choices import LONGEST_PAUSE
from briefing.services.consent import AWAY
from briefing.services.preferences import FIELDS, WrongFieldsError, fill_in, read_preferences
from briefing.services.subscribe import PREFERENCES, UNSUBSCRIBE
from briefing.web.choices_shown import Shown, days_shown, languages_shown, sections_shown, zones_shown
from briefing.web.signup_pages import link_is_over
from briefing.web.visitors import read_form

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from briefing.model.edition import SectionKind
    from briefing.model.subscriber import Subscriber
    from briefing.services.preferences import Form, Offer
    from briefing.services.subscribe import ReaderList
    from briefing.web.visitors import Stationer


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencePages:
    """Serves `/p/TOKEN`.

    Attributes:
        by: what sections are made of, which is how they are named.
        is_open: whether somebody whose link is over may ask for the briefing again.
    """

    stationer: Stationer
    readers: ReaderList
    offer: Offer
    by: SectionKind
    is_open: bool = False

    @property
    def routes(self) -> list[Route]:
        """What is answered."""
        return [
            Route("/p/{token}", self.form, methods=["GET"]),
            Route("/p/{token}", self.save, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """What the reader has chosen, ready to be changed."""
        reader = await self._reader(request)
        if reader is None:
            return self._over(request)
        return self._form(request, reader, self._filled_in(reader))

    async def save(self, request: Request) -> Response:
        """Keeps the form, or shows it again with what is wrong beside it."""
        form, reader = await read_form(request), await self._reader(request)
        if reader is None:
            return self._over(request)
        try:
            wanted = read_preferences(form, reader, self.offer, today=self.readers.today(reader))
        except WrongFieldsError as error:
            return self._form(request, reader, form, wrong=error.fields)
        kept = await run_in_threadpool(self.readers.choose, reader.id, wanted)
        if kept is None:
            return self._over(request)
        return self._form(request, kept, self._filled_in(kept), is_saved=True)

    def _filled_in(self, reader: Subscriber) -> Form:
        return fill_in(reader, self.offer, today=self.readers.today(reader))

    async def _reader(self, request: Request) -> Subscriber | None:
        """Whose choices they are; None for a stranger, and for somebody who does not get the briefing any more."""
        reader = await run_in_threadpool(self.readers.reader_behind, request.path_params["token"], PREFERENCES)
        return None if reader is None or reader.status in AWAY else reader

    def _over(self, request: Request) -> Response:
        return link_is_over(self.stationer.stationery(request), is_open=self.is_open)

    def _form(
        self,
        request: Request,
        reader: Subscriber,
        form: Form,
        *,
        wrong: frozenset[str] = frozenset(),
        is_saved: bool = False,
    ) -> Response:
        stationery = self.stationer.stationery(request, reader)
        words, offer, today = stationery.words, self.offer, self.readers.today(reader)
        pause = pause_of(reader, today=today)
        frames = tuple(dict.fromkeys((*offer.frames, *((reader.language,) if reader.language else ()))))
        typed = {field: form.get(field, ()) for field in FIELDS}
        if not set(typed["language"]) & set(frames):
            typed["language"] = (reader.language or offer.language,)
        return stationery.page(
            "preferences",
            words.say("Your topics and hour"),
            status=422 if wrong else 200,
            typed=typed,
            wrong=wrong,
            is_saved=is_saved,
            resumes=words.full_date(pause) if pause else "",
            first_day=today,
            last_day=today + LONGEST_PAUSE,
            frames=languages_shown(frames),
            languages=languages_shown(sorted({*offer.frames, *reader.languages})),
            zones=zones_shown(words),
            days=days_shown(words),
            topics=tuple(Shown(topic, topic) for topic in offer.topics),
            sections=sections_shown(offer.sections, self.by, words),
            leave=f"../u/{self.readers.token(reader, UNSUBSCRIBE)}",
        )
