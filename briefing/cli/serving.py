"""Takes services and a port, gives a process that runs until it is told to stop: `serve`.

Next: briefing/cli/commands.py.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from briefing.cli.errands import running_errands
from briefing.cli.lasting import answering, listen_on, stop_in_time
from briefing.cli.living import leave_hangups_to_us, refreshing
from briefing.cli.logs import log_problems
from briefing.cli.systemd import ALIVE, READY, STOPPING, tell_systemd
from briefing.errors import ClockError, NothingToSendError
from briefing.services.archive import ArchiveLinks, PastEditions
from briefing.services.press import list_id
from briefing.services.schedule import keep_ticking
from briefing.store.lock import only_server
from briefing.web.doors import operator_routes
from briefing.web.health_pages import health_routes
from briefing.web.site import reader_site

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from starlette.applications import Starlette
    from starlette.types import ASGIApp, Receive, Scope, Send

    from briefing.cli.living import LivingHouse
    from briefing.model.edition import Problem
    from briefing.services.morning import Morning
    from briefing.services.send import SendReport
    from briefing.wiring import House


#: A sign of life comes with each message, thousands a second at times; systemd hears of one a second.
BEAT_S = 1.0


def serve_until_stopped(living: LivingHouse) -> int:
    """Ticks in this thread, answers readers' links in another, and ends both on Ctrl-C or SIGTERM.

    Raises:
        BriefingError: the port is taken, or another program serves this database.
    """
    config = living.house.morning.config
    web = config.web
    with only_server(config.database) as keep_the_right:
        listening = listen_on(web.host, web.port, cure="name another under web: listen in your config")
        leave_hangups_to_us()
        stop = stop_in_time()
        log, front = structlog.get_logger("briefing.serve"), _FrontDoor(public_pages(living.house))
        living.on_change = lambda house: front.lead_to(public_pages(house))
        living.house.watch.watchman.start()
        with answering(front, listening), running_errands(lambda: living.house), refreshing(living):
            pages = f"http://{web.host}:{web.port}/"
            log.info("serving", briefing=config.briefing.name, at=f"{config.schedule.at:%H:%M}", pages=pages)
            tell_systemd(READY)
            keep_ticking(_Daily(living, stop, keep_the_right).tick, stop)
            tell_systemd(STOPPING)
    log.info("stopped")
    return 0


class _FrontDoor:
    """Leads each request to the pages as the config says them when it comes."""

    def __init__(self, pages: ASGIApp) -> None:
        self._pages = pages

    def lead_to(self, pages: ASGIApp) -> None:
        """From now on."""
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        await self._pages(scope, receive, send)


class _Daily:
    """Ticks in the house that is in use at that moment."""

    def __init__(self, living: LivingHouse, stop: threading.Event, keep_the_right: Callable[[], None]) -> None:
        self._living, self._stop, self._keep_the_right = living, stop, keep_the_right
        self._house: House | None = None
        self._beat = _heartbeat(living)

    def tick(self) -> None:
        """Sends what is due, unless another program serves this database by now."""
        self._keep_the_right()
        house = self._living.house
        if house is not self._house:
            self._ticker = _Ticker(_until(self._stop, house.morning, beat=self._beat), beat=self._beat)
            self._house = house
        self._ticker.tick()


def _heartbeat(living: LivingHouse) -> Callable[[], None]:
    """What is called whenever the timer or a sender shows that it lives; heard in the house that is in use by then."""
    told_at = [-BEAT_S]

    def beat() -> None:
        living.house.watch.lookout.beat()
        now = time.monotonic()
        if now - told_at[0] >= BEAT_S:
            told_at[0] = now
            tell_systemd(ALIVE)

    return beat


def public_pages(house: House) -> Starlette:
    """What readers and strangers may ask for, as the config says."""
    morning, config = house.morning, house.morning.config
    past = PastEditions(
        archive=morning.archive,
        store=morning.mailroom.store,
        links=ArchiveLinks(config=config, signer=morning.signer),
        list_id=list_id(config.briefing.name, config.mail.sender),
    )
    doors = operator_routes(
        config,
        templates=house.templates,
        clock=morning.clock,
        desk=house.office.desk,
        personal=house.office.personal,
        requests=house.sign_up.requests,
        bounces=house.bounces,
        resend=house.resend,
    )
    monitors = health_routes(house.watch.lookout, key=config.web.api_key)
    return reader_site(
        config,
        templates=house.templates,
        readers=house.readers,
        sign_up=house.sign_up,
        past=past,
        routes=[*doors, *monitors],
    )


def _until(stop: threading.Event, morning: Morning, *, beat: Callable[[], object] = lambda: None) -> Morning:
    """The same morning, which begins no further message once it was told to stop, and is heard to live meanwhile."""
    room = morning.mailroom

    def is_stopped() -> bool:
        beat()
        return stop.is_set()

    def sleep(seconds: float) -> None:
        beat()
        room.sleep(seconds)

    return replace(morning, mailroom=replace(room, is_stopped=is_stopped, sleep=sleep))


class _Ticker:
    """Sends what is due and says so."""

    def __init__(self, morning: Morning, *, beat: Callable[[], object] = lambda: None) -> None:
        self._morning, self._silence, self._beat = morning, "", beat
        self._log = structlog.get_logger("briefing.serve")
        self._told: frozenset[Problem] = frozenset()
        self._unread: frozenset[Problem] = frozenset()

    def tick(self) -> None:
        """Sends what is due; a morning without news, or held back, is told once, not every few seconds."""
        self._beat()
        try:
            self._tell(self._morning.send_due())
            self._silence = ""
        except (NothingToSendError, ClockError) as error:
            if str(error) != self._silence:
                self._log.warning("nothing sent", reason=str(error))
            self._silence = str(error)

    def _tell(self, reports: Sequence[SendReport]) -> None:
        unread = self._morning.problems
        log_problems(problem for problem in unread if problem not in self._unread)
        self._unread = frozenset(unread)
        told, self._told = self._told, frozenset(problem for report in reports for problem in report.problems)
        for report in reports:
            fresh = [problem for problem in report.problems if problem not in told]
            if report.sent or fresh or not report.problems:
                counts = {status.value: count for status, count in report.balance.counts.items()}
                mail = {"handed_over": report.sent, "audience": report.balance.audience, **counts}
                self._log.info("edition", edition=str(report.edition), **mail)
                log_problems(fresh)
