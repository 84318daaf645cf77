"""Takes who asks for what, gives whether that was asked too often; keeps neither address nor network, only hashes.

Next: briefing/services/signup.py, which asks before it writes to anybody.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from briefing.store.database import reading, writing
from briefing.store.postgres import take_turns
from briefing.store.schema import requests as table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Engine

    from briefing.model.limits import Limit

#: No limit looks further back. With 200 requests an hour there are never more than 14,400 rows, and 960 for each
#: network that tries keys all day.
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SqlRequests:
    """Counts requests in the database, so that neither a restart nor a second process forgets any.

    Attributes:
        key: keeps others from finding out by trial which address a hash stands for.
    """

    engine: Engine
    key: bytes = field(repr=False)

    def admit(self, limits: Sequence[Limit], *, now: datetime) -> bool:
        """Counts one request against each of the limits, or against none when one of them is reached; says which."""
        with writing(self.engine) as connection:
            take_turns(connection, "requests")  # two who count at once would both find room
            connection.execute(delete(table).where(table.c.at <= now - KEPT))
            if any(self._count(connection, limit, now) >= limit.most for limit in limits):
                return False
            rows = [{"kind": limit.kind, "key": self._hash(limit), "at": now} for limit in limits]
            connection.execute(insert(table), rows)
            return True

    def wait(self, limit: Limit, *, now: datetime) -> timedelta | None:
        """How long until one more request is admitted; None when it would be now. Counts nothing."""
        theirs = self._theirs(limit, now)
        # The one that must grow old before there is room.
        blocking = select(table.c.at).where(*theirs).order_by(table.c.at.desc()).offset(limit.most - 1).limit(1)
        with reading(self.engine) as connection:
            at = connection.execute(blocking).scalar_one_or_none()
        return None if at is None else at + limit.within - now

    def withdraw(self, limits: Sequence[Limit], *, at: datetime) -> None:
        """Takes back what `admit` counted at that instant, because nothing came of it."""
        with writing(self.engine) as connection:
            for limit in limits:
                theirs = (table.c.kind == limit.kind, table.c.key == self._hash(limit), table.c.at == at)
                newest = select(func.max(table.c.number)).where(*theirs).scalar_subquery()
                connection.execute(delete(table).where(table.c.number == newest))

    def _count(self, connection: Connection, limit: Limit, now: datetime) -> int:
        return connection.execute(select(func.count()).where(*self._theirs(limit, now))).scalar_one()

    def _theirs(self, limit: Limit, now: datetime) -> tuple[ColumnElement[bool], ...]:
        """What counts against the limit now."""
        return (table.c.kind == limit.kind, table.c.key == self._hash(limit), table.c.at > now - limit.within)

    def _hash(self, limit: Limit) -> str:
        return hmac.digest(self.key, f"{limit.kind} {limit.subject}".encode(), "sha256").hex()
