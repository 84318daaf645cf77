"""Takes a Config, gives ready services: the one place that knows which class stands behind which port.

Next: briefing/cli/commands.py.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from briefing.collect.documents import Documents
    from briefing.engines.language import Langid
    from briefing.engines.vector_process import SeparateEncoder
    from briefing.model.picture import Picture
    from briefing.model.settings import Config
    from briefing.ports import (
        Clock,
        EditionMemory,
        Encoder,
        GeneratedTexts,
        LinkSigner,
        PictureDesk,
        SubscriberStore,
        Transport,
    )
    from briefing.services.build import Builder
    from briefing.services.compare import Comparison
    from briefing.services.filing import Watcher
    from briefing.services.generate import Generator
    from briefing.services.morning import Morning
    from briefing.services.send import Mailroom
    from briefing.services.subscribe import ReaderList

#: Languages that articles without a declared one may turn out to be; a script of its own adds its languages.
LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Carries the services of one briefing, ready to be called."""

    morning: Morning
    readers: ReaderList


def open_house(
    config: Config, *, out: Path, now: datetime | None = None, watch: Watcher, builds_now: bool = False
) -> House:
    """Opens the database and puts everything in its place.

    Args:
        config: of the briefing.
        out: folder for the edition's files; the outbox is below it.
        now: the moment to live in; None for the machine's clock.
        watch: hears how far the stages have come.
        builds_now: an edition will be built at once, so the encoder may load while the rest is being opened.

    Raises:
        StoreError: the database cannot be opened.
        RenderError: the templates cannot be read.
        ParseError: the logo cannot be.
    """
    encoder = make_encoder(config)
    if encoder is not None and builds_now:
        encoder.prepare()

    from briefing.deliver.tokens import HmacSigner
    from briefing.engines.clock import StoppedClock, SystemClock
    from briefing.render.templates import load_templates
    from briefing.services.morning import Morning
    from briefing.store.archive import SqlArchive
    from briefing.store.database import open_database
    from briefing.store.keys import SqlKeys
    from briefing.store.memory import SqlEditionMemory
    from briefing.store.shelf import EditionShelf
    from briefing.store.subscribers import SqlSubscribers

    clock = SystemClock() if now is None else StoppedClock(now)
    engine = open_database(config.database)
    signer = HmacSigner(SqlKeys(engine).signing_key())
    readers = SqlSubscribers(engine)
    memory = SqlEditionMemory(engine)
    transport, destination = _transport(config, out)
    morning = Morning(
        config=config,
        clock=clock,
        builder=replace(_builder(config, engine, memory, encoder, watch), pictures=make_picture_desk(config)),
        mailroom=_mailroom(config, engine, readers, transport, clock),
        memory=memory,
        archive=SqlArchive(engine),
        shelf=EditionShelf(folder=out),
        signer=signer,
        templates=load_templates(config.templates),
        destination=destination,
        logo=read_masthead(config),
    )
    return House(morning=morning, readers=_reader_list(config, readers, signer, clock))


def read_masthead(config: Config) -> Picture | None:
    """The logo that `look.logo` names, when that is a picture.

    Raises:
        ParseError: it cannot be used; the line says why and what to do.
    """
    from briefing.collect.shrinking import read_logo

    return read_logo(Path(config.look.logo_file)) if config.look.logo_file else None


def open_comparison(used: Config, edited: Config, *, now: datetime | None = None, watch: Watcher) -> Comparison:
    """What it takes to say how two configs' editions differ; both live on the database of the one in use.

    Raises:
        StoreError: the database cannot be opened.
    """
    from briefing.engines.clock import StoppedClock, SystemClock
    from briefing.services.compare import Comparison
    from briefing.store.database import open_database
    from briefing.store.memory import SqlEditionMemory

    engine = open_database(used.database)
    memory = SqlEditionMemory(engine)
    encoder = make_encoder(used) or make_encoder(edited)
    one, other = (
        _builder(_anchored(config), engine, memory, encoder if config.vectors == "use" else None, watch)
        for config in (used, edited)
    )
    return Comparison(used=one, edited=other, clock=SystemClock() if now is None else StoppedClock(now))


