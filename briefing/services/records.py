"""Takes readers and what they were sent, gives the JSON that other systems see; unknown is null.

Next: briefing/services/announce.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from briefing.model.lines import stamp
from briefing.model.subscriber import WEEKDAYS

if TYPE_CHECKING:
    from briefing.model.delivery import Balance, Delivery
    from briefing.model.subscriber import Subscriber


def reader_fields(reader: Subscriber) -> dict[str, Any]:
    """Everything that a reader is and chose; hours as 07:00, days as mon, tue …, null for the briefing's own."""
    return {
        "id": reader.id,
        "email": reader.email,
        "name": reader.name,
        "status": reader.status.value,
        "language": reader.language,
        "languages": list(reader.languages),
        "timezone": reader.timezone,
        "topics": list(reader.topics),
        "sections": list(reader.sections),
        "at": f"{reader.at:%H:%M}" if reader.at else None,
        "days": None if reader.days is None else [WEEKDAYS[day] for day in reader.days],
        "paused_until": stamp(reader.paused_until),
        "reason": reader.reason,
        "created_at": stamp(reader.created_at),
        "asked_at": stamp(reader.asked_at),
    }


def delivery_fields(row: Delivery) -> dict[str, Any]:
    """What became of one message."""
    return {
        "edition": stamp(row.edition),
        "status": row.status.value,
        "message_id": row.message_id,
        "attempts": row.attempts,
        "detail": row.detail,
        "retry_at": stamp(row.retry_at),
        "updated_at": stamp(row.updated_at),
    }


def balance_fields(balance: Balance) -> dict[str, Any]:
    """An edition's books, added up."""
    return {
        "edition": stamp(balance.edition),
        "audience": balance.audience,
        "counts": {status.value: count for status, count in balance.counts.items()},
        "balanced": balance.is_balanced,
    }
