"""Takes what is wrong with an edition or a source, gives the operator one mail about it, and never a second one.

Next: briefing/render/alarm.py, which writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from briefing.model.delivery import DeliveryStatus, OnUncertain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from briefing.model.delivery import Balance
    from briefing.model.edition import Problem

#: A source that cannot be read for so long is no passing fault: most outages end within a day.
FAILING_FOR = timedelta(days=3)
#: Lines of one kind in a mail; the others are counted.
_MOST = 20
#: As the database keeps them.
_SUBJECT_CHARS = 200


class AlarmKind(StrEnum):
    """What the operator is written about, each once for an edition."""

    #: the outgoing check found something, so nobody gets the edition
    HELD = "held"
    #: readers have waited for too long
    LATE = "late"
    #: the relay refuses all of our mail
    PAUSED = "paused"
    #: sources that could not be read for days
    SOURCES = "sources"
    #: the program died with messages on their way
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Carries one thing the operator should know.

    Attributes:
        edition: it is about, or of the day.
        subject: what is wrong, for the subject of the mail.
        paragraphs: why, and the cure.
        about: what else is not to be told again, such as a source's spell of failures; when all of it was told
            before, there is nothing to tell.
    """

    kind: AlarmKind
    edition: date
    subject: str
    paragraphs: tuple[str, ...]
    about: tuple[str, ...] = ()


def held_alarm(edition: date, held: Iterable[Problem]) -> Alarm:
    """An edition that was made and is not sent."""
    return Alarm(
        kind=AlarmKind.HELD,
        edition=edition,
        subject=f"the edition of {edition} is held",
        paragraphs=(
            "It was made, but a check found something that readers should not get, so nobody gets it:",
            *_listed(problem.message for problem in held),
            "What to do: `briefing preview` shows the edition beside its checks. Mend the template or the config that "
            "is named there. The next tick of `briefing serve` sends it to everybody whose late window is still open.",
        ),
    )


def paused_alarm(edition: date, reason: str) -> Alarm:
    """A relay that takes none of our mail."""
    return Alarm(
        kind=AlarmKind.PAUSED,
        edition=edition,
        subject=f"the relay refuses the edition of {edition}",
        paragraphs=(
            "Nothing more is handed over for now, because the answer is about us and not about a reader:",
            reason,
            "What to do: look at the account and its limits at your relay, at host, username and password under "
            "`mail: smtp`, and at SPF, DKIM and DMARC of your domain (docs/dkim.md). It is tried again by itself, at "
            "longer and longer intervals of up to an hour, while the readers' late window is open.",
        ),
    )


def late_alarm(edition: date, reason: str) -> Alarm:
    """An edition that readers have waited for too long."""
    return Alarm(
        kind=AlarmKind.LATE,
        edition=edition,
        subject=f"the edition of {edition} is late",
        paragraphs=(
            "Readers who are due have waited for half an hour or more."
            + (f" The last try ended so: {reason}" if reason else ""),
            f"What to do: `briefing runs {edition}` lists what was tried and what went wrong; `briefing config check` "
            "and `briefing build` tell whether an edition can be made. Readers whose late window closes get none.",
        ),
    )


def sources_alarm(failing: Mapping[str, datetime], *, today: date, now: datetime) -> Alarm | None:
    """Sources that could not be read for days; None when there is none."""
    old = {name: since for name, since in sorted(failing.items()) if now - since >= FAILING_FOR}
    if not old:
        return None
    many = f"{len(old)} sources" if len(old) > 1 else "a source"
    return Alarm(
        kind=AlarmKind.SOURCES,
        edition=today,
        subject=f"{many} cannot be read",
        paragraphs=(
            f"No edition could read {'them' if len(old) > 1 else 'it'} for {FAILING_FOR.days} days or more:",
            *_listed(f"{name}, since {since:%Y-%m-%d}" for name, since in old.items()),
            "What to do: open each in a browser. Correct its address under `sources:` in your config, or take it out. "
            "You are told again only of a source that was read in between.",
        ),
        about=tuple(f"{since:%Y-%m-%d} {name}"[:_SUBJECT_CHARS] for name, since in old.items()),
    )


def doubt_alarm(balance: Balance, on_uncertain: OnUncertain) -> Alarm | None:
    """Messages that were on their way when the program last ended; None when there were none."""
    count = sum(balance.counts.get(status, 0) for status in (DeliveryStatus.INFLIGHT, DeliveryStatus.UNCERTAIN))
    if not count:
        return None
    fate = "They are sent again under the same Message-ID, so their readers may see them twice."
    if on_uncertain is OnUncertain.HOLD:
        fate = "They are left alone, as `mail: on_uncertain: hold` wants it, so their readers may go without."
    messages = f"{count} messages are" if count > 1 else "1 message is"
    return Alarm(
        kind=AlarmKind.DOUBT,
        edition=balance.edition,
        subject=f"{messages} in doubt after a restart",
        paragraphs=(
            f"`briefing serve` has started and found that {messages} in doubt, of the edition of {balance.edition}: "
            "handed to the relay, whose answer was not heard before the program or the connection ended.",
            fate,
            f"What to do: nothing, if this was a restart of yours. `briefing runs {balance.edition}` shows its books; "
            "your relay's log knows what it took.",
        ),
    )


def _listed(lines: Iterable[str]) -> tuple[str, ...]:
    told = tuple(f"- {line}" for line in lines)
    more = len(told) - _MOST
    return (*told[:_MOST], f"- and {more} more") if more > 0 else told
