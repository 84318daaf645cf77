"""Takes a Config, gives what makes editions in a process of its own, which ends and takes its models with it.

A build needs 300 MB and more, for a minute a day; `serve` would hold them all day long.

Next: briefing/wiring/crew.py.
"""

from __future__ import annotations

import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, TypeAlias

from briefing.errors import BriefingError, MakingError
from briefing.model.run import Making
from briefing.wiring.editions import open_maker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from multiprocessing.connection import Connection

    from briefing.model.settings import Config
    from briefing.model.subscriber import Segment
    from briefing.ports import EditionMaker
    from briefing.services.filing import Watcher

#: Longer than a thousand slow sources and a model that writes every summary take together.
DEADLINE_S = 45 * 60
#: Config, folder of the files, day, segments, recipe.
_Order: TypeAlias = "tuple[Config, Path, date, tuple[Segment, ...], str]"
#: How often whoever waits shows that it lives, and looks whether it should stop.
_LOOK_S = 1.0


@dataclass(slots=True, kw_only=True)
class SeparateMaker:
    """Makes editions with the machine's clock, and keeps nothing of what that takes.

    Attributes:
        out: folder of the editions' files.
        watch: hears how far the stages have come.
        deadline_s: after so many seconds the process is ended.
        pauses_s: how long it is left alone after the first, second… failure in a row.
        opens: a function of some module, which gives what makes them in the other process.
    """

    config: Config
    out: Path
    watch: Watcher
    deadline_s: float = DEADLINE_S
    pauses_s: tuple[float, ...] = (60, 300, 900)
    opens: Callable[..., EditionMaker] = open_maker
    _failures: int = field(default=0, init=False)
    _failed_at: float = field(default=0.0, init=False)
    _reason: str = field(default="", init=False)

    def make(self, day: date, segments: Sequence[Segment], *, recipe: str, is_stopped: Callable[[], bool]) -> Making:
        """Makes the day's editions for these segments and has them kept.

        Raises:
            MakingError: it could not, took too long, died, or was to stop; or one of these was so a moment ago.
        """
        if self._failures:
            pause = self.pauses_s[min(self._failures, len(self.pauses_s)) - 1]
            if time.monotonic() < self._failed_at + pause:
                raise MakingError(self._reason)
        try:
            made = self._make((self.config, self.out, day, tuple(segments), recipe), is_stopped)
        except MakingError as error:
            self._failures, self._failed_at, self._reason = self._failures + 1, time.monotonic(), str(error)
            raise
        self._failures = 0
        return made

    def _make(self, order: _Order, is_stopped: Callable[[], bool]) -> Making:
        context = get_context("spawn")
        pipe, theirs = context.Pipe(duplex=False)
        # No daemon: those may not start the process that loads the encoder.
        process = context.Process(target=_work, args=(theirs, order, self.opens), name="newsroom")
        try:
            process.start()
        except OSError as error:
            raise MakingError(f"no process could be started to make the edition ({error.strerror})") from error
        finally:
            theirs.close()
        try:
            return self._await(pipe, is_stopped)
        finally:
            process.kill()
            process.join()
            pipe.close()

    def _await(self, pipe: Connection, is_stopped: Callable[[], bool]) -> Making:
        began, stage = time.monotonic(), ("collect", 0, 0)
        while not is_stopped():
            if time.monotonic() - began > self.deadline_s:
                raise MakingError(f"making the edition took longer than {self.deadline_s / 60:.0f} min and was ended")
            if pipe.poll(_LOOK_S):
                try:
                    said = pipe.recv()
                except (EOFError, OSError):  # OSError: in the middle of a word
                    raise MakingError("the process that made the edition died, perhaps for want of memory") from None
                if isinstance(said, Making):
                    return said
                if isinstance(said, str):
                    raise MakingError(said)
                stage = said
            self.watch(*stage)  # also when there is nothing new: whoever hears of stages knows that we live
        raise MakingError("told to stop while the edition was made; the next start makes it")


def _work(pipe: Connection, order: _Order, opens: Callable[..., EditionMaker]) -> None:
    """Is what runs in the other process."""
    # Ctrl-C goes to every process of a terminal; the one that started us ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    config, out, day, segments, recipe = order

    def watch(stage: str, done: int, total: int) -> None:
        try:
            pipe.send((stage, done, total))
        except OSError:  # whoever wanted it is gone
            sys.exit(1)

    answer: Making | str
    try:
        newsroom = opens(config, out=out, watch=watch, builds_now=True)
        answer = newsroom.make(day, segments, recipe=recipe, is_stopped=lambda: False)
    except BriefingError as error:
        answer = str(error)
    except Exception as error:  # noqa: BLE001, as a line for the log of whoever waits, which ends for no mistake here
        answer = _mistake(error)
    with suppress(OSError):  # nobody waits any more
        pipe.send(answer)


def _mistake(error: Exception) -> str:
    """What to say of an error that is our own."""
    last = extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    where = f"line {last.lineno} of {Path(last.filename).name}"
    return f"making the edition failed by a mistake of the program, please report it: {what} ({where})"
