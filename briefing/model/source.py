"""Takes a place we collect from, gives `Source` (what the config asks for) and `Collected` (what came of it).

Next: briefing/model/visit.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from briefing.model.article import Article, require_aware

if TYPE_CHECKING:
    from datetime import datetime

    from briefing.model.edition import Problem, SourceReport
    from briefing.model.visit import Visit


class SourceKind(StrEnum):
    """How a source is read."""

    #: a folder of saved pages, feeds, mails and dumps
    FOLDER = "folder"
    #: RSS, Atom, RDF or JSON Feed at an address
    FEED = "feed"
    #: a site or listing page without a feed
    PAGE = "page"
    #: a list of feeds in OPML, at an address or in a file
    OPML = "opml"
    #: an IMAP mailbox that newsletters arrive in
    MAILBOX = "mailbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Says where to collect and how much it counts.

    Attributes:
        location: absolute folder or file path, or address.
        name: what readers see; None means "as it calls itself".
        weight: 1 is ordinary; 2 counts twice as much in the ranking.
        captured_now: the files of a folder count as saved at the moment of the build; otherwise each file's own
            date is taken, and said to be assumed.
        headers: sent with each request; secrets, so never shown.
        proxy: address of the HTTP proxy that fetches it; a secret too, since it may hold a password.
        full_text: entries of which a feed gives only an excerpt are read from their pages.
        line: where it stands in the config.
    """

    kind: SourceKind
    location: str
    name: str | None = None
    country: str | None = None
    weight: float = 1.0
    captured_now: bool = False
    full_text: bool = False
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)
    line: int = 0


def as_read(source: Source) -> Source:
    """The source as far as it matters for reading it: neither its rank nor its line in the config do."""
    return replace(source, weight=1.0, line=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """Carries everything one run of collecting gave: articles, one report per source, one problem per mishap.

    Attributes:
        visits: one per address, in the order of the sources, each with the name of its report; folders have none.
    """

    articles: tuple[Article, ...] = ()
    reports: tuple[SourceReport, ...] = ()
    problems: tuple[Problem, ...] = ()
    visits: tuple[Visit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFile:
    """Carries the bytes of one saved document to the readers of documents.

    Attributes:
        name: what problems call it, relative to its folder.
        url: the address it was saved from, when somebody knows.
        captured_at: when it was saved; ages such as "2 hours ago" count from here.
        captured_assumed: True when that is only the file's own date.
    """

    name: str
    content: bytes = field(repr=False)
    captured_at: datetime
    captured_assumed: bool = True
    url: str | None = None

    def __post_init__(self) -> None:
        require_aware("captured_at", self.captured_at)
