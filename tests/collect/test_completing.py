from __future__ import annotations

import asyncio

from briefing.collect.collector import SourceCollector
from briefing.collect.completing import complete_articles, completed_by, needs_page
from briefing.collect.documents import Documents
from briefing.collect.fetch import Fetched
from briefing.errors import SourceError
from briefing.model.article import Article
from briefing.model.settings import FetchRule
from briefing.model.source import Source, SourceKind
from tests.collect.samples import NOW, PARAGRAPHS, item, page, rss
from tests.collect.servers import CannedServer, answer

EXCERPT = Article(id="1", title="Ferry sails again", excerpt="A borrowed ramp.", url="https://harbour.example/1")
WALL = (
    "<html><title>Just a moment...</title><p>"
    + "Please enable JavaScript and cookies to continue. " * 9
    + "</p></html>"
)


def complete(*articles: Article, pages: dict[str, str]) -> tuple[Article, ...]:
    async def ask(url: str) -> Fetched:
        if url not in pages:
            raise SourceError("harbour", "its robots.txt asks programs not to read this page")
        return Fetched(url=url, content=pages[url].encode())

    return asyncio.run(complete_articles(articles, ask=ask, documents=Documents(), now=NOW))


def test_an_entry_with_only_an_excerpt_gets_the_text_of_its_page() -> None:
    (article,) = complete(EXCERPT, pages={"https://harbour.example/1": page()})
    assert (article.text, article.excerpt, article.truncated) == ("\n".join(PARAGRAPHS), "A borrowed ramp.", False)
    assert (article.id, article.title) == (EXCERPT.id, EXCERPT.title)


def test_a_refused_page_a_wall_and_a_shorter_page_leave_the_excerpt_and_mark_it() -> None:
    long = Article(id="2", title="T", excerpt="Long. " * 300, url="https://harbour.example/2")
    walled = Article(id="3", title="T", excerpt="Short.", url="https://harbour.example/3")
    pages = {"https://harbour.example/2": page(), "https://harbour.example/3": WALL}
    for before, after in zip((EXCERPT, long, walled), complete(EXCERPT, long, walled, pages=pages), strict=True):
        assert (after.text, after.excerpt, after.truncated) == ("", before.excerpt, True)


def test_a_whole_article_is_not_asked_for_again() -> None:
    whole = Article(id="1", text="Everything.", url="https://harbour.example/1")
    assert not needs_page(whole)
    assert not needs_page(Article(id="1", excerpt="No address."))
    assert complete(whole, pages={}) == (whole,)


def test_the_feed_goes_before_the_page_in_everything_but_the_text() -> None:
    told = Article(id="1", title="Page's", text="x" * 99, authors=("Mara Lind",), language="en")
    both = completed_by(Article(id="2", title="Feed's", excerpt="E", authors=("Tom Okafor",)), told)
    assert (both.title, both.authors, both.language, both.text) == ("Feed's", ("Tom Okafor",), "en", told.text)


def test_full_text_is_read_only_where_the_config_asks_for_it() -> None:
    with CannedServer({"/1": answer(page(), Content_Type="text/html")}) as server:
        server.answers["/feed"] = answer(rss(item(link=f"{server.url}/1", guid=f"{server.url}/1")))
        rule = FetchRule(allow_private=True, timeout=2.0)
        for full_text, text in ((True, "\n".join(PARAGRAPHS)), (False, "")):
            source = Source(kind=SourceKind.FEED, location=server.url + "/feed", full_text=full_text)
            (article,) = SourceCollector(rule=rule, documents=Documents()).collect([source], now=NOW).articles
            assert article.text == text
        assert sum(request.startswith("GET /1 ") for request in server.requests) == 1
