"""Takes a reader and what somebody said, gives the reader as they then stand: the rules of consent, and nothing else.

Next: briefing/services/subscribe.py, which keeps what comes out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from briefing.model.subscriber import SubscriberStatus

if TYPE_CHECKING:
    from datetime import datetime

    from briefing.model.subscriber import Subscriber
    from briefing.services.choices import Choices

#: Readers who are not written to, and whom no import brings back.
AWAY = frozenset({SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.SUPPRESSED})
#: The reason of an unconfirmed reader who had left and was asked for again, perhaps by somebody else: until they
#: confirm it they are as good as away.
LEFT = "left"
#: Why somebody is suppressed when nobody says why.
MANUAL = "manual"
#: What a change is called by the status that a reader enters; one that keeps the status is "changed".
EVENTS = {
    SubscriberStatus.UNCONFIRMED: "subscribed",
    SubscriberStatus.CONFIRMED: "confirmed",
    SubscriberStatus.UNSUBSCRIBED: "unsubscribed",
    SubscriberStatus.SUPPRESSED: "suppressed",
}


def event_of(before: Subscriber | None, after: Subscriber) -> str:
    """What the change is called."""
    return "changed" if before is not None and before.status is after.status else EVENTS[after.status]


def is_away(reader: Subscriber) -> bool:
    """Whether no file brings this reader back: they said no, must not be written to, or had left and not agreed yet."""
    return reader.status in AWAY or is_returning(reader)


def is_undoable(reader: Subscriber) -> bool:
    """Whether this reader left of their own accord and has not agreed to come back."""
    return reader.status is SubscriberStatus.UNSUBSCRIBED or is_returning(reader)


def is_returning(reader: Subscriber) -> bool:
    """Whether they had left and are to be asked whether they come back."""
    return reader.status is SubscriberStatus.UNCONFIRMED and reader.reason == LEFT


def left(reader: Subscriber) -> Subscriber:
    """Who says no; a suppressed reader stays suppressed."""
    if reader.status in AWAY:
        return reader
    return replace(reader, status=SubscriberStatus.UNSUBSCRIBED, reason=None, asked_at=None)


def asking(reader: Subscriber, *, known: Subscriber | None, at: datetime) -> Subscriber:
    """Who asks on our pages. Those of them who had left, or whom the operator put on the list, are not to be erased."""
    is_their_own = known is None or known.asked_at is not None
    return replace(reader, asked_at=at) if is_their_own else reader


def returning(reader: Subscriber) -> Subscriber:
    """Who had left and may come back; nobody else is changed."""
    has_left = reader.status is SubscriberStatus.UNSUBSCRIBED
    return replace(reader, status=SubscriberStatus.UNCONFIRMED, reason=LEFT) if has_left else reader


def agreed(reader: Subscriber) -> Subscriber:
    """Who says yes, having been asked; nobody else is changed."""
    is_asked = reader.status is SubscriberStatus.UNCONFIRMED
    return replace(reader, status=SubscriberStatus.CONFIRMED, reason=None, asked_at=None) if is_asked else reader


def suppressed(reader: Subscriber, *, reason: str) -> Subscriber:
    """Who must not be written to; the first reason stays."""
    if reader.status is SubscriberStatus.SUPPRESSED:
        return reader
    return replace(reader, status=SubscriberStatus.SUPPRESSED, reason=reason, asked_at=None)


def released(reader: Subscriber, *, confirmed: bool) -> Subscriber:
    """Who may be written to again: confirmed if they agreed, else to be asked."""
    status = SubscriberStatus.CONFIRMED if confirmed else SubscriberStatus.UNCONFIRMED
    is_known = reader.status is SubscriberStatus.SUPPRESSED
    return replace(reader, status=status, reason=None) if is_known else reader


def with_choices(reader: Subscriber, choices: Choices, *, confirmed: bool) -> Subscriber:
    """The reader with everything that was said, and nothing else, changed. A status takes away but never gives.

    Whoever says it for them has put them on the list: `asked_at` is none any more.
    """
    status, reason = reader.status, reader.reason
    if choices.status in AWAY:
        status = choices.status
        reason = (choices.reason or MANUAL) if status is SubscriberStatus.SUPPRESSED else None
    elif choices.reason == LEFT:
        reason = LEFT if status is SubscriberStatus.UNCONFIRMED else reason
    elif confirmed and choices.status is not SubscriberStatus.UNCONFIRMED:
        status, reason = SubscriberStatus.CONFIRMED, None
    return replace(
        reader,
        status=status,
        reason=reason,
        asked_at=None,
        name=choices.name or reader.name,
        language=choices.language or reader.language,
        languages=choices.languages or reader.languages,
        timezone=choices.timezone or reader.timezone,
        topics=choices.topics or reader.topics,
        sections=choices.sections or reader.sections,
        at=choices.at or reader.at,
        days=choices.days or reader.days,
        paused_until=choices.paused_until or reader.paused_until,
    )
