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

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Real feeds stay under 20 attributes and under 40 levels.
MAX_ATTRIBUTES = 500
MAX_DEPTH = 200

_ENTRY_TAGS = frozenset({"item", "entry"})
#: Tags whose letters are kept.
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
#: Tags of which only it counts that they are there.
_TEXT_TAGS = {"description": "excerpt", "summary": "excerpt", "encoded": "content", "content": "content"}

#: Vocabularies that use the same words for captions and the like.
_OTHER_VOCABULARIES = ("http://search.yahoo.com/mrss", "http://www.itunes.com/", "https://podcastindex.org/")
#: Wraps the description and pictures of a film.
_MEDIA_GROUP = "http://search.yahoo.com/mrss/ group"
_ROOT = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|RDF|opml)[\s>]", re.IGNORECASE)
#: How far a document that is not well formed is searched for entities; nobody can tell where its head ends.
_HEAD_CHARS = 100_000
_OWN_ENTITY = re.compile(r"<!DOCTYPE[^>]{0,2000}<!ENTITY", re.IGNORECASE)
_CROWDED_TAG = re.compile(r"<[A-Za-z][^<>]{4096,}")
_ATTRIBUTE = re.compile(r"""=\s*["']""")


#: An entry or not; the field its letters are kept for; the text it shows to be there.
_Kind = tuple[bool, str | None, str | None]

_ENTITIES = "declares entities of its own, which no feed needs; they can expand without end"


class FeedTrap(Exception):  # noqa: N818 - it is one, and not an error of ours
    """Says why a feed is refused before any parser sees it."""


@dataclass(frozen=True, slots=True)
class EntryMarks:
    """Keeps what one entry prints as its dates, letter by letter, and which of its texts it really has.

    Attributes:
        is_tangled: some of its media stand in a group of Media RSS, which fastfeedparser overlooks.
    """

    published: str | None = None
    updated: str | None = None
    language: str | None = None
    has_excerpt: bool = False
    has_content: bool = False
    is_tangled: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """Says whether the XML is strictly well formed, and gives the marks of its entries in document order.

    Attributes:
        language: what the feed says in <language>, which fastfeedparser overlooks.
    """

    well_formed: bool
    entries: tuple[EntryMarks, ...] = ()
    language: str | None = None


def bare_xml(text: str) -> str:
    """Cuts all that stands before the first tag of a feed or list: warnings, declaration, comments, document type.

    Without a document type nothing can declare an entity, so none can expand or fetch anything. The declaration speaks
    of an encoding, and the text is decoded by now.

    Raises:
        FeedTrap: it declares entities.
    """
    root = _ROOT.search(text)
    prolog = text[: root.start() if root else _HEAD_CHARS]
    if "<!entity" in prolog.lower():
        raise FeedTrap(_ENTITIES)
    return text[root.start() :] if root else text


def survey_feed(text: str) -> Survey:
    """Walks over every tag once, in linear time.

    Raises:
        FeedTrap: an element has hundreds of attributes, tags are nested without end, or entities hide behind a root.
    """
    for tag in _CROWDED_TAG.finditer(text) if text.count("=") > MAX_ATTRIBUTES else ():
        _refuse_crowd(len(_ATTRIBUTE.findall(tag[0])))
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    walk = _Walk(parser)
    try:
        parser.Parse(text.encode(), True)  # noqa: FBT003 - the standard library's own signature
    except expat.ExpatError:
        if _OWN_ENTITY.search(text[:_HEAD_CHARS]):
            raise FeedTrap(_ENTITIES) from None
        return Survey(well_formed=False)
    return Survey(well_formed=True, entries=tuple(map(_marks_of, walk.entries)), language=walk.language)


def _marks_of(entry: Mapping[str, str]) -> EntryMarks:
    return EntryMarks(
        published=entry.get("published") or None,
        updated=entry.get("updated") or None,
        language=entry.get("language") or None,
        has_excerpt="excerpt" in entry,
        has_content="content" in entry,
        is_tangled="tangle" in entry,
    )


def _refuse_crowd(attributes: int) -> None:
    if attributes > MAX_ATTRIBUTES:
        raise FeedTrap(f"holds an element with {attributes} attributes, which no honest feed has")


def _field_of(name: str) -> _Kind:
    """What a tag can be: an entry; the field its letters are kept for; the text it shows to be there."""
    local = name.rpartition(" ")[2]
    if name == _MEDIA_GROUP:
        return False, None, "tangle"
    if local not in _ENTRY_TAGS and name.startswith(_OTHER_VOCABULARIES):
        return False, None, None
    return local in _ENTRY_TAGS, _PRINTED_TAGS.get(local), _TEXT_TAGS.get(local)


class _Walk:
    """Follows the parser from tag to tag, and listens to letters only inside the few tags whose words are kept."""

    __slots__ = (
        *("_depth", "_entry_depth", "_fields", "_letters", "_parser", "_printed", "_printed_depth"),
        *("entries", "language"),
    )

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.entries: list[dict[str, str]] = []
        self.language: str | None = None
        self._parser = parser
        self._depth = self._entry_depth = 0
        self._printed = ""  # the field whose letters are being gathered, and how deep it stands
        self._printed_depth = 0
        self._letters: list[str] = []
        self._fields: dict[str, _Kind] = {}  # feeds have a dozen tags, and thousands of each
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth = depth = self._depth + 1
        if depth > MAX_DEPTH:
            raise FeedTrap(f"nests tags more than {MAX_DEPTH} deep, which no honest feed does")
        if len(attributes) > MAX_ATTRIBUTES:
            _refuse_crowd(len(attributes))
        is_entry, printed, text = self._fields.get(name) or self._field(name)
        entry_depth = self._entry_depth
        if is_entry:
            self._entry_depth = depth
            self.entries.append({})
        elif entry_depth:
            if depth == entry_depth + 1 and (text or printed):
                self._start_field(printed, text)
        elif printed == "language":
            self._gather("language")

    def _field(self, name: str) -> _Kind:
        found = self._fields[name] = _field_of(name)
        return found

    def _start_field(self, printed: str | None, text: str | None) -> None:
        if text is not None:
            self.entries[-1][text] = ""
        elif printed is not None and printed not in self.entries[-1]:
            self._gather(printed)

    def _gather(self, field: str) -> None:
        self._printed, self._printed_depth, self._letters = field, self._depth, []
        self._parser.CharacterDataHandler = self._letters.append

    def _end(self, _name: str) -> None:
        depth = self._depth
        self._depth = depth - 1
        if depth == self._printed_depth:
            self._keep("".join(self._letters).strip())
        elif depth == self._entry_depth:
            self._entry_depth = 0

    def _keep(self, written: str) -> None:
        if self._entry_depth:
            self.entries[-1].setdefault(self._printed, written)
        else:
            self.language = self.language or written or None
        self._printed_depth, self._parser.CharacterDataHandler = 0, None
