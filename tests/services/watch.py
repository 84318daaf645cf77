"""Puts what looks after a house together from fakes, and the reports that it hears."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage

from briefing.model.delivery import Balance, DeliveryStatus, OnUncertain
from briefing.model.mail_rules import OperatorRule
from briefing.model.settings import Config
from briefing.services.alarm_desk import AlarmDesk
from briefing.services.lookout import Lookout, Shelves
from briefing.services.pings import Pings
from briefing.services.runs import RunKeeper, StageClock
from briefing.services.send import SendReport
from briefing.services.watchman import Watchman
from tests.fakes import (
    FakePinger,
    FakeTransport,
    MemoryAlarms,
    MemoryDirectory,
    MemoryGauges,
    MemoryRuns,
)
from tests.services.house import CONFIG, FakeHouse

TODAY = date(2026, 11, 22)
OPERATOR = OperatorRule(email="Op <op@post.example>", ping="https://hc.example/uuid?rid=1")
WATCHED = replace(CONFIG, operator=OPERATOR)


def report(*, sent: int = 0, audience: int | None = None, edition: date = TODAY, **counts: int) -> SendReport:
    """What became of an edition; its books balance unless `audience` says otherwise."""
    rows = {DeliveryStatus(status): count for status, count in counts.items()}
    rows |= {DeliveryStatus.SENT: sent} if sent else {}
    total = sum(rows.values()) if audience is None else audience
    return SendReport(edition=edition, sent=sent, balance=Balance(edition=edition, audience=total, counts=rows))


@dataclass
class Guard:
    """What looks after a briefing, wired as `briefing serve` does it."""

    fake: FakeHouse = field(default_factory=FakeHouse)
    config: Config = WATCHED
    runs: MemoryRuns = field(default_factory=MemoryRuns)
    log: MemoryAlarms = field(default_factory=MemoryAlarms)
    pinger: FakePinger = field(default_factory=FakePinger)
    post: FakeTransport = field(default_factory=FakeTransport)
    on_uncertain: OnUncertain = OnUncertain.RESEND

    def __post_init__(self) -> None:
        fake = self.fake
        self.directory = MemoryDirectory(fake.store, fake.ledger)
        self.gauges = MemoryGauges(fake.store, fake.ledger)
        self.lookout = Lookout(
            shelves=Shelves(
                ledger=fake.ledger,
                directory=self.directory,
                gauges=self.gauges,
                store=fake.store,
                sources=fake.source_log,
                runs=self.runs,
            ),
            clock=fake.clock,
            schedule=fake.config.schedule,
            default_zone=fake.config.briefing.timezone,
            started_at=fake.clock.now(),
        )
        self.pings = Pings(pinger=self.pinger, address=self.config.operator.ping)
        self.desk = AlarmDesk(config=self.config, log=self.log, transport=lambda: self.post, clock=fake.clock)
        self.watchman = Watchman(
            lookout=self.lookout, pings=self.pings, alarms=self.desk, on_uncertain=self.on_uncertain
        )
        keeper = RunKeeper(
            runs=self.runs,
            clock=fake.clock,
            stages=StageClock(monotonic=lambda: 0.0, beat=self.lookout.beat),
            listeners=(self.lookout, self.pings, self.desk),
        )
        fake.morning = replace(fake.morning, observer=keeper)

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(mail.message, policy=policy.default) for mail in self.post.taken]

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]).removeprefix("The Morning Post: ") for mail in self.mails]

    @property
    def signals(self) -> list[str]:
        """The pings, by the end of their path."""
        return [address.partition("?")[0].removeprefix("https://hc.example/uuid") for address, _ in self.pinger.heard]
