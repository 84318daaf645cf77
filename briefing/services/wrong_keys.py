"""Takes the network that a wrong key came from, gives how long that network has to wait before its next try.

A key has at least 16 characters, but nobody says that they were drawn at random; ten tries in a quarter of an hour are
960 a day, where the machine would answer a thousand a second. While a network waits, the right key opens nothing
either: else whoever tries would learn which one it is.

Next: briefing/web/guard.py, which asks for the key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from briefing.model.limits import Limit

if TYPE_CHECKING:
    from briefing.ports import Clock, RequestLog

#: Wrong keys of one network within that time; people mistype a password three times, and have a colleague who does.
MOST, WITHIN = 10, timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongKeys:
    """Counts wrong keys, whichever door they were tried at.

    Attributes:
        requests: where they are counted; a restart forgets none.
    """

    requests: RequestLog
    clock: Clock

    def wait(self, network: str) -> int | None:
        """Whole seconds until this network may try again, at least one; None when it may now.

        Args:
            network: see `signup.network_of`.

        Raises:
            StoreError: the database cannot be read.
        """
        left = self.requests.wait(_limit(network), now=self.clock.now())
        return None if left is None else max(1, -(-left // timedelta(seconds=1)))

    def count(self, network: str) -> None:
        """Counts one.

        Raises:
            StoreError: the database cannot be written.
        """
        self.requests.admit((_limit(network),), now=self.clock.now())


def _limit(network: str) -> Limit:
    return Limit(kind="wrong key", subject=network, most=MOST, within=WITHIN)
