"""Takes a day's copies and who is due, gives which of them get nothing at present, and what the operator is told of it.

Next: briefing/services/publishing.py.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from briefing.model.edition import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from briefing.model.subscriber import Crowd, Segment, Subscriber
    from briefing.services.copies import Copies
    from briefing.services.prepared import PreparedEdition


class Holding:
    """Knows the segments whose edition is held, or has no story; counts the readers who wait for them.

    Everything is prepared at once: whoever asks later holds the books, and nobody else can write in them meanwhile.
    """

    def __init__(self, copies: Copies, crowds: Iterable[Crowd]) -> None:
        self._copies = copies
        segments = dict.fromkeys(copies.segment_of(crowd.example) for crowd in crowds)
        self._editions = {segment: copies.prepared(segment) for segment in segments}
        self._waiting: Counter[Segment] = Counter()

    def is_held(self, reader: Subscriber) -> bool:
        """Whether there is no copy for the reader; asked once of each who waits for one."""
        segment = self._copies.segment_of(reader)
        edition = self._editions.get(segment)
        if edition is None or not edition.reason:
            return False
        self._waiting[segment] += 1
        return True

    @property
    def problems(self) -> tuple[Problem, ...]:
        """A line for each segment that somebody waits for, and for each whose edition has no page."""
        pageless = (pageless_edition(e.segment, e.pageless) for e in self._editions.values() if e.pageless)
        return (*self.held, *self._lines(is_held=False), *pageless)

    @property
    def held(self) -> tuple[Problem, ...]:
        """Those of them whose edition is held."""
        return self._lines(is_held=True)

    def _lines(self, *, is_held: bool) -> tuple[Problem, ...]:
        waiting = ((self._editions[segment], count) for segment, count in self._waiting.items())
        return tuple(self._why(edition, count) for edition, count in waiting if bool(edition.silence) != is_held)

    def _why(self, edition: PreparedEdition, readers: int) -> Problem:
        if edition.silence:
            return waiting_readers(edition.segment, edition.silence, readers=readers)
        return held_edition(edition.segment, edition.held, readers=readers)


def held_edition(segment: str, reasons: str, *, readers: int | None = None) -> Problem:
    """Says that an edition is held, and who goes without it: that many readers, or all when none are counted."""
    kept = "it will not be sent"
    if readers is not None:
        kept = f"nothing was sent to its {readers} {'reader' if readers == 1 else 'readers'}"
    return Problem(stage="render", message=f"the edition for {segment} is held: {reasons}; {kept}")


def waiting_readers(segment: str, reason: str, *, readers: int) -> Problem:
    """Says that a segment's readers wait for a story that they can read."""
    message = f"{readers} {'reader' if readers == 1 else 'readers'} of {segment} wait for news: {reason}"
    return Problem(stage="render", message=message)


def pageless_edition(segment: str, reason: str) -> Problem:
    """Says that an edition has no page on the web, and why."""
    message = f"the edition for {segment} has no page, so its mails do not link to one: {reason}"
    return Problem(stage="render", message=message)
