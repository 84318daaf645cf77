"""Takes the path of a config, gives what shows its edition again after every edit, made from what has not changed.

Next: briefing/cli/previewing.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from briefing.services.results import NEWEST, KeptPictures, Results

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine

    from briefing.engines.vector_process import SeparateEncoder
    from briefing.model.settings import Config
    from briefing.ports import Archive, ArticleStore, RunLog
    from briefing.services.build import Builder
    from briefing.services.filing import Watcher
    from briefing.services.proofs import ProofDesk


@dataclass(slots=True, kw_only=True)
class Studio:
    """Makes proofs, and keeps what the next ones can use: the reading of the sources, every stage, the models.

    Attributes:
        out: folder whose outbox takes test copies, where the config has no other transport.
        moment: the one to live in; None for the machine's clock.
    """

    path: Path
    out: Path
    moment: datetime | None = None
    _results: Results = field(default_factory=lambda: Results(most=NEWEST))
    _encoder: SeparateEncoder | None = None
    _engine: Engine | None = None
    _database: str = ""
    _read_at: datetime | None = None

    def make(self, watch: Watcher) -> ProofDesk:
        """Proofs under the config and the templates as they are now.

        Raises:
            BriefingError: one of them is wrong, or the database cannot be used.
        """
        from briefing.config.load import load_config

        return self.make_with(load_config(self.path), watch)

    def make_with(self, config: Config, watch: Watcher) -> ProofDesk:
        """The same under a config that need not be written yet.

        Raises:
            BriefingError: as `make`.
        """
        from briefing.render.templates import check_syntax, load_templates
        from briefing.services.proofs import ProofDesk
        from briefing.store.directory import SqlDirectory
        from briefing.store.subscribers import SqlSubscribers
        from briefing.wiring.mail import make_return_path, make_seal, make_transport
        from briefing.wiring.readers import make_signer
        from briefing.wiring.stages import make_clock, read_masthead

        templates = load_templates(config.templates)
        check_syntax(templates)
        engine, now = self._open(config), self._now()
        builder = self._builder(config, engine, watch)
        return ProofDesk(
            config=config,
            builder=builder,
            gathered=builder.gather(now=now),
            templates=templates,
            now=now,
            store=SqlSubscribers(engine),
            directory=SqlDirectory(engine),
            signer=make_signer(engine),
            open_transport=partial(make_transport, config, self.out),
            logo=read_masthead(config),
            seal=make_seal(config, make_clock(self.moment)),
            return_path=make_return_path(config, engine),
        )

    def read_again(self) -> None:
        """Has the sources asked again for the next proofs, as far as their publishers allow."""
        self._read_at = None
        self._results.forget()

    @property
    def archive(self) -> Archive | None:
        """The editions that were sent; None until the database is open."""
        from briefing.store.archive import SqlArchive

        return SqlArchive(self._engine) if self._engine is not None else None

    @property
    def articles(self) -> ArticleStore | None:
        """What sources gave; None until the database is open."""
        from briefing.store.articles import SqlArticles

        return SqlArticles(self._engine) if self._engine is not None else None

    @property
    def runs(self) -> RunLog | None:
        """The reports on editions that were sent; None until the database is open."""
        from briefing.store.runs import SqlRuns

        return SqlRuns(self._engine) if self._engine is not None else None

    def open_database(self) -> None:
        """Opens the database of the config, before anything is made.

        Raises:
            BriefingError: the config is wrong, or the database cannot be opened.
        """
        from briefing.config.load import load_config

        self._open(load_config(self.path))

    def _open(self, config: Config) -> Engine:
        from briefing.store.database import open_database

        if self._engine is None or config.database != self._database:
            self._engine, self._database = open_database(config.database), config.database
        return self._engine

    def _now(self) -> datetime:
        """The moment of the last reading as long as it is fresh: an edit shall show what it changes, and no more."""
        from briefing.services.editions import SHELF_LIFE
        from briefing.wiring.stages import make_clock

        now = make_clock(self.moment).now()
        if self._read_at is None or not self._read_at <= now < self._read_at + SHELF_LIFE:
            self._read_at = now
        return self._read_at

    def _builder(self, config: Config, engine: Engine, watch: Watcher) -> Builder:
        from briefing.store.memory import SqlEditionMemory
        from briefing.wiring.stages import make_builder, make_encoder, make_picture_desk

        if config.vectors == "use" and self._encoder is None:
            self._encoder = make_encoder(config)
        encoder = self._encoder if config.vectors == "use" else None
        builder = make_builder(config, engine, SqlEditionMemory(engine), encoder, watch)
        desk = make_picture_desk(config)
        pictures = desk and KeptPictures(desk=desk, results=self._results)
        return replace(builder, pictures=pictures, results=self._results)
