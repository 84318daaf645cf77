"""Takes a Config, gives what reads articles and makes editions of them.

Next: briefing/wiring/mail.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from briefing.collect.collector import SourceCollector
    from briefing.collect.documents import Documents
    from briefing.engines.language import Langid
    from briefing.engines.vector_process import SeparateEncoder
    from briefing.model.picture import Picture
    from briefing.model.settings import Config
    from briefing.ports import Clock, EditionMemory, Encoder, GeneratedTexts, PictureDesk
    from briefing.services.build import Builder
    from briefing.services.clock_guard import ClockGuard
    from briefing.services.filing import Watcher
    from briefing.services.generate import Generator
    from briefing.services.sources import SourceDesk


#: Languages that articles without a declared one may turn out to be; a script of its own adds its languages.
LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl")


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


def read_masthead(config: Config) -> Picture | None:
    """The logo that `look.logo` names, when that is a picture.

    Raises:
        ParseError: it cannot be used; the line says why and what to do.
    """
    from briefing.collect.shrinking import read_logo

    return read_logo(Path(config.look.logo_file)) if config.look.logo_file else None


def make_collector(config: Config, engine: Engine) -> SourceCollector:
    """What reads the sources, on a database that is open."""
    from briefing.collect.collector import SourceCollector
    from briefing.store.articles import SqlArticles
    from briefing.store.visits import SqlVisits

    return SourceCollector(
        rule=config.fetch,
        documents=make_reader(),
        visits=SqlVisits(engine),
        articles=SqlArticles(engine),
        window=config.briefing.window,
    )


def open_source_desk(config: Config, *, now: datetime | None = None) -> SourceDesk:
    """What says how the sources are.

    Raises:
        StoreError: the database cannot be opened.
    """
    from briefing.collect.scouting import SourceScout
    from briefing.services.sources import SourceDesk
    from briefing.store.articles import SqlArticles
    from briefing.store.database import open_database
    from briefing.store.visits import SqlVisits

    engine = open_database(config.database)
    visits = SqlVisits(engine)
    return SourceDesk(
        sources=config.sources,
        collector=make_collector(config, engine),
        articles=SqlArticles(engine),
        visits=visits,
        scout=SourceScout(rule=config.fetch, documents=make_reader(), visits=visits),
        clock=make_clock(now),
    )


def make_builder(
    config: Config, engine: Engine, memory: EditionMemory, encoder: Encoder | None, watch: Watcher
) -> Builder:
    """What makes editions, on a database that is open."""
    from briefing.services.build import Builder
    from briefing.store.generated import SqlGeneratedTexts
    from briefing.store.sources import SqlSourceLog
    from briefing.store.vectors import SqlVectors

    return Builder(
        config=config,
        collector=make_collector(config, engine),
        detector=make_detector(),
        encoder=encoder,
        vectors=SqlVectors(engine, make_clock(None)),
        memory=memory,
        source_log=SqlSourceLog(engine),
        watch=watch,
        generator=make_generator(config, texts=SqlGeneratedTexts(engine)),
    )


def make_clock(now: datetime | None) -> Clock:
    """The machine's clock, or one that stands at the moment a person named."""
    from briefing.engines.clock import StoppedClock, SystemClock

    return SystemClock() if now is None else StoppedClock(now)


def make_clock_guard(engine: Engine, clock: Clock) -> ClockGuard:
    """What notices that the clock leaps."""
    from briefing.engines.clock import MachineStopwatch
    from briefing.services.clock_guard import ClockGuard
    from briefing.store.looks import SqlLookLog

    return ClockGuard(clock=clock, stopwatch=MachineStopwatch(), log=SqlLookLog(engine))


def start_encoder(config: Config, *, at_once: bool) -> SeparateEncoder | None:
    """What compares texts, on its way already where an edition is made at once."""
    encoder = make_encoder(config)
    if encoder is not None and at_once:
        encoder.prepare()
    return encoder
