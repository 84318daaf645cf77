"""Takes a moment, gives a morning: today's edition built, shown, and sent to everyone whose hour has come.

Next: briefing/services/schedule.py, which asks all day long what is due.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING

from briefing.errors import BriefingError, NothingToSendError, RenderError
from briefing.model.subscriber import Habit, Subscriber, SubscriberStatus
from briefing.services.archive import archived
from briefing.services.holding import Holding
from briefing.services.press import Press, Printed, default_copy, held_edition, nothing_to_send
from briefing.services.runs import Unobserved, figures_of
from briefing.services.schedule import Timetable, send_each, zone_of
from briefing.services.segments import default_segment, segment_of
from briefing.services.single import deliver_one

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import PurePath
    from zoneinfo import ZoneInfo

    from briefing.model.edition import Problem
    from briefing.model.picture import Picture
    from briefing.model.run import Figures
    from briefing.model.settings import Config
    from briefing.model.subscriber import Crowd, Segment
    from briefing.ports import Archive, Clock, EditionMemory, LinkSigner, MessageSigner, ReturnPath, Shelf, Transport
    from briefing.render.templates import Templates
    from briefing.services.build import Builder, Gathered
    from briefing.services.runs import Observer
    from briefing.services.send import Mailroom, SendReport

#: Sources are asked again only after this long, however often something is due: 60 minutes is what publishers ask
#: of readers, and the editions of neighbouring zones may share a reading.
SHELF_LIFE = timedelta(minutes=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """Carries what `briefing build` made.

    Attributes:
        files: by name: edition.json, edition.html, edition.txt, edition.eml.
        folder: where they stand.
        problems: why it would not be sent, when it would not.
    """

    printed: Printed
    files: dict[str, bytes]
    folder: PurePath
    problems: tuple[Problem, ...] = ()

    @property
    def nothing_to_send(self) -> str:
        """Why there is no story, when there is none."""
        return nothing_to_send(self.printed.edition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """Runs one briefing's day. Owns no state but the last reading of the sources.

    Attributes:
        observer: hears how each edition gets on.
    """

    config: Config
    clock: Clock
    builder: Builder
    mailroom: Mailroom
    memory: EditionMemory
    archive: Archive
    shelf: Shelf
    signer: LinkSigner
    templates: Templates
    destination: str
    logo: Picture | None = None
    seal: MessageSigner | None = None
    return_path: ReturnPath | None = None
    observer: Observer = field(default_factory=Unobserved)
    _read: dict[str, tuple[datetime, Gathered]] = field(default_factory=dict)

    def build(self) -> Built:
        """Makes today's edition for the readers who chose nothing and puts its files on the shelf.

        Raises:
            RenderError: a template is wrong.
            StoreError: the files or the database cannot be written.
        """
        now = self.clock.now()
        press = self._press(now.astimezone(self._zone).date())
        printed, files = default_copy(press)
        segment = default_segment(self.config)
        reasons = press.held(segment) if printed.edition.stories else ""
        return Built(
            printed=printed,
            files=files,
            folder=self.shelf.put(printed.edition.segment, files),
            problems=(*((held_edition(segment, reasons),) if reasons else ()), *press.problems),
        )

    def send_due(self) -> tuple[SendReport, ...]:
        """Sends what is due now, and what an earlier run left unfinished.

        Raises:
            NothingToSendError: somebody is due, and there is no story for anybody.
        """
        return self.timetable.tick()

    def send_all(self) -> tuple[SendReport, ...]:
        """Sends today's edition, by each reader's own date, to every confirmed reader who has none yet.

        Raises:
            NothingToSendError: there is no story for anybody.
        """
        return send_each(dict(sorted(self._crowds_by_day().items())), self._send)

    def send_test(self, address: str) -> None:
        """Sends one copy of today's edition to an address; the ledger knows nothing of it.

        Raises:
            NothingToSendError: there is no story today.
            DeliveryError: the transport did not take it.
        """
        press = self._press(self.clock.now().astimezone(self._zone).date())
        envelope = press.copy_for(Subscriber(id="test", email=address))
        deliver_one(self.mailroom.transport, envelope)

    def resend(self, subscriber: str, transport: Transport) -> str:
        """Sends a reader's copy of today's edition again, under the same Message-ID; says in a line how that went.

        The books stay as they are: who has it already may see it once. `transport` is one that nobody else uses.
        """
        reader = self.mailroom.store.find_by_id(subscriber)
        if reader is None or reader.status is not SubscriberStatus.CONFIRMED:
            return "not sent: the reader is not confirmed"
        day = self.clock.now().astimezone(zone_of(reader, self.config.briefing.timezone)).date()
        try:
            deliver_one(transport, self._press(day).copy_for(reader))
        except BriefingError as error:
            return f"not sent: {error}"
        return f"the edition of {day} was sent again"

    def rehearse(self, *, everyone: bool) -> tuple[tuple[date, Subscriber, str], ...]:
        """Who would get which edition, for which segment; nothing is sent or recorded."""
        now = self.clock.now()
        due = self._crowds_by_day() if everyone else self.timetable.due_crowds(now)
        days = {crowd.habit: day for day, crowds in due.items() for crowd in crowds}
        readers = self.mailroom.store.each_subscriber(status=SubscriberStatus.CONFIRMED)
        rows = ((days.get(Habit(timezone=r.timezone, at=r.at, days=r.days)), r) for r in readers)
        return tuple(sorted(((day, r, segment_of(r, self.config).key) for day, r in rows if day), key=itemgetter(0)))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What went wrong while the sources were read and the stories found and told."""
        return (*self._read["last"][1].problems, *self.builder.generation_problems) if "last" in self._read else ()

    @property
    def timetable(self) -> Timetable:
        """The due rule, plugged into this morning."""
        return Timetable(
            store=self.mailroom.store,
            ledger=self.mailroom.ledger,
            clock=self.clock,
            schedule=self.config.schedule,
            default_zone=self.config.briefing.timezone,
            on_uncertain=self.mailroom.on_uncertain,
            send=self._send_on_time,
        )

    @property
    def _zone(self) -> ZoneInfo:
        return zone_of(Subscriber(id="", email=""), self.config.briefing.timezone)

    def _crowds_by_day(self) -> dict[date, tuple[Crowd, ...]]:
        now = self.clock.now()
        days: dict[date, tuple[Crowd, ...]] = {}
        for crowd in self.mailroom.store.crowds():
            day = now.astimezone(zone_of(crowd.example, self.config.briefing.timezone)).date()
            days[day] = (*days.get(day, ()), crowd)
        return days or {now.astimezone(self._zone).date(): ()}

    def _send_on_time(self, day: date, crowds: tuple[Crowd, ...]) -> SendReport:
        return self._send(day, crowds, closes_at=lambda reader: self.timetable.closes_at(day, reader))

    def _send(
        self,
        day: date,
        crowds: tuple[Crowd, ...],
        *,
        closes_at: Callable[[Subscriber], datetime | None] | None = None,
    ) -> SendReport:
        """Has the day's edition made and sent under the observer's eyes.

        Raises:
            NothingToSendError: no story for any of the readers.
        """
        self.observer.begin(day)
        try:
            report, figures = self._send_unobserved(day, crowds, closes_at=closes_at)
        except BriefingError as error:
            self.observer.fail(day, str(error))
            raise
        self.observer.end(report, figures, self.problems)
        return report

    def _send_unobserved(
        self,
        day: date,
        crowds: tuple[Crowd, ...],
        *,
        closes_at: Callable[[Subscriber], datetime | None] | None,
    ) -> tuple[SendReport, Figures]:
        """Prints the day's editions, sends them, and remembers what was told to whom.

        Raises:
            NothingToSendError: no story for any of the readers; nobody is planned, so the next run may still find one.
        """
        self.observer.enter("collect")
        press = self._press(day)
        if crowds or closes_at is None:  # on a timer with nobody due, only the books of the day are to be closed
            self._require_news(press, crowds)
        served: dict[str, Segment] = {}

        def remember(reader: Subscriber) -> None:
            # At the first copy, not at the end: who dies in between must not be told the same tomorrow.
            segment = press.segment_of(reader)
            if segment.key not in served:
                served[segment.key] = segment
                self.memory.remember(day, segment.key, press.edition(segment).stories)
                self._archive(press.printed(segment))

        holding = Holding(press, crowds)
        self.observer.enter("deliver")
        report = self.mailroom.send_edition(
            day,
            [crowd.habit for crowd in crowds],
            compose_message=press.copy_for,
            closes_at=closes_at,
            on_sent=remember,
            is_held=holding.is_held,
        )
        own_day = self.clock.now().astimezone(self._zone).date()
        everyone = (default_segment(self.config),) if day == own_day else ()
        self._shelve(press, (*everyone, *served.values(), *holding.editions))
        problems = (*holding.problems, *press.problems, *report.problems)
        segments = len({press.segment_of(crowd.example).key for crowd in crowds})
        return (
            replace(report, problems=problems, held=holding.held),
            figures_of(press.gathered, segments=segments),
        )

    def _archive(self, printed: Printed) -> None:
        """Keeps the page that the link in a mail opens, as it was when the first copy went out."""
        if printed.page is not None:
            edition = archived(printed.edition, printed.rendered, look=self.config.look, templates=self.templates)
            self.archive.keep(edition, printed.page)

    def _shelve(self, press: Press, segments: tuple[Segment, ...]) -> None:
        """Puts their files on the shelf, also those of an edition that is held; one that cannot be set has none."""
        for segment in {segment.key: segment for segment in segments}.values():
            with suppress(RenderError):
                self.shelf.put(segment.key, press.files(segment))

    def _require_news(self, press: Press, crowds: tuple[Crowd, ...]) -> None:
        segments = [press.segment_of(crowd.example) for crowd in crowds] or [default_segment(self.config)]
        if not any(press.edition(segment).stories for segment in segments):
            raise NothingToSendError(nothing_to_send(press.edition(segments[0])))

    def _press(self, day: date) -> Press:
        now = self.clock.now()
        return Press(
            config=self.config,
            builder=self.builder,
            gathered=self._gathered(now),
            templates=self.templates,
            signer=self.signer,
            today=day,
            now=now,
            logo=self.logo,
            seal=self.seal,
            return_path=self.return_path,
        )

    def _gathered(self, now: datetime) -> Gathered:
        read_at, gathered = self._read.get("last", (None, None))
        if read_at is None or gathered is None or not read_at <= now < read_at + SHELF_LIFE:
            gathered = self.builder.gather(now=now)
            self._read["last"] = (now, gathered)
        return gathered
