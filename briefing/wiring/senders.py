"""Takes a Config, gives senders for processes of their own: those that send what another program planned and made.

Next: briefing/wiring/crew.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from briefing.errors import NothingToSendError
from briefing.wiring.mail import make_morning, make_transport
from briefing.wiring.readers import make_bounce_desk, make_reader_list

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Engine

    from briefing.model.run import Making
    from briefing.model.settings import Config
    from briefing.model.subscriber import Segment
    from briefing.ports import Clock
    from briefing.services.chunks import ChunkDesk
    from briefing.services.morning import Morning


def open_sender(config: Config, out: Path, clock: Clock, *, recipe: str, is_stopped: Callable[[], bool]) -> Morning:
    """A sender that makes no editions.

    Args:
        out: folder of the edition's files; the outbox is below it.
        recipe: of the editions that were made.

    Raises:
        StoreError: the database cannot be opened.
    """
    from briefing.services.editions import EditionDesk
    from briefing.store.database import open_database
    from briefing.store.prepared import SqlPreparedEditions

    engine = open_database(config.database)
    # Whoever planned has had every edition made; what was made since is as good.
    kept = SqlPreparedEditions(engine)
    editions = EditionDesk(kept=kept, maker=_Nobody(), clock=clock, recipe=recipe, reuse=timedelta.max)
    readers = make_reader_list(config, engine, clock)
    bounces = make_bounce_desk(config, engine, readers)
    carrier = make_transport(config, out)
    morning = make_morning(config, engine, editions, carrier, readers=readers, bounces=bounces)
    return replace(morning, mailroom=replace(morning.mailroom, is_stopped=is_stopped))


def make_chunk_desk(config: Config, engine: Engine, *, out: Path, is_stopped: Callable[[], bool]) -> ChunkDesk:
    """What sends the chunks of a queue, one after the other over connections that stay, on a database that is open.

    Raises:
        StoreError: the database cannot be opened once more.
    """
    from briefing.deliver.lasting import LastingTransport
    from briefing.engines.clock import SystemClock
    from briefing.services.chunks import ChunkDesk
    from briefing.services.pace import SharedPace
    from briefing.store.rates import SqlRates

    morning = open_sender(config, out, SystemClock(), recipe="", is_stopped=is_stopped)
    transport = LastingTransport(morning.mailroom.transport)
    pace = SharedPace(morning.mailroom.limits, SqlRates(engine))
    mailroom = replace(morning.mailroom, transport=transport, shared_pace=pace)
    return ChunkDesk(morning=replace(morning, mailroom=mailroom), is_stopped=is_stopped)


@dataclass(frozen=True, slots=True)
class _Nobody:
    """Makes no editions."""

    def make(self, day: date, segments: Sequence[Segment], *, recipe: str, is_stopped: Callable[[], bool]) -> Making:
        """Says so."""
        keys = ", ".join(segment.key for segment in segments)
        raise NothingToSendError(f"the edition of {day} for {keys} is not made yet")
