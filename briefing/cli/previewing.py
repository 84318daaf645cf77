"""Takes a config file and a port, gives the preview: shown until it is told to stop, made anew after every edit.

Next: briefing/web/preview.py.
"""

from __future__ import annotations

import gc
import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from briefing.cli.lasting import answering, listen_on, meanwhile, stop_in_time
from briefing.cli.living import stamps_of
from briefing.cli.logs import LogStyle, configure_logs
from briefing.cli.words import say, unwatched
from briefing.errors import BriefingError
from briefing.services.rehearsal import Rehearsal
from briefing.services.tuning import Tuning
from briefing.web.preview import Backstage, preview_app
from briefing.wiring import open_config_desk, open_source_desk
from briefing.wiring.preview import Studio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from briefing.errors import ConfigError

#: How often the files are looked at, in seconds: a person who saves and looks up has not looked up yet.
LOOK_S = 0.1
#: Editors empty a file before they write it: one that has not changed for so long has been written.
SETTLE_S = 0.03
#: Bytes of a template or a config that are read to show where an edit went wrong.
_MOST_BYTES = 1_000_000


def preview_until_stopped(path: Path, *, out: Path, moment: datetime | None, host: str, port: int) -> int:
    """Serves the preview until Ctrl-C or SIGTERM; on this machine alone, unless `host` is another's address of it.

    Raises:
        BriefingError: the port is taken.
    """
    configure_logs(LogStyle.LOGFMT)
    listening = listen_on(host, port, cure="name another with --port")
    stop = stop_in_time()
    studio = Studio(path=path, out=out, moment=moment)
    rehearsal = make_rehearsal(studio)
    looker, over = Looker(studio, rehearsal), threading.Event()
    backstage = Backstage(
        rehearsal=rehearsal,
        archive=lambda: studio.archive,
        articles=lambda: studio.articles,
        runs=lambda: studio.runs,
        token=secrets.token_urlsafe(24),
        host=host,
        is_over=over.is_set,
        read_again=looker.read_again,
        tuning=make_tuning(studio, rehearsal),
    )
    with answering(preview_app(backstage), listening), watching(looker):
        say(f"preview on http://{f'[{host}]' if ':' in host else host}:{port}/ (Ctrl-C ends it)")
        stop.wait()
        over.set()
    return 0


def make_rehearsal(studio: Studio) -> Rehearsal:
    """What keeps the last good edition, over the files of this machine."""
    return Rehearsal(
        make=studio.make,
        check=lambda: _everything_wrong(studio.path),
        read_lines=lambda file: _lines(file, studio.path),
        stopwatch=time.monotonic,
    )


def make_tuning(studio: Studio, rehearsal: Rehearsal) -> Tuning:
    """What changes the config, and shows first what that changes in the edition."""
    from briefing.config.load import load_text

    return Tuning(
        desk=open_config_desk(studio.path),
        load=lambda text: load_text(text, studio.path),
        make=lambda config: rehearsal.try_out(lambda: studio.make_with(config, unwatched)),
        open_sources=lambda config: open_source_desk(config, now=studio.moment),
    )


@dataclass(slots=True)
class Looker:
    """Notices that a file was edited, and has the edition made anew."""

    studio: Studio
    rehearsal: Rehearsal
    _seen: object = field(default=None, init=False)
    _is_asked: bool = field(default=False, init=False)

    def look(self) -> bool:
        """Renews when something changed since the last look; says whether it did."""
        seen = self._stamps()
        if seen == self._seen and not self._is_asked:
            return False
        if self._is_asked:
            self._is_asked = False
            self.studio.read_again()
        seen = seen if self._seen is None else self._settled(seen)
        self.rehearsal.renew()
        # A new config may name other files; of the old ones counts what they were before they were read.
        found = self._stamps()
        self._seen = {file: seen.get(file, stamp) for file, stamp in found.items()}
        self._tell()
        return True

    def _stamps(self) -> Mapping[str, tuple[int, int]]:
        proofs = self.rehearsal.scene.proofs
        return stamps_of(self.studio.path, proofs.config if proofs else None)

    def _settled(self, seen: Mapping[str, tuple[int, int]]) -> Mapping[str, tuple[int, int]]:
        """What the files are like once nobody writes them any more."""
        while True:
            time.sleep(SETTLE_S)
            now = self._stamps()
            if now == seen:
                return now
            seen = now

    def read_again(self) -> None:
        """Has the sources asked again, and the edition made of what they give, at the next look."""
        self._is_asked = True

    def _tell(self) -> None:
        log, scene = structlog.get_logger("briefing.preview"), self.rehearsal.scene
        for fault in scene.faults:
            log.warning("edit not taken over", file=fault.file, line=fault.line, reason=fault.message)


def watching(looker: Looker) -> AbstractContextManager[None]:
    """Looks at the files while the block lasts; the first edition is made at once."""
    return meanwhile(partial(_keep_looking, looker), name="files")


def _keep_looking(looker: Looker, over: threading.Event) -> None:
    with suppress(BriefingError):  # told by the first look
        looker.studio.open_database()  # so that the last edition that was sent can be shown meanwhile
    is_frozen = False
    while not over.is_set():
        looker.look()
        if not is_frozen and looker.rehearsal.scene.proofs is not None:
            # What stays for good is not to be searched for garbage at every edit: with 10,000 articles that took 1.2 s.
            gc.collect()
            gc.freeze()
            is_frozen = True
        over.wait(LOOK_S)


def _everything_wrong(path: Path) -> Sequence[ConfigError]:
    from briefing.config.load import check_config

    return check_config(path)


def _lines(file: str, config: Path) -> Sequence[str]:
    """The lines of the config, or of a template of the owner's."""
    from briefing.config.load import load_config

    named = Path(file)
    if named.name == file and named.suffix == ".j2":
        try:
            folder = load_config(config).templates
        except BriefingError:
            return ()
        if folder is None:
            return ()
        named = Path(folder) / file
    try:
        with named.open(encoding="utf-8", errors="replace") as text:
            return text.read(_MOST_BYTES).splitlines()
    except OSError:
        return ()
