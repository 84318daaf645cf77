"""Takes a Config, gives senders in processes of their own: signing and writing books keeps one core busy with each.

Two senders are safe without talking to each other, because each row of the books is taken by one of them. All that a
mate is told is to stop.

Next: briefing/wiring/house.py.
"""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from threading import Event, Thread
from typing import TYPE_CHECKING

from briefing.errors import BriefingError
from briefing.model.delivery import Share
from briefing.model.edition import Problem
from briefing.wiring.senders import open_sender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess
    from pathlib import Path

    from briefing.deliver.smtp import SmtpTransport
    from briefing.model.settings import Config
    from briefing.ports import Clock, Transport

#: Messages that one sender hands over in the second that it takes to start another.
MOST_ALONE = 3_000
#: Readers' ids are random hexadecimal digits: half of them lie before this.
MIDDLE = "8"
#: How often whoever waits for a mate looks whether it should stop.
_LOOK_S = 0.2
#: How long a mate is waited for once nothing is left to take: twice what a server may take to answer a message (RFC
#: 5321, 4.5.3.2.6). What it had in hand by then is uncertain, and the next run settles it.
PATIENCE_S = 1_200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpawnedCrew:
    """Sends with a mate: half of the connections each. More would wait for each other over SQLite's one pen.

    Attributes:
        out: folder of the edition's files, as the config's own sender has it.
        transport, clock: of the sender that is helped.
        recipe: of the editions.
        most_alone: messages for which no mate is called.
        patience_s: how long a mate is waited for once nothing is left to take.
    """

    config: Config
    out: Path
    transport: SmtpTransport
    clock: Clock
    recipe: str
    most_alone: int = MOST_ALONE
    patience_s: float = PATIENCE_S

    @contextmanager
    def at_work(
        self, edition: date, *, waiting: int, on_time: bool, is_stopped: Callable[[], bool]
    ) -> Iterator[Sequence[Share]]:
        """Has a mate send as long as the block lasts, and until nothing is left; none for a short list."""
        shares: list[Share] = []
        if waiting <= self.most_alone:
            yield shares
            return
        try:
            mate = _Mate(self._order(edition, on_time=on_time))
        except OSError as error:
            yield (_lone(f"no second sender could be started ({error.strerror}), so this takes longer"),)
            return
        with self.transport.sharing(2):
            try:
                yield shares
            except BaseException:
                mate.stop()
                raise
            finally:
                shares.append(mate.wait(is_stopped, patience_s=self.patience_s))

    def _order(self, edition: date, *, on_time: bool) -> _Order:
        server = self.transport.server
        own = replace(server.limits, connections=max(1, server.limits.connections // 2))
        config = replace(self.config, mail=replace(self.config.mail, smtp=replace(server, limits=own)))
        return _Order(
            config=config, out=self.out, clock=self.clock, recipe=self.recipe, edition=edition, on_time=on_time
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """Carries what a mate has to know."""

    config: Config
    out: Path
    clock: Clock
    recipe: str
    edition: date
    on_time: bool


class _Mate:
    """Is a sender in another process, seen from this one."""

    def __init__(self, order: _Order) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=_send_along, args=(theirs, order), name="mate", daemon=True
        )
        self._process.start()
        theirs.close()

    def stop(self) -> None:
        """Has it finish the messages at hand and no others."""
        with suppress(OSError):
            self._pipe.send("stop")

    def wait(self, is_stopped: Callable[[], bool], *, patience_s: float) -> Share:
        """What it did, once it is done. One that died has left its rows for the next run."""
        told, ends_at = False, time.monotonic() + patience_s
        while not self._pipe.poll(_LOOK_S):
            if is_stopped() and not told:
                self.stop()
                told = True
            if time.monotonic() > ends_at:
                self._process.kill()
        try:
            share: Share = self._pipe.recv()
        except (EOFError, OSError):
            share = _lone("a sender in a process of its own died; what it had in hand is sent by the next run")
        self._process.join()
        self._pipe.close()
        return share


def _lone(message: str) -> Share:
    """Nothing sent, and why."""
    return Share(problems=(Problem(stage="deliver", message=message),))


def _send_along(pipe: Connection, order: _Order) -> None:
    """Is what runs in the other process."""
    # Ctrl-C goes to every process of a terminal; the one that started us says when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stopped = Event()

    def listen() -> None:
        with suppress(EOFError, OSError):  # whoever started us is gone
            pipe.recv()
        stopped.set()

    Thread(target=listen, name="listening", daemon=True).start()
    try:
        config, clock = order.config, order.clock
        morning = open_sender(config, order.out, clock, recipe=order.recipe, is_stopped=stopped.is_set)
        share = morning.join(order.edition, begins_at=MIDDLE, on_time=order.on_time)
    except BriefingError as error:
        share = _lone(str(error))
    with suppress(OSError):
        pipe.send(share)


def make_crew(config: Config, out: Path, transport: Transport, clock: Clock, *, recipe: str) -> SpawnedCrew | None:
    """What helps with a long list; None where a pace is to be kept, or there is nothing to share."""
    from briefing.deliver.smtp import SmtpTransport
    from briefing.services.parallel import cores

    if not isinstance(transport, SmtpTransport) or transport.is_paced:
        return None
    if cores() < 2 or transport.server.limits.connections < 2:
        return None
    return SpawnedCrew(config=config, out=out, transport=transport, clock=clock, recipe=recipe)
