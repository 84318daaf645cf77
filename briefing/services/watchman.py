"""Takes the lookout, the outer watch and the operator's mail, gives one round through them each minute.

Next: briefing/cli/errands.py, which walks it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from briefing.services.alarms import doubt_alarm, late_alarm, sources_alarm

if TYPE_CHECKING:
    from briefing.model.delivery import OnUncertain
    from briefing.model.edition import Problem
    from briefing.services.alarm_desk import AlarmDesk
    from briefing.services.lookout import Lookout
    from briefing.services.pings import Pings


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchman:
    """Sees to it that trouble is heard of."""

    lookout: Lookout
    pings: Pings
    alarms: AlarmDesk
    on_uncertain: OnUncertain

    def start(self) -> None:
        """Looks at what the last program left behind; before the first tick, which would tidy it away.

        Raises:
            StoreError: the database cannot be read.
        """
        self.lookout.beat()
        for balance in self.lookout.look().balances:
            self.alarms.note(doubt_alarm(balance, self.on_uncertain))

    def round(self) -> tuple[Problem, ...]:
        """Looks the house over, and tells whoever is to be told; gives who could not be.

        Raises:
            StoreError: the database cannot be read or written.
        """
        unheard = self.pings.run()  # before the database, of which a ping needs nothing
        vitals = self.lookout.look()
        for edition, reason in self.lookout.late():
            self.pings.hear_late(edition, reason)
            self.alarms.note(late_alarm(edition, reason))
        today = vitals.looked_at.astimezone(ZoneInfo(self.lookout.default_zone)).date()
        self.alarms.note(sources_alarm(vitals.failing, today=today, now=vitals.looked_at))
        return (*(unheard or self.pings.run()), *self.alarms.run())
