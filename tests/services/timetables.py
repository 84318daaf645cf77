"""Makes timetables for tests, so that each names only what it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from briefing.model.delivery import Envelope, OnUncertain
from briefing.model.settings import Schedule
from briefing.model.subscriber import Crowd, Subscriber
from briefing.ports import Clock, Ledger, SubscriberStore
from briefing.services.delivery_rules import message_id
from briefing.services.delivery_run import Mailing
from briefing.services.schedule import Timetable
from briefing.services.send import Mailroom, SendReport


def copy_for(edition: date, reader: Subscriber) -> Envelope:
    """What a reader gets of an edition."""
    return Envelope(
        sender="post@example.org",
        recipient=reader.email,
        message_id=message_id(edition, reader.id, "example.org"),
        message=b"Subject: Hi\r\n\r\nHi\r\n",
        subscriber=reader.id,
    )


def make_timetable(
    store: SubscriberStore,
    ledger: Ledger,
    clock: Clock,
    send: Callable[[date, tuple[Crowd, ...]], SendReport],
    **changes: Any,
) -> Timetable:
    """A day at seven, UTC, unless the test says otherwise."""
    timetable = Timetable(
        store=store,
        ledger=ledger,
        clock=clock,
        schedule=Schedule(),
        default_zone="UTC",
        on_uncertain=OnUncertain.RESEND,
        send=send,
    )
    return replace(timetable, **changes)


def sending(room: Mailroom, **changes: Any) -> Timetable:
    """The same; what is due is sent by that mailroom, in time."""

    def send(edition: date, crowds: tuple[Crowd, ...]) -> SendReport:
        mailing = Mailing(
            edition=edition,
            compose_message=partial(copy_for, edition),
            closes_at=lambda reader: timetable.closes_at(edition, reader),
        )
        return room.send_edition(mailing, [crowd.habit for crowd in crowds])

    timetable = make_timetable(room.store, room.ledger, room.clock, send, on_uncertain=room.on_uncertain, **changes)
    return timetable
