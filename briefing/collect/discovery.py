"""Takes the front page of a site, gives its feed, or the page itself when the site has none.

The page's own word goes first; only a page that announces no feed has the common places tried, one after the other and
five at most, and no further once the server says that it would rather not be asked.

Next: briefing/collect/listing.py, which reads the page of a site without a feed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from briefing.collect.encoding import decode
from briefing.collect.feeds import is_xml_feed
from briefing.collect.metadata import find_feed_link
from briefing.collect.pages import parse_page
from briefing.errors import FetchError

if TYPE_CHECKING:
    from briefing.collect.fetch import Fetched, Fetcher, Wanted

#: Where feeds lie that no page announces, the commonest first.
COMMON_PATHS = ("feed", "rss", "atom.xml", "index.xml", "feed.json")
_JSON_FEED = re.compile(
    r"\s*\{[^{}\[\]]{0,2000}\"version\"\s*:\s*\"https?:\\?/\\?/(?:www\.)?jsonfeed\.org", re.IGNORECASE
)
#: What a server answers that has no such page, but is willing.
_NOT_THERE = frozenset({404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Carries what answered for a page.

    Attributes:
        address: of its feed; None when the page answers for itself.
        failure: why the feed that the page announces could not be had.
    """

    answer: Fetched
    address: str | None = field(default=None, repr=False)
    failure: str | None = None


async def find_feed(
    fetcher: Fetcher, wanted: Wanted, page: Fetched, *, explores: bool = True, is_invited: bool = True
) -> Found:
    """Fetches the feed of the site, or leaves it at the page when no feed answers.

    Args:
        wanted: how the page itself was asked for; its credentials go to its own host alone.
        explores: a page that announces no feed has the common places tried.
        is_invited: the page's robots.txt is known to welcome us; it is asked now where that matters otherwise.

    Raises:
        FetchError: the page is none for programs, and no feed.
    """
    wanted = replace(wanted, etag=None, last_modified=None, obeys_robots=False)
    text = decode(page.content, declared=page.charset)
    if is_feed(text):
        return Found(answer=page)
    tree = parse_page(text)
    if not is_invited:
        await fetcher.require_welcome(page.url, wanted)
    link = find_feed_link(tree, base=page.url) if tree is not None else None
    if link is None:
        return await _tried(fetcher, wanted, page) if explores else Found(answer=page)
    try:
        return Found(answer=await fetcher.fetch(replace(wanted, url=link)), address=link)
    except FetchError as error:
        return Found(answer=page, failure=error.reason)


async def _tried(fetcher: Fetcher, wanted: Wanted, page: Fetched) -> Found:
    for address in common_addresses(page.url):
        try:
            # Nobody invited us to these addresses, so robots.txt has its say.
            found = await fetcher.fetch(replace(wanted, url=address, obeys_robots=True), attempts=1)
        except FetchError as error:
            if error.status not in _NOT_THERE:
                break
            continue
        if is_feed(decode(found.content, declared=found.charset)):
            return Found(answer=found, address=address)
    return Found(answer=page)


def common_addresses(page: str) -> tuple[str, ...]:
    """Where the feed of the site at this address may lie; five at most."""
    return tuple(urljoin(page, f"/{path}") for path in COMMON_PATHS)


def is_feed(text: str) -> bool:
    """Says whether the text is a feed in any format, going by its beginning."""
    return is_xml_feed(text) or _JSON_FEED.match(text) is not None
