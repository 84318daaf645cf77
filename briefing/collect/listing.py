"""Takes the tree of a page that lists articles, gives one article for each of its headlines, with teaser and date.

A headline is a line of words that links to another page of the same site. A page is a listing when it has many of them
and neither says that it is an article itself nor holds a text without them.

Next: briefing/collect/dumps.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from briefing.collect.addresses import shared_spelling
from briefing.collect.chrome import is_chrome
from briefing.collect.identity import article_id
from briefing.collect.jsonld import find_statement
from briefing.collect.metadata import read_metadata
from briefing.collect.text import one_line, squeeze
from briefing.collect.values import host_of, printed_date, web_address
from briefing.model.article import Article, Published

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from briefing.collect.metadata import PageMetadata
    from briefing.model.source import SavedFile

#: Fewer headlines are the links of an article to others, not a listing.
LEAST_HEADLINES = 5
#: Of one page; the rest is its archive.
MAX_HEADLINES = 60
#: Words and characters of a headline; scripts without spaces need the characters alone.
_LEAST_WORDS, _LEAST_CHARS, _MOST_CHARS = 4, 18, 220
_LEAST_FOREIGN_CHARS = 8
#: Levels above a headline at which its teaser, time and picture stand.
_LEVELS = 5
_LEAST_TEASER, _MOST_TEASER = 40, 600
_ASIDE = frozenset({"nav", "footer", "aside", "form"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5"})
#: Pages about the site, in parts of their addresses.
_NO_ARTICLE = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies|ie)|authors?|auteurs?|autor|people|search|login|signin|register|subscribe|about"
    r"|contact|privacy|terms|impressum|datenschutz|newsletters?|jobs|account|shop|help|cookies?)(?:/|$)",
    re.IGNORECASE,
)


def read_listing(tree: HtmlElement, *, saved: SavedFile, text: str) -> tuple[Article, ...]:
    """Gives the page's headlines in its order, each address once; none when it is no listing.

    Args:
        saved: the page; only links to its own site count, when somebody knows which that is.
        text: what was read as the page's own article, "" when nothing was.
    """
    if _is_said_to_be_article(tree):
        return ()
    page = read_metadata(tree, saved=saved)
    found: dict[str, tuple[HtmlElement, str, str]] = {}
    for link, title, address in _headlines(tree, saved.url or page.url or ""):
        if text and not _is_in_heading(link):  # beside a text, links of many words are mostly "related"
            continue
        key = shared_spelling(address)
        if key not in found or len(title) > len(found[key][1]):
            found[key] = (link, title, address)
    if len(found) < LEAST_HEADLINES or not _are_the_page([title for _, title, _ in found.values()], text):
        return ()
    links = {link for link, _, _ in found.values()}
    listed = list(found.values())[:MAX_HEADLINES]
    return tuple(_article(*headline, links=links, page=page, saved=saved) for headline in listed)


def _is_said_to_be_article(tree: HtmlElement) -> bool:
    for meta in tree.iter("meta"):
        name, content = (meta.get("property") or meta.get("name") or "").lower(), (meta.get("content") or "").lower()
        if name == "article:published_time" or (name == "og:type" and content == "article"):
            return True
    said = find_statement(tree)
    return bool(said.text("headline") or said.text("datePublished"))


def _are_the_page(titles: list[str], text: str) -> bool:
    """Says whether what was taken for an article is made of the headlines: beside one they are its "related"."""
    squeezed = squeeze(text)
    return not squeezed or sum(squeeze(title) in squeezed for title in titles) >= LEAST_HEADLINES


def _headlines(tree: HtmlElement, page: str) -> Iterator[tuple[HtmlElement, str, str]]:
    base_tag = tree.find(".//base[@href]")
    base = urljoin(page, base_tag.get("href")) if base_tag is not None else page
    for link in tree.iter("a"):
        address = web_address(link.get("href"), base)
        if address is None or not _may_be_article(address, page):
            continue
        title = _title_of(link)
        if _is_headline(title) and not any(above.tag in _ASIDE for above in link.iterancestors()):
            yield link, title, address


def _title_of(link: HtmlElement) -> str:
    """The heading inside the link where the whole card is one, else all its words."""
    heading = next((inner for inner in link.iter() if inner.tag in _HEADINGS), link)
    return one_line(" ".join(heading.itertext()))


def _is_in_heading(link: HtmlElement) -> bool:
    around = (*link.iterancestors(), *link.iter())
    return any(element.tag in _HEADINGS for element in around)


def _is_headline(title: str) -> bool:
    wordy = len(title.split()) >= _LEAST_WORDS and len(title) >= _LEAST_CHARS
    foreign = not title.isascii() and " " not in title and len(title) >= _LEAST_FOREIGN_CHARS
    return (wordy or foreign) and len(title) <= _MOST_CHARS and not is_chrome(title)


def _may_be_article(address: str, page: str) -> bool:
    path = urlsplit(address).path
    own, other = host_of(page) or "", host_of(address) or ""
    is_ours = not own or other == own or other.endswith("." + own) or own.endswith("." + other)
    is_other_page = shared_spelling(address) != shared_spelling(page) and len(path) > 1
    return is_ours and is_other_page and _NO_ARTICLE.search(path) is None


def _article(
    link: HtmlElement, title: str, address: str, *, links: set[HtmlElement], page: PageMetadata, saved: SavedFile
) -> Article:
    card = _card(link, links)
    source = page.source or host_of(saved.url)
    return Article(
        id=article_id(url=address, source=source, title=title, text=""),
        title=title,
        file=saved.name,
        excerpt=_teaser(card, title),
        language=page.language,
        url=address,
        source=source,
        published=_date_in(card, saved, page.language),
        image=next(filter(None, (web_address(image.get("src"), saved.url) for image in card.iter("img"))), None),
        truncated=True,
        confidence=0.9,
        captured_at=saved.captured_at,
        captured_assumed=saved.captured_assumed,
    )


def _date_in(card: HtmlElement, saved: SavedFile, language: str | None) -> Published:
    for time in card.iter("time"):
        for printed in (time.get("datetime"), time.text_content()):
            published = printed_date(printed, captured_at=saved.captured_at, language=language)
            if published is not None:
                return published
    return Published()


def _card(link: HtmlElement, links: set[HtmlElement]) -> HtmlElement:
    """The largest element around a headline that holds no other."""
    card = link
    for _, above in zip(range(_LEVELS), link.iterancestors(), strict=False):
        if any(other in links and other is not link for other in above.iter("a")):
            break
        card = above
    return card


def _teaser(card: HtmlElement, title: str) -> str | None:
    for element in card.iter("p", "div", "span"):
        if element.tag != "p" and len(element):
            continue
        line = one_line(" ".join(element.itertext()))
        if _LEAST_TEASER <= len(line) <= _MOST_TEASER and line != title and not is_chrome(line):
            return line
    return None
