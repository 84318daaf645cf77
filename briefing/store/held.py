"""Takes the books of a restored database, gives them back with nothing in them that is sent unasked.

Next: briefing/store/sqlite_backups.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, or_, select, update

from briefing.model.delivery import DeliveryStatus
from briefing.store.database import writing
from briefing.store.ledger_statements import OPEN
from briefing.store.schema import deliveries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from sqlalchemy import Engine

_MISSED, _UNCERTAIN = DeliveryStatus.MISSED.value, DeliveryStatus.UNCERTAIN.value
_IN_DOUBT = (DeliveryStatus.INFLIGHT.value, _UNCERTAIN)


@dataclass(frozen=True, slots=True)
class SqlHeldRows:
    """Holds rows of the books in the database back: no sender takes one whose `retry_at` lies ahead."""

    engine: Engine

    def hold_open(self, days: Iterable[date], *, reason: str, until: datetime, now: datetime) -> Mapping[date, int]:
        """Closes every row that a sender might take up, so that none does before `until`; gives how many by edition."""
        unsettled = and_(OPEN, or_(deliveries.c.status != _MISSED, deliveries.c.edition.in_(tuple(days))))
        counted = select(deliveries.c.edition, func.count()).where(unsettled).group_by(deliveries.c.edition)
        status = case((deliveries.c.status.in_(_IN_DOUBT), _UNCERTAIN), else_=_MISSED)
        held = {"status": status, "detail": reason, "retry_at": until, "owner": None, "updated_at": now}
        with writing(self.engine) as connection:
            counts: dict[date, int] = dict(connection.execute(counted).all())
            connection.execute(update(deliveries).where(unsettled).values(**held))
        return counts

    def let_go(self, edition: date, *, beyond: datetime, now: datetime) -> int:
        """Gives the edition's rows back that are held until after that moment; gives how many."""
        held = and_(deliveries.c.edition == edition, OPEN, deliveries.c.retry_at > beyond)
        with writing(self.engine) as connection:
            return connection.execute(update(deliveries).where(held).values(retry_at=None, updated_at=now)).rowcount
