"""Takes work that several programs share, gives its parts as jobs: `Shard` of the sources, `Batch` of segments.

A part says only where to look, and what came of it stands in the database: one that is done twice does no harm, and one
that is lost is done by whoever handed it out.

Next: briefing/ports/jobs.py.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from briefing.model.article import require_aware
from briefing.model.subscriber import Segment

if TYPE_CHECKING:
    from collections.abc import Mapping


class JobQueue(StrEnum):
    """What workers can be asked for, in the order in which a morning needs it."""

    #: reading a shard of the sources
    FETCH = "fetch"
    #: making the vectors of what a shard gave
    VECTORS = "vectors"
    #: making the editions of some segments
    SEGMENTS = "segments"
    #: sending a chunk of an edition's readers their copies
    DELIVER = "deliver"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Names a part of the sources by their hosts, so that no host is asked by two programs at once.

    Attributes:
        number, of: the part, from 0, and how many there are.
        now: the moment of the reading.
    """

    number: int
    of: int
    now: datetime

    def __post_init__(self) -> None:
        require_aware("now", self.now)
        if not 0 <= self.number < self.of:
            raise ValueError(f"there is no part {self.number} of {self.of}")

    @property
    def fields(self) -> dict[str, Any]:
        """As JSON."""
        return {"number": self.number, "of": self.of, "now": self.now.isoformat()}

    @classmethod
    def parse(cls, fields: Mapping[str, Any]) -> Shard:
        """Reads what `fields` gave."""
        return cls(number=fields["number"], of=fields["of"], now=datetime.fromisoformat(fields["now"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Names segments whose editions are to be made from one gathering.

    Attributes:
        day: of the editions.
        now: the moment they are made at.
        recipe: a digest of what they are made with; whoever has another one cannot make them.
        gathering: what the gathering is kept as.
    """

    day: date
    now: datetime
    recipe: str
    gathering: str
    segments: tuple[Segment, ...]

    def __post_init__(self) -> None:
        require_aware("now", self.now)

    @property
    def fields(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "day": self.day.isoformat(),
            "now": self.now.isoformat(),
            "recipe": self.recipe,
            "gathering": self.gathering,
            "segments": [asdict(segment) for segment in self.segments],
        }

    @classmethod
    def parse(cls, fields: Mapping[str, Any]) -> Batch:
        """Reads what `fields` gave."""
        return cls(
            day=date.fromisoformat(fields["day"]),
            now=datetime.fromisoformat(fields["now"]),
            recipe=fields["recipe"],
            gathering=fields["gathering"],
            segments=tuple(map(_segment, fields["segments"])),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Counts the parts of a piece of work that are not done yet.

    Attributes:
        waiting: nobody has begun them.
    """

    waiting: int = 0
    under_way: int = 0

    @property
    def length(self) -> int:
        """All of them."""
        return self.waiting + self.under_way


def _segment(fields: Mapping[str, Any]) -> Segment:
    listed = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return Segment(**{**fields, **listed})
