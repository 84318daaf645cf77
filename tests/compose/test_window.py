"""Old, undated and future entries are no news; what a person saved always is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from briefing.compose.window import in_window, is_undated
from briefing.model.article import Published
from tests.make import NOW, article

WINDOW = timedelta(hours=36)
CASES = {
    "an hour old": (Published(at=NOW - timedelta(hours=1)), True),
    "exactly as old as the window": (Published(at=NOW - WINDOW), True),
    "a second too old": (Published(at=NOW - WINDOW - timedelta(seconds=1)), False),
    "of 2019": (Published(at=datetime(2019, 5, 1, tzinfo=UTC)), False),
    "of the day the window began in": (Published(at=date(2026, 11, 20)), True),
    "of the day before that": (Published(at=date(2026, 11, 19)), False),
    "perhaps young enough": (Published(after=NOW - timedelta(hours=60), before=NOW - timedelta(hours=35)), True),
    "surely too old": (Published(after=NOW - timedelta(hours=60), before=NOW - timedelta(hours=37)), False),
    "undated": (Published(), False),
    "of this very instant": (Published(at=NOW), True),
    "of tomorrow's instant": (Published(at=NOW + timedelta(seconds=1)), False),
    "of tomorrow's date, where tomorrow has begun": (Published(at=date(2026, 11, 22)), True),
    "of a date that has begun nowhere": (Published(at=date(2026, 11, 23)), False),
}


@pytest.mark.parametrize(("published", "is_news"), CASES.values(), ids=CASES)
def test_an_entry_is_news_for_as_long_as_the_window_says(published: Published, is_news: bool) -> None:
    assert bool(in_window([article(published=published)], now=NOW, window=WINDOW)) is is_news


@pytest.mark.parametrize(("clock", "is_news"), [("09:59", False), ("10:00", True)])
def test_a_date_has_come_when_it_begins_on_the_first_island_that_sees_it(clock: str, is_news: bool) -> None:
    now = datetime.fromisoformat(f"2026-11-22T{clock}+00:00")
    tomorrow = article(published=Published(at=date(2026, 11, 23)))
    assert bool(in_window([tomorrow], now=now, window=WINDOW)) is is_news


@pytest.mark.parametrize("published", [Published(), Published(at=date(2019, 5, 1))], ids=["undated", "old"])
def test_a_saved_file_is_always_a_candidate(published: Published) -> None:
    saved = article(file="page.html", published=published)
    assert in_window([saved], now=NOW, window=WINDOW) == (saved,)


def test_a_saved_file_from_the_future_waits() -> None:
    saved = article(file="page.html", published=Published(at=NOW + timedelta(hours=1)))
    assert in_window([saved], now=NOW, window=WINDOW) == ()


def test_an_interval_is_a_date() -> None:
    assert is_undated(article(published=Published()))
    assert not is_undated(article(published=Published(after=NOW, before=NOW)))
