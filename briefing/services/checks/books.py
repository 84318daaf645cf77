"""Takes the database and its books, gives whether they can be relied on, and how the newest edition went.

Next: briefing/services/checks/sending.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from briefing.model.checkup import Finding, broken, fine, skipped, warning
from briefing.model.delivery import DeliveryStatus
from briefing.services.slots import slot_on, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from briefing.model.checkup import DatabaseSeen
    from briefing.model.delivery import Balance
    from briefing.model.settings import Config
    from briefing.model.subscriber import Crowd

#: `serve` looks every 20 s, and a row without news for five minutes belongs to nobody any more.
_IDLE = timedelta(minutes=10)
#: How far back a day is looked for on which somebody should have had mail: a week has every weekday.
_DAYS_BACK = 8

_UNDER_WAY = (DeliveryStatus.PENDING, DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT, DeliveryStatus.DEFERRED)


def check_database(seen: DatabaseSeen, *, is_open_to_all: bool) -> Iterator[Finding]:
    """Whether it is whole, of our version, and free to be written."""
    name, place = "database", seen.file or f"{seen.kind} {seen.version}".strip()
    if seen.damage:
        cure = "stop the program, keep a copy of the file, then restore a backup"
        yield broken(name, f"{place} is damaged: {'; '.join(seen.damage)}", cure)
    elif seen.is_locked:
        yield broken(name, f"{place}: another program has been writing for seconds", "find out which, and stop it")
    elif seen.schema is None:
        yield warning(name, f"{place} has no tables yet", "`briefing build` makes them")
    elif seen.schema > seen.known_schema:
        known = f"schema {seen.schema}, known here {seen.known_schema}"
        yield broken(name, f"{place} was written by a newer version of this program ({known})", "upgrade the program")
    elif seen.schema < seen.known_schema:
        message = f"{place} is of schema {seen.schema}; this program brings it to {seen.known_schema} at its next start"
        yield warning(name, message, "keep a copy of it, then start the program")
    else:
        pages = ", its pages are whole" if seen.is_checked else ""
        yield fine(name, f"{place}: schema {seen.schema}, the newest{pages}, not locked")
    if is_open_to_all:
        message = f"everybody on this machine may read {place}, readers' addresses and keys among it"
        yield warning("database rights", message, f"chmod 600 {place}")


def is_usable(seen: DatabaseSeen) -> bool:
    """Whether its tables can be asked."""
    return not seen.damage and seen.schema == seen.known_schema


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksSeen:
    """Carries what the books say.

    Attributes:
        crowds: the confirmed readers.
        newest: the balance of the newest edition; None when there was none.
        unfinished: editions with a row that still waits for a sender.
        worked_at: when a row of the newest edition was last written.
    """

    crowds: tuple[Crowd, ...]
    newest: Balance | None
    unfinished: Sequence[date]
    worked_at: datetime | None


def check_readers(crowds: Iterable[Crowd]) -> Finding:
    """Whether there is anybody to send to."""
    number = sum(crowd.count for crowd in crowds)
    if not number:
        return warning("readers", "nobody on the list is confirmed", "`briefing subscribers add ADDRESS --confirmed`")
    return fine("readers", f"{number:,} confirmed")


def check_editions(seen: BooksSeen, config: Config, now: datetime) -> Iterator[Finding]:
    """How the newest edition went, and whether one is missing."""
    due = last_due(seen.crowds, config, now)
    newest = seen.newest
    serve = "is `briefing serve` running? `briefing send` makes up for what is not too late"
    if newest is None:
        made = warning("last edition", "there was none yet, and somebody's hour has passed", serve) if due else None
        yield made or skipped("last edition", "there was none yet")
        return
    if due is not None and newest.edition < due:
        yield broken("last edition", f"it is that of {newest.edition}; {due}, everybody's hour has passed", serve)
    yield from _check_balance(newest, config)
    late = [day for day in seen.unfinished if day < newest.edition]
    waiting = sum(newest.counts.get(status, 0) for status in _UNDER_WAY)
    is_idle = seen.worked_at is None or seen.worked_at + _IDLE < now
    if late:
        yield warning("queue", f"readers of {', '.join(map(str, late))} were never settled", serve)
    elif waiting and is_idle:
        message = f"{waiting:,} wait for the edition of {newest.edition}, and nobody works on it"
        yield warning("queue", message, "`briefing build` says if the edition is held; is `briefing serve` running?")
    else:
        yield fine("queue", f"{waiting:,} waiting")


def _check_balance(newest: Balance, config: Config) -> Iterator[Finding]:
    name, counts = "last edition", newest.counts
    told = ", ".join(f"{number:,} {status.value}" for status, number in counts.items() if number) or "none"
    line = f"{newest.edition}: {newest.audience:,} reader{'s' * (newest.audience != 1)}: {told}"
    if not newest.is_balanced:
        cure = "keep a copy of the database: rows are missing from it, or too many"
        yield broken(name, f"{line}; the books do not balance", cure)
        return
    doubtful, missed = counts.get(DeliveryStatus.UNCERTAIN, 0), counts.get(DeliveryStatus.MISSED, 0)
    if doubtful:
        rule = config.mail.on_uncertain.value
        cure = f"`mail: on_uncertain` says {rule}; `briefing subscribers show ADDRESS` shows a reader's rows"
        yield warning(name, f"{line}; of {doubtful:,} nobody knows whether they have it", cure)
    elif missed:
        yield warning(name, f"{line}; {missed:,} were too late", "`briefing send --all` sends to them all the same")
    else:
        yield fine(name, f"{line}; the books balance")


def last_due(crowds: Iterable[Crowd], config: Config, now: datetime) -> date | None:
    """The newest day, by each reader's own calendar, whose window has closed for somebody; None when there is none."""
    found: date | None = None
    zone = config.briefing.timezone
    for crowd in crowds:
        today = now.astimezone(zone_of(crowd.example, zone)).date()
        for back in range(_DAYS_BACK + config.schedule.late_window.days):
            slot = slot_on(today - timedelta(days=back), crowd.example, config.schedule, zone)
            if slot is not None and slot.closes_at <= now:
                found = slot.edition if found is None else max(found, slot.edition)
                break
    return found
