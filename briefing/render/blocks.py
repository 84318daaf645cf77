"""Takes nothing, gives the blocks a mail is set from: a story, its outlets, what is new. Text only, nothing is markup.

Next: briefing/render/wording.py, which fills them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from briefing.model.picture import Picture
    from briefing.model.story import Area


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """Sets one outlet: its name, its article, and the article's language when it is not the frame's ("" otherwise)."""

    name: str
    link: str | None
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """Sets one sentence of a summary; `is_new` when it holds what the reader does not know yet of a running story."""

    text: str
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Sets one sentence of a second outlet.

    Attributes:
        outlet: who says it; `colon` stands between the name and the sentence, with the space its language wants.
        language, direction: as in `StoryBlock`.
    """

    outlet: Outlet
    colon: str
    language: str
    direction: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Sets what is new in a story told before.

    Attributes:
        label: "New:", "Correction:".
        language, direction: as in `StoryBlock`.
        text: a sentence or clause of an outlet, verbatim; "…" stands where it was cut out of its sentence.
    """

    label: str
    language: str
    direction: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InlinePicture:
    """Sets a picture that travels inside the mail.

    Attributes:
        name: what the HTML calls it by: `cid:NAME`. Equal pictures have equal names.
        alt: says whose picture it is; what it shows nobody told us.
    """

    name: str
    alt: str
    picture: Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryBlock:
    """Sets one story, whether it is told in full or in a line.

    Attributes:
        anchor: id of its headline, "" when nothing points at it.
        rank: its score; the higher, the later it is shortened when the mail is too long.
        is_lead: the best of those told in full, which stands larger.
        link: None when the publisher gave no address that is safe to follow.
        language: what goes into a lang attribute, "" when unknown or the frame's own.
        direction: "rtl" or "ltr" when it is not the frame's, else "".
        place: where; marks: theme, topics and "day 3"; each at most once, and not what the heading above says.
        area: where, as the bars count it.
        sentences: the lead's own, or all that a model wrote as one; addition: what another outlet says beside them.
        gap: what stands between two of them: a space, or nothing.
        label: says that a language model wrote the summary; "" when it is the outlet's own sentences.
        news: what is new since the day before; None when the story was not told before.
        others: "+ 4 others"; age: "3 h ago"; both "" when there is nothing to say.
    """

    anchor: str
    rank: float
    is_lead: bool = False
    headline: str
    link: str | None
    language: str
    direction: str
    place: str
    area: Area | None
    marks: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    gap: str = " "
    label: str
    addition: Addition | None
    news: News | None
    outlets: tuple[Outlet, ...]
    others: str
    age: str
    picture: InlinePicture | None = None

    @property
    def summary(self) -> str:
        """The sentences as one text."""
        return self.gap.join(sentence.text for sentence in self.sentences)

    @property
    def whence(self) -> tuple[str, ...]:
        """Where a line is from, in a word each: the place, what it is about, who says it."""
        outlet = self.outlets[0].name if self.outlets else ""
        return tuple(filter(None, (self.place, *self.marks[:1], outlet)))

    @property
    def labelled(self) -> str:
        """The sentences as one text, what is new behind its label: for a text that knows no colours."""
        label = f"{self.news.label} " if self.news else ""
        return self.gap.join(label + sentence.text if sentence.is_new else sentence.text for sentence in self.sentences)

    @property
    def unsaid(self) -> News | None:
        """What is new and no sentence of the summary holds."""
        return None if any(sentence.is_new for sentence in self.sentences) else self.news

    def shortened(self, most: int) -> StoryBlock:
        """The block with at most that many sentences; the second outlet's goes before the lead's own."""
        addition = self.addition if len(self.sentences) < most else None
        if addition is self.addition and len(self.sentences) <= most:
            return self
        return replace(self, sentences=self.sentences[:most], addition=addition)
