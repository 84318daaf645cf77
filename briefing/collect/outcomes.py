"""Takes a source of the config, gives `Planned` before it was read and `Outcome` afterwards.

Next: briefing/collect/rounds.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from briefing.collect.folder import FolderReading, folder_name
from briefing.collect.names import feed_name
from briefing.collect.values import host_of
from briefing.model.source import Source, SourceKind

if TYPE_CHECKING:
    from briefing.model.article import Article
    from briefing.model.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Carries a source to read, what its OPML list calls it, and what tells it from the others of its host."""

    source: Source
    label: str | None = None
    place: str | None = None

    @property
    def known_as(self) -> str:
        """What to call it as long as it has not said its own name; never the address itself."""
        if self.source.kind is SourceKind.FOLDER:
            return folder_name(self.source)
        place = self.place or host_of(self.source.location) or Path(self.source.location).name
        return self.source.name or feed_name(self.label, self.source.location) or place or self.source.kind.value

    @property
    def is_remote(self) -> bool:
        """Whether somebody is asked for it."""
        return self.source.location.startswith(("http://", "https://")) and self.source.kind is not SourceKind.FOLDER

    def named(self, outlet: str | None) -> str:
        """What reports and articles call it, once it has said its own name."""
        return self.source.name or outlet or self.known_as


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Carries what became of one source.

    Attributes:
        name: what reports call it.
        articles: of an address, also those it gave earlier.
        error: why it could not be read this time; None when it could, or need not be asked.
        notice: what its owner should know although it was read.
        folder: what a folder or a mailbox gave in place of all that.
        visit: None for a folder, a mailbox and a list in a file.
    """

    planned: Planned
    name: str
    articles: tuple[Article, ...] = ()
    error: str | None = None
    notice: str | None = None
    folder: FolderReading | None = None
    visit: Visit | None = None
