"""Takes articles on one happening, gives `Story`: told once, filed by region and theme, with a score anyone can check.

Next: briefing/model/edition.py, which arranges stories in sections.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from briefing.model.article import Article

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from briefing.model.article import Summary
    from briefing.model.picture import Picture

#: How long the text of a told article is kept for comparing, and how much of it. A running story is told again within
#: two weeks or is news to its reader; 4,000 characters are 20 to 40 sentences, where all facts of a report stand.
REMEMBERED = timedelta(days=14)
REMEMBERED_CHARS = 4_000


class Area(StrEnum):
    """The eight headings that regions are gathered under, in the order a reader meets them."""

    #: the continent, with the EU and its institutions
    EUROPE = "europe"
    #: from Turkey and Egypt to Iran and the Gulf
    MIDDLE_EAST = "middle-east"
    #: without Egypt
    AFRICA = "africa"
    #: from the Caucasus and Central Asia to Japan
    ASIA = "asia"
    #: the United States and Canada
    NORTH_AMERICA = "north-america"
    #: Mexico and everything south of it, with the Caribbean
    LATIN_AMERICA = "latin-america"
    #: Australia, New Zealand and the Pacific islands
    OCEANIA = "oceania"
    #: the UN, the planet, space
    WORLD = "world"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Says where a story takes place.

    Attributes:
        code: ISO 3166-1 alpha-2, or EU, UN, NATO, 001 (the world).
        name: in English; the rendering looks the reader's own word up by code.
    """

    code: str
    name: str
    area: Area


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Says what a story is about: one of the 17 top-level IPTC Media Topics.

    Attributes:
        code: "medtop:" and eight digits.
        name: a short English word; the rendering looks the reader's own word up by code.
    """

    code: str
    name: str


class StoryStatus(StrEnum):
    """What the reader already knows of a story."""

    #: never told before
    NEW = "new"
    #: told before, and there is something new
    DEVELOPING = "developing"
    #: told before, and somebody takes something of it back
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Novelty:
    """Says in an outlet's own words what a reader does not know yet of a story told before.

    Attributes:
        text: a sentence or a clause of one, verbatim.
        article: id of the article it stands in.
        start, end: `[start, end)` in code points of that article's text; of its excerpt where it has no text, of its
            title where it has neither.
    """

    text: str
    article: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Remembers one article of a story as an earlier edition told it.

    Attributes:
        article: what is needed for comparing; of an article told by an early version of this program only the id.
        thread: what all tellings of one running story have in common, whichever article led them.
        since: date of the first edition that told of the thread.
    """

    article: Article
    thread: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Compares the outlets of a story told by several.

    Attributes:
        first: who told it before all others; None when the dates leave a doubt.
        silent: the user's other outlets, which had news in the same hours but not this.
    """

    first: str | None = None
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """Names one summand of a score, so that "why is this here?" has an answer."""

    name: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Carries a story's rank. `total` is the sum of the parts."""

    parts: tuple[ScorePart, ...] = ()

    @property
    def total(self) -> float:
        """The number stories are sorted by, highest first."""
        return round(sum(part.value for part in self.parts), 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Carries one happening as its outlets told it.

    Attributes:
        id: stable as long as the lead article is the same.
        articles: the voices, the one the story is told from first; copies are not among them.
        copied_by: wire copies and repeats of those; their outlets are named, but they add no voice.
        topics: names from the config.
        coverage: who told it first, and who does not.
        day: 1 on the first day a reader is told of it.
        news: what is new since then; None on the first day.
        thread: the running story it goes on with; "" when it begins one.
        why: one sentence for the reader who asks.
        picture: its lead's, fetched and shrunk; None when the look wants none, or it could not be had.
    """

    id: str
    articles: tuple[Article, ...]
    summary: Summary | None = None
    copied_by: tuple[Article, ...] = ()
    region: Region | None = None
    theme: Theme | None = None
    topics: tuple[str, ...] = ()
    coverage: Coverage = Coverage()
    status: StoryStatus = StoryStatus.NEW
    day: int = 1
    news: Novelty | None = None
    thread: str = ""
    score: Score = Score()
    why: str = ""
    picture: Picture | None = None

    @property
    def lead(self) -> Article:
        """The article the story is told from."""
        return self.articles[0]

    @property
    def printed(self) -> tuple[Article, ...]:
        """Every article that tells the story, copies after the voices."""
        return self.articles + self.copied_by

    @property
    def outlets(self) -> tuple[str, ...]:
        """Everyone who printed it, copies included, each once, the lead first."""
        names = (a.source for a in self.printed)
        return tuple(dict.fromkeys(n for n in names if n))


def told_of(story: Story, *, edition: date) -> tuple[Told, ...]:
    """What is worth remembering once an edition of that date has told the story: the texts of all, copies included."""
    thread, since = story.thread or story.id, edition - timedelta(days=story.day - 1)
    return tuple(Told(article=_remembered(article), thread=thread, since=since) for article in story.printed)


def told_by(stories: Iterable[Story], *, edition: date) -> tuple[Told, ...]:
    """The same of all its stories."""
    return tuple(told for story in stories for told in told_of(story, edition=edition))


def _remembered(article: Article) -> Article:
    return Article(
        id=article.id,
        title=article.title,
        text=(article.text or article.excerpt or "")[:REMEMBERED_CHARS],
        language=article.language,
        url=article.url,
        source=article.source,
        published=article.published,
    )
