"""Takes a way to make proofs, gives the last good ones, and what is wrong with the newest edit.

Whatever an edit breaks, the proofs before it stay.

Next: briefing/wiring/preview.py.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from traceback import extract_tb
from typing import TYPE_CHECKING, TypeVar

from briefing.errors import BriefingError, ConfigError, RenderError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from briefing.services.filing import Watcher
    from briefing.services.proofs import ProofDesk

Made = TypeVar("Made")

#: Lines shown around a fault.
_AROUND = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Says what is wrong with an edit, and where.

    Attributes:
        file: the config, or a template; "" when neither is to blame.
        line, column: from 1; 0 when it is not known.
        message: what is wrong, and what would be right.
        excerpt: the lines around it, each with its number.
    """

    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    excerpt: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Carries what there is to see at a moment.

    Attributes:
        version: grows with every change of the others; pages ask for it to know that they are old.
        proofs: the last good ones; None until there are some.
        faults: of the newest edit; none when the proofs are of it.
        stage, done, total: how far the next proofs have come; "" when none are being made.
        seconds: that the last proofs took.
    """

    version: int = 0
    proofs: ProofDesk | None = None
    faults: tuple[Fault, ...] = ()
    stage: str = ""
    done: int = 0
    total: int = 0
    seconds: float = 0.0


@dataclass(slots=True, kw_only=True)
class Rehearsal:
    """Keeps the scene. One thread renews it, any may look.

    Attributes:
        make: opens config and templates as they are now, and makes proofs; its argument hears how far it has come.
        check: everything that is wrong with the config, as far as that can be told.
        read_lines: the lines of a file that an error names; none when it cannot be read.
        stopwatch: seconds since any moment.
    """

    make: Callable[[Watcher], ProofDesk]
    check: Callable[[], Sequence[ConfigError]] = tuple
    read_lines: Callable[[str], Sequence[str]] = lambda _: ()
    stopwatch: Callable[[], float] = lambda: 0.0
    scene: Scene = field(default_factory=Scene)
    _renewing: threading.Lock = field(default_factory=threading.Lock)

    def renew(self) -> bool:
        """Makes the proofs anew; says whether that could be done. Nothing is raised: a preview never stops."""
        with self._renewing:
            began = self.stopwatch()
            self._change(stage="config", done=0, total=0)
            try:
                proofs = self.make(self._hear)
                proofs.proof()
            except BriefingError as error:
                self._change(stage="", faults=self._told(error))
                return False
            except Exception as error:  # noqa: BLE001, as a fault on the page: the next edit may get round our mistake
                self._change(stage="", faults=(_mistake(error),))
                return False
            self._change(stage="", proofs=proofs, faults=(), seconds=self.stopwatch() - began)
            return True

    def try_out(self, make: Callable[[], Made]) -> Made:
        """Makes something else between two renewals: what that is made with is for one thread at a time."""
        with self._renewing:
            return make()

    def _change(self, **changes: object) -> None:
        self.scene = replace(self.scene, version=self.scene.version + 1, **changes)  # type: ignore[arg-type]  # fields

    def _hear(self, stage: str, done: int, total: int) -> None:
        """Progress is no change: a page that is read is not loaded anew for it."""
        self.scene = replace(self.scene, stage=stage, done=done, total=total)

    def _told(self, error: BriefingError) -> tuple[Fault, ...]:
        try:
            return self._faults(error)
        except Exception:  # noqa: BLE001, whatever keeps us from saying more of it, the error itself is said
            return (Fault(message=str(error)),)

    def _faults(self, error: BriefingError) -> tuple[Fault, ...]:
        if isinstance(error, ConfigError):
            return tuple(map(self._of_config, self.check() or (error,)))
        if isinstance(error, RenderError):
            return (self._placed(Fault(message=error.reason, file=error.template, line=error.line or 0)),)
        return (Fault(message=str(error)),)

    def _of_config(self, error: ConfigError) -> Fault:
        return self._placed(Fault(message=error.message, file=error.path, line=error.line, column=error.column))

    def _placed(self, fault: Fault) -> Fault:
        if not fault.line:
            return fault
        numbered = list(enumerate(self.read_lines(fault.file), 1))
        return replace(fault, excerpt=tuple(numbered[max(fault.line - 1 - _AROUND, 0) : fault.line + _AROUND]))


def _mistake(error: Exception) -> Fault:
    """What to say of an error that is our own."""
    last = extract_tb(error.__traceback__)[-1]
    where = f"line {last.lineno} of {last.filename.rpartition('/')[2]}"
    return Fault(message=f"a mistake of the program, please report it: {type(error).__name__}: {error} ({where})")
