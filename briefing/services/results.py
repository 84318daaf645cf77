"""Takes what a stage is made of, gives its result: made at the first call, kept for the next that is made of the same.

Whoever edits a config and looks what comes of it waits only for the stages that the edit concerns.

Next: briefing/services/build.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping
    from datetime import datetime

    from briefing.model.picture import Picture, PictureSize
    from briefing.ports import PictureDesk

Made = TypeVar("Made")

#: Of each stage: the result in use, and the one before it, for whoever takes an edit back.
NEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Keeps the newest results of each stage. For one thread at a time.

    Attributes:
        most: of each stage; 0 keeps nothing, which is right wherever nothing is made twice.
    """

    most: int = 0
    _kept: dict[str, dict[Hashable, Any]] = field(default_factory=dict)
    _pieces: dict[str, dict[Hashable, Any]] = field(default_factory=dict)

    def of(self, stage: str, made_of: Hashable, make: Callable[[], Made]) -> Made:
        """The result of a stage; `made_of` is equal whenever the result would be."""
        kept = self._kept.setdefault(stage, {})
        made: Made = kept.pop(made_of) if made_of in kept else make()
        kept[made_of] = made
        for oldest in list(kept)[: max(len(kept) - self.most, 0)]:
            del kept[oldest]
        return made

    def forget(self) -> None:
        """Lets go of what stages made as a whole: what they are made of may have changed unnoticed."""
        self._kept.clear()

    def pieces(self, stage: str) -> dict[Hashable, Any]:
        """Results of a stage that works piece by piece, by what each was made of; empty where nothing is kept."""
        return self._pieces.setdefault(stage, {}) if self.most else {}

    def forget_pieces(self, stage: str, *, but: set[Hashable]) -> None:
        """Lets go of pieces that nobody asks for any more."""
        kept = self._pieces.get(stage, {})
        for gone in kept.keys() - but:
            del kept[gone]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPictures:
    """Asks for each picture once, also for one that cannot be had. A `ports.PictureDesk`."""

    desk: PictureDesk
    results: Results

    def find_pictures(self, wanted: Mapping[str, PictureSize], *, now: datetime) -> Mapping[str, Picture]:
        """Implements the port."""
        kept = self.results.pieces("picture")
        missing = {address: size for address, size in wanted.items() if (address, size) not in kept}
        found = self.desk.find_pictures(missing, now=now) if missing else {}
        kept.update(((address, size), found.get(address)) for address, size in missing.items())
        pictures = {address: kept[address, size] for address, size in wanted.items()}
        return {address: picture for address, picture in pictures.items() if picture is not None}
