"""Puts the preview on stage over a briefing of fakes, whose config or templates a test may break."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp

from briefing.errors import BriefingError
from briefing.services.filing import Watcher
from briefing.services.proofs import ProofDesk
from briefing.services.rehearsal import Rehearsal
from briefing.web.preview import Backstage, preview_app
from tests.fakes import MemoryArticles, MemoryDirectory, MemoryRuns, PlainSigner
from tests.services.house import FakeHouse
from tests.web.browser import Answer, ask

TOKEN = "a token that only the page knows"
ORIGIN = "http://127.0.0.1:8026"


@dataclass
class Workbench:
    """A preview, made once at the beginning."""

    house: FakeHouse = field(default_factory=FakeHouse)
    broken: Exception | None = None
    runs: MemoryRuns = field(default_factory=MemoryRuns)
    articles: MemoryArticles = field(default_factory=MemoryArticles)
    read_again: list[bool] = field(default_factory=list)
    app: ASGIApp = field(init=False)
    rehearsal: Rehearsal = field(init=False)

    def __post_init__(self) -> None:
        self.rehearsal = Rehearsal(make=self.make)
        backstage = Backstage(
            rehearsal=self.rehearsal,
            archive=lambda: self.house.archive,
            articles=lambda: self.articles,
            runs=lambda: self.runs,
            token=TOKEN,
            read_again=lambda: self.read_again.append(True),
        )
        self.app = preview_app(backstage)
        self.rehearsal.renew()

    def make(self, watch: Watcher) -> ProofDesk:
        if self.broken:
            raise self.broken
        house, now = self.house, self.house.clock.now()
        return ProofDesk(
            config=house.config,
            builder=house.builder,
            gathered=house.builder.gather(now=now),
            templates=house.templates,
            now=now,
            store=house.store,
            directory=MemoryDirectory(house.store, house.ledger),
            signer=PlainSigner(),
            open_transport=lambda: (house.transport, "the fake relay"),
        )

    def break_with(self, error: BriefingError | None) -> None:
        self.broken = error
        self.rehearsal.renew()

    def get(self, path: str = "/", **choices: Any) -> Answer:
        return ask(self.app, path, **choices)

    def post(self, path: str, **fields: str) -> Answer:
        """As a browser posts a form of the page."""
        body = urlencode({"token": TOKEN, **fields}).encode()
        usual = {"origin": ORIGIN, "sec-fetch-site": "same-origin", "content-length": str(len(body))}
        return ask(self.app, path, method="POST", body=body, headers=usual)
