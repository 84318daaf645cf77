"""Takes nothing, gives the protocols of what surrounds an edition: the clock, sources, models and files.

Next: briefing/ports/sources.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import PurePath

    from briefing.model.archived import ArchivedEdition
    from briefing.model.article import Article
    from briefing.model.edition import SourceReport
    from briefing.model.picture import Picture, PictureSize
    from briefing.model.prepared import Kept
    from briefing.model.run import Making
    from briefing.model.source import Collected, SavedFile, Source
    from briefing.model.story import Told
    from briefing.model.subscriber import Segment


class Clock(Protocol):
    """Tells the time, so that tests can choose it."""

    def now(self) -> datetime:
        """The current instant, with a UTC offset."""
        ...


class Stopwatch(Protocol):
    """Counts seconds by a clock that nobody can set."""

    def seconds(self) -> float:
        """Since some instant; only differences mean something. Those count during which the machine slept."""
        ...

    def is_synchronised(self) -> bool:
        """Whether the machine knows from a time server what time it is."""
        ...


class LookLog(Protocol):
    """Remembers over restarts when the clock was last believed."""

    def last_look(self) -> datetime | None:
        """What it showed then; None before the first time."""
        ...

    def note_look(self, at: datetime) -> None:
        """Remembers what it showed."""
        ...

    def confirmed_at(self) -> datetime | None:
        """When a person last said that the clock is right, by that clock; None when that was cleared since."""
        ...

    def clear_confirmation(self) -> None:
        """Forgets what a person said: it was said of one leap."""
        ...


class Collector(Protocol):
    """Reads all sources of a briefing."""

    def collect(self, sources: Sequence[Source], *, now: datetime) -> Collected:
        """Gives the articles of every source that can be read, in source order, and a problem for each that cannot.

        Never raises for a bad source.
        """
        ...


class PictureDesk(Protocol):
    """Finds the pictures that publishers name, and makes them small enough for a mail."""

    def find_pictures(self, wanted: Mapping[str, PictureSize], *, now: datetime) -> Mapping[str, Picture]:
        """The pictures that could be had, by address, each in the size wanted.

        One that cannot be had is not there; nothing is raised.
        """
        ...


class DocumentReader(Protocol):
    """Turns one saved document into the articles it holds."""

    def read(self, saved: SavedFile) -> tuple[Article, ...]:
        """Finds out by content what the document is and reads it.

        Raises:
            ParseError: the bytes are empty, no known format, or hold no article.
        """
        ...


class LanguageDetector(Protocol):
    """Names the language of a text."""

    def detect(self, text: str) -> str | None:
        """The ISO 639-1 code, or None when the text is too short or too mixed to tell."""
        ...


class Encoder(Protocol):
    """Turns texts into vectors whose cosine says how alike they are."""

    def prepare(self) -> None:
        """Says that texts will come soon, so that a slow start can overlap with other work; returns at once."""
        ...

    def encode(self, texts: Sequence[str]) -> tuple[Sequence[float], ...]:
        """One vector of unit length per text, in the same order."""
        ...


class VectorCache(Protocol):
    """Remembers vectors by the hash of their text."""

    def load_vectors(self, keys: Iterable[str]) -> Mapping[str, Sequence[float]]:
        """The vectors that are known, by key."""
        ...

    def save_vectors(self, vectors: Mapping[str, Sequence[float]]) -> None:
        """Remembers each; saving one again changes nothing."""
        ...

    def prune(self, *, before: date) -> int:
        """Forgets vectors that nobody asked for since before that day (UTC); gives how many."""
        ...


class Writer(Protocol):
    """Writes what it is asked to: a language model."""

    def write(self, instructions: str, material: str) -> str:
        """The answer as the model gave it, stripped, without its thoughts; at least a character.

        May be called by several threads at the same time.

        Raises:
            WriterError: there is no answer, or none that could be read.
        """
        ...


class GeneratedTexts(Protocol):
    """Remembers what a model answered by the hash of what it was asked."""

    def load_texts(self, keys: Iterable[str]) -> Mapping[str, str]:
        """The answers that are known, by key, in the order asked for."""
        ...

    def save_texts(self, texts: Mapping[str, str]) -> None:
        """Remembers each; saving one again changes nothing."""
        ...


class EditionMemory(Protocol):
    """Remembers what earlier editions told each segment."""

    def told_articles(self, *, since: date) -> tuple[Article, ...]:
        """Every text that an edition since that date told to anybody, each once; only what is needed for comparing.

        None is older than `REMEMBERED`, counted from the newest edition.
        """
        ...

    def told_before(self, edition: date, segment: str) -> tuple[Told, ...]:
        """What editions before `edition` told to the segment, by thread and article.

        Each text once, with the first date of its thread; of an article told longer ago than `REMEMBERED` only its id.
        """
        ...

    def told_on(self, edition: date, segment: str) -> tuple[Told, ...]:
        """What that edition told the segment, by thread and article; of an article told long ago only its id."""
        ...

    def remember(self, edition: date, segment: str, told_now: Iterable[Told]) -> None:
        """Records what the edition told, copies included; safe to repeat."""
        ...


class EditionMaker(Protocol):
    """Makes editions, here or in another process."""

    def make(self, day: date, segments: Sequence[Segment], *, recipe: str, is_stopped: Callable[[], bool]) -> Making:
        """Makes the day's editions for these segments and has them kept; gives up soon once `is_stopped` says so.

        Raises:
            MakingError: they could not be made this time.
            StoreError: they could not be kept.
        """
        ...


class PreparedEditions(Protocol):
    """Keeps editions that are ready to be copied."""

    def put(self, kept: Kept, *, since: datetime) -> None:
        """Keeps an edition in place of one that nobody got and that is outdated.

        Outdated is what was made at `since` or before, by a clock that was ahead, or with another recipe. Anything else
        stays: of two who made the same edition at once, both send the first.
        """
        ...

    def find(self, day: date, segment: str) -> Kept | None:
        """The edition of that day for the segment with this key; None when there is none."""
        ...

    def mark_out(self, day: date, segment: str) -> None:
        """Notes that a copy went out: from now on the edition stays as it is."""
        ...

    def prune(self, *, before: date) -> int:
        """Forgets every edition before that date; gives how many those were."""
        ...


class Archive(Protocol):
    """Keeps the pages of the editions that were sent."""

    def keep(self, edition: ArchivedEdition, html: str) -> None:
        """Keeps the page of a segment's edition; one that is there already stays as it is."""
        ...

    def find_page(self, day: date, segment: str) -> str | None:
        """The page of that day's edition for the segment, or None."""
        ...

    def list_editions(self, segment: str, *, limit: int) -> tuple[ArchivedEdition, ...]:
        """The segment's newest editions, newest first."""
        ...

    def prune(self, *, before: date) -> int:
        """Forgets every edition before that date; gives how many those were."""
        ...


class SourceLog(Protocol):
    """Remembers since when a source has been failing."""

    def failing_since(self) -> Mapping[str, datetime]:
        """Source name → first failure after its last success."""
        ...

    def log_sources(self, reports: Iterable[SourceReport], *, now: datetime) -> None:
        """Records this run of all sources: a failure keeps its first date, whatever else was failing no longer is."""
        ...


class Shelf(Protocol):
    """Keeps the files of the newest edition where a person can look at them."""

    def put(self, segment: str, files: Mapping[str, bytes]) -> PurePath:
        """Writes the segment's files, each whole or not at all; gives the folder they stand in.

        Raises:
            StoreError: the folder cannot be written.
        """
        ...
