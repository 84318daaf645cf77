"""Takes a Config, gives what reads articles and makes editions of them.

Next: briefing/wiring/mail.py.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.collect.documents import Documents
    from briefing.engines.language import Langid
    from briefing.engines.vector_process import SeparateEncoder
    from briefing.model.picture import Picture
    from briefing.model.settings import Config
    from briefing.ports import Clock, EditionMemory, Encoder, GeneratedTexts, PictureDesk
    from briefing.services.build import Builder
    from briefing.services.filing import Watcher
    from briefing.services.generate import Generator
    from briefing.services.newsroom import Newsroom


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


def make_builder(
    config: Config, engine: Engine, memory: EditionMemory, encoder: Encoder | None, watch: Watcher
) -> Builder:
    """What makes editions, on a database that is open."""
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


def make_newsroom(
    config: Config, engine: Engine, clock: Clock, *, encoder: Encoder | None, watch: Watcher, out: Path
) -> Newsroom:
    """What makes editions, keeps them, and puts their files below `out`."""
    from briefing.render.templates import load_templates
    from briefing.services.newsroom import Newsroom
    from briefing.store.memory import SqlEditionMemory
    from briefing.store.prepared import SqlPreparedEditions
    from briefing.store.shelf import EditionShelf

    builder = make_builder(config, engine, SqlEditionMemory(engine), encoder, watch)
    return Newsroom(
        config=config,
        clock=clock,
        builder=replace(builder, pictures=make_picture_desk(config)),
        kept=SqlPreparedEditions(engine),
        shelf=EditionShelf(folder=out),
        templates=load_templates(config.templates),
        logo=read_masthead(config),
    )
