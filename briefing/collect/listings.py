"""Takes the tree of a page that lists articles, gives one article for each of its headlines, with teaser and date.

A headline is a heading that is a link, or stands in one. A page is a listing when it has many of them and neither says
that it is an article itself nor holds a text without them.

Next: briefing/collect/pages.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from briefing.collect.chrome import is_chrome
from briefing.collect.identity import article_id
from briefing.collect.jsonld import find_statement
from briefing.collect.metadata import read_metadata
from briefing.collect.text import one_line, squeeze
from briefing.collect.values import printed_date, web_address
from briefing.model.article import Article, Published

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from briefing.model.source import SavedFile

#: Fewer headlines are the "related" of an article.
MIN_HEADLINES = 5
MAX_HEADLINES = 200
_MIN_WORDS = 3
_MIN_TEASER_CHARS = 40
_MAX_TEASER_CHARS = 800
#: A teaser stands in the box of its headline, at most so many elements further out.
_CLIMB = 4


class _Headline(NamedTuple):
    title: str
    address: str
    heading: HtmlElement


def read_listing(tree: HtmlElement, *, saved: SavedFile, text: str) -> tuple[Article, ...]:
    """The articles that a page lists, in its order; () when it is no listing.

    Args:
        text: what was read as the page's own article, "" when nothing was.
    """
    if _is_said_to_be_article(tree):
        return ()
    headlines = tuple({headline.address: headline for headline in _headlines(tree, saved.url)}.values())
    if len(headlines) < MIN_HEADLINES:
        return ()
    if text:
        squeezed = squeeze(text)
        if sum(squeeze(headline.title) in squeezed for headline in headlines) < MIN_HEADLINES:
            return ()
    page = read_metadata(tree, saved=saved)
    own = {headline.heading for headline in headlines}
    return tuple(
        _article(headline, own, saved, source=page.source, language=page.language)
        for headline in headlines[:MAX_HEADLINES]
    )


def _is_said_to_be_article(tree: HtmlElement) -> bool:
    for meta in tree.iter("meta"):
        name, content = (meta.get("property") or meta.get("name") or "").lower(), (meta.get("content") or "").lower()
        if name == "article:published_time" or (name == "og:type" and content == "article"):
            return True
    said = find_statement(tree)
    return bool(said.text("headline") or said.text("datePublished"))


def _headlines(tree: HtmlElement, base: str | None) -> Iterator[_Headline]:
    for heading in tree.iter("h1", "h2", "h3", "h4"):
        link = heading.find(".//a[@href]")
        if link is None:
            link = next(heading.iterancestors("a"), None)
        title = one_line(" ".join(heading.itertext()))
        address = web_address(link.get("href"), base) if link is not None else None
        if address and len(title.split()) >= _MIN_WORDS and not is_chrome(title):
            yield _Headline(title, address, heading)


def _article(
    headline: _Headline, own: set[HtmlElement], saved: SavedFile, *, source: str | None, language: str | None
) -> Article:
    box = _box_of(headline.heading, own)
    return Article(
        id=article_id(url=headline.address, source=source, title=headline.title, text=""),
        title=headline.title,
        excerpt=_teaser_in(box, headline.title),
        file=saved.name,
        language=language,
        url=headline.address,
        source=source,
        published=_date_in(box, saved, language),
        truncated=True,
        confidence=0.9,
        captured_at=saved.captured_at,
        captured_assumed=saved.captured_assumed,
    )


def _box_of(heading: HtmlElement, own: set[HtmlElement]) -> HtmlElement:
    """The largest element around the headline that holds no other."""
    box = heading
    for outer in list(heading.iterancestors())[:_CLIMB]:
        if sum(inner in own for inner in outer.iter("h1", "h2", "h3", "h4")) > 1:
            break
        box = outer
    return box


def _teaser_in(box: HtmlElement, title: str) -> str | None:
    for element in box.iter("p", "div", "span"):
        if element.tag != "p" and len(element):
            continue
        line = one_line(" ".join(element.itertext()))
        if _MIN_TEASER_CHARS <= len(line) <= _MAX_TEASER_CHARS and line != title and not is_chrome(line):
            return line
    return None


def _date_in(box: HtmlElement, saved: SavedFile, language: str | None) -> Published:
    for time in box.iter("time"):
        for printed in (time.get("datetime"), time.text_content()):
            published = printed_date(printed, captured_at=saved.captured_at, language=language)
            if published is not None:
                return published
    return Published()
