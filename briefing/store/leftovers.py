"""Takes a moment, gives room back: what is of no use any more and that nobody else sweeps.

Next: briefing/store/archive.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete

from briefing.store.database import writing
from briefing.store.schema import requests

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class SqlRequestNotes:
    """Sweeps the table of requests on days when nobody asks; whoever asks sweeps it too."""

    engine: Engine

    def prune(self, *, before: datetime) -> int:
        """Forgets what was asked before then; gives how much that was."""
        with writing(self.engine) as connection:
            return connection.execute(delete(requests).where(requests.c.at < before)).rowcount
