"""Takes articles of which a feed gave only the excerpt, gives them with the text of their pages.

A page that may not be read, does not answer or turns out to be a wall costs nothing: the excerpt stays, and says that
it breaks off.

Next: briefing/collect/collector.py.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from briefing.collect.documents import DocumentKind
from briefing.collect.taking import as_utf8
from briefing.collect.values import host_of
from briefing.errors import SourceError
from briefing.model.source import SavedFile

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Sequence
    from datetime import datetime

    from briefing.collect.documents import Documents
    from briefing.collect.fetch import Fetched
    from briefing.model.article import Article

#: Pages asked for in one run and for one feed: the newest of its entries.
MAX_PAGES = 40
#: Of them, those under way: what has been fetched waits for its reader, and is held in memory meanwhile.
AT_ONCE = 4
#: One page that is not there is no news; so many, and not one that is, are.
LEAST_FAILURES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """Carries the articles, in their order, and why not one of the pages that were asked for could be had."""

    articles: tuple[Article, ...]
    failure: str | None = None


def needs_page(article: Article) -> bool:
    """Says whether a feed gave less than the article."""
    return article.url is not None and (not article.text or article.truncated)


def is_tried(article: Article) -> bool:
    """Says whether an earlier run read its page, or tried to and marked it."""
    return bool(article.text) or article.truncated


def as_read_before(article: Article, known: Article | None) -> Article:
    """The feed's article with what an earlier run read of its page, if one did."""
    return completed_by(article, known) if known is not None and is_tried(known) and needs_page(article) else article


async def complete_articles(
    articles: Sequence[Article],
    *,
    tried: Collection[str] = (),
    ask: Callable[[str], Awaitable[Fetched]],
    documents: Documents,
    now: datetime,
) -> Completed:
    """Reads the pages of those that need it; order and number stay.

    What the run had no time for stays as it is, for the next run.

    Args:
        tried: ids of those whose pages are not read again.
        ask: gets the page at an address; raises `SourceError` where that is refused or fails.
    """
    wanted = [article for article in articles if needs_page(article) and article.id not in tried][:MAX_PAGES]
    places = asyncio.Semaphore(AT_ONCE)
    failures: list[str] = []

    async def complete(article: Article) -> Article:
        async with places:
            try:
                found = await _page_of(article, ask, documents, now)
            except SourceError as error:
                if not getattr(error, "was_asked", True):
                    return article
                failures.append(error.reason)
                found = None
        return completed_by(article, found)

    completed = {article.id: article for article in await asyncio.gather(*map(complete, wanted))}
    return Completed(
        articles=tuple(completed.get(article.id, article) for article in articles),
        failure=_told(failures) if len(failures) == len(wanted) else None,
    )


def _told(failures: Sequence[str]) -> str | None:
    """What its owner should know of a feed whose pages give nothing at all."""
    if len(failures) < LEAST_FAILURES:
        return None
    ((reason, _),) = Counter(failures).most_common(1)
    return f"has full_text: true, but not one of {len(failures)} pages could be read: {reason}"


async def _page_of(
    article: Article, ask: Callable[[str], Awaitable[Fetched]], documents: Documents, now: datetime
) -> Article | None:
    """The page's article; None for a page of none or of many."""
    answer = await ask(article.url or "")
    page = SavedFile(
        name=host_of(answer.url) or article.source or "page",
        content=as_utf8(answer),
        captured_at=now,
        captured_assumed=False,
        url=answer.url,
    )
    reading = await asyncio.to_thread(documents.examine, page)
    return reading.articles[0] if reading.kind is DocumentKind.PAGE and len(reading.articles) == 1 else None


def completed_by(article: Article, page: Article | None) -> Article:
    """The feed's article with the page's text, unless the page gave none or less than the feed.

    What the feed said of it stays; the page fills what the feed left open.
    """
    if page is None or len(page.text) <= max(len(article.text), len(article.excerpt or "")):
        return replace(article, truncated=True)
    return replace(
        article,
        text=page.text,
        excerpt=article.excerpt or page.excerpt,
        authors=article.authors or page.authors,
        image=article.image or page.image,
        language=article.language or page.language,
        published=article.published if article.published.earliest else page.published,
        truncated=page.truncated,
    )
