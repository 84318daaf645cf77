"""Takes a Config, gives newsrooms that end badly, each in a way that a real one might.

They run in a process of their own, which finds them by the name of this module. `out` is where they leave word.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from briefing.errors import StoreError
from briefing.model.edition import Problem
from briefing.model.run import Making
from briefing.model.settings import Config
from briefing.model.subscriber import Segment

#: What the good one says.
MADE = Making(problems=(Problem(stage="collect", message="one source slept in"),))


@dataclass
class Newsroom:
    """Writes down that it was called, and does what it was made for."""

    out: Path
    acts: Callable[[], object]

    def make(self, day: date, segments: Sequence[Segment], *, recipe: str, is_stopped: Callable[[], bool]) -> Making:
        with (self.out / "calls").open("a") as calls:
            calls.write(f"{os.getpid()} {day} {' '.join(one.key for one in segments)} {recipe}\n")
        self.acts()
        return MADE


def good(config: Config, *, out: Path, watch: Callable[[str, int, int], object], **_: Any) -> Newsroom:
    return Newsroom(out, lambda: [watch("language", done, 2) for done in (1, 2)])


def without_a_database(config: Config, **_: Any) -> Newsroom:
    raise StoreError("briefing.db: the disk is full; free some space")


def mistaken(config: Config, *, out: Path, **_: Any) -> Newsroom:
    return Newsroom(out, list[int]().pop)


def leaving(config: Config, *, out: Path, **_: Any) -> Newsroom:
    return Newsroom(out, lambda: os._exit(3))


def killed(config: Config, *, out: Path, **_: Any) -> Newsroom:
    return Newsroom(out, lambda: os.kill(os.getpid(), signal.SIGKILL))


def silent(config: Config, *, out: Path, **_: Any) -> Newsroom:
    return Newsroom(out, lambda: time.sleep(600))


def talking(config: Config, *, out: Path, watch: Callable[[str, int, int], object], **_: Any) -> Newsroom:
    """Says something all the time, and never comes to an end."""

    def talk() -> None:
        while True:
            watch("stories", 1, 2)
            time.sleep(0.01)

    return Newsroom(out, talk)
