"""Takes a feed's XML, gives what a look at every tag tells: is it sound, is it a trap, what does each entry have?

Two traps have no cure but refusal: 200 000 attributes on one element keep feedparser and fastfeedparser busy for more
than a minute, 100 000 nested tags for nine seconds. Entity declarations, the third, are cut off beforehand.

Next: briefing/collect/entries.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from briefing.collect.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Real feeds stay under 20 attributes and under 40 levels.
MAX_ATTRIBUTES = 500
MAX_DEPTH = 200

_ENTRY_TAGS = frozenset({"item", "entry"})
_PRINTED_TAGS = {
    "pubDate": "published",
    "published": "published",
    "issued": "published",
    "date": "published",
    "created": "published",
    "updated": "updated",
    "modified": "updated",
    "language": "language",
}
_EXCERPT_TAGS = frozenset({"description", "summary"})
_CONTENT_TAGS = frozenset({"encoded", "content"})

#: Vocabularies that use the same words for captions and the like.
_OTHER_VOCABULARIES = ("http://search.yahoo.com/mrss", "http://www.itunes.com/", "https://podcastindex.org/")
_START = re.compile(r"<(?:\?xml|rss|feed|(?:\w+:)?RDF)[\s>]", re.IGNORECASE)
_DECLARATION = re.compile(r"^<\?xml.*?\?>\s*", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_OWN_ENTITY = re.compile(r"<!DOCTYPE[^>]*<!ENTITY", re.DOTALL | re.IGNORECASE)
_CROWDED_TAG = re.compile(r"<[A-Za-z][^<>]{4096,}")
_ATTRIBUTE = re.compile(r"""=\s*["']""")


class FeedTrap(Exception):  # noqa: N818 - it is one, and not an error of ours
    """Says why a feed is refused before any parser sees it."""


@dataclass(frozen=True, slots=True)
class EntryMarks:
    """Keeps what one entry prints as its dates, letter by letter, and which of its texts it really has."""

    published: str | None = None
    updated: str | None = None
    language: str | None = None
    has_excerpt: bool = False
    has_content: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """Says whether the XML is strictly well formed, and gives the marks of its entries in document order.

    Attributes:
        language: what the feed says in <language>, which fastfeedparser overlooks.
    """

    well_formed: bool
    entries: tuple[EntryMarks, ...] = ()
    language: str | None = None


def tidy_xml(text: str) -> str:
    """Cuts what stands before the feed, its XML declaration (the text is decoded by now) and its document type.

    Without a document type nothing can declare an entity, so none can expand or fetch anything.

    Raises:
        FeedTrap: it declares entities.
    """
    text = clean(text)
    start = _START.search(text)
    text = text[start.start() :] if start else text
    while _DECLARATION.match(text):
        text = _DECLARATION.sub("", text, count=1)
    head, rest = text[:100_000], text[100_000:]
    if _OWN_ENTITY.search(head):
        raise FeedTrap("declares entities of its own, which no feed needs; they can expand without end")
    return _DOCTYPE.sub("", head, count=1) + rest


def survey_feed(text: str) -> Survey:
    """Walks over every tag once, in linear time.

    Raises:
        FeedTrap: an element has hundreds of attributes, or tags are nested without end.
    """
    for tag in _CROWDED_TAG.finditer(text):
        _refuse_crowd(len(_ATTRIBUTE.findall(tag[0])))
    walk = _Walk()
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.CharacterDataHandler = walk.characters
    try:
        parser.Parse(text.encode(), True)  # noqa: FBT003 - the standard library's own signature
    except expat.ExpatError:
        return Survey(well_formed=False)
    return Survey(well_formed=True, entries=tuple(map(_marks_of, walk.entries)), language=walk.language)


def _marks_of(entry: Mapping[str, str]) -> EntryMarks:
    return EntryMarks(
        published=entry.get("published") or None,
        updated=entry.get("updated") or None,
        language=entry.get("language") or None,
        has_excerpt="excerpt" in entry,
        has_content="content" in entry,
    )


def _refuse_crowd(attributes: int) -> None:
    if attributes > MAX_ATTRIBUTES:
        raise FeedTrap(f"holds an element with {attributes} attributes, which no honest feed has")


class _Walk:
    """Follows the parser from tag to tag."""

    def __init__(self) -> None:
        self.entries: list[dict[str, str]] = []
        self.language: str | None = None
        self.depth = 0
        self.entry_depth = 0
        self.printed: str | None = None  # the field whose letters are being gathered, and how deep it stands
        self.printed_depth = 0
        self.letters: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FeedTrap(f"nests tags more than {MAX_DEPTH} deep, which no honest feed does")
        _refuse_crowd(len(attributes))
        local = name.rpartition(" ")[2]
        if local in _ENTRY_TAGS:
            self.entry_depth = self.depth
            self.entries.append({})
        elif self.entry_depth and self.depth == self.entry_depth + 1:
            self._start_field(local if not name.startswith(_OTHER_VOCABULARIES) else "")
        elif local == "language" and not self.entry_depth:
            self._gather("language")

    def _start_field(self, local: str) -> None:
        if local in _EXCERPT_TAGS:
            self.entries[-1]["excerpt"] = ""
        if local in _CONTENT_TAGS:
            self.entries[-1]["content"] = ""
        if local in _PRINTED_TAGS:
            self._gather(_PRINTED_TAGS[local])

    def _gather(self, field: str) -> None:
        self.printed, self.printed_depth, self.letters = field, self.depth, []

    def characters(self, letters: str) -> None:
        if self.printed is not None:
            self.letters.append(letters)

    def end(self, _name: str) -> None:
        if self.printed is not None and self.depth == self.printed_depth:
            written = "".join(self.letters).strip()
            if self.entry_depth:
                self.entries[-1].setdefault(self.printed, written)
            else:
                self.language = self.language or written or None
            self.printed = None
        if self.depth == self.entry_depth:
            self.entry_depth = 0
        self.depth -= 1
