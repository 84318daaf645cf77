"""Takes a change of a reader, gives `Announcement`: what one webhook has yet to hear of.

Next: briefing/services/announce.py, which posts it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from briefing.model.article import require_aware

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Carries one event to one webhook.

    Attributes:
        number: larger than that of every event before it.
        address: of the webhook; it may hold a token.
        event: the JSON that is posted.
        attempts: times it was posted and not taken.
        retry_at: not before then.
    """

    number: int
    address: str = field(repr=False)
    event: str = field(repr=False)
    attempts: int = 0
    retry_at: datetime

    def __post_init__(self) -> None:
        require_aware("retry_at", self.retry_at)
