"""Takes what a test wants to be wrong, gives a doctor whose every looker is a fake and to whom all else looks well."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import Any

from briefing.errors import BriefingError, LookupFailedError, StoreError
from briefing.model.checkup import DatabaseSeen, Finding, PageSeen, PlaceSeen, RelaySeen, State, ZonesSeen
from briefing.model.settings import BriefingRule, Config, MailRule, Sender, SmtpServer
from briefing.model.source import Source, SourceKind
from briefing.services.doctor import Doctor, Records
from tests.deliver.keys import rsa_published
from tests.fakes import (
    FixedClock,
    MemoryDirectory,
    MemoryLedger,
    MemoryLookLog,
    MemorySourceLog,
    MemorySubscribers,
    PlainSigner,
)
from tests.services.house import confirmed

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
URL = "https://post.example"
PUBLISHED = rsa_published("post.example")
MAIL = MailRule(
    sender=Sender(address="The Post <post@post.example>", public_url=URL, imprint="The Post, Lane 1"),
    transport="smtp",
    smtp=SmtpServer(host="smtp.relay.example", username="post", password="hush"),
    dkim=(PUBLISHED.key,),
)
CONFIG = Config(
    briefing=BriefingRule(name="The Morning Post", timezone="Europe/Paris"),
    mail=MAIL,
    sources=(Source(kind=SourceKind.FEED, location="https://harbour.example/feed"),),
    path=PurePath("my.yaml"),
)
SAMPLE = (
    b"List-Unsubscribe: <https://post.example/u/t>, <mailto:post@post.example>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nHello\r\n"
)


@dataclass
class FakeResolver:
    """Knows the names it was told of; kinds are TXT, MX, A, PTR.

    Attributes:
        silent: names about which nobody can tell.
        asked: every name, in turn.
    """

    zone: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def texts(self, name: str) -> tuple[str, ...]:
        return self._find(name, "TXT")

    def mail_hosts(self, name: str) -> tuple[str, ...]:
        return self._find(name, "MX")

    def addresses(self, host: str) -> tuple[str, ...]:
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return self._find(host, "A")
        return (host,)

    def names_of(self, address: str) -> tuple[str, ...]:
        return self._find(address, "PTR")

    def _find(self, name: str, kind: str) -> tuple[str, ...]:
        self.asked.append(name)
        if name in self.silent:
            raise LookupFailedError(f"{name} {kind}: no name server answered in time")
        return tuple(self.zone.get(name, {}).get(kind, ()))


def good_zone() -> dict[str, dict[str, list[str]]]:
    """The DNS of a sender who has done everything."""
    return {
        "post.example": {"TXT": ["v=spf1 include:relay.example -all", "hello=1"], "MX": ["mx.post.example"]},
        "relay.example": {"TXT": ["v=spf1 ip4:8.8.4.0/24 -all"]},
        "smtp.relay.example": {"A": ["8.8.4.4"]},
        "mx.post.example": {"A": ["8.8.8.8"]},
        PUBLISHED.place: {"TXT": [PUBLISHED.record]},
        "_dmarc.post.example": {"TXT": ["v=DMARC1; p=none; rua=mailto:post@post.example"]},
    }


@dataclass
class FakeProbe:
    """Answers as it was told to.

    Attributes:
        pages: address without its token → what is there, or what goes wrong.
        asked: every address.
    """

    own_name: str = "host.post.example"
    relay: RelaySeen | BaseException = field(
        default_factory=lambda: RelaySeen(
            name="smtp.relay.example:587", trusted_until=NOW + timedelta(days=60), has_login=True
        )
    )
    box: BaseException | None = None
    pages: dict[str, PageSeen | BaseException] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def transport(self) -> RelaySeen:
        if isinstance(self.relay, BaseException):
            raise self.relay
        return self.relay

    def mailbox(self) -> None:
        if self.box is not None:
            raise self.box

    def page(self, address: str) -> PageSeen:
        self.asked.append(address)
        seen = self.pages[address if address.endswith("/healthz") else "a reader's"]
        if isinstance(seen, BaseException):
            raise seen
        return seen


def good_pages() -> dict[str, PageSeen | BaseException]:
    until = NOW + timedelta(days=60)
    return {
        f"{URL}/healthz": PageSeen(status=200, told_at=NOW, trusted_until=until, body="ok"),
        "a reader's": PageSeen(status=200, body='<form method="post">', trusted_until=until),
    }


@dataclass
class FakePremises:
    """A machine with plenty of room; `places` and `files` say what is otherwise."""

    places: dict[str, PlaceSeen] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=lambda: {"out/edition.eml": SAMPLE})
    zone_rules: ZonesSeen = field(default_factory=lambda: ZonesSeen(version="2026b", origin="the system"))
    installed: datetime = NOW - timedelta(days=30)

    def place(self, path: PurePath) -> PlaceSeen:
        usual = PlaceSeen(
            exists=True, is_folder=True, is_readable=True, is_writable=True, files=3, free_bytes=40_000_000_000
        )
        return self.places.get(str(path), usual)

    def read(self, path: PurePath) -> bytes | None:
        return self.files.get(str(path))

    def zones(self) -> ZonesSeen:
        return self.zone_rules

    def installed_at(self) -> datetime:
        return self.installed


@dataclass
class FakeInspector:
    """Gives what it was told; counts how often it was asked."""

    seen: DatabaseSeen | StoreError = field(
        default_factory=lambda: DatabaseSeen(
            kind="sqlite", file="var/b.db", schema="0005", known_schema="0005", is_checked=True
        )
    )
    newest: datetime | None = NOW - timedelta(hours=2)

    def inspect(self) -> DatabaseSeen:
        if isinstance(self.seen, StoreError):
            raise self.seen
        return self.seen

    def newest_delivery(self) -> datetime | None:
        return self.newest


@dataclass
class Clinic:
    """A briefing that is well: two readers, one edition that all of them have."""

    config: Config = CONFIG
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    resolver: FakeResolver = field(default_factory=lambda: FakeResolver(good_zone()))
    probe: FakeProbe = field(default_factory=lambda: FakeProbe(pages=good_pages()))
    premises: FakePremises = field(default_factory=FakePremises)
    inspector: FakeInspector = field(default_factory=FakeInspector)
    log: MemorySourceLog = field(default_factory=MemorySourceLog)
    looks: MemoryLookLog = field(default_factory=lambda: MemoryLookLog(NOW - timedelta(minutes=1)))
    store: MemorySubscribers = field(default_factory=MemorySubscribers)
    secrets: tuple[PurePath, ...] = ()
    logo: BriefingError | Exception | None = None
    is_offline: bool = False
    patience_s: float = 20.0

    def __post_init__(self) -> None:
        if not self.store.readers:
            self.store.save_subscribers([confirmed("ada"), confirmed("ben")])
        self.ledger = MemoryLedger(self.store)

    def send(self, day: Any, **statuses: Any) -> None:
        """Puts an edition into the books: reader=status."""
        self.ledger.plan(day, statuses, now=NOW)
        rows = {row.subscriber: row for row in self.ledger.rows(day)}
        self.ledger.record(
            [replace(rows[reader], status=status, updated_at=NOW) for reader, status in statuses.items()]
        )

    def examine(self) -> list[Finding]:
        doctor = Doctor(
            config=self.config,
            out=PurePath("out"),
            secrets=self.secrets,
            clock=self.clock,
            premises=self.premises,
            resolver=self.resolver,
            probe=self.probe,
            records=Records(
                inspector=self.inspector,
                store=self.store,
                ledger=self.ledger,
                directory=MemoryDirectory(self.store, self.ledger),
                log=self.log,
                looks=self.looks,
                open_signer=PlainSigner,
            ),
            try_logo=self._try_logo,
            is_offline=self.is_offline,
            patience_s=self.patience_s,
        )
        return list(doctor.examine())

    def _try_logo(self) -> None:
        if self.logo is not None:
            raise self.logo


def trouble(findings: Iterable[Finding]) -> list[tuple[str, State]]:
    """What is worth a look."""
    return [(finding.name, finding.state) for finding in findings if finding.is_trouble]
