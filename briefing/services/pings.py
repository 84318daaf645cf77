"""Takes what becomes of editions, gives it to a watch outside of the house, which cries when it hears nothing.

The addresses are those of healthchecks.io and its like: the bare one says that all is well, `/start` that work begins,
`/fail` that something is wrong. What happened waits in memory until the next errand, so no mail waits for a stranger's
server; if this program dies with it, the silence says enough.

Next: briefing/deliver/ping.py, which asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from briefing.errors import DeliveryError
from briefing.model.edition import Problem
from briefing.services.discretion import discreet
from briefing.services.health import waits

if TYPE_CHECKING:
    from datetime import date

    from briefing.ports import Pinger
    from briefing.services.send import SendReport

#: Signals kept for a watch that does not answer; the older ones say nothing that the newer do not.
MOST_WAITING = 10
#: Days; nobody works on an older edition.
_REMEMBERED = 7


class Signal(StrEnum):
    """What the outer watch is told; the words are those of its addresses."""

    #: work on an edition begins
    START = "/start"
    #: everybody who is due has been served
    SUCCESS = ""
    #: something is wrong
    FAIL = "/fail"


@dataclass(slots=True, kw_only=True)
class Pings:
    """Tells the outer watch, each thing once.

    Attributes:
        address: the bare one; None where there is no such watch.
    """

    pinger: Pinger
    address: str | None = field(default=None, repr=False)
    _told: dict[date, frozenset[tuple[Signal, str]]] = field(default_factory=dict)
    _waiting: list[tuple[Signal, str]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def hear_begin(self, edition: date) -> None:
        """Work on an edition begins: told the first time."""
        if edition not in self._told:
            self._tell(edition, Signal.START)

    def hear_report(self, report: SendReport) -> None:
        """An edition was worked on: well, badly, or not to the end yet."""
        if reason := trouble(report):
            self._tell(report.edition, Signal.FAIL, reason)
        elif report.sent and not waits(report.balance):
            self._told.pop(report.edition, None)
            self._tell(report.edition, Signal.SUCCESS)

    def hear_failure(self, edition: date, reason: str) -> None:
        """Waits: the next tick may do better, and readers who wait too long are told by `hear_late`."""

    def hear_late(self, edition: date, reason: str) -> None:
        """Readers have waited for an edition for too long."""
        self._tell(edition, Signal.FAIL, f"the edition of {edition} is late{': ' if reason else ''}{reason}")

    def run(self) -> tuple[Problem, ...]:
        """Tells what waits, oldest first; what is not heard is told in the next round."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        while waiting and self.address is not None:
            signal, reason = waiting[0]
            try:
                self.pinger.ping(address_for(self.address, signal), reason=reason)
            except DeliveryError as error:
                with self._lock:
                    self._waiting = [*waiting, *self._waiting][-MOST_WAITING:]
                message = f"was not heard, so it is tried again: it {error.reason}"
                return (Problem(stage="operator", source="ping", message=message),)
            del waiting[0]
        return ()

    def _tell(self, edition: date, signal: Signal, reason: str = "") -> None:
        """Queues it, unless it was told since the edition's last success."""
        told = (signal, discreet(reason))
        with self._lock:
            before = self._told.get(edition, frozenset())
            if self.address is None or told in before:
                return
            recent = {day: known for day, known in self._told.items() if (edition - day).days < _REMEMBERED}
            self._told = {**recent, edition: before | {told}}
            self._waiting = [*self._waiting, told][-MOST_WAITING:]


def trouble(report: SendReport) -> str:
    """What is wrong with an edition that nobody's patience mends; "" when nothing is."""
    if report.held:
        return "; ".join(problem.message for problem in report.held)
    if report.paused:
        return f"the edition of {report.edition} is not sent: {report.paused}"
    if not report.balance.is_balanced:
        return f"the books of {report.edition} do not balance"
    return ""


def address_for(address: str, signal: Signal) -> str:
    """The address of a signal: behind the path, before the query."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + signal.value if signal.value else parts.path))
