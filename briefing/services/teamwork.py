"""Takes the parts of a piece of work, has workers do them, gives up where there are none: the caller does what is left.

Next: briefing/services/shards.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.model.job import Backlog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from briefing.model.job import Batch, JobQueue, Shard
    from briefing.ports import Stopwatch, Workforce

#: Seconds between two looks at how far they are.
LOOK_S = 0.2
#: A worker at leisure takes a part at once, and a busy one once its chunk is sent: if nobody did for so many seconds,
#: waiting costs more than it saves.
UNHEARD_S = 10.0
#: Of a worker that died, the others take over after 30 s, and a shard of slow sources takes 50: if nothing got done in
#: so many seconds, nobody is left who does it.
STUCK_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Shares work out.

    Attributes:
        sleep: lets so many seconds pass.
        new_name: another one each time, wherever in the world.
    """

    workforce: Workforce
    stopwatch: Stopwatch
    sleep: Callable[[float], object]
    new_name: Callable[[], str]

    def share(
        self,
        queue: JobQueue,
        parts: Sequence[Shard | Batch],
        *,
        watch: Callable[[int, int], object] = lambda _done, _total: None,
    ) -> bool:
        """Has workers do the parts, for as long as they get on with it; says whether all were done.

        Args:
            watch: hears how many are done, of how many, several times a second.

        Raises:
            StoreError: the queue cannot be used.
        """
        work = self.new_name()
        self.workforce.hand_out(queue, parts, work=work)
        left, since = Backlog(waiting=len(parts)), self.stopwatch.seconds()
        while left.length:
            self.sleep(LOOK_S)
            seen, now = self.workforce.backlog(work), self.stopwatch.seconds()
            if seen != left:
                left, since = seen, now
            elif now - since >= (STUCK_S if seen.under_way else UNHEARD_S):
                self.workforce.withdraw(work)
                return False
            watch(len(parts) - left.length, len(parts))
        return True
