"""Takes what an address answered, gives its articles, or says that it is not what the config takes it for.

Next: briefing/collect/requesting.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from briefing.collect.documents import DocumentKind, Documents, Reading
from briefing.collect.encoding import decode
from briefing.errors import SourceError
from briefing.model.source import SavedFile, Source, SourceKind

if TYPE_CHECKING:
    from datetime import datetime

    from briefing.collect.discovery import Found
    from briefing.collect.fetch import Fetched
    from briefing.collect.outcomes import Planned

_NOT_A_FEED = {
    DocumentKind.PAGE: "is a web page, not a feed",
    DocumentKind.MAIL: "is a mail, not a feed",
    DocumentKind.DUMP: "is plain text, not a feed",
}


def take_in(planned: Planned, found: Found, documents: Documents, *, now: datetime) -> Reading:
    """Reads the answer.

    Raises:
        SourceError: it is no feed, holds nothing, or cannot be read.
    """
    answer = found.answer
    saved = SavedFile(
        name=planned.known_as, content=as_utf8(answer), captured_at=now, captured_assumed=False, url=answer.url
    )
    reading = documents.examine(saved)
    _require_kind(planned.source, reading, failure=found.failure)
    return reading


def _require_kind(source: Source, reading: Reading, *, failure: str | None) -> None:
    if source.kind is SourceKind.FEED and reading.kind is not DocumentKind.FEED:
        cure = "; it announces one, so name it under sources as page: instead" if reading.feed_link else ""
        raise SourceError("", _NOT_A_FEED[reading.kind] + cure)
    if source.kind is SourceKind.PAGE and not reading.articles and reading.kind is not DocumentKind.FEED:
        if failure is not None:
            raise SourceError("", f"holds no article, and of the feed it announces is said: {failure}")
        raise SourceError("", "announces no feed and holds no article; look for the address of its feed")


def as_utf8(answer: Fetched) -> bytes:
    """What the server says about the charset is lost later on, so it is used here."""
    charset = (answer.charset or "utf-8").lower()
    return answer.content if charset.startswith("utf") else decode(answer.content, declared=charset).encode()
