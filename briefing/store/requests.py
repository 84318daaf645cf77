"""Takes who asks for what, gives whether that was asked too often; keeps neither address nor network, only hashes.

Next: briefing/services/signup.py, which asks before it writes to anybody.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select

from briefing.store.database import writing
from briefing.store.schema import requests as table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from briefing.model.limits import Limit

#: No limit looks further back. With 200 requests an hour there are never more than 14,400 rows.
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
            connection.execute(delete(table).where(table.c.at <= now - KEPT))
            if any(self._count(connection, limit, now) >= limit.most for limit in limits):
                return False
            rows = [{"kind": limit.kind, "key": self._hash(limit), "at": now} for limit in limits]
            connection.execute(insert(table), rows)
            return True

    def withdraw(self, limits: Sequence[Limit], *, at: datetime) -> None:
        """Takes back what `admit` counted at that instant, because nothing came of it."""
        with writing(self.engine) as connection:
            for limit in limits:
                theirs = (table.c.kind == limit.kind, table.c.key == self._hash(limit), table.c.at == at)
                newest = select(func.max(table.c.number)).where(*theirs).scalar_subquery()
                connection.execute(delete(table).where(table.c.number == newest))

    def _count(self, connection: Connection, limit: Limit, now: datetime) -> int:
        theirs = (table.c.kind == limit.kind, table.c.key == self._hash(limit), table.c.at > now - limit.within)
        return connection.execute(select(func.count()).where(*theirs)).scalar_one()

    def _hash(self, limit: Limit) -> str:
        return hmac.digest(self.key, f"{limit.kind} {limit.subject}".encode(), "sha256").hex()
