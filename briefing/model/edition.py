"""Takes sections of stories, gives `Edition`: one dated issue, with an honest account of what was and was not read.

Next: briefing/model/lines.py, which writes these values as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from briefing.model.article import require_aware

if TYPE_CHECKING:
    from datetime import date, datetime, timedelta

    from briefing.model.story import Story

#: The segment of the readers who chose nothing for themselves; its files stand in `out/` itself.
DEFAULT_SEGMENT = "default"


class SectionKind(StrEnum):
    """What a section gathers its stories by."""

    #: by area of the world
    REGION = "region"
    #: by IPTC theme
    THEME = "theme"
    #: by the config's own topics
    TOPIC = "topic"


class SourceState(StrEnum):
    """What became of a source in this run."""

    #: read, and it gave at least one article
    READ = "read"
    #: read, and it had nothing
    EMPTY = "empty"
    #: could not be read
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """Says what one source gave; a failing one names the error and since when.

    Attributes:
        name: as the reader knows it, never a path or an address with a token in it.
        articles: how many it gave, before the window and the ranking.
    """

    name: str
    state: SourceState
    articles: int = 0
    error: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Says one thing that went wrong without stopping the edition.

    Attributes:
        stage: collect, compose, summarise, render, deliver or schedule.
        source: the source or reader it concerns, as a person would call it.
        file: the saved file, relative to its folder.
        message: one line: what is wrong and what would cure it.
        reader: id of the reader it concerns, for whoever must not write an address down.
    """

    stage: str
    message: str
    source: str | None = None
    file: str | None = None
    reader: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Gathers ordered stories under a heading.

    Attributes:
        key: the area, theme or topic by its name; "other" for what none of the headings takes.
        title: the heading in English, or the topic's name; the rendering finds its own words for areas and themes.
    """

    key: str
    title: str
    kind: SectionKind
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Adds an edition up: what came in, what was left out and why.

    Attributes:
        articles: read from all sources.
        in_window: young enough to be told.
        duplicates: wire copies and repeats among those.
        stories: happenings found; `told` of them are in sections, `brief` in a line, `muted` and `remembered`
            (nothing new since an earlier edition) were left out, `cut` did not fit.
    """

    articles: int = 0
    in_window: int = 0
    duplicates: int = 0
    stories: int = 0
    told: int = 0
    brief: int = 0
    muted: int = 0
    remembered: int = 0
    cut: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Carries one issue of the briefing for one segment of its readers.

    Attributes:
        date: the reader's local date; with the briefing it names the edition.
        language: of the frame (headings, dates, footer), not of the stories.
        timezone: IANA name that times in the frame are told in.
        window: how far back feeds and pages were read.
        segment: whom it is for; `DEFAULT_SEGMENT` for everyone who chose nothing.
        left_out: stories that found no place, best first, not summarised. A mail counts them, the page lists them.
    """

    date: date
    name: str
    language: str
    timezone: str
    built_at: datetime
    window: timedelta
    segment: str = DEFAULT_SEGMENT
    sections: tuple[Section, ...] = ()
    brief: tuple[Story, ...] = ()
    left_out: tuple[Story, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    counts: Counts = Counts()
    problems: tuple[Problem, ...] = ()

    def __post_init__(self) -> None:
        require_aware("built_at", self.built_at)

    @property
    def stories(self) -> tuple[Story, ...]:
        """Every story in reading order, sections before the brief."""
        return tuple(s for section in self.sections for s in section.stories) + self.brief
