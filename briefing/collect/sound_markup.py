"""Takes an entry's markup, gives its lines at once when it is sound and simple; None when only a parser can tell.

Most entries of most feeds are paragraphs, links and emphasis, closed in the order they were opened. There a tree tells
nothing that the tags do not: elements are taken out from the innermost, and what ended a line leaves a mark. That is
ten times faster than building a tree and walking over it. What ends a line is what `plain_paragraphs` says.

Next: briefing/collect/text.py.
"""

from __future__ import annotations

import html
import re
from html.entities import name2codepoint
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Stand for the end of a line, for a line break, and for one with another right behind it. No clean text holds them.
_END, _BREAK, _DOUBLED = "\0", "\1", "\2"

_INLINE = frozenset(
    {"a", "b", "i", "em", "strong", "u", "span", "small", "sub", "sup", "code", "cite"}
    | {"abbr", "big", "del", "ins", "kbd", "mark", "q", "s", "strike", "time", "tt"}
)
#: Blocks in which another block would mean that the markup is not sound.
_PARAGRAPHS = frozenset({"p", "li", "pre", "h1", "h2", "h3", "h4", "h5", "h6"})
_CONTAINERS = frozenset({"div", "ul", "ol", "blockquote", "section", "article", "aside", "header"})
#: Hold captions, which are no sentence of the article.
_SILENT = frozenset({"figure", "figcaption"})

#: Quotes are paired, and no angle bracket stands inside.
_ATTRIBUTES = r"""(?:\s[^<>"']*(?:"[^"<>]*"[^<>"']*|'[^'<>]*'[^<>"']*)*)?"""
_NAMES = "|".join(sorted(_INLINE | _PARAGRAPHS | _CONTAINERS | _SILENT, key=len, reverse=True))
_ELEMENT = re.compile(rf"<({_NAMES}){_ATTRIBUTES}(?<!/)>([^<]*+)</\1>", re.IGNORECASE)
_VOID = re.compile(rf"<(?:(br)|(hr)|img|wbr){_ATTRIBUTES}/?>(?:(?=(?:\s|&nbsp;|&#160;)*<(br)[\s/>]))?", re.IGNORECASE)
_HAS_VOID = re.compile(r"<(?:br|hr|img|wbr)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(?:[^<>-]|-(?!-))*-->")
#: Every angle bracket that opens begins a tag or a comment: some software writes links into the addresses of links.
_TAGGED = re.compile(rf"[^<]*+(?:(?:</?[a-z][a-z0-9]*+{_ATTRIBUTES}/?>|{_COMMENT.pattern})[^<]*+)*+", re.IGNORECASE)
_MARK = re.compile(f"([{_BREAK}{_DOUBLED}])")
_ENTITY = re.compile(r"&(?!\s)(?:#(\d{2,5});|([A-Za-z]{2,8}\d{0,2});)?")
#: References to control characters mean something else than they say; those to spaces can hide between line breaks.
_HARMLESS = (
    range(33, 127),
    range(160, 161),
    range(161, 0x1680),
    range(0x2010, 0x2028),
    range(0x2030, 0x205F),
    range(0x2070, 0x3000),
)
_NO_NAMES = frozenset({"ensp", "emsp", "thinsp"})
#: Parsers have a limit of their own, far deeper.
_MAX_DEPTH = 12


def sound_lines(source: str, *, sentence_end: tuple[str, ...]) -> list[str] | None:
    """Gives the text between the ends of lines, some of it blank.

    Args:
        source: markup without control characters.
        sentence_end: a line break behind one of these ends a line.
    """
    if _TAGGED.fullmatch(source) is None:
        return None
    if "<!" in source:
        source = _COMMENT.sub("", source)
    if _HAS_VOID.search(source):
        source = _VOID.sub(_of_void, source)
    bare = _without_elements(source)
    if bare is None or ("&" in bare and not all(map(_is_plain, _ENTITY.findall(bare)))):
        return None
    bare = html.unescape(bare) if "&" in bare else bare
    lines = bare.split(_END)
    if _BREAK not in bare and _DOUBLED not in bare:
        return lines
    return [part for line in lines for part in _broken(line, sentence_end)]


def _without_elements(source: str) -> str | None:
    """Takes elements out from the innermost; None when tags are left that no element explains."""
    for _ in range(_MAX_DEPTH):
        if "<" not in source:
            return source
        whole, source = source, _ELEMENT.sub(_of_element, source)
        if source == whole:
            return None
    return None


def _of_void(tag: re.Match[str]) -> str:
    if tag[1]:
        return _DOUBLED if tag[3] else _BREAK
    return _END if tag[2] else ""


def _of_element(element: re.Match[str]) -> str:
    """What an element without elements leaves; itself when it holds what it must not."""
    name, inside = element.group(1, 2)
    name = name.lower()
    if name in _CONTAINERS:
        return _END + inside + _END
    if name in _SILENT:
        return element[0] if _BREAK in inside or _DOUBLED in inside else _END * (_END in inside)
    if _END in inside:
        return element[0]
    return _END + inside + _END if name in _PARAGRAPHS else inside


def _is_plain(entity: tuple[str, str]) -> bool:
    """Whether all parsers read it alike."""
    number, name = entity
    if number:
        return any(int(number) in some for some in _HARMLESS)
    return name in name2codepoint and name not in _NO_NAMES


def _broken(line: str, sentence_end: tuple[str, ...]) -> Iterator[str]:
    """A line break ends a line when it is doubled or follows a sentence; else the text was only wrapped."""
    first, *others = _MARK.split(line)
    for mark, following in zip(others[::2], others[1::2], strict=True):
        first += " "
        if mark == _DOUBLED or first.rstrip().endswith(sentence_end):
            yield first
            first = ""
        first += following
    yield first