def _anchored(config: Config) -> Config:
    """The config with paths that mean the same whatever folder it was named from."""
    readers = config.readers and Path(config.readers).resolve()
    return replace(config, readers=readers, templates=config.templates and Path(config.templates).resolve())


def open_readers(config: Config) -> ReaderList:
    """The list of readers alone, for commands that build nothing.

    Raises:
        StoreError: the database cannot be opened.
    """
    from briefing.deliver.tokens import HmacSigner
    from briefing.engines.clock import SystemClock
    from briefing.store.database import open_database
    from briefing.store.keys import SqlKeys
    from briefing.store.subscribers import SqlSubscribers

    engine = open_database(config.database)
    signer = HmacSigner(SqlKeys(engine).signing_key())
    return _reader_list(config, SqlSubscribers(engine), signer, SystemClock())


def make_reader() -> Documents:
    """Reads saved documents of every kind."""
    from briefing.collect.documents import Documents

    return Documents()


def make_detector() -> Langid:
    """Tells languages apart."""
    from briefing.engines.language import Langid

    return Langid(LANGUAGES)


def make_encoder(config: Config) -> SeparateEncoder | None:
    """Compares texts across languages, unless the config does without."""
    from briefing.engines.vector_process import SeparateEncoder

    return SeparateEncoder() if config.vectors == "use" else None


def make_generator(config: Config, *, texts: GeneratedTexts | None) -> Generator | None:
    """Has a language model write summaries, when the config says so; else nothing of it is even imported."""
    if config.summary.method != "llm" or config.summary.llm is None:
        return None
    from briefing.engines.llm import ChatWriter
    from briefing.services.generate import Generator

    model = config.summary.llm
    writer = ChatWriter(model=model)
    return Generator(writer=writer, texts=texts, detector=make_detector(), rule=config.summary, model=model)


def make_picture_desk(config: Config) -> PictureDesk | None:
    """Fetches pictures, when the look wants any; else nothing of it is even imported."""
    if config.look.images == "none":
        return None
    from briefing.collect.pictures import PublishersPictures

    return PublishersPictures(rule=config.fetch)


def _builder(config: Config, engine: Engine, memory: EditionMemory, encoder: Encoder | None, watch: Watcher) -> Builder:
    from briefing.collect.collector import SourceCollector
    from briefing.services.build import Builder
    from briefing.store.generated import SqlGeneratedTexts
    from briefing.store.sources import SqlSourceLog
    from briefing.store.vectors import SqlVectors

    return Builder(
        config=config,
        collector=SourceCollector(rule=config.fetch, documents=make_reader()),
        detector=make_detector(),
        encoder=encoder,
        vectors=SqlVectors(engine),
        memory=memory,
        source_log=SqlSourceLog(engine),
        watch=watch,
        generator=make_generator(config, texts=SqlGeneratedTexts(engine)),
    )


def _mailroom(config: Config, engine: Engine, readers: SubscriberStore, transport: Transport, clock: Clock) -> Mailroom:
    from briefing.services.send import Mailroom
    from briefing.store.ledger import SqlLedger

    return Mailroom(
        store=readers,
        ledger=SqlLedger(engine),
        transport=transport,
        clock=clock,
        on_uncertain=config.mail.on_uncertain,
    )


def _reader_list(config: Config, store: SubscriberStore, signer: LinkSigner, clock: Clock) -> ReaderList:
    from briefing.services.subscribe import ReaderList

    topics = tuple(topic.name for topic in config.topics)
    return ReaderList(store=store, signer=signer, clock=clock, new_id=lambda: uuid.uuid4().hex, topics=topics)


def _transport(config: Config, out: Path) -> tuple[Transport, str]:
    """The transport the config names, and how to call where the mail goes."""
    from briefing.deliver.outbox import OutboxTransport
    from briefing.deliver.smtp import SmtpTransport

    if config.mail.transport == "smtp" and config.mail.smtp:
        server = config.mail.smtp
        return SmtpTransport(server), f"{server.host}:{server.port}"
    outbox = out / "outbox"
    return OutboxTransport(outbox), f"{outbox}/"
