"""Takes articles of which a feed gave only the excerpt, gives them with the text of their pages.

A page that may not be read, does not answer or turns out to be a wall costs nothing: the excerpt stays, and says that
it breaks off.

Next: briefing/collect/collector.py.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from briefing.collect.documents import DocumentKind
from briefing.collect.encoding import decode
from briefing.collect.values import host_of
from briefing.errors import SourceError
from briefing.model.source import SavedFile

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from briefing.collect.documents import Documents
    from briefing.collect.fetch import Fetched
    from briefing.model.article import Article

#: Pages asked for in one run and for one feed: the newest of its entries.
MAX_PAGES = 40


def needs_page(article: Article) -> bool:
    """Says whether a feed gave less than the article."""
    return article.url is not None and (not article.text or article.truncated)


async def complete_articles(
    articles: Sequence[Article], *, ask: Callable[[str], Awaitable[Fetched]], documents: Documents, now: datetime
) -> tuple[Article, ...]:
    """Reads the pages of those that need it; order and number stay.

    Args:
        ask: gets the page at an address; raises `SourceError` where that is refused or fails.
    """
    wanted = [article for article in articles if needs_page(article)][:MAX_PAGES]
    completed = await asyncio.gather(*(_complete(article, ask, documents, now) for article in wanted))
    by_id = {article.id: article for article in completed}
    return tuple(
        by_id.get(article.id) or (replace(article, truncated=True) if needs_page(article) else article)
        for article in articles
    )


async def _complete(
    article: Article, ask: Callable[[str], Awaitable[Fetched]], documents: Documents, now: datetime
) -> Article:
    try:
        answer = await ask(article.url or "")
        page = _saved(article, answer, now)
        reading = await asyncio.to_thread(documents.examine, page)
    except SourceError:
        return replace(article, truncated=True)
    found = reading.articles[0] if reading.kind is DocumentKind.PAGE and len(reading.articles) == 1 else None
    return completed_by(article, found)


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


def _saved(article: Article, answer: Fetched, now: datetime) -> SavedFile:
    content = answer.content
    charset = (answer.charset or "utf-8").lower()
    if not charset.startswith("utf"):
        content = decode(content, declared=charset).encode()
    name = host_of(answer.url) or article.source or "page"
    return SavedFile(name=name, content=content, captured_at=now, captured_assumed=False, url=answer.url)
