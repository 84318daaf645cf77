"""Takes what was looked at, gives `Finding`: one line for the operator, and the values that lookers bring back.

Next: briefing/ports/checkup.py, which says who looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

#: A line that somebody else's server had a part in is cut here.
MOST_CHARS = 700


class State(StrEnum):
    """How something is."""

    #: as it should be
    OK = "ok"
    #: readers may come to notice it
    WARNING = "warning"
    #: readers notice it, or nobody could look
    BROKEN = "broken"
    #: does not concern this briefing, or was not to be looked at
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Says how one thing is, in a line.

    Attributes:
        name: of what was looked at; stable, so that a program can look for it.
        message: what was seen.
        cure: what to do; "" when there is nothing to do.
    """

    name: str
    state: State
    message: str
    cure: str = ""

    @property
    def is_trouble(self) -> bool:
        """Worth a look."""
        return self.state in {State.WARNING, State.BROKEN}


def fine(name: str, message: str) -> Finding:
    """Says that it is as it should be."""
    return Finding(name=name, state=State.OK, message=_printable(message))


def warning(name: str, message: str, cure: str) -> Finding:
    """Says what may become trouble."""
    return Finding(name=name, state=State.WARNING, message=_printable(message), cure=_printable(cure))


def broken(name: str, message: str, cure: str) -> Finding:
    """Says what is trouble."""
    return Finding(name=name, state=State.BROKEN, message=_printable(message), cure=_printable(cure))


def skipped(name: str, message: str, cure: str = "") -> Finding:
    """Says why nobody looked."""
    return Finding(name=name, state=State.SKIPPED, message=_printable(message), cure=_printable(cure))


def _printable(text: str) -> str:
    """One line: what stands in somebody's DNS must not steer the operator's terminal."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= MOST_CHARS else line[: MOST_CHARS - 1] + "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSeen:
    """Says how a file or folder is.

    Attributes:
        exists: something is there; `is_writable` and `free_bytes` are of the folder that it would be made in, if not.
        is_readable: by this process; of a folder, that its files can be listed.
        is_open_to_all: everybody on this machine may read it.
        files: in a folder, those whose name begins with no dot; 0 for a file.
        free_bytes: on its disk, for this user.
    """

    exists: bool
    is_folder: bool = False
    is_readable: bool = False
    is_writable: bool = False
    is_open_to_all: bool = False
    files: int = 0
    free_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSeen:
    """Says how the database is.

    Attributes:
        kind: sqlite or postgresql.
        file: of SQLite; None elsewhere.
        version: of the server, such as 18.4; "" where there is none.
        schema: number of its newest migration; None while it has no tables.
        known_schema: the one this program brings it to.
        damage: what the database says of itself; () when all is well.
        is_checked: its pages were looked through; False where that took too long, or is not ours to do.
        is_locked: somebody has been writing for seconds.
    """

    kind: str
    file: str | None = None
    version: str = ""
    schema: str | None = None
    known_schema: str = ""
    damage: tuple[str, ...] = ()
    is_checked: bool = False
    is_locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySeen:
    """Says how a server took our greeting and our login.

    Attributes:
        name: host and port.
        trusted_until: when its certificate, which was verified, expires; None without TLS.
        has_login: we said who we are, and it believed us.
    """

    name: str
    trusted_until: datetime | None = None
    has_login: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeen:
    """Says how a web server answered a GET.

    Attributes:
        told_at: the server's clock; None when it does not say.
        trusted_until: as in `RelaySeen`.
        body: the first 64 kB.
        leads_to: where a redirection wants us; it is not followed.
    """

    status: int
    told_at: datetime | None = None
    trusted_until: datetime | None = None
    body: str = ""
    leads_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonesSeen:
    """Says where time zones come from.

    Attributes:
        version: of the IANA database, such as 2026b; None when nobody says.
        origin: "the system" or "the package tzdata".
    """

    version: str | None
    origin: str
