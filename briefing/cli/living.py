"""Takes a config file, gives the house as the file says it now: what is edited is taken over while the program runs.

A bad edit changes nothing: the house that stands stays, and the fault is said once.

Next: briefing/cli/systemd.py.
"""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from briefing.cli.lasting import meanwhile
from briefing.cli.words import unwatched
from briefing.errors import BriefingError, ConfigError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from briefing.model.settings import Config
    from briefing.wiring import House

#: How often the files are looked at.
LOOK_S = 2.0


@dataclass(slots=True, kw_only=True)
class LivingHouse:
    """Is the house that is in use.

    Attributes:
        path: of the config.
        out: folder of the editions' files.
        on_change: hears of each new house before it is used.
    """

    path: Path
    out: Path
    house: House
    on_change: Callable[[House], None] = field(default=lambda _: None)
    _seen: dict[str, tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self._seen = stamps_of(self.path, self.house.morning.config)

    def refresh(self, *, asked: bool = False) -> bool:
        """Takes over what was edited since the last look, or everything when `asked`; says whether it did.

        Whoever works in the house before this one finishes there: only its idle connections are closed.
        """
        seen = stamps_of(self.path, self.house.morning.config)
        if seen == self._seen and not asked:
            return False
        self._seen = seen
        log = structlog.get_logger("briefing.serve")
        try:
            fresh = self._open()
            self.on_change(fresh)
        except BriefingError as error:
            log.warning("config not taken over", reason=str(error), stays="the one in use")
            return False
        before, self.house = self.house, fresh
        # The new config may name other files; of the old ones counts what they were before they were read.
        self._seen = {file: seen.get(file, now) for file, now in stamps_of(self.path, fresh.morning.config).items()}
        before.close()
        log.info("config taken over", file=str(self.path))
        return True

    def _open(self) -> House:
        from briefing.config.load import load_config
        from briefing.render.templates import check_syntax, load_templates
        from briefing.wiring import open_house

        config, used = load_config(self.path), self.house.morning.config
        for key, was, is_now in (
            ("database", used.database, config.database),
            ("web: listen", (used.web.host, used.web.port), (config.web.host, config.web.port)),
        ):
            if was != is_now:
                raise ConfigError(str(self.path), f"{key} cannot change while the program runs; restart it")
        check_syntax(load_templates(config.templates))  # else the next edition would find out
        fresh = open_house(config, out=self.out, watch=unwatched, makes_apart=True)
        if fresh.morning.guard is not None and self.house.morning.guard is not None:
            fresh.morning.guard.take_over(self.house.morning.guard)
        return fresh


def refreshing(living: LivingHouse) -> AbstractContextManager[None]:
    """Looks at the files every two seconds, and at once on SIGHUP, while the block lasts."""
    return meanwhile(partial(_keep_looking, living), name="config")


def leave_hangups_to_us() -> None:
    """Keeps SIGHUP from ending the program; called before any thread is started, for they inherit it.

    No handler of Python's is set: it would wake whoever waits for the signals that end us.
    """
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})


def _keep_looking(living: LivingHouse, stop: threading.Event) -> None:
    while not stop.is_set():
        living.refresh(asked=_hung_up())


def _hung_up() -> bool:
    """Waits for SIGHUP, two seconds at most; says whether it came."""
    if hasattr(signal, "sigtimedwait"):
        return signal.sigtimedwait({signal.SIGHUP}, LOOK_S) is not None
    time.sleep(LOOK_S)
    return False


def stamps_of(path: Path, config: Config | None) -> dict[str, tuple[int, int]]:
    """What changes when one of the files changes that the house was made from, by file; the config alone knows them."""
    files = [path]
    if config is not None and config.templates is not None:
        files += sorted(file for file in Path(config.templates).rglob("*") if file.is_file())
    if config is not None and config.look.logo_file:
        files.append(Path(config.look.logo_file))
    return {str(file): _stamp(file) for file in files}


def _stamp(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
