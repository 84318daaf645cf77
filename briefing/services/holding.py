"""Takes a day's press and who is due, gives which of them get nothing at present, and what the operator is told of it.

Next: briefing/services/morning.py.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from briefing.services.press import held_edition, nothing_to_send, waiting_readers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from briefing.model.edition import Problem
    from briefing.model.subscriber import Crowd, Segment, Subscriber
    from briefing.services.press import Press


class Holding:
    """Knows the segments whose edition is held, or has no story; counts the readers who wait for them.

    Everything is printed at once: whoever asks later holds the books, and nobody else can write in them meanwhile.
    """

    def __init__(self, press: Press, crowds: Iterable[Crowd]) -> None:
        self._press = press
        segments = dict.fromkeys(press.segment_of(crowd.example) for crowd in crowds)
        self._reasons = {segment: reason for segment in segments if (reason := self._reason(segment))}
        self._waiting: Counter[Segment] = Counter()

    def is_held(self, reader: Subscriber) -> bool:
        """Whether there is no copy for the reader; asked once of each who waits for one."""
        segment = self._press.segment_of(reader)
        if segment in self._reasons:
            self._waiting[segment] += 1
        return segment in self._reasons

    @property
    def editions(self) -> tuple[Segment, ...]:
        """The segments whose edition has stories and is held all the same."""
        return tuple(segment for segment in self._reasons if self._press.edition(segment).stories)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """A line for each segment that somebody waits for."""
        return (*self.held, *self._lines(waiting_readers, set(self._reasons).difference(self.editions)))

    @property
    def held(self) -> tuple[Problem, ...]:
        """Those of them whose edition is held."""
        return self._lines(held_edition, set(self.editions))

    def _lines(self, told: Callable[..., Problem], segments: Collection[Segment]) -> tuple[Problem, ...]:
        waiting = ((segment, count) for segment, count in self._waiting.items() if segment in segments)
        return tuple(told(segment, self._reasons[segment], readers=count) for segment, count in waiting)

    def _reason(self, segment: Segment) -> str:
        edition = self._press.edition(segment)
        return self._press.held(segment) if edition.stories else nothing_to_send(edition)
