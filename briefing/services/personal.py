"""Takes a reader, gives everything that is kept about them, or forgets it: the rights of access and of erasure.

Next: briefing/services/records.py, which writes it as JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from briefing.model.lines import stamp
from briefing.services.records import delivery_fields, reader_fields

if TYPE_CHECKING:
    from briefing.model.letter import Tally
    from briefing.model.subscriber import Subscriber
    from briefing.ports import AnnouncementQueue
    from briefing.services.desk import Desk

#: More editions than a reader can have had: a hundred years of them.
EVERY_EDITION = 36_525


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalRecords:
    """Answers people who ask what we know about them (GDPR, Articles 15, 17 and 20).

    How often an address was asked for on our pages is kept under a keyed hash for a day or two and is not among it:
    nobody can tell from the hash whose it is, and erasing it would let anybody flood a mailbox.
    """

    desk: Desk
    queue: AnnouncementQueue

    def export(self, reader: Subscriber) -> dict[str, Any]:
        """Everything that is kept about a reader."""
        rows = self.desk.deliveries(reader, limit=EVERY_EDITION)
        return {
            "subscriber": reader_fields(reader),
            "deliveries": [delivery_fields(row) for row in rows],
            "bounces": _tally_fields(self.desk.tally(reader)),
            "announcements": [json.loads(waiting.event) for waiting in self.queue.about(reader.id)],
        }

    def erase(self, reader: Subscriber) -> None:
        """Forgets a reader; their rows in the books stay, under an id of nobody, so that the books still balance.

        What names them goes first, so that whoever is interrupted here still finds them, and can ask again.
        """
        self.queue.forget(reader.id)
        self.desk.readers.erase(reader.id)


def _tally_fields(tally: Tally | None) -> dict[str, Any] | None:
    if tally is None:
        return None
    return {"soft": tally.soft, "last_at": stamp(tally.last_at), "detail": tally.detail}
