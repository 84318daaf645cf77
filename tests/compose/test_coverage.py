"""Outlets are compared only where there is something to compare, and nobody is said to be first in doubt."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.coverage import cover
from briefing.model.article import Article, Published
from briefing.model.story import Coverage
from tests.make import NOW, article


def told(source: str | None, published: Published) -> Article:
    return article(f"Ferries return, says {source}", source=source, published=published)


def at(hours: float) -> Published:
    return Published(at=NOW - timedelta(hours=hours))


ALL = ("Post", "Radio", "Herald", "Wire")


@pytest.mark.parametrize(
    ("articles", "first"),
    [
        pytest.param([told("Post", at(5)), told("Radio", at(2))], "Post", id="the earlier one"),
        pytest.param([told("Post", at(5)), told("Radio", at(5))], None, id="both at once"),
        pytest.param([told("Post", at(5)), told("Radio", Published())], None, id="one without a date"),
        pytest.param([told("Post", at(40)), told("Radio", Published(at=date(2026, 11, 22)))], "Post", id="a later day"),
        pytest.param([told("Post", at(5)), told("Radio", Published(at=date(2026, 11, 22)))], None, id="a bare date"),
        pytest.param([told("Post", at(1)), told("Radio", at(3)), told("Post", at(5))], "Post", id="told twice"),
        pytest.param([told("Post", at(5)), told(None, at(9))], None, id="somebody without a name told it before"),
    ],
)
def test_who_was_first_is_named_when_the_dates_leave_no_doubt(articles: list[Article], first: str | None) -> None:
    assert cover([*articles, told("Herald", at(0.5))], ALL).first == first


def test_the_users_other_outlets_are_silent() -> None:
    assert cover([told("Post", at(5)), told("Radio", at(2))], ALL).silent == ("Herald", "Wire")


def test_the_silent_are_named_in_one_order_in_every_process() -> None:
    outlets = [f"Outlet {number}" for number in range(20, 40)]
    silent = cover([told("Post", at(5)), told("Radio", at(2))], list(reversed(outlets))).silent
    assert silent == tuple(outlets)


def test_a_story_of_one_outlet_is_compared_with_nothing() -> None:
    assert cover([told("Post", at(5)), told(None, at(2))], ALL) == Coverage()
    assert cover([told("Post", at(5)), told("Post", at(2))], ALL) == Coverage()


@given(st.permutations([told("Post", at(5)), told("Radio", at(2)), told("Wire", Published())]))
def test_the_order_of_the_articles_is_of_no_matter(articles: list[Article]) -> None:
    assert cover(articles, ALL) == cover(sorted(articles, key=lambda a: a.id), ALL[::-1])
