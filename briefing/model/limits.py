"""Takes nothing, gives `Limit`: how often somebody may ask for the same thing before nothing more happens.

Next: briefing/store/requests.py, which counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Says how many requests of a kind one subject may make within a time.

    Attributes:
        kind: at most 16 characters; requests are counted apart by it.
        subject: the address or network that is asked for or asks; it is never kept as it stands.
    """

    kind: str
    subject: str
    most: int
    within: timedelta
