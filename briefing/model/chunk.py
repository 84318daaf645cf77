"""Takes a part of an edition's readers, gives `Chunk`: what one worker sends at a time.

Next: briefing/model/colours.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Names readers of an edition by their ids.

    Attributes:
        after, last: the readers after the one and up to the other, which is one of them.
        on_time: a copy may go out while its reader's slot is open; else at any hour.
    """

    edition: date
    after: str
    last: str
    on_time: bool = True
