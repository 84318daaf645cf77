"""Takes a Config, gives what looks everything over: whatever is opened here can only be read.

Next: briefing/cli/doctor.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from briefing.model.settings import Config
    from briefing.services.doctor import Doctor


def make_doctor(config: Config, *, out: Path, is_offline: bool) -> Doctor:
    """What finds out everything that can be wrong with a briefing.

    Args:
        config: of the briefing, from a file.
        out: folder of the edition's files.
        is_offline: no other machine is asked anything.

    Raises:
        StoreError: the database's address or driver is not known.
    """
    from briefing.config.secret_files import secret_files
    from briefing.deliver.dns import DnsResolver
    from briefing.deliver.probe import NetworkProbe
    from briefing.engines.clock import SystemClock
    from briefing.services.doctor import Doctor, Records
    from briefing.store.directory import SqlDirectory
    from briefing.store.inspection import SqlInspector, open_read_only
    from briefing.store.ledger import SqlLedger
    from briefing.store.looks import SqlLookLog
    from briefing.store.premises import ThisMachine
    from briefing.store.sources import SqlSourceLog
    from briefing.store.subscribers import SqlSubscribers
    from briefing.wiring.readers import make_signer
    from briefing.wiring.stages import read_masthead

    engine = open_read_only(config.database)
    return Doctor(
        config=config,
        out=out,
        secrets=secret_files(Path(config.path)) if config.path else (),
        clock=SystemClock(),
        premises=ThisMachine(),
        resolver=DnsResolver(),
        probe=NetworkProbe(mail=config.mail),
        records=Records(
            inspector=SqlInspector(config.database, engine),
            store=SqlSubscribers(engine),
            ledger=SqlLedger(engine),
            directory=SqlDirectory(engine),
            log=SqlSourceLog(engine),
            looks=SqlLookLog(engine),
            open_signer=lambda: make_signer(engine),
        ),
        try_logo=lambda: read_masthead(config),
        is_offline=is_offline,
    )
