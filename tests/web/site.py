"""Builds the public pages as `briefing serve` does, on a database of its own, with a transport that keeps the mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from sqlalchemy import Engine, select
from starlette.applications import Starlette

from briefing.deliver.tokens import HmacSigner
from briefing.model.settings import Config, Topic
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.ports import RequestLog, SubscriberStore
from briefing.render.templates import Templates, load_templates
from briefing.services.archive import ArchiveLinks, PastEditions
from briefing.services.choices import section_keys
from briefing.services.notices import Notices
from briefing.services.signup import SignUp
from briefing.services.subscribe import ReaderList
from briefing.store.requests import SqlRequests
from briefing.store.source_tables import metadata
from briefing.store.subscribers import SqlSubscribers
from briefing.web.site import reader_site
from tests.fakes import FakeTransport, FixedClock, MemoryArchive, MemoryRequests, MemorySubscribers
from tests.make import NOW
from tests.services.house import CONFIG
from tests.web.browser import Answer, ask

KEY = bytes(range(32))
OPEN = replace(CONFIG, signup="open", topics=(Topic(name="Rivers"), Topic(name="Gossip", mute=True)))
FORM = "application/x-www-form-urlencoded"


@lru_cache
def shipped() -> Templates:
    """Templates and catalogues, read once: 0.4 s."""
    return load_templates()


def sign_up_of(
    readers: ReaderList,
    *,
    config: Config = OPEN,
    transport: FakeTransport | None = None,
    requests: RequestLog | None = None,
    templates: Templates | None = None,
) -> SignUp:
    """What asks strangers, with fakes for whatever a test does not name."""
    carrier = transport or FakeTransport()
    notices = Notices(
        config=config,
        readers=readers,
        templates=templates or shipped(),
        transport=lambda: carrier,
        clock=readers.clock,
    )
    return SignUp(
        readers=readers,
        requests=requests or MemoryRequests(),
        notices=notices,
        clock=readers.clock,
        language=config.briefing.language,
    )


@dataclass
class Site:
    """The public pages, and everything behind them.

    Attributes:
        engine: of a real database; without one, fakes keep the readers.
    """

    engine: Engine | None = None
    config: Config = OPEN
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    transport: FakeTransport = field(default_factory=FakeTransport)
    templates: Templates = field(default_factory=shipped)
    signer: HmacSigner = field(default_factory=lambda: HmacSigner(KEY))
    told: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store: SubscriberStore = SqlSubscribers(self.engine) if self.engine else MemorySubscribers()
        self.requests: RequestLog = SqlRequests(self.engine, KEY) if self.engine else MemoryRequests()
        self.readers = ReaderList(
            store=self.store,
            signer=self.signer,
            clock=self.clock,
            new_id=lambda: uuid4().hex,
            topics=tuple(topic.name for topic in self.config.topics),
            sections=section_keys(self.config),
            default_zone=self.config.briefing.timezone,
            told=lambda event, reader: self.told.append((event, reader.email)),
        )
        self.sign_up = sign_up_of(
            self.readers,
            config=self.config,
            transport=self.transport,
            requests=self.requests,
            templates=self.templates,
        )
        self.links = ArchiveLinks(config=self.config, signer=self.signer)
        past = PastEditions(archive=MemoryArchive(), store=self.store, links=self.links, list_id="post.mail.example")
        self.app: Starlette = reader_site(
            self.config, templates=self.templates, readers=self.readers, sign_up=self.sign_up, past=past
        )

    def put(self, key: str, status: SubscriberStatus = SubscriberStatus.CONFIRMED, **chosen: Any) -> Subscriber:
        """A reader who is on the list already."""
        reader = Subscriber(id=key, email=f"{key}@readers.example", status=status, **chosen)
        self.store.save_subscriber(reader)
        return reader

    def link(self, reader: Subscriber, letter: str) -> str:
        """The path behind the reader's link: u, c or p."""
        purpose = {"u": "unsubscribe", "c": "confirm", "p": "preferences"}[letter]
        return f"/{letter}/{self.readers.token(reader, purpose)}"

    def get(self, path: str, *, method: str = "GET", **headers: str) -> Answer:
        """Looks at a page."""
        return ask(self.app, path, method=method, headers={n.replace("_", "-"): v for n, v in headers.items()})

    def post(
        self, path: str, form: Mapping[str, object] | None = None, *, client: str = "198.51.100.7", **headers: str
    ) -> Answer:
        """Posts a form; a list is posted value by value."""
        sent = {"content-type": FORM, **{name.replace("_", "-"): value for name, value in headers.items()}}
        body = urlencode(form or {}, doseq=True).encode()
        return ask(self.app, path, method="POST", body=body, headers=sent, client=client)

    def ask_for(self, email: str, *, client: str = "198.51.100.7", **form: str) -> Answer:
        """Fills in the form for strangers."""
        return self.post("/subscribe", {"email": email, **form}, client=client)

    def reader(self, email: str) -> Subscriber | None:
        return self.store.find_subscriber(email)

    def status(self, name: str) -> str:
        found = self.store.find_by_id(name)
        assert found is not None
        return found.status.value

    def later(self, **by: float) -> None:
        """Lets time pass."""
        self.clock.moment += timedelta(**by)

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(mail.message, policy=policy.default) for mail in self.transport.taken]

    def link_in_mail(self, number: int = -1) -> str:
        """The path of the link in a mail."""
        text = self.mails[number].get_body(("plain",))
        assert text is not None
        (link,) = (word for word in text.get_content().split() if word.startswith("https://"))
        path: str = urlsplit(link).path
        return path

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table."""
        assert self.engine is not None
        with self.engine.connect() as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(select(table))]
                for table in metadata.sorted_tables
            }
