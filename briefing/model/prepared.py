"""Takes nothing, gives `Kept`: an edition that is ready to be copied, as it stands in the database.

Next: briefing/model/lines.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from briefing.model.article import require_aware

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Carries a prepared edition and what says how long it is good.

    Attributes:
        date: of the readers' day; with the segment's key it names the edition.
        recipe: a digest of what it was made with; another one makes another edition.
        is_out: a copy of it went to somebody, so that everybody else gets the same.
        packed: the edition itself; services/prepared.py reads it.
    """

    date: date
    segment: str
    made_at: datetime
    recipe: str
    is_out: bool = False
    packed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        require_aware("made_at", self.made_at)
