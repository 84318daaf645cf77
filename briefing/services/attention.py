"""Takes what each look at the timetable found, gives what the next one need not look at again.

Next: briefing/services/schedule.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from briefing.model.subscriber import Habit
    from briefing.services.slots import Standstill


@dataclass(slots=True)
class Attention:
    """Remembers from tick to tick what needs no second look, so that most ticks look at nothing.

    Attributes:
        agenda: what is open for each habit, and how long.
        planned: by edition and habit, the change of the list up to which every reader has a row.
        closed, prepared: editions and habits that need no more attention of that kind.
        reasons: why nothing could be sent at the last try, by edition.
        looked: when an edition was last looked at as a whole.
        under_way: editions that workers had something left of at the last look.
        quiet: when nothing of an edition was left to do, and the change of the list up to which that holds.
    """

    habits: tuple[Habit, ...] = ()
    change: int = -1
    planned: dict[tuple[date, Habit], int] = field(default_factory=dict)
    closed: set[tuple[date, Habit]] = field(default_factory=set)
    agenda: dict[Habit, Standstill] = field(default_factory=dict)
    prepared: set[tuple[date, Habit]] = field(default_factory=set)
    reasons: dict[date, str] = field(default_factory=dict)
    looked: dict[date, datetime] = field(default_factory=dict)
    under_way: set[date] = field(default_factory=set)
    quiet: dict[date, tuple[datetime, int]] = field(default_factory=dict)

    def forget(self, before: date) -> None:
        """Forgets editions of long ago."""
        self.planned = {key: change for key, change in self.planned.items() if key[0] >= before}
        self.closed = {key for key in self.closed if key[0] >= before}
        self.prepared = {key for key in self.prepared if key[0] >= before}
        self.reasons = {day: why for day, why in self.reasons.items() if day >= before}
        self.looked = {day: at for day, at in self.looked.items() if day >= before}
        self.quiet = {day: known for day, known in self.quiet.items() if day >= before}
