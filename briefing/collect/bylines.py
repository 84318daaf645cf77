"""Takes a page's tree, gives the people whose names stand in its visible byline: "By Mara Lind and Tom Okafor".

Three marks make a line a byline, in every language alike: what the page's own markup calls it (class="byline__author"),
where its link leads (/authors/mara-lind), and the word it begins with ("Von", "Par"). A name is two to five words
that each begin with a capital.

Next: briefing/collect/metadata.py.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from briefing.collect.text import one_line, squeeze
from briefing.collect.values import author_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

#: A longer element holds more than a byline.
_MAX_BYLINE_CHARS = 160
#: Names that stand this many elements apart belong to different articles.
_NEAR = 25
#: A byline stands above its headline by at most this many elements.
_ABOVE_HEADLINE = 30
_MAX_PEOPLE = 10

_MARK = re.compile(
    r"author|byline|by-line|auteur|(?<![a-z])autor(?!i[sz])|redakt(?:eur|or)|writer|journalist|reporter", re.I
)
_ELSEWHERE = re.compile(
    r"comment|related|recommend|teaser|(?<![a-z])cards?(?![a-z])|popular|trending|carousel|(?<![a-z])menu(?![a-z])"
    r"|(?<![a-z])nav(?:bar|igation)?(?![a-z])|footer|loop-item|swiper|read-more|(?<![a-z_])next(?![a-z])",
    re.I,
)
_BESIDE = re.compile(r"caption|credit|copyright|social|avatar|promo|newsletter|sidebar", re.I)
_PERSONAL_PATH = re.compile(
    r"/(?:authors?|writers?|staff|contributors?|people|person|reporters?|journalists?|profiles?|bloggers?|team|by|users?"
    r"|our-people|autor(?:en|es)?|auteurs?|redakteure?|autore|redattori)/[^/?#]*[^/?#\d][^/?#]*",
    re.I,
)
_OPENING = re.compile(
    r"(?:(?:written|posted|words|story|text|article|reported|published|recommended) by|by|von|par|por|di|door|av|af"
    r"|author|autor(?:in)?|auteur|autore|text)(?:\s*:\s*|\s+)(?=\S)",
    re.I,
)
_ENDING = re.compile(r"\s*(?:[|•·–—]|\s-\s|\b(?:on|am|le|el|il)\s+\d|\d).*$")
_PARTICLES = frozenset(
    [
        "de",
        "del",
        "della",
        "der",
        "den",
        "des",
        "di",
        "da",
        "das",
        "do",
        "dos",
        "du",
        "van",
        "von",
        "vom",
        "zu",
        "zur",
        "ten",
        "ter",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "y",
        "e",
        "af",
    ]
)
_NO_NAME = re.compile(
    r"\b(?:view|more|posts?|about|read|see|share|follow|updated|published|written|by|staff|team|editors?|editorial|news|desk"
    r"|authors?|writers?|contributors?|reporters?|redaktion|rédaction|redacción|redazione|newsroom|articles?|all|profile|bio"
    r"|biography|subscribe|contact|blog|home|comments?|guest|home|image|photo|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov"
    r"|dec|january|february|march|april|june|july|august|september|october|november|december|the|and|for|with|your|our)\b",
    re.I,
)
_SILENT = frozenset(
    {"script", "style", "noscript", "template", "svg", "select", "button", "form", "nav", "footer", "head"}
)
_WHOLE = frozenset({"html", "body", "main", "article", "section"})
_NAMED_PARTS = frozenset(
    {"a", "span", "strong", "b", "p", "h2", "h3", "h4", "h5", "h6", "li", "div", "cite", "address"}
)


class _Candidate(NamedTuple):
    """A line that may name the author, its place among the elements, and how it is marked up."""

    at: int
    look: tuple[str, str | None]
    text: str


def find_bylines(tree: HtmlElement, *, outlet: str | None) -> tuple[str, ...]:
    """The people named in the byline of the page's headline; () when nobody is.

    Args:
        outlet: the outlet's name, which is nobody's.
    """
    found, headline_at = _candidates(tree)
    ahead = [line for line in found if headline_at is None or line.at >= headline_at - _ABOVE_HEADLINE]
    people: dict[str, str] = {}
    last: _Candidate | None = None
    for line in ahead or found:
        if last is not None and (line.at - last.at > _NEAR or line.look != last.look):
            continue
        names = _people_of(line.text, outlet)
        last = line if names else last
        people |= {squeeze(name): name for name in names if squeeze(name) not in people}
    return tuple(people.values())[:_MAX_PEOPLE]


def _people_of(line: str, outlet: str | None) -> list[str]:
    """The names a line begins with; what follows them behind a comma ("Washington", "MD") is none."""
    names = author_names([line], outlet=outlet)
    if len(names) == 1 and "," in line:
        names = tuple(name for part in line.split(",") for name in author_names([part], outlet=outlet))
    return list(takewhile(is_person, names))


def is_person(name: str) -> bool:
    """Says whether a line can be a person's name: two to five capitalised words and nothing else."""
    words = name.split()
    if not 2 <= len(words) <= 5 or len(name) > 50 or re.search(r"[\d:!?/@#…\"“„]", name) or _NO_NAME.search(name):
        return False
    return (
        all(word[0].isupper() or word.casefold() in _PARTICLES or not word[0].isalpha() for word in words)
        and words[0][0].isupper()
    )


