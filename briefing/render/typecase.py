"""Takes editions of one morning, gives what setting them has in common, made once.

That is the sheet that mail and page are both set from, and the lines of stories that many editions name.

Next: briefing/render/mjml.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from briefing.render.setting import Setter
from briefing.render.sheet import make_sheet
from briefing.render.wording import Wording, inline
from briefing.render.words import words_in

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from markupsafe import Markup

    from briefing.model.edition import Edition
    from briefing.model.picture import Picture
    from briefing.model.settings import Look, Sender
    from briefing.model.story import Story
    from briefing.render.blocks import StoryBlock
    from briefing.render.sheet import Sheet
    from briefing.render.templates import Templates

#: A line's language, the moment its age counts from, its story by identity: to hash one takes as long as to word it.
_Line = tuple[str, "datetime", int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typecase:
    """Words and sets editions in one look. A crowded morning has hundreds of lines, and 500 editions share them."""

    look: Look
    sender: Sender
    templates: Templates
    logo: Picture | None = None
    _newest: list[tuple[Edition, Sheet, Setter]] = field(default_factory=list)
    _worded: dict[_Line, tuple[Story, StoryBlock]] = field(default_factory=dict)
    _set: dict[str, dict[int, tuple[StoryBlock, Markup]]] = field(default_factory=dict)

    def lay_out(self, edition: Edition) -> tuple[Sheet, Setter]:
        """The whole edition worded, and what sets it; the same objects for mail and page."""
        if not self._newest or self._newest[0][0] is not edition:
            words = words_in(edition.language, self.templates)
            sheet = make_sheet(edition, look=self.look, sender=self.sender, words=words)
            logo = inline(self.logo, alt=sheet.name) if self.logo else None
            lines = self._set.setdefault(words.language, {})
            setter = Setter(look=self.look, words=words, templates=self.templates, logo=logo, lines=lines)
            self._newest[:] = [(edition, sheet, setter)]
        return self._newest[0][1:]

    def lines(self, stories: Iterable[Story], edition: Edition) -> tuple[StoryBlock, ...]:
        """Stories that found no place in the edition, worded."""
        words, now = words_in(edition.language, self.templates), edition.built_at
        wording = Wording(words=words, now=now)
        blocks = []
        for story in stories:
            known = self._worded.get((words.language, now, id(story)))
            if known is None:  # what is kept cannot give its place away
                known = self._worded[words.language, now, id(story)] = story, wording.block(story)
            blocks.append(known[1])
        return tuple(blocks)
