"""Takes the text of a feed in any of its formats, gives its name and an `Article` for each entry.

Next: briefing/collect/pages.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.collect.entries import ParsedFeed, article_of
from briefing.collect.jsonfeed import parse_json_feed
from briefing.collect.names import feed_name
from briefing.collect.survey import FeedTrap
from briefing.collect.values import host_of
from briefing.collect.xmlfeed import parse_xml_feed
from briefing.errors import ParseError

if TYPE_CHECKING:
    from briefing.model.article import Article
    from briefing.model.source import SavedFile

#: Entries of one feed that become articles. The largest news feeds hold a few hundred; what is longer is an archive.
MAX_ENTRIES = 5_000

#: How far into a document its first tag may stand; servers print warnings before it.
_HEAD_CHARS = 8_192
_FEED_TAG = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|RDF)[\s>]", re.IGNORECASE)
_OTHER_TAG = re.compile(r"<(?:html|head|body|svg|opml|urlset|sitemapindex)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Carries what a feed gave.

    Attributes:
        name: its outlet by its title, as a reader would call it; None when it has no title.
        articles: one per entry, in the feed's order, none twice.
    """

    name: str | None = None
    articles: tuple[Article, ...] = ()


def is_xml_feed(text: str) -> bool:
    """Says whether the document is RSS, Atom or RDF, going by its first telling tag."""
    head = text[:_HEAD_CHARS]
    feed, other = _FEED_TAG.search(head), _OTHER_TAG.search(head)
    return feed is not None and (other is None or feed.start() < other.start())


def read_feed(text: str, *, saved: SavedFile) -> Feed | None:
    """Reads XML and JSON feeds; None for what is neither.

    Args:
        saved: where the text comes from; its address completes relative links.

    Raises:
        ParseError: the feed would keep a parser busy for minutes.
    """
    try:
        parsed = parse_xml_feed(text) if is_xml_feed(text) else parse_json_feed(text)
    except FeedTrap as trap:
        raise ParseError(saved.name, str(trap), file=saved.name) from trap
    return None if parsed is None else _feed(parsed, saved)


def _feed(parsed: ParsedFeed, saved: SavedFile) -> Feed:
    # The site's own address names the outlet; the feed may lie with a service that carries thousands.
    address = parsed.link if host_of(parsed.link) else saved.url
    name = feed_name(parsed.title, address)
    articles: dict[str, Article] = {}
    keys: set[str] = set()
    for entry in parsed.entries[:MAX_ENTRIES]:
        article = article_of(entry, parsed, source=name or host_of(address), saved=saved)
        if article is not None and article.id not in articles and (entry.key or article.id) not in keys:
            articles[article.id] = article
            keys.add(entry.key or article.id)
    return Feed(name=name, articles=tuple(articles.values()))
