"""Takes a moment, gives a morning: today's editions, sent to everyone whose hour has come.

Next: briefing/services/schedule.py, which asks all day long what is due.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import TYPE_CHECKING

from briefing.errors import BriefingError, NothingToSendError
from briefing.model.subscriber import Subscriber, SubscriberStatus, habit_of, pause_of
from briefing.services.attention import Attention
from briefing.services.copies import Copies
from briefing.services.delivery_run import Mailing
from briefing.services.editions import Day
from briefing.services.holding import Holding
from briefing.services.publishing import Publishing
from briefing.services.restore import let_go
from briefing.services.runs import Unobserved
from briefing.services.schedule import Timetable, send_each
from briefing.services.segments import default_segment, segment_of
from briefing.services.single import deliver_one
from briefing.services.slots import zone_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from briefing.model.delivery import Share
    from briefing.model.edition import Problem
    from briefing.model.run import Figures
    from briefing.model.settings import Config
    from briefing.model.subscriber import Crowd, Segment
    from briefing.ports import Archive, Clock, EditionMemory, HeldRows, LinkSigner, MessageSigner, ReturnPath, Transport
    from briefing.services.clock_guard import ClockGuard
    from briefing.services.editions import EditionDesk
    from briefing.services.prepared import PreparedEdition
    from briefing.services.runs import Observer
    from briefing.services.send import Mailroom, SendReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """Runs one briefing's day. Owns no state but what went wrong when editions were last made.

    Attributes:
        destination: how to call where the mail goes.
        seal, return_path: as in `Copies`.
        guard: as in `Timetable`.
        makes_ahead: editions are made some minutes before they are due.
        held_rows: knows the copies that a restore held back; None where nothing is restored.
        observer: hears how each edition gets on.
    """

    config: Config
    clock: Clock
    editions: EditionDesk
    mailroom: Mailroom
    memory: EditionMemory
    archive: Archive
    signer: LinkSigner
    destination: str
    seal: MessageSigner | None = None
    return_path: ReturnPath | None = None
    guard: ClockGuard | None = None
    makes_ahead: bool = False
    held_rows: HeldRows | None = None
    observer: Observer = field(default_factory=Unobserved)
    _found: list[Problem] = field(default_factory=list)
    _attention: Attention = field(default_factory=Attention)

    def send_due(self) -> tuple[SendReport, ...]:
        """Sends what is due now, and what an earlier run left unfinished.

        Raises:
            NothingToSendError: somebody is due, and there is no story for anybody.
        """
        self._found.clear()
        return self.timetable.tick()

    def send_all(self) -> tuple[SendReport, ...]:
        """Sends today's edition, by each reader's own date, to every confirmed reader who has none yet and no pause.

        Raises:
            NothingToSendError: there is no story for anybody.
        """
        self._found.clear()
        days = dict(sorted(self._crowds_by_day().items()))
        if self.held_rows is not None:
            let_go(self.held_rows, days, now=self.clock.now())
        return send_each(days, self._send)

    def join(
        self,
        day: date,
        *,
        begins_at: str = "",
        within: tuple[str, str] | None = None,
        on_time: bool,
        settled: dict[str, PreparedEdition] | None = None,
    ) -> Share:
        """Helps another program that sends these editions.

        Args:
            begins_at, within: as in `Mailroom.join`.
            on_time: a copy may go out while its reader's slot is open; else at any hour.
            settled: as in `Day`; grows.

        Raises:
            StoreError: the books cannot be written.
        """
        editions = Day(desk=self.editions, date=day, settled={} if settled is None else settled)
        copies = self._copies(editions)

        def is_left(reader: Subscriber) -> bool:
            """Held, or of a segment that nobody made: whoever called us counts those who wait."""
            known = editions.known(copies.segment_of(reader))
            return known is None or bool(known.reason)

        mailing = Mailing(
            edition=day,
            compose_message=copies.copy_for,
            closes_at=(lambda reader: self.timetable.closes_at(day, reader)) if on_time else None,
            on_sent=self._publishing(copies).sent,
            is_held=is_left,
        )
        return self.mailroom.join(mailing, begins_at=begins_at, within=within)

    def send_test(self, address: str) -> None:
        """Sends one copy of today's edition to an address; the ledger knows nothing of it.

        Raises:
            NothingToSendError: there is no story today.
            DeliveryError: the transport did not take it.
        """
        copies = self._copies(Day(desk=self.editions, date=self.clock.now().astimezone(self._zone).date()))
        envelope = copies.copy_for(Subscriber(id="test", email=address))
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
            deliver_one(transport, self._copies(Day(desk=self.editions, date=day)).copy_for(reader))
        except BriefingError as error:
            return f"not sent: {error}"
        return f"the edition of {day} was sent again"

    def rehearse(self, *, everyone: bool) -> tuple[tuple[date, Subscriber, str], ...]:
        """Who would get which edition, for which segment; nothing is sent or recorded."""
        now = self.clock.now()
        due = self._crowds_by_day() if everyone else self.timetable.due_crowds(now)
        days = {crowd.habit: day for day, crowds in due.items() for crowd in crowds}
        readers = self.mailroom.store.each_subscriber(status=SubscriberStatus.CONFIRMED)
        rows = ((days.get(habit_of(r)), r) for r in readers)
        return tuple(sorted(((day, r, segment_of(r, self.config).key) for day, r in rows if day), key=itemgetter(0)))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What went wrong while the sources were read and the stories found and told."""
        return tuple(dict.fromkeys(self._found))

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
            follow=self._follow if self.mailroom.dispatcher is not None else None,
            prepare=self._prepare if self.makes_ahead else None,
            guard=self.guard,
            attention=self._attention,
        )

    @property
    def _zone(self) -> ZoneInfo:
        return zone_of(Subscriber(id="", email=""), self.config.briefing.timezone)

    def _crowds_by_day(self) -> dict[date, tuple[Crowd, ...]]:
        now = self.clock.now()
        days: dict[date, tuple[Crowd, ...]] = {}
        for crowd in self.mailroom.store.crowds():
            day = now.astimezone(zone_of(crowd.example, self.config.briefing.timezone)).date()
            if pause_of(crowd.example, today=day) is None:
                days[day] = (*days.get(day, ()), crowd)
        return days or {now.astimezone(self._zone).date(): ()}

    def _send_on_time(self, day: date, crowds: tuple[Crowd, ...]) -> SendReport:
        return self._send(day, crowds, closes_at=lambda reader: self.timetable.closes_at(day, reader))

    def _follow(self, day: date, changed: tuple[Crowd, ...], since: int) -> None:
        """Has made and planned what changed readers lack; if making fails, the next whole look tells it."""
        self._prepare(day, changed)
        self.mailroom.follow(day, dict.fromkeys(crowd.habit for crowd in changed), since=since)

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
        editions = self._day(day, problems=self._found)
        copies = self._copies(editions)
        segments = dict.fromkeys(copies.segment_of(crowd.example) for crowd in crowds)
        if crowds or closes_at is None:  # on a timer with nobody due, only the books of the day are to be closed
            _require_news(editions, [*segments] or [default_segment(self.config)])
        holding = Holding(copies, crowds)
        self.observer.enter("deliver")
        mailing = Mailing(
            edition=day,
            compose_message=copies.copy_for,
            closes_at=closes_at,
            on_sent=self._publishing(copies).sent,
            is_held=holding.is_held,
            why_missed=lambda reader: self._why_missed(editions, copies.segment_of(reader)),
        )
        report = self.mailroom.send_edition(mailing, [crowd.habit for crowd in crowds])
        problems = (*holding.problems, *report.problems)
        figures = replace(editions.figures, segments=len(segments))
        return replace(report, problems=problems, held=holding.held), figures

    def _why_missed(self, editions: Day, segment: Segment) -> str:
        known = editions.known(segment)
        return (known.reason if known else "") or self._attention.reasons.get(editions.date, "")

    def _publishing(self, copies: Copies) -> Publishing:
        return Publishing(copies=copies, kept=self.editions.kept, memory=self.memory, archive=self.archive)

    def _day(self, day: date, *, problems: list[Problem]) -> Day:
        return Day(desk=self.editions, date=day, problems=problems, is_stopped=self.mailroom.is_stopped)

    def _prepare(self, day: date, crowds: tuple[Crowd, ...]) -> None:
        """Makes what will be due soon; if that fails, it is made again when it is due, and told then."""
        with suppress(BriefingError):
            self._day(day, problems=[]).prepare([segment_of(crowd.example, self.config) for crowd in crowds])

    def _copies(self, editions: Day) -> Copies:
        return Copies(
            config=self.config,
            signer=self.signer,
            today=editions.date,
            prepared=editions.edition,
            seal=self.seal,
            return_path=self.return_path,
        )


def _require_news(editions: Day, segments: Sequence[Segment]) -> None:
    """Makes all of the editions with one reading of the sources, and looks whether any tells something.

    Raises:
        NothingToSendError: none does.
    """
    editions.prepare(segments)
    if all(editions.edition(segment).silence for segment in segments):
        raise NothingToSendError(editions.edition(segments[0]).silence)
