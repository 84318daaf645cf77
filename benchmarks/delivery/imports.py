"""Takes a number of readers, gives the seconds that importing them takes: new, the same again, and all of them changed.

    python -m benchmarks.delivery.imports [--readers N]

On SQLite and on PostgreSQL; there copied, and beside it by statements for some each, as a short file is written.

Next: benchmarks/delivery/many_readers.py.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import uuid
from typing import TYPE_CHECKING

from briefing.engines.clock import SystemClock
from briefing.services.subscribe import ReaderList
from briefing.store.consent_postgres import COPIED
from briefing.store.database import open_database
from briefing.store.subscribers import SqlSubscribers
from tests.fakes import PlainSigner
from tests.postgres import postgres_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from briefing.services.spreadsheet import ImportReport

_ZONES = ("Europe/Paris", "Asia/Tokyo", "America/New_York", "")


def main(words: list[str] | None = None) -> int:
    """Prints a line for each way; 1 when they do not give the same answers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery.imports")
    parser.add_argument("--readers", type=int, default=100_000)
    asked = parser.parse_args(words)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        found.append(_measured("SQLite", f"sqlite:///{folder}/briefing.db", asked.readers))
    with postgres_server(settings=("listen_addresses=", "shared_buffers=256MB")) as server:
        found.append(_measured("PostgreSQL, copied", server.new(), asked.readers))
        found.append(_measured("PostgreSQL, by statements", server.new(), asked.readers, copied=sys.maxsize))
    return int(any(answers != found[0] for answers in found))


def _measured(name: str, url: str, readers: int, *, copied: int = COPIED) -> list[ImportReport]:
    engine = open_database(url)
    store = SqlSubscribers(engine, copied)
    desk = ReaderList(store=store, signer=PlainSigner(), clock=SystemClock(), new_id=lambda: uuid.uuid4().hex)
    answers: list[ImportReport] = []

    def took(act: Callable[[], ImportReport]) -> float:
        began = time.perf_counter()
        answers.append(act())
        return time.perf_counter() - began

    first, changed = _sheet(readers, "en"), _sheet(readers, "fr")
    reading = took(lambda: desk.import_csv(first, confirmed=True, dry_run=True))
    new, again, other = (
        took(lambda text=text: desk.import_csv(text, confirmed=True))  # type: ignore[misc]  # bound now
        for text in (first, first, changed)
    )
    print(
        f"{name:26} {readers:,} new {new:.1f} s ({new - reading:.1f} of them to write), "
        f"again {again:.1f} s, all changed {other:.1f} s ({other - again:.1f} to write)",
        flush=True,
    )
    engine.dispose()
    return answers


def _sheet(count: int, language: str) -> str:
    lines = (f"r{n}@readers.example,Léa Ørn {n},{language},{_ZONES[n % 4]},fr;en" for n in range(count))
    return "\n".join(("email,name,language,timezone,languages", *lines))


if __name__ == "__main__":
    sys.exit(main())
