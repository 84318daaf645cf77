"""Takes texts, gives the vectors of `UniversalEncoder`, computed in a process of its own that loads while we read.

Loading the model takes two seconds of pure Python, so a thread would gain nothing; a second process on a second core
takes them off every build (seeds: 6.0 → 4.4 s).

Next: briefing/compose/duplicates.py, whose survivors `compose/stories.py` groups by these vectors.
"""

from __future__ import annotations

import gc
import signal
from contextlib import contextmanager
from multiprocessing import get_context
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

from briefing.engines.vectors import UniversalEncoder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess


class SeparateEncoder:
    """Encodes beside the program; should that process die, the next texts are encoded here, a little later."""

    def __init__(self) -> None:
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def prepare(self) -> None:
        """Begins to load the model and returns at once; safe to repeat."""
        if self._process is not None and self._process.is_alive():
            return
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        # A daemon ends with the program, also while it is still loading.
        self._process = context.Process(target=_answer, args=(theirs,), name="encoder", daemon=True)
        with _ctrl_c_is_ours():
            self._process.start()
        theirs.close()

    def encode(self, texts: Sequence[str]) -> tuple[Sequence[float], ...]:
        """One unit vector of 512 single-precision floats per text, in the same order."""
        self.prepare()
        try:
            self._pipe.send(list(texts))  # type: ignore[union-attr]  # prepare() has made it
            vectors: tuple[Sequence[float], ...] = self._pipe.recv()  # type: ignore[union-attr]  # likewise
        except (EOFError, OSError):
            return UniversalEncoder().encode(texts)
        return vectors


@contextmanager
def _ctrl_c_is_ours() -> Iterator[None]:
    """Starts the process deaf to Ctrl-C, which would otherwise interrupt it while it loads. Threads may not ask."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _answer(pipe: Connection) -> None:
    """Encodes list after list until the program hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The vocabulary is half a million strings in no cycle; sweeping through them while loading finds nothing.
    gc.disable()
    encoder = UniversalEncoder()
    encoder.encode(["load"])
    gc.enable()
    while True:
        try:
            texts = pipe.recv()
        except EOFError:
            return
        pipe.send(encoder.encode(texts))
