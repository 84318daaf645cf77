"""Takes nothing, gives `ArchivedEdition`: what the list of earlier editions says of one.

Next: briefing/model/lines.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.model.article import require_aware
from briefing.model.edition import DEFAULT_SEGMENT

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedEdition:
    """Names an edition that was sent; its page is kept beside it.

    Attributes:
        date: of the readers it went to; with the segment it names the edition.
        title: the best headlines, as in the mail's subject.
        preheader: the next ones, as in the line that mail programs show after it; "" for none.
        language: of the frame.
    """

    date: date
    segment: str = DEFAULT_SEGMENT
    title: str
    preheader: str = ""
    language: str
    built_at: datetime

    def __post_init__(self) -> None:
        require_aware("built_at", self.built_at)
