"""Puts a whole briefing together from fakes, so that a test of a service names only what it is about."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any

from briefing.model.article import Article
from briefing.model.edition import Problem, SourceReport, SourceState
from briefing.model.settings import BriefingRule, Config, MailRule, Sender, Topic
from briefing.model.source import Collected
from briefing.model.subscriber import Segment, Subscriber, SubscriberStatus
from briefing.ports import Encoder, Ledger, PictureDesk, SubscriberStore, Transport
from briefing.render.templates import Templates, load_templates
from briefing.services.build import Builder
from briefing.services.copies import Copies
from briefing.services.editions import EditionDesk, recipe_of
from briefing.services.generate import Generator
from briefing.services.morning import Morning
from briefing.services.newsroom import Newsroom
from briefing.services.press import Press
from briefing.services.send import Mailroom
from tests import make
from tests.fakes import (
    FakeCollector,
    FakeDetector,
    FakeTransport,
    FixedClock,
    MemoryArchive,
    MemoryEditionMemory,
    MemoryGeneratedTexts,
    MemoryLedger,
    MemoryPreparedEditions,
    MemoryShelf,
    MemorySourceLog,
    MemorySubscribers,
    MemoryVectors,
    PlainSigner,
)

EVERYONE = Segment(key="default", language="en", timezone="UTC")
SENDER = Sender(address="The Post <post@mail.example>", public_url="https://post.example", imprint="The Post, Lane 1")
CONFIG = Config(briefing=BriefingRule(name="The Morning Post", timezone="Europe/Paris"), mail=MailRule(sender=SENDER))
GOSSIP = Topic(name="Gossip", keywords=("red carpet",), mute=True)
ENERGY = Topic(name="Energy", keywords=("wind farm",), boost=2.0)

FERRY = make.article("Ferries return to the strait after nine days", source="The Harbour Post")
CARPET = make.article(
    "Two singers part on the red carpet",
    source="Glitter Weekly",
    text="The two singers parted on the red carpet in Nantes. Their managers asked for quiet.",
)
WIND = make.article(
    "A wind farm off Ostend feeds its first power",
    source="Dune Courier",
    text="The wind farm began at dawn with six of its forty mills. Engineers will add one each week until spring.",
)
FROMAGE = make.article(
    "Un fromage oublié revient sur les marchés du Jura",
    source="Le Plateau",
    language="fr",
    text="Trois fermières du Jura ont retrouvé la recette de 1911. Elles en vendent deux cents par mois.",
)
NEWS = (FERRY, CARPET, WIND, FROMAGE)


def read(name: str, articles: int = 1, error: str | None = None) -> SourceReport:
    """A source's report; one with an error and nothing else has failed."""
    state = SourceState.READ if articles else SourceState.FAILED if error else SourceState.EMPTY
    return SourceReport(name=name, state=state, articles=articles, error=error)


def collected(*articles: Article, reports: tuple[SourceReport, ...] = (), problems: tuple[Problem, ...] = ()) -> Any:
    """What a run of collecting gave; every outlet was read unless the test says otherwise."""
    named = reports or tuple(read(a.source or "?") for a in articles)
    return Collected(articles=articles, reports=named, problems=problems)


def confirmed(key: str, **choices: Any) -> Subscriber:
    """A reader who wants the mail."""
    return Subscriber(id=key, email=f"{key}@readers.example", status=SubscriberStatus.CONFIRMED, **choices)


def mailroom(store: SubscriberStore, ledger: Ledger, transport: Transport, clock: FixedClock) -> Mailroom:
    """A mailroom whose every run has a name of its own; waiting moves the clock."""
    owners = count(1)
    return Mailroom(
        store=store,
        ledger=ledger,
        transport=transport,
        clock=clock,
        new_owner=lambda: f"run {next(owners)} of {id(owners)}",
        sleep=lambda seconds: clock.move(seconds=seconds),
    )


@dataclass
class FakeHouse:
    """A briefing whose every adapter is a fake; what a test wants otherwise it hands over."""

    config: Config = CONFIG
    collector: FakeCollector = field(default_factory=lambda: FakeCollector(collected(*NEWS)))
    detector: FakeDetector = field(default_factory=FakeDetector)
    encoder: Encoder | None = None
    vectors: MemoryVectors = field(default_factory=MemoryVectors)
    memory: MemoryEditionMemory = field(default_factory=MemoryEditionMemory)
    archive: MemoryArchive = field(default_factory=MemoryArchive)
    source_log: MemorySourceLog = field(default_factory=MemorySourceLog)
    clock: FixedClock = field(default_factory=lambda: FixedClock(make.NOW))
    store: MemorySubscribers = field(default_factory=MemorySubscribers)
    transport: FakeTransport = field(default_factory=FakeTransport)
    kept: MemoryPreparedEditions = field(default_factory=MemoryPreparedEditions)
    shelf: MemoryShelf = field(default_factory=MemoryShelf)
    templates: Templates = field(default_factory=load_templates)
    texts: MemoryGeneratedTexts = field(default_factory=MemoryGeneratedTexts)
    generator: Generator | None = None
    pictures: PictureDesk | None = None

    def __post_init__(self) -> None:
        self.ledger = MemoryLedger(self.store)
        if not self.store.readers:
            self.store.save_subscribers([confirmed("ada"), confirmed("ben")])

    @property
    def builder(self) -> Builder:
        return Builder(
            config=self.config,
            collector=self.collector,
            detector=self.detector,
            encoder=self.encoder,
            vectors=self.vectors,
            memory=self.memory,
            source_log=self.source_log,
            generator=self.generator,
            pictures=self.pictures,
        )

    @cached_property
    def newsroom(self) -> Newsroom:
        return Newsroom(
            config=self.config,
            clock=self.clock,
            builder=self.builder,
            kept=self.kept,
            shelf=self.shelf,
            templates=self.templates,
        )

    @cached_property
    def morning(self) -> Morning:
        recipe = recipe_of(self.config, self.templates, None)
        room = mailroom(self.store, self.ledger, self.transport, self.clock)
        return Morning(
            config=self.config,
            clock=self.clock,
            editions=EditionDesk(kept=self.kept, maker=self.newsroom, clock=self.clock, recipe=recipe),
            mailroom=room,
            memory=self.memory,
            archive=self.archive,
            signer=PlainSigner(),
            destination="the fake relay",
        )

    def press(self, now: datetime = make.NOW) -> Press:
        return Press(
            config=self.config,
            builder=self.builder,
            gathered=self.builder.gather(now=now),
            templates=self.templates,
            today=now.date(),
            now=now,
        )

    def copies(self) -> Copies:
        press = self.press()
        return Copies(config=self.config, signer=PlainSigner(), today=press.today, prepared=press.prepare)

    def wake_on(self, *, days: float) -> None:
        """Moves to another morning."""
        self.clock.moment += timedelta(days=days)


def with_topics(*topics: Topic) -> Config:
    """The usual config with these topics."""
    return replace(CONFIG, topics=topics)


def without_the_link(templates: Templates) -> Templates:
    """Templates whose footer forgot the way out, so that every finished mail is held back."""
    sources = tuple((name, "" if name == "footer.mjml.j2" else text) for name, text in templates.sources)
    return replace(templates, sources=sources)
