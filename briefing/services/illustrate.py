"""Takes told sections, gives them with pictures: a large one for the best story, small ones for others if wished.

Next: briefing/services/build.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from briefing.model.picture import PictureSize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from briefing.model.edition import Section
    from briefing.model.picture import Picture
    from briefing.model.story import Story
    from briefing.ports import PictureDesk

#: Of all pictures of an edition. They travel inside every reader's mail, where base64 makes 410 kB of them: .4 s on a
#: phone's 8 Mbit/s, and 410 MB of traffic for a thousand readers.
EDITION_BYTES = 300_000
#: The large picture belongs to the best story that has one, but not to the edition's fourth piece of news.
LEAD_CANDIDATES = 3
#: An address that so many of the day's stories name is the outlet's emblem; two may share a photograph.
EMBLEM_STORIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """Asks for each picture once in each size, for all segments; who could not be had is not asked again.

    Attributes:
        known: what was asked for so far; None for what could not be had.
    """

    desk: PictureDesk
    known: dict[tuple[str, PictureSize], Picture | None] = field(default_factory=dict)

    def ask(self, wanted: Mapping[str, PictureSize], *, now: datetime) -> None:
        """Gets what is not known yet, all at once."""
        unknown = {address: size for address, size in wanted.items() if (address, size) not in self.known}
        if unknown:
            found = self.desk.find_pictures(unknown, now=now)
            self.known.update({(address, size): found.get(address) for address, size in unknown.items()})

    def find(self, address: str, size: PictureSize, *, now: datetime) -> Picture | None:
        """The picture, or None."""
        self.ask({address: size}, now=now)
        return self.known[address, size]


def find_emblems(stories: Iterable[Story]) -> frozenset[str]:
    """Addresses that outlets put beside whatever they have no picture of."""
    named = Counter(image for story in stories for image in {a.image for a in story.printed if a.image})
    return frozenset(image for image, count in named.items() if count >= EMBLEM_STORIES)


def illustrate(
    sections: Sequence[Section], *, images: str, album: Album, emblems: frozenset[str], now: datetime
) -> tuple[Section, ...]:
    """Gives the best story its large picture, and with `images` "all" every other one its small picture.

    Best stories first, as long as `EDITION_BYTES` last; a picture that cannot be had is not there.
    """
    told = (story for section in sections for story in section.stories)
    best = sorted(told, key=lambda story: -story.score.total)
    addresses = _addresses(best, emblems)
    candidates = [addresses[story.id] for story in islice(best, LEAD_CANDIDATES) if story.id in addresses]
    small = tuple(addresses.values()) if images == "all" else ()
    first = dict.fromkeys(candidates[:1], PictureSize.LEAD)
    album.ask({**dict.fromkeys(small, PictureSize.SMALL), **first}, now=now)
    leading = next((a for a in candidates if album.find(a, PictureSize.LEAD, now=now)), None)
    sizes = dict.fromkeys(small, PictureSize.SMALL) | ({leading: PictureSize.LEAD} if leading else {})
    album.ask(sizes, now=now)
    pictures = _within_bytes({address: album.known[address, size] for address, size in sizes.items()})
    return tuple(replace(section, stories=_with_pictures(section.stories, addresses, pictures)) for section in sections)


def _addresses(best: Sequence[Story], emblems: frozenset[str]) -> dict[str, str]:
    """Story id → address of its lead's own picture, best first; of two that share one, the better keeps it."""
    owners: dict[str, str] = {}
    for story in best:
        if story.lead.image and story.lead.image not in emblems:
            owners.setdefault(story.lead.image, story.id)
    return {owner: address for address, owner in owners.items()}


def _within_bytes(found: Mapping[str, Picture | None]) -> dict[str, Picture]:
    """The pictures that fit into an edition, taken in this order."""
    left, taken = EDITION_BYTES, {}
    for address, picture in found.items():
        if picture is not None and len(picture.content) <= left:
            taken[address] = picture
            left -= len(picture.content)
    return taken


def _with_pictures(
    stories: Sequence[Story], addresses: Mapping[str, str], pictures: Mapping[str, Picture]
) -> tuple[Story, ...]:
    return tuple(replace(story, picture=pictures.get(addresses.get(story.id, ""))) for story in stories)
