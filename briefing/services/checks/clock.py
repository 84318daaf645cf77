"""Takes the clock and where time zones come from, gives whether mail would go out at the right hour.

Next: briefing/services/checks/books.py.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from briefing.model.checkup import Finding, broken, fine, skipped, warning
from briefing.services.slots import find_zone, zone_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from briefing.model.checkup import ZonesSeen
    from briefing.model.subscriber import Crowd

_SET_IT = "set the clock (timedatectl set-ntp true), or editions bear the wrong date"
#: A second program may write while we look.
_TOLERANCE = timedelta(minutes=2)
#: Against another machine's clock, whose answer took its time.
MOST_APART = timedelta(seconds=60)
#: `serve` looks every 20 s; who runs `send` from a timer of the machine does so once a day.
MOST_SILENT = timedelta(hours=25)
#: Some state changes its rules every few months; it announces so a year ahead at best.
MOST_YEARS = 1


def check_clock(now: datetime, *, installed_at: datetime, newest_work: datetime | None) -> Finding:
    """Whether the clock stands before something that has happened.

    Args:
        now: by the clock.
        installed_at: when this program was put on the machine.
        newest_work: when it last sent, or looked whether it should.
    """
    if newest_work is not None and now < newest_work - _TOLERANCE:
        message = f"it is {now:%Y-%m-%d %H:%M} UTC by the clock, and mail was seen to at {newest_work:%Y-%m-%d %H:%M}"
        return broken("clock", message, _SET_IT)
    if now < installed_at - _TOLERANCE:
        message = f"it is {now:%Y-%m-%d} by the clock, before this program was installed ({installed_at:%Y-%m-%d})"
        return broken("clock", message, _SET_IT)
    return fine("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC, after everything that is known to have happened")


def check_looks(last_look: datetime | None, now: datetime) -> Finding:
    """Whether somebody still looks, every few seconds or by a timer of the machine's own, who is due."""
    if last_look is None:
        return skipped("looks", "the schedule was never looked at")
    since = now - last_look
    if since > MOST_SILENT:
        hours = int(since.total_seconds() // 3600)
        message = f"for {hours:,} hours nobody has looked who is due, since {last_look:%Y-%m-%d %H:%M} UTC"
        return warning("looks", message, "is `briefing serve` running?")
    return fine("looks", f"the schedule was last looked at {last_look:%Y-%m-%d %H:%M} UTC")


def check_offset(now: datetime, told_at: datetime | None, *, host: str) -> Finding:
    """Whether another machine shows the same time."""
    if told_at is None:
        return skipped("clock beside others", f"{host} does not tell the time")
    apart = abs(now - told_at)
    if apart > MOST_APART:
        message = f"this machine and {host} are {apart.total_seconds():,.0f} s apart"
        return warning("clock beside others", message, _SET_IT)
    return fine("clock beside others", f"{host} shows the same time")


def check_zones(seen: ZonesSeen, *, now: datetime, default_zone: str, crowds: Iterable[Crowd]) -> Iterator[Finding]:
    """Whether the zones that people live by are known, and their rules of our days.

    Args:
        seen: where zones come from.
        now: for the age of the rules.
        default_zone: of the briefing.
        crowds: the confirmed readers.
    """
    if find_zone(default_zone) is None:
        yield broken("zones", f"the zone {default_zone} is not known", "pip install --upgrade tzdata")
        return
    age = _age(seen.version, now)
    rules = f"rules {seen.version or 'of no known version'}, from {seen.origin}"
    if age is None or age > MOST_YEARS:
        upgrade = "apt-get install --only-upgrade tzdata" if seen.origin == "the system" else "pip install -U tzdata"
        yield warning("zones", f"{rules}: clocks may have been changed since", upgrade)
    else:
        yield fine("zones", f"{default_zone}; {rules}")
    unknown: dict[str, int] = {}
    for crowd in crowds:
        for problem in zone_problems([crowd.example], default_zone):
            unknown[problem.message] = unknown.get(problem.message, 0) + crowd.count
    for message, count in sorted(unknown.items()):
        readers = "1 reader" if count == 1 else f"{count:,} readers"
        yield warning("readers' zones", f"{readers}: {message}", "`briefing subscribers list` names them; correct it")


def _age(version: str | None, now: datetime) -> int | None:
    """Years, from a version such as 2026b."""
    year = (version or "")[:4]
    return now.year - int(year) if year.isdecimal() else None
