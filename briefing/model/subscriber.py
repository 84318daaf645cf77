"""Takes a person and their consent, gives `Subscriber`; what they chose decides their segment.

Next: briefing/model/delivery.py, which says what became of each message.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from briefing.model.article import require_aware

if TYPE_CHECKING:
    from datetime import date, datetime, time


class SubscriberStatus(StrEnum):
    """Whether we may write to a person."""

    #: asked for, not yet agreed to by the owner of the address
    UNCONFIRMED = "unconfirmed"
    #: wants the briefing
    CONFIRMED = "confirmed"
    #: said no; stays on the list so that an import cannot bring them back
    UNSUBSCRIBED = "unsubscribed"
    #: must not be written to: hard bounces, a complaint, the operator's decision
    SUPPRESSED = "suppressed"


#: As people write them; Monday is 0, as in `datetime.date.weekday()`.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY: tuple[int, ...] = tuple(range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Carries one reader and their choices; None means "as the config says".

    Attributes:
        id: opaque and stable, from the store; never the address.
        email: normalised address.
        language: of the frame of their mail.
        languages: of the stories they read; empty for all.
        timezone: IANA name.
        topics: names from the config they follow; empty for the config's own choice.
        sections: keys of the sections they want; empty for all.
        at: local time of day they want their mail.
        days: weekdays they want it on, Monday 0.
        paused_until: the first date of an edition they want again, after a pause.
        reason: why they are suppressed: "hard bounce", "complaint", "manual"; or "left" while they are unconfirmed and
            had left before.
        asked_at: when they last asked for the briefing on our pages without having agreed yet; None for everybody else,
            whom the operator put on the list among them.
    """

    id: str
    email: str = field(repr=False)
    name: str | None = field(default=None, repr=False)
    status: SubscriberStatus = SubscriberStatus.UNCONFIRMED
    language: str | None = None
    languages: tuple[str, ...] = ()
    timezone: str | None = None
    topics: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    at: time | None = None
    days: tuple[int, ...] | None = None
    paused_until: date | None = None
    reason: str | None = None
    created_at: datetime | None = None
    asked_at: datetime | None = None

    def __post_init__(self) -> None:
        require_aware("created_at", self.created_at)
        require_aware("asked_at", self.asked_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Gathers the readers who get the same bytes apart from their name and token, at the same moment.

    Attributes:
        key: short, stable, safe in a file name; `edition.DEFAULT_SEGMENT` for those who chose nothing.
        timezone: IANA name; the frame tells times in it.
    """

    key: str
    language: str
    timezone: str
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """Says when readers want their mail: all with the same one are due at the same instant.

    Attributes:
        timezone, at, days, paused_until: as in `Subscriber`.
    """

    timezone: str | None = None
    at: time | None = None
    days: tuple[int, ...] | None = None
    paused_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Gathers confirmed readers who chose the same, without naming any: there are few crowds among millions of readers.

    Attributes:
        example: a reader with those choices and nothing else that is theirs.
        count: how many there are.
    """

    example: Subscriber
    count: int

    @property
    def habit(self) -> Habit:
        """When they want their mail."""
        return habit_of(self.example)


def pause_of(reader: Subscriber, *, today: date) -> date | None:
    """Until when their pause lasts, None when there is none or it is over.

    Args:
        today: the date where they live.
    """
    return reader.paused_until if reader.paused_until is not None and reader.paused_until > today else None


def habit_of(reader: Subscriber) -> Habit:
    """When a reader wants their mail."""
    return Habit(timezone=reader.timezone, at=reader.at, days=reader.days, paused_until=reader.paused_until)
