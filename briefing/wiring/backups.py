"""Takes a Config, gives what makes backups of its database, and what restores one.

Next: briefing/cli/backups.py.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from briefing.model.settings import Config
    from briefing.model.subscriber import Subscriber
    from briefing.ports import Backups
    from briefing.services.backup import BackupDesk
    from briefing.services.restore import Records, RestoreDesk

#: Where backups go that nobody named, beside the config.
FOLDER = "backups"


def make_backup_desk(config: Config, *, now: datetime | None = None) -> BackupDesk:
    """What makes backups; the database is neither made nor migrated.

    Raises:
        StoreError: the database's address is not known.
    """
    from briefing.config.secret_files import secret_files
    from briefing.engines.clock import StoppedClock, SystemClock
    from briefing.services.backup import BackupDesk
    from briefing.store.premises import ThisMachine

    path = Path(config.path) if config.path else Path("config.yaml")
    outside = (path, *([config.templates] if config.templates else ()), *secret_files(path))
    return BackupDesk(
        backups=_backups(config),
        premises=ThisMachine(),
        clock=SystemClock() if now is None else StoppedClock(now),
        folder=path.parent / FOLDER,
        outside=outside,
    )


def make_restore_desk(config: Config, *, now: datetime | None = None) -> RestoreDesk:
    """What puts a backup in the place of the database.

    Raises:
        StoreError: the database's address is not known.
    """
    from briefing.engines.clock import StoppedClock, SystemClock
    from briefing.services.restore import RestoreDesk

    return RestoreDesk(
        backups=_backups(config),
        clock=SystemClock() if now is None else StoppedClock(now),
        schedule=config.schedule,
        default_zone=config.briefing.timezone,
        open_records=_open_records,
        find_leavers=lambda: _find_leavers(config.database),
    )


def _backups(config: Config) -> Backups:
    from briefing.store.database import parse_address
    from briefing.store.postgres_backups import PostgresBackups
    from briefing.store.sqlite_backups import SqliteBackups

    location = parse_address(config.database)
    if location.get_backend_name() == "sqlite":
        return SqliteBackups(Path(str(location.database)))
    return PostgresBackups(config.database)


@contextmanager
def _open_records(url: str) -> Iterator[Records]:
    from briefing.services.restore import Records
    from briefing.store.database import open_database
    from briefing.store.held import SqlHeldRows
    from briefing.store.inspection import SqlInspector
    from briefing.store.ledger import SqlLedger
    from briefing.store.looks import SqlLookLog
    from briefing.store.subscribers import SqlSubscribers

    engine = open_database(url)
    try:
        yield Records(
            store=SqlSubscribers(engine),
            ledger=SqlLedger(engine),
            held=SqlHeldRows(engine),
            looks=SqlLookLog(engine),
            newest_delivery=SqlInspector(url, engine).newest_delivery,
        )
    finally:
        engine.dispose()


def _find_leavers(url: str) -> tuple[Subscriber, ...] | None:
    """Who said no in the database in place, when that can be read."""
    from briefing.errors import StoreError
    from briefing.services.restore import leavers_in
    from briefing.store.inspection import SqlInspector, open_read_only
    from briefing.store.subscribers import SqlSubscribers

    engine = open_read_only(url)
    try:
        seen = SqlInspector(url, engine).inspect()
        if seen.schema != seen.known_schema:
            return None
        return leavers_in(SqlSubscribers(engine))
    except StoreError:
        return None
    finally:
        engine.dispose()
