"""Takes the HTML of one page, gives the `Article` it holds: text by agreement of extractors, our own metadata.

Next: briefing/collect/dumps.py.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lxml import etree
from lxml import html as lxml_html

from briefing.collect.chrome import cut_tail, without_chrome
from briefing.collect.edges import without_edges
from briefing.collect.identity import article_id
from briefing.collect.metadata import PageMetadata, read_metadata
from briefing.collect.opinions import main_lines
from briefing.collect.text import plain_line
from briefing.collect.values import EARLIEST, printed_date
from briefing.collect.walls import before_offer, is_wall
from briefing.model.article import Article, Published

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from briefing.model.source import SavedFile

#: Less text than this is a caption, a cookie notice or an error page.
MIN_TEXT_CHARS = 80

#: A page whose publisher says it is not free and that gives less than this is the part before the paywall.
PAYWALLED_CHARS = 1_500

_PARSER = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
# Every element is of one class: looking up which of lxml's classes for forms it needs took a fifteenth of the time.
_PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=lxml_html.HtmlElement))


def parse_page(text: str) -> HtmlElement | None:
    """Makes the page's tree; None for a text without a single tag."""
    if not re.search(r"<[A-Za-z]", text):
        return None
    try:
        return lxml_html.document_fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser=_PARSER)
    except etree.ParserError:  # nothing but comments
        return None


def read_page(text: str, *, saved: SavedFile, tree: HtmlElement | None = None) -> Article | None:
    """Reads the page's article; None when there is none worth the name.

    Args:
        text: the decoded HTML.
        saved: where it comes from; its address completes relative links, its time of saving bounds the date.
        tree: the page's tree when somebody has it already; it is left as it is.
    """
    tree = parse_page(text) if tree is None else tree
    if tree is None:
        return None
    metadata = read_metadata(tree, saved=saved)
    found = main_lines(tree, text, url=saved.url)
    if is_wall((*metadata.titles, plain_line(tree.findtext(".//title"))), found):
        return None
    lines, offered = before_offer(found)
    lines, breaks_off = cut_tail(without_chrome(lines))
    body = without_edges(lines, titles=metadata.titles, authors=metadata.authors)
    if sum(map(len, body)) < MIN_TEXT_CHARS:
        return None
    return _article("\n".join(body), metadata, breaks_off=breaks_off or offered, text_of_page=text, saved=saved)


def _article(text: str, metadata: PageMetadata, *, breaks_off: bool, text_of_page: str, saved: SavedFile) -> Article:
    title = metadata.title or text.split("\n", 1)[0][:120]
    return Article(
        id=article_id(url=metadata.url, source=metadata.source, title=title, text=text),
        title=title,
        text=text,
        file=saved.name,
        excerpt=metadata.excerpt,
        language=metadata.language,
        url=metadata.url,
        source=metadata.source,
        categories=metadata.categories,
        published=metadata.published if metadata.published.earliest else _searched_date(text_of_page, saved),
        authors=metadata.authors,
        image=metadata.image,
        truncated=breaks_off or (metadata.behind_paywall and len(text) < PAYWALLED_CHARS),
        captured_at=saved.captured_at,
        captured_assumed=saved.captured_assumed,
    )


def _searched_date(page: str, saved: SavedFile) -> Published:
    """The last resort: htmldate looks at addresses and visible text (right in 85 of 100 pages, wrong in 6)."""
    import htmldate  # noqa: PLC0415 - a tenth of a second that few runs need

    latest = saved.captured_at + timedelta(days=1)
    found = htmldate.find_date(
        page,
        extensive_search=False,
        original_date=True,
        url=saved.url,
        min_date=datetime(EARLIEST.year, EARLIEST.month, EARLIEST.day, tzinfo=latest.tzinfo).replace(tzinfo=None),
        max_date=latest.replace(tzinfo=None),
    )
    return printed_date(found, captured_at=saved.captured_at, language=None) or Published()
