"""Takes one saved document, gives the articles it holds. What it is, its content says; its name is never asked.

Small documents are read here. Large ones are read by a `Worker`, because the parsers we build on need minutes for some
that are built to hurt them, and every trap known to us that takes longer than a second is large.

Next: briefing/collect/folder.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from briefing.collect.containers import is_container, open_container
from briefing.collect.dumps import read_dump
from briefing.collect.encoding import decode, find_utf16
from briefing.collect.feeds import is_xml_feed, read_feed
from briefing.collect.listing import read_listing
from briefing.collect.metadata import find_feed_link
from briefing.collect.newsletters import read_newsletter
from briefing.collect.pages import parse_page, read_page
from briefing.collect.text import clean
from briefing.collect.worker import Worker, WorkerLost
from briefing.errors import ParseError
from briefing.model.lines import article_line, parse_article
from briefing.model.source import SavedFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from briefing.model.article import Article

#: Up to here a document is read in this process.
SMALL_BYTES = 200_000

#: Seconds for a large document.
DEADLINE_S = 10.0

_SIGNATURES = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a WebP image, sound or film"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
    (b"bplist00", "a binary property list (a Safari webarchive?)"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
)
_PAGE_TAG = re.compile(r"<!doctype html|<(?:html|head|body|article|main|div|p|h1|title|meta)[\s>/]", re.IGNORECASE)
_HEAD_CHARS = 8_192

#: Real pages leave some hundred tags open; 40 000 open ones, in 200 kB, keep the extractors busy for a minute.
_MAX_OPEN_TAGS = 3_000


#: C0 controls but tab, line feed, form feed, carriage return and escape (ISO 2022 needs it), each as one byte.
_NEVER_TEXT = bytes(code for code in range(32) if code not in b"\t\n\f\r\x1b")


class DocumentKind(StrEnum):
    """What a document turned out to be."""

    #: RSS, Atom, RDF or JSON Feed
    FEED = "feed"
    #: HTML, also inside MHTML
    PAGE = "page"
    #: a mail or newsletter
    MAIL = "mail"
    #: plain text copied from a page or an aggregator
    DUMP = "dump"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Carries what a document turned out to be and to hold.

    Attributes:
        name: the outlet's name as a feed gives it; an empty feed has no article to carry it.
        feed_link: the feed that a page announces.
    """

    kind: DocumentKind
    articles: tuple[Article, ...] = ()
    name: str | None = None
    feed_link: str | None = None


class Documents:
    """Reads saved documents of every kind, and survives those that are built to hurt.

    Args:
        deadline_s: seconds that a large document may take.
    """

    def __init__(self, *, deadline_s: float = DEADLINE_S) -> None:
        self._worker = Worker(deadline_s=deadline_s)

    def read(self, saved: SavedFile) -> tuple[Article, ...]:
        """Implements `ports.DocumentReader`."""
        reading = self.examine(saved)
        if not reading.articles:
            raise _refusal(
                saved, f"holds no article that could be found (read as a {reading.kind}); save the article's own page"
            )
        return reading.articles

    def examine(self, saved: SavedFile) -> Reading:
        """Reads like `read`, but says what the document is, and lets it hold nothing.

        Raises:
            ParseError: the bytes are empty, no known format, or a trap.
        """
        _refuse_binary(saved)
        if len(saved.content) <= SMALL_BYTES and not _is_lopsided(saved.content):
            return read_document(saved)
        try:
            answer = self._worker.ask(_request(saved), saved.content)
        except WorkerLost as lost:
            raise _refusal(saved, str(lost)) from lost
        if "reason" in answer:
            raise _refusal(saved, answer["reason"])
        return _reading(answer)


def read_document(saved: SavedFile) -> Reading:
    """Reads a document in this process, however long it takes.

    Raises:
        ParseError: no known format.
    """
    try:
        return _read_container(saved) if is_container(saved.content) else _read_text(decode(saved.content), saved)
    except ParseError:
        raise
    except Exception as error:  # parsers raise whatever they like over what they did not expect
        raise _refusal(saved, f"could not be read ({type(error).__name__}); please report it with the file") from error


