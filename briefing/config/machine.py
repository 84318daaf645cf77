"""Takes the machine's own settings, gives the time zone and the language that its owner probably lives by.

Next: briefing/config/first.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from briefing.config.languages import FRAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Where systems keep their zone: a link into the database of zones, or its name.
_ETC = Path("/etc")


def guess_zone(environ: Mapping[str, str], *, etc: Path = _ETC) -> str:
    """The IANA name of the machine's zone; UTC when it does not tell."""
    known = available_timezones()
    return next((zone for zone in _zones(environ, etc) if zone in known), "UTC")


def guess_language(environ: Mapping[str, str]) -> str:
    """Of those that the frame of a mail speaks: the one that the owner's programs speak, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if (code := environ.get(name, "")[:2].lower()) in FRAMES:
            return code
    return "en"


def _zones(environ: Mapping[str, str], etc: Path) -> Iterator[str]:
    yield environ.get("TZ", "").lstrip(":").rpartition("zoneinfo/")[2]
    try:
        link = (etc / "localtime").readlink().as_posix()
    except OSError:  # no link: a copy has no name
        link = ""
    yield link.rpartition("zoneinfo/")[2].removeprefix("posix/").removeprefix("right/")
    try:
        yield (etc / "timezone").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return
