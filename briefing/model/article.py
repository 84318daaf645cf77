"""Takes what a publisher printed, gives `Article` and `Summary`: plain text, never markup. Unknown is None.

Next: briefing/model/picture.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta


def require_aware(name: str, moment: date | datetime | None) -> None:
    """Keeps naive times out of the house.

    Raises:
        ValueError: `moment` is a datetime without a UTC offset.
    """
    if isinstance(moment, datetime) and moment.tzinfo is None:
        raise ValueError(f"{name} needs a UTC offset: {moment!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Says when an article came out as precisely as its publisher did, and no more.

    Attributes:
        at: an instant with the publisher's own offset, or a bare date; None when unknown.
        after, before: the interval an age such as "2 days ago" stands for; both inclusive, both or neither.
    """

    at: datetime | date | None = None
    after: datetime | None = None
    before: datetime | None = None

    def __post_init__(self) -> None:
        require_aware("published_at", self.at)
        require_aware("published_after", self.after)
        require_aware("published_before", self.before)
        if (self.after is None) != (self.before is None):
            raise ValueError("an interval has two ends")

    @property
    def earliest(self) -> datetime | date | None:
        """The first moment the article can have come out."""
        return self.at or self.after

    @property
    def latest(self) -> datetime | date | None:
        """The last moment the article can have come out."""
        return self.at or self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Carries the cleaned text and metadata of one page, entry or dump block.

    Attributes:
        id: stable for the same text from the same place.
        file: the saved file it came from, as the collector named it.
        text: body, paragraphs separated by a newline; "" when only an excerpt is known.
        excerpt: the publisher's own short text.
        language: ISO 639-1, lower case.
        source: the outlet as a reader would call it.
        country: the outlet's home, ISO 3166-1 alpha-2.
        truncated: the text stops before the article does (paywall, teaser, "Read more").
        confidence: 0..1, how sure the extraction is; None when the publisher handed the text over in a feed.
        captured_at: when the page was saved; `captured_assumed` says that this is a guess from the file.
    """

    id: str
    title: str = ""
    text: str = ""
    file: str | None = None
    excerpt: str | None = None
    language: str | None = None
    url: str | None = None
    source: str | None = None
    country: str | None = None
    categories: tuple[str, ...] = ()
    published: Published = field(default_factory=Published)
    authors: tuple[str, ...] = ()
    image: str | None = None
    truncated: bool = False
    confidence: float | None = None
    captured_at: datetime | None = None
    captured_assumed: bool = False

    def __post_init__(self) -> None:
        require_aware("captured_at", self.captured_at)

    @property
    def words_of(self) -> str:
        """Title and body (or excerpt) in one string: what grouping and filing look at."""
        return f"{self.title}\n{self.text or self.excerpt or ''}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Points at one sentence: `[start, end)` in code points of the article's text."""

    article: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Carries the few lines we tell an article in, and where each of them stands in it.

    Attributes:
        text: the sentences joined by one space.
        method: ranked, lead, publisher, llm or a sumy method's name.
        spans: one per sentence, in reading order; they index into the article's `text`, or into its `excerpt`
            when the method is publisher; empty for generated text. The last one may name another article of the
            story: then it indexes into that one's `text`, or into its `excerpt` where it has no text, and is as long
            as the sentence.
    """

    text: str
    method: str
    spans: tuple[Span, ...] = ()

    @property
    def added(self) -> str:
        """The sentence of another outlet that ends the summary; "" when all are the lead's own."""
        last = self.spans[-1] if self.spans else None
        if last is None or last.article == self.spans[0].article or last.end <= last.start:
            return ""
        return self.text[last.start - last.end :]

    @property
    def own(self) -> str:
        """The lead's own sentences."""
        return self.text.removesuffix(self.added).rstrip(" ") if self.added else self.text


def age_of(published: Published, now: datetime) -> timedelta | None:
    """Says how old an article is, for sorting and for "3 h ago": an interval at its oldest; None when nobody knows.

    A bare date counts from its noon, today's from the middle of the day so far, in the zone of `now`: nobody said that
    it is this minute's news.
    """
    known = published.at or published.after
    if known is None:
        return None
    if not isinstance(known, datetime):
        midnight = datetime(known.year, known.month, known.day, tzinfo=now.tzinfo)
        known = min(midnight + timedelta(hours=12), midnight + max(now - midnight, timedelta(0)) / 2)
    return max(now - known, timedelta(0))