def _refusal(saved: SavedFile, reason: str) -> ParseError:
    return ParseError(saved.name, reason, file=saved.name)


def _refuse_binary(saved: SavedFile) -> None:
    head = saved.content[:_HEAD_CHARS]
    if not head.strip():
        raise _refusal(saved, "is empty; save the page again")
    kind = next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), None)
    if kind is None and find_utf16(head) is None and _is_noise(head):
        kind = "a binary file"
    if kind is not None:
        raise _refusal(saved, f"is {kind}, not a page; save the article as HTML or text, or take the file away")


def _is_lopsided(content: bytes) -> bool:
    """Says whether far more tags are opened than closed, which may nest without end."""
    tags = content.count(b"<")
    return tags > _MAX_OPEN_TAGS and tags - 2 * content.count(b"</") > _MAX_OPEN_TAGS


def _is_noise(head: bytes) -> bool:
    """Says whether more than one byte in fifty is a control character that no text holds."""
    return len(head) - len(head.translate(None, _NEVER_TEXT)) > len(head) / 50


def _read_container(saved: SavedFile) -> Reading:
    envelope = open_container(saved.content)
    if envelope.is_page and envelope.html is not None:
        page = replace(saved, url=envelope.url or saved.url)
        if envelope.sent_at is not None:
            page = replace(page, captured_at=envelope.sent_at, captured_assumed=False)
        return _read_page(envelope.html, page)
    return Reading(kind=DocumentKind.MAIL, articles=read_newsletter(envelope, saved=saved))


def _read_text(text: str, saved: SavedFile) -> Reading:
    head = text[:_HEAD_CHARS].lstrip()
    if is_xml_feed(text) or head.startswith("{"):
        feed = read_feed(text, saved=saved)
        if feed is None:
            raise _refusal(saved, "is JSON, but not a JSON Feed; give the feed's own address")
        return Reading(kind=DocumentKind.FEED, name=feed.name, articles=feed.articles)
    if re.match(r"(?:<\?xml.{0,200}?>\s*)?(?:<!--.{0,2000}?-->\s*)*<opml[\s>]", head, re.IGNORECASE | re.DOTALL):
        raise _refusal(saved, "is a list of feeds (OPML), not a feed; name it under sources as opml: instead")
    if _PAGE_TAG.search(head):
        return _read_page(text, saved)
    if head.startswith("<?xml"):
        raise _refusal(saved, "is XML, but neither a feed nor a page")
    return Reading(kind=DocumentKind.DUMP, articles=read_dump(clean(text), saved=saved))


def _read_page(text: str, saved: SavedFile) -> Reading:
    tree = parse_page(text)
    link = find_feed_link(tree, base=saved.url or "") if tree is not None else None
    article = read_page(text, saved=saved, tree=tree)
    listed = read_listing(tree, saved=saved, text=article.text if article else "") if tree is not None else ()
    return Reading(kind=DocumentKind.PAGE, articles=listed or ((article,) if article else ()), feed_link=link)


def _request(saved: SavedFile) -> dict[str, Any]:
    return {
        "name": saved.name,
        "url": saved.url,
        "captured_at": saved.captured_at.isoformat(),
        "captured_assumed": saved.captured_assumed,
    }


def answer_request(fields: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """The worker's side: reads the document, gives the reading (or the reason against it) as JSON fields."""
    saved = SavedFile(
        name=fields["name"],
        content=content,
        url=fields["url"],
        captured_at=datetime.fromisoformat(fields["captured_at"]),
        captured_assumed=fields["captured_assumed"],
    )
    try:
        reading = read_document(saved)
    except ParseError as refused:
        return {"reason": refused.reason}
    articles = [article_line(article) for article in reading.articles]
    return {"kind": reading.kind.value, "name": reading.name, "feed_link": reading.feed_link, "articles": articles}


def _reading(answer: Mapping[str, Any]) -> Reading:
    return Reading(
        kind=DocumentKind(answer["kind"]),
        name=answer["name"],
        feed_link=answer["feed_link"],
        articles=tuple(map(parse_article, answer["articles"])),
    )
