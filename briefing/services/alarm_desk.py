"""Takes alarms, gives each to the operator by mail: once, whatever restarts and however many programs run.

Next: briefing/services/watchman.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from briefing.errors import BriefingError, TransportError
from briefing.model.delivery import Envelope
from briefing.model.edition import Problem
from briefing.render.alarm import write_alarm
from briefing.services.alarms import Alarm, AlarmKind, held_alarm, paused_alarm
from briefing.services.discretion import discreet
from briefing.services.reader_links import mailbox_of
from briefing.services.send import RESTS
from briefing.services.single import deliver_one

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from briefing.model.settings import Config
    from briefing.ports import AlarmLog, Clock, MessageSigner, Transport
    from briefing.services.send import SendReport


@dataclass(slots=True, kw_only=True)
class AlarmDesk:
    """Writes to the operator; to nobody, where the config names none.

    Attributes:
        transport: makes one of its own for each mail, because the one that sends editions may be at work.
        seal: signs; None when the relay does.
    """

    config: Config
    log: AlarmLog
    transport: Callable[[], Transport]
    clock: Clock
    seal: MessageSigner | None = None
    _waiting: dict[tuple[AlarmKind, date], Alarm] = field(default_factory=dict)
    _known: set[tuple[AlarmKind, date, tuple[str, ...]]] = field(default_factory=set)
    _rest_until: datetime | None = None
    _failures: int = 0
    _lock: Lock = field(default_factory=Lock)

    def hear_begin(self, edition: date) -> None:
        """Nothing is wrong with that."""

    def hear_report(self, report: SendReport) -> None:
        """Hears of an edition that is held or refused."""
        if report.held:
            self.note(held_alarm(report.edition, report.held))
        if report.paused:
            self.note(paused_alarm(report.edition, report.paused))

    def hear_failure(self, edition: date, reason: str) -> None:
        """Waits: it is told when readers have waited for too long."""

    def note(self, alarm: Alarm | None) -> None:
        """Takes an alarm in, to be sent by the next round; None is no alarm."""
        if alarm is None or not self.config.operator.email:
            return
        with self._lock:
            if (alarm.kind, alarm.edition, alarm.about) not in self._known:
                self._waiting[alarm.kind, alarm.edition] = alarm

    def run(self) -> tuple[Problem, ...]:
        """Sends what waits and was not told before; what cannot be sent waits on.

        Raises:
            StoreError: the database cannot be written.
        """
        now = self.clock.now()
        if self._rest_until is not None and now < self._rest_until:
            return ()
        with self._lock:
            waiting = list(self._waiting.values())
        problems = []
        for alarm in waiting:
            try:
                self._tell(alarm, now)
            except BriefingError as error:
                self._failures += 1
                self._rest_until = now + RESTS[min(self._failures, len(RESTS)) - 1]
                problems.append(_untold(alarm, error))
                break
            self._failures, self._rest_until = 0, None
            with self._lock:
                self._known.add((alarm.kind, alarm.edition, alarm.about))
                self._waiting.pop((alarm.kind, alarm.edition), None)
        return tuple(problems)

    def _tell(self, alarm: Alarm, now: datetime) -> None:
        """Claims first and sends then: a program that dies in between says nothing, and none says anything twice."""
        day = str(alarm.edition)
        fresh = [text for text in alarm.about if self.log.claim(alarm.kind, text, edition=alarm.edition)]
        claimed = [*fresh]
        try:
            if alarm.about and not fresh:
                return
            if not self.log.claim(alarm.kind, day, edition=alarm.edition):
                self._withdraw(alarm, claimed)  # told today, of others: these are for tomorrow
                return
            claimed.append(day)
            deliver_one(self.transport(), self._envelope(alarm, now))
        except TransportError as error:
            if not error.uncertain:  # else the server may have it, and a second one would be one too many
                self._withdraw(alarm, claimed)
                raise
        except BriefingError:
            self._withdraw(alarm, claimed)
            raise

    def _withdraw(self, alarm: Alarm, claimed: list[str]) -> None:
        for text in claimed:
            self.log.withdraw(alarm.kind, text)

    def _envelope(self, alarm: Alarm, now: datetime) -> Envelope:
        sender, operator = self.config.mail.sender, self.config.operator.email or ""
        mailbox = mailbox_of(sender.address)
        digest = hashlib.sha256(f"{alarm.kind} {alarm.edition} {now.isoformat()}".encode()).hexdigest()
        name = f"<alarm.{digest[:32]}@{mailbox.rpartition('@')[2]}>"
        head, body = write_alarm(
            f"{self.config.briefing.name}: {alarm.subject}",
            map(discreet, alarm.paragraphs),
            recipient=operator,
            sender=sender,
            message_id=name,
            now=now,
        )
        signature = self.seal.sign(head, [body]) if self.seal else b""
        message = b"".join((signature, head, b"\r\n", body))
        return Envelope(sender=mailbox, recipient=mailbox_of(operator), message_id=name, message=message)


def _untold(alarm: Alarm, error: BriefingError) -> Problem:
    message = f"the operator could not be told that {alarm.subject}: {error}"
    return Problem(stage="operator", source="alarm", message=message)
