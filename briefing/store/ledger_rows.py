"""Takes a row of the books as the database keeps it, gives it as the house knows it.

Next: briefing/store/ledger_statements.py.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from briefing.model.delivery import Delivery, DeliveryStatus
from briefing.model.subscriber import Subscriber, SubscriberStatus

if TYPE_CHECKING:
    from sqlalchemy import RowMapping


def delivery_of(row: RowMapping) -> Delivery:
    """A delivery out of a row with all columns of the table."""
    return Delivery(
        edition=row["edition"],
        subscriber=row["subscriber"],
        status=DeliveryStatus(row["status"]),
        message_id=row["message_id"],
        attempts=row["attempts"],
        detail=row["detail"],
        retry_at=row["retry_at"],
        updated_at=row["updated_at"],
        owner=row["owner"],
    )


def reader_of(row: RowMapping) -> Subscriber | None:
    """Its reader, out of the columns beside it; None when they are not on the list."""
    if row["reader_id"] is None:
        return None
    return Subscriber(
        id=row["reader_id"],
        email=row["reader_email"],
        name=row["reader_name"],
        status=SubscriberStatus(row["reader_status"]),
        language=row["reader_language"],
        languages=_list(row["reader_languages"]) or (),
        timezone=row["reader_timezone"],
        topics=_list(row["reader_topics"]) or (),
        sections=_list(row["reader_sections"]) or (),
        at=row["reader_at"],
        days=_list(row["reader_days"]),
        paused_until=row["reader_paused_until"],
        reason=row["reader_reason"],
        created_at=row["reader_created_at"],
    )


@lru_cache(maxsize=4096)
def _list(written: str | None) -> tuple[Any, ...] | None:
    return None if written is None else tuple(json.loads(written))
