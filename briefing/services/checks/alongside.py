"""Takes a check, gives its findings, whatever happens in it: no check stops another, and none is waited for for ever.

Next: briefing/services/doctor.py.
"""

from __future__ import annotations

import logging
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, TypeAlias

from briefing.errors import BriefingError, LookupFailedError
from briefing.model.checkup import Finding, broken, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Check: TypeAlias = Callable[[], Finding | Iterable[Finding]]

log = logging.getLogger(__name__)

_AGAIN = "run it again; if it stays, look at this machine's network and name servers"


def look(name: str, check: Check) -> tuple[Finding, ...]:
    """What a check finds; what it cannot find out is a finding as well."""
    found: list[Finding] = []
    try:
        told = check()
        for finding in (told,) if isinstance(told, Finding) else told:
            found.append(finding)
    except LookupFailedError as error:
        found.append(warning(name, f"could not be looked up: {error}", _AGAIN))
    except BriefingError as error:
        found.append(broken(name, f"could not look: {error}", "the line says what to do"))
    except Exception as error:  # a mistake of ours in one check must not hide what the others found
        log.debug("check %s failed", name, exc_info=True)
        found.append(broken(name, f"could not look: {type(error).__name__}: {error}", "please report this line"))
    return tuple(found)


class Knock:
    """Runs a check in a thread of its own from now on, because its answer comes from another machine."""

    def __init__(self, name: str, check: Check, *, patience_s: float) -> None:
        self.name = name
        self._until = monotonic() + patience_s
        self._found: tuple[Finding, ...] | None = None
        # A daemon: nobody waits for a server that does not let go.
        self._thread = Thread(target=self._run, args=(check,), name=f"check {name}", daemon=True)
        self._thread.start()

    def findings(self) -> tuple[Finding, ...]:
        """What it found, within the time it has."""
        self._thread.join(max(0.0, self._until - monotonic()))
        if self._found is None:
            return (broken(self.name, "could not look: no answer in time", _AGAIN),)
        return self._found

    def _run(self, check: Check) -> None:
        self._found = look(self.name, check)
