"""Takes a sheet and what its stories weigh, gives the longest sheet that fits: no mail is ever clipped.

Gmail cuts a message off at about 102 KB of HTML, the unsubscribe link with it. Too long an edition gives way one story
at a time, the lowest score first: third sentences go (and what a second outlet adds), then second ones, then stories
move to the brief, then the brief's last ones are only counted. What has a higher score is touched only when nothing
below it is left to give.

Next: briefing/render/mjml.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from markupsafe import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from briefing.render.blocks import StoryBlock
    from briefing.render.sheet import Sheet

#: Of the HTML part, decoded; see `check.py`, which refuses more.
HTML_BYTES = 95_000
#: Kept free for one reader's own links, which replace markers of 36 characters in five places.
LINK_BYTES = 3_000
#: The best stories are told in full as long as there is a line to leave out; as many as the default `max_stories`.
TOLD = 24


class Scales(Protocol):
    """Knows what one story adds to the mail, in bytes."""

    def weigh(self, story: StoryBlock) -> int:
        """Told in full."""
        ...

    def weigh_line(self, story: StoryBlock) -> int:
        """Told in a line of the brief."""
        ...


class Shortening:
    """Walks from a whole sheet to ever shorter ones.

    Attributes:
        told: one for each story told in full, in their order; None once it is not any more.
        brief: in its order.
    """

    def __init__(self, sheet: Sheet, scales: Scales) -> None:
        self.told: list[StoryBlock | None] = list(sheet.told)
        self.brief = list(sheet.brief)
        self._scales = scales
        self._steps = self._give_way()

    def save(self, excess: int) -> bool:
        """Gives up what weighs about that many bytes, on top of earlier calls; False when nothing was given up."""
        moved = False
        if excess <= 0:
            return moved
        for saved in self._steps:
            moved, excess = True, excess - saved
            if excess <= 0:
                break
        return moved

    def _give_way(self) -> Iterator[int]:
        """Takes one step after the other, and says how many bytes each has saved, rather too few than too many."""
        for most in (2, 1):
            for place in self._lowest_first():
                yield self._shorten(place, most)
        lowest = self._lowest_first()
        for place in lowest[: max(0, len(lowest) - TOLD)]:
            yield self._move(place)
        while self.brief:
            yield self._scales.weigh_line(self.brief.pop())
        for place in self._lowest_first():
            yield self._drop(place)

    def _lowest_first(self) -> list[int]:
        held = [(story.rank, -place) for place, story in enumerate(self.told) if story is not None]
        return [-place for _, place in sorted(held)]

    def _shorten(self, place: int, most: int) -> int:
        story = self.told[place]
        shorter = story.shortened(most) if story is not None else None
        if story is None or shorter is None or shorter is story:
            return 0
        self.told[place] = shorter
        # What was new in a sentence that goes is said by itself then: perhaps as long, so nothing counts as saved.
        return 0 if shorter.unsaid is not story.unsaid else _text_bytes(story) - _text_bytes(shorter)

    def _move(self, place: int) -> int:
        story = self.told[place]
        saved = self._drop(place)
        if story is None:
            return saved
        self.brief.insert(0, story)
        return saved - self._scales.weigh_line(story)

    def _drop(self, place: int) -> int:
        story, self.told[place] = self.told[place], None
        return self._scales.weigh(story) if story else 0


def _text_bytes(story: StoryBlock) -> int:
    """The text that shortening may take away, as it stands in HTML; its markup goes besides."""
    return len(escape(story.summary + (story.addition.text if story.addition else "")).encode())
