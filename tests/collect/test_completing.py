from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from briefing.collect.completing import (
    AT_ONCE,
    Completed,
    as_read_before,
    complete_articles,
    completed_by,
    is_tried,
    needs_page,
)
from briefing.collect.documents import Documents
from briefing.collect.fetch import Fetched
from briefing.errors import FetchError, SourceError
from briefing.model.article import Article
from tests.collect.samples import NOW, PARAGRAPHS, page

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

    return asyncio.run(complete_articles(articles, ask=ask, documents=Documents(), now=NOW)).articles


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


def test_a_page_that_the_run_had_no_time_for_is_left_to_the_next() -> None:
    async def ask(url: str) -> Fetched:
        raise FetchError("harbour", "was not asked, because this run's time for fetching was used up", was_asked=False)

    (left,) = asyncio.run(complete_articles([EXCERPT], ask=ask, documents=Documents(), now=NOW)).articles
    assert left == EXCERPT
    assert not is_tried(left)


async def refuse_to_ask(url: str) -> Fetched:
    raise AssertionError(f"{url} was asked for")


def test_a_page_that_was_tried_is_not_asked_for_again() -> None:
    (after,) = complete(EXCERPT, pages={})
    assert is_tried(after)
    again = asyncio.run(
        complete_articles([EXCERPT], tried={EXCERPT.id}, ask=refuse_to_ask, documents=Documents(), now=NOW)
    )
    assert again == Completed(articles=(EXCERPT,))


def test_what_an_earlier_run_read_of_the_page_stays_when_the_feed_says_it_anew() -> None:
    (read,) = complete(EXCERPT, pages={"https://harbour.example/1": page()})
    told_again = replace(EXCERPT, excerpt="A borrowed ramp, at last.")
    kept = as_read_before(told_again, read)
    assert (kept.text, kept.excerpt) == (read.text, "A borrowed ramp, at last.")
    assert as_read_before(told_again, None) == as_read_before(told_again, EXCERPT) == told_again
    whole = replace(EXCERPT, text="The feed has it all by now.")
    assert as_read_before(whole, read) == whole


def entries(count: int) -> list[Article]:
    return [replace(EXCERPT, id=str(n), url=f"https://harbour.example/{n}") for n in range(count)]


@pytest.mark.parametrize(("pages", "told"), [(2, False), (3, True)])
def test_the_owner_is_told_when_not_one_of_several_pages_can_be_read(pages: int, told: bool) -> None:
    async def ask(url: str) -> Fetched:
        raise FetchError("harbour", "answered 403 Forbidden", status=403)

    done = asyncio.run(complete_articles(entries(pages), ask=ask, documents=Documents(), now=NOW))
    said = f"has full_text: true, but not one of {pages} pages could be read: answered 403 Forbidden"
    assert done.failure == (said if told else None)


def test_one_page_that_can_be_read_is_no_reason_to_tell_anybody() -> None:
    async def ask(url: str) -> Fetched:
        if url.endswith("/0"):
            return Fetched(url=url, content=page().encode())
        raise FetchError("harbour", "answered 403 Forbidden", status=403)

    done = asyncio.run(complete_articles(entries(5), ask=ask, documents=Documents(), now=NOW))
    assert done.failure is None


def test_only_a_few_pages_of_a_feed_are_held_at_a_time() -> None:
    under_way: list[int] = [0]
    most: list[int] = []

    async def ask(url: str) -> Fetched:
        under_way[0] += 1
        most.append(under_way[0])
        await asyncio.sleep(0)
        under_way[0] -= 1
        return Fetched(url=url, content=page().encode())

    asyncio.run(complete_articles(entries(3 * AT_ONCE), ask=ask, documents=Documents(), now=NOW))
    assert len(most) == 3 * AT_ONCE
    assert max(most) <= AT_ONCE
