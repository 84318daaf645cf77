from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from briefing.model.article import Published
from briefing.model.visit import Stock
from briefing.store.articles import SqlArticles
from briefing.store.database import reading
from tests.fakes import MemoryArticles
from tests.make import article

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.ports import ArticleStore

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FERRY = article("Ferry", published=Published(at=MONDAY - HOUR), image="https://quay.example/f.jpg", authors=("Ada",))
OLD = article("Old", published=Published(at=MONDAY - 9 * DAY))
UNDATED = article("Undated", published=Published())
AGED = article("Aged", published=Published(after=MONDAY - 60 * HOUR, before=MONDAY - 35 * HOUR))


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> ArticleStore:
    return (
        MemoryArticles() if request.param == "fake" else SqlArticles(request.getfixturevalue(f"{request.param}_engine"))
    )


def titles(store: ArticleStore, *, carried_at: datetime | None = None, since: datetime = MONDAY - 2 * DAY) -> set[str]:
    return {found.title for found in store.load_articles("f", carried_at=carried_at, since=since)}


def test_an_article_comes_back_as_it_was(store: ArticleStore) -> None:
    odd = replace(FERRY, title="\ud83d Ärger", captured_at=MONDAY, truncated=True, categories=("Sea",))
    store.save_articles("f", [odd], now=MONDAY)
    store.save_articles("g", [OLD], now=MONDAY)
    store.save_articles("h", [], now=MONDAY)
    assert store.load_articles("f", carried_at=MONDAY, since=MONDAY) == (odd,)


def test_what_the_feed_carries_is_given_whatever_its_age_and_what_came_out_since_whatever_it_carries(
    store: ArticleStore,
) -> None:
    store.save_articles("f", [FERRY, OLD], now=MONDAY)
    store.save_articles("f", [AGED], now=MONDAY + HOUR)
    assert titles(store) == {"Ferry", "Aged"}
    assert titles(store, since=MONDAY) == set()
    assert titles(store, since=MONDAY, carried_at=MONDAY) == {"Ferry", "Old", "Aged"}
    assert titles(store, since=MONDAY, carried_at=MONDAY + HOUR) == {"Aged"}


def test_a_day_is_what_had_been_read_by_then_and_can_have_come_out_since(store: ArticleStore) -> None:
    store.save_articles("f", [AGED, OLD, UNDATED, FERRY], now=MONDAY)
    store.save_articles("f", [article("Later", published=Published(at=MONDAY - HOUR)), FERRY], now=MONDAY + HOUR)
    store.save_articles("g", [article("Elsewhere", published=Published(at=MONDAY))], now=MONDAY)

    def day(*, since: datetime, before: datetime) -> list[str]:
        return [found.title for found in store.load_day("f", since=since, before=before)]

    assert day(since=MONDAY - 2 * DAY, before=MONDAY) == ["Ferry", "Aged", "Undated"]
    assert day(since=MONDAY - 2 * DAY, before=MONDAY + HOUR) == ["Later", "Ferry", "Aged", "Undated"]
    assert day(since=MONDAY - HOUR, before=MONDAY) == ["Ferry", "Undated"]
    assert day(since=MONDAY - 30 * DAY, before=MONDAY - HOUR) == []


def test_what_the_feed_carried_last_comes_first_and_in_its_own_order(store: ArticleStore) -> None:
    first, second = article("Zeal", published=FERRY.published), article("Anchor", published=FERRY.published)
    store.save_articles("f", [FERRY, second], now=MONDAY)
    store.save_articles("f", [first, second], now=MONDAY + HOUR)
    found = store.load_articles("f", carried_at=None, since=MONDAY - DAY)
    assert [each.title for each in found] == ["Zeal", "Anchor", "Ferry"]


def test_what_carries_no_date_is_as_old_as_our_knowledge_of_it(store: ArticleStore) -> None:
    store.save_articles("f", [UNDATED], now=MONDAY)
    store.save_articles("f", [UNDATED], now=MONDAY + DAY)
    assert titles(store, since=MONDAY) == {"Undated"}
    assert titles(store, since=MONDAY + HOUR) == set()


def test_a_bare_date_lasts_until_it_has_ended_everywhere(store: ArticleStore) -> None:
    store.save_articles("f", [article("Dated", published=Published(at=date(2026, 11, 22)))], now=MONDAY + 5 * DAY)
    assert titles(store, since=datetime(2026, 11, 23, 12, tzinfo=UTC)) == {"Dated"}
    assert titles(store, since=datetime(2026, 11, 23, 13, tzinfo=UTC)) == set()


def test_the_newest_version_counts(store: ArticleStore) -> None:
    store.save_articles("f", [FERRY], now=MONDAY)
    store.save_articles("f", [replace(FERRY, text="Corrected.")], now=MONDAY + HOUR)
    assert [found.text for found in store.load_articles("f", carried_at=None, since=MONDAY - DAY)] == ["Corrected."]


def test_stock_counts_and_says_how_new_the_newest_is(store: ArticleStore) -> None:
    store.save_articles("f", [FERRY, OLD], now=MONDAY)
    assert store.stock(["f", "g"]) == {"f": Stock(articles=2, newest_at=MONDAY - HOUR)}


def test_articles_are_counted_by_the_day_they_came_out_on(store: ArticleStore) -> None:
    store.save_articles("f", [FERRY, OLD], now=MONDAY)
    store.save_articles("g", [FERRY], now=MONDAY)
    days = store.days(["f", "h"], since=MONDAY - DAY)
    assert {feed: dict(found) for feed, found in days.items()} == {"f": {(MONDAY - HOUR).date(): 1}}


def test_articles_that_no_source_carried_for_long_are_forgotten(store: ArticleStore) -> None:
    store.save_articles("f", [FERRY, OLD], now=MONDAY - DAY)
    store.save_articles("f", [OLD], now=MONDAY)
    assert store.prune(before=MONDAY) == 1
    assert titles(store, since=MONDAY - 30 * DAY) == {"Old"}


def test_a_changed_text_has_another_hash(engine: Engine) -> None:
    def known() -> list[str]:
        with reading(engine) as connection:
            return [*connection.scalars(text("SELECT hash FROM articles"))]

    store = SqlArticles(engine)
    store.save_articles("f", [FERRY], now=MONDAY)
    (first,) = known()
    store.save_articles("f", [FERRY], now=MONDAY + HOUR)
    assert known() == [first]
    store.save_articles("f", [replace(FERRY, text="Corrected.")], now=MONDAY + HOUR)
    assert known() != [first]
