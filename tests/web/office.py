"""Puts the API and the operator's page together from fakes: two readers on the list, one edition in the books."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette

from briefing.model.delivery import Delivery, DeliveryStatus
from briefing.model.settings import Look
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.ports import RequestLog
from briefing.render.templates import Templates, load_templates
from briefing.render.words import words_in
from briefing.services.announce import Announcer
from briefing.services.bounces import BounceDesk
from briefing.services.desk import Desk
from briefing.services.personal import PersonalRecords
from briefing.services.subscribe import ReaderList
from briefing.services.wrong_keys import WrongKeys
from briefing.web.admin import AdminPages
from briefing.web.api import Api, mount_api
from briefing.web.guard import Lock
from briefing.web.pages import Stationery
from tests.fakes import (
    FakeMessenger,
    FixedClock,
    MemoryAnnouncements,
    MemoryBounces,
    MemoryDirectory,
    MemoryLedger,
    MemoryRequests,
    MemorySubscribers,
    PlainSigner,
)
from tests.make import NOW
from tests.services.house import confirmed
from tests.web.browser import Answer, ask

KEY = "correct horse battery staple"
EDITION = date(2026, 11, 22)
HOOK = "https://crm.example/hook"
TEMPLATES = load_templates()


@dataclass
class Office:
    """Everything behind the API and the operator's page."""

    key: str | None = KEY
    store: MemorySubscribers = field(default_factory=MemorySubscribers)
    queue: MemoryAnnouncements = field(default_factory=MemoryAnnouncements)
    messenger: FakeMessenger = field(default_factory=FakeMessenger)
    tallies: MemoryBounces = field(default_factory=MemoryBounces)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    templates: Templates = TEMPLATES
    resend: Callable[[str], str] | None = None
    requests: RequestLog = field(default_factory=MemoryRequests)
    trusted_proxy: bool = False
    invited: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store.save_subscribers([confirmed("ada", name="Ada"), confirmed("ben")])
        self.ledger = MemoryLedger(store=self.store)
        self.ledger.plan(EDITION, ["ada", "ben"], now=NOW)
        row = Delivery(edition=EDITION, subscriber="ada", attempts=1, updated_at=NOW)
        self.ledger.record([replace(row, status=DeliveryStatus.SENT, message_id="<1@post.example>", detail="250 ok")])
        self.announcer = Announcer(
            queue=self.queue, messenger=self.messenger, clock=self.clock, addresses=(HOOK,), key=KEY
        )
        readers = ReaderList(
            store=self.store,
            signer=PlainSigner(),
            clock=self.clock,
            new_id=self._new_id,
            topics=("Energy", "Space"),
            sections=("europe", "asia"),
            told=self.announcer.told,
        )
        self.desk = Desk(
            readers=readers,
            ledger=self.ledger,
            directory=MemoryDirectory(store=self.store, ledger=self.ledger),
            bounces=self.tallies,
            invite=lambda reader: self.invited.append(reader.id),
        )
        self.personal = PersonalRecords(desk=self.desk, queue=self.queue)

    @property
    def app(self) -> Starlette:
        bounces = BounceDesk(readers=self.desk.readers, book=self.tallies, history=self.ledger)
        api = Api(desk=self.desk, personal=self.personal, clock=self.clock, bounces=bounces)
        app = Starlette(routes=[*mount_api(api, self.lock), *self.admin.routes])
        app.router.redirect_slashes = False
        return app

    @property
    def admin(self) -> AdminPages:
        stationery = Stationery(name="The Morning Post", look=Look(), words=words_in("en", self.templates))
        return AdminPages(
            stationery=stationery,
            desk=self.desk,
            clock=self.clock,
            lock=self.lock,
            resend=self.resend,
        )

    @property
    def lock(self) -> Lock:
        wrong_keys = WrongKeys(requests=self.requests, clock=self.clock)
        return Lock(wrong_keys=wrong_keys, key=self.key or "", trusted_proxy=self.trusted_proxy)

    def call(self, method: str, path: str, body: Any = None, *, key: str | None = KEY, **headers: str) -> Answer:
        """One request to the API; what is not bytes is sent as JSON."""
        given = {"authorization": f"Bearer {key}"} if key is not None else {}
        kind = {"content-type": "application/json"}
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        length = {"content-length": str(len(sent))}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(self.app, f"/api{path}", method=method, body=sent, headers={**kind, **length, **given, **named})

    def reader(self, name: str) -> Subscriber:
        found = self.store.find_by_id(name)
        assert found is not None
        return found

    def status(self, name: str) -> SubscriberStatus:
        return self.reader(name).status

    @property
    def events(self) -> list[tuple[str, str]]:
        told = [json.loads(row.event) for row in self.queue.waiting.values()]
        return [(event["event"], event["subscriber"]["id"]) for event in told]

    def _new_id(self) -> str:
        self.numbers.append(len(self.numbers))
        return f"new{len(self.numbers)}"


def json_of(answer: Answer) -> Any:
    return json.loads(answer.content)


def form(**fields: str) -> bytes:
    return urlencode(fields).encode()