def _candidates(tree: HtmlElement) -> tuple[list[_Candidate], int | None]:
    """Lines that may be a byline, each with its place among the page's elements, and the place of the headline."""
    headline = next(tree.iter("h1"), None)
    around = {headline, *headline.iterancestors()} if headline is not None else set()
    found: list[_Candidate] = []
    headline_at: int | None = None
    for at, element in enumerate(_visible(tree, around)):
        if element is headline:
            headline_at = at
        elif (line := _byline_of(element)) is not None:
            found.append(_Candidate(at, (element.tag, element.get("class")), line))
    return found, headline_at


def _visible(tree: HtmlElement, around: set[HtmlElement]) -> Iterator[HtmlElement]:
    """The elements a reader sees, in order, without menus, footers and lists of other articles."""
    stack = [tree]
    while stack:
        current = stack.pop()
        if not isinstance(current.tag, str) or current.tag in _SILENT:
            continue
        if current.tag not in _WHOLE and current not in around and _is_elsewhere(_marks(current)):
            continue
        yield current
        stack.extend(reversed(current))


def _is_elsewhere(marks: str) -> bool:
    return bool(_ELSEWHERE.search(marks)) or (bool(_BESIDE.search(marks)) and not _MARK.search(marks))


def _marks(element: HtmlElement) -> str:
    names = ("class", "id", "rel", "itemprop", "data-testid", "data-component")
    return " ".join(filter(None, map(element.get, names)))


def _byline_of(element: HtmlElement) -> str | None:
    """What an element says when it is a byline."""
    if element.tag not in _NAMED_PARTS:
        return None
    line = _line_of(element)
    if line is None:
        return None
    opening = _OPENING.match(line)
    if opening is not None:
        return _ENDING.sub("", line[opening.end() :])
    marked = any(_MARK.search(_marks(holder)) for holder in _holders(element)) or bool(
        _PERSONAL_PATH.search(element.get("href") or "")
    )
    return _ENDING.sub("", line) if marked else None


def _holders(element: HtmlElement) -> Sequence[HtmlElement]:
    """The element and what it stands in, as long as that holds little else."""
    holders = [element]
    parent = element.getparent()
    while parent is not None and len(holders) < 4 and parent.tag not in {"body", "main", "article", "html"}:
        holders.append(parent)
        parent = parent.getparent()
    return holders


def _line_of(element: HtmlElement) -> str | None:
    """The element's words when they are few."""
    words: list[str] = []
    length = 0
    for text in element.itertext():
        words.append(text)
        length += len(text.strip())
        if length > _MAX_BYLINE_CHARS:
            return None
    return one_line(" ".join(words)) or None
