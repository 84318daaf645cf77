"""Takes the first copy that went out of each edition, gives it a place in the memory and in the archive.

At the first copy, not at the end: who dies in between must not tell the same again tomorrow, and whoever goes on
must send the others the same edition.

Next: briefing/services/morning.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from briefing.services.prepared import unpack

if TYPE_CHECKING:
    from briefing.model.subscriber import Subscriber
    from briefing.ports import Archive, EditionMemory, PreparedEditions
    from briefing.services.copies import Copies


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    """Hears of each copy that was taken. Safe to repeat, and to be done by several senders at once."""

    copies: Copies
    kept: PreparedEditions
    memory: EditionMemory
    archive: Archive
    _out: set[str] = field(default_factory=set)

    def sent(self, reader: Subscriber) -> None:
        """Remembers what was told, keeps the page that the link in the mail opens."""
        segment = self.copies.segment_of(reader)
        if segment.key in self._out:
            return
        self._out.add(segment.key)
        day = self.copies.today
        self.kept.mark_out(day, segment.key)
        found = self.kept.find(day, segment.key)
        if found is None:
            return  # forgotten meanwhile, as everything of so long ago
        edition = unpack(found.packed)
        self.memory.remember(day, segment.key, edition.told)
        if edition.archived is not None and edition.page is not None:
            self.archive.keep(edition.archived, edition.page)
