from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.collect.discovery import Found
from briefing.collect.fetch import Fetched
from briefing.collect.visiting import FULL_EVERY, LEAST, MOST, Turn, answered, begun, find_turn, turned_down
from briefing.errors import FetchError, ParseError
from briefing.model.source import Source, SourceKind
from briefing.model.visit import Visit
from tests.collect.samples import NOW

HOUR = timedelta(hours=1)
FEED = Source(kind=SourceKind.FEED, location="https://quay.example/feed")
PAGE = Source(kind=SourceKind.PAGE, location="https://quay.example/")
GIVEN = Fetched(url=FEED.location, content=b"<rss/>", etag='"a"', last_modified="yesterday")
UNCHANGED = Fetched(url=FEED.location, content=b"", is_unchanged=True)


def asked(source: Source = FEED) -> Visit:
    return begun(Visit(key="k"), source, name="Quay", now=NOW)


def read(**told: object) -> Visit:
    return answered(asked(), replace(GIVEN, **told), now=NOW)  # type: ignore[arg-type]  # the test names the fields


@given(st.integers(min_value=0, max_value=10**9), st.text(max_size=5))
def test_the_next_request_comes_after_an_hour_at_least_and_within_a_day(wish_s: int, key: str) -> None:
    visit = answered(replace(asked(), key=key), replace(GIVEN, max_age_s=wish_s), now=NOW)
    assert visit.next_at is not None
    assert LEAST <= visit.next_at - NOW < MOST
    assert visit.next_at - NOW >= min(timedelta(seconds=wish_s), MOST * 0.9)


@pytest.mark.parametrize(
    ("content", "max_age_s", "least"),
    [
        (b"<rss><channel><ttl>180</ttl>", None, 3 * HOUR),
        (b"<rss><channel><TTL> 180 </TTL>", 7200, 3 * HOUR),
        (b"<rss><channel><ttl>5</ttl>", 7200, 2 * HOUR),
        (b"<rss><channel><ttl>soon</ttl>", None, HOUR),
        (b"x" * 20_000 + b"<ttl>600</ttl>", None, HOUR),
    ],
    ids=["ttl", "the longer one", "the longer other", "no number", "deep in an entry"],
)
def test_the_longest_wish_counts_spread_over_a_tenth(content: bytes, max_age_s: int | None, least: timedelta) -> None:
    visit = read(content=content, max_age_s=max_age_s)
    assert visit.next_at is not None
    assert least <= visit.next_at - NOW <= least * 1.1


def test_two_addresses_do_not_come_back_at_the_same_minute() -> None:
    first, second = (answered(replace(asked(), key=key), GIVEN, now=NOW).next_at for key in "ab")
    assert first != second


@pytest.mark.parametrize(
    ("wait_s", "least", "most"),
    [(None, 1, 1.1), (60, 1, 1.1), (7200, 2, 2), (10**9, 7 * 24, 7 * 24)],
    ids=["none", "less than an hour", "two hours", "at most a week"],
)
def test_retry_after_is_kept_to(wait_s: int | None, least: float, most: float) -> None:
    visit = turned_down(asked(), FetchError("q", "answered 429", status=429, wait_s=wait_s), now=NOW)
    assert visit.next_at is not None
    assert least * HOUR <= visit.next_at - NOW <= most * HOUR


def test_validators_go_back_as_they_came_and_once_a_week_not_at_all() -> None:
    visit = read()
    assert find_turn(visit, FEED, now=NOW + 2 * HOUR) == Turn(etag='"a"', last_modified="yesterday")
    later = answered(visit, UNCHANGED, now=NOW + FULL_EVERY - HOUR)
    assert later.etag == '"a"'
    assert find_turn(later, FEED, now=NOW + FULL_EVERY + HOUR) == Turn()


def test_nobody_is_asked_before_the_time_and_a_clock_that_was_ahead_is_not_believed() -> None:
    visit = read()
    assert find_turn(visit, FEED, now=NOW + HOUR - timedelta(seconds=1)) is None
    assert find_turn(visit, FEED, now=NOW - HOUR) is not None


def test_what_is_gone_is_left_alone_until_its_config_changes() -> None:
    visit = turned_down(asked(), FetchError("q", "answered 410 Gone", status=410), now=NOW)
    assert find_turn(visit, FEED, now=NOW + timedelta(days=300)) is None
    assert find_turn(visit, replace(FEED, username="ada"), now=NOW + timedelta(minutes=1)) is not None


def test_a_new_password_is_tried_at_once_but_only_where_the_old_one_failed() -> None:
    edited = replace(FEED, password="new")
    failing = turned_down(asked(), FetchError("q", "answered 401", status=401), now=NOW)
    assert find_turn(failing, edited, now=NOW + timedelta(minutes=1)) is not None
    assert find_turn(read(), edited, now=NOW + timedelta(minutes=1)) is None


def test_a_permanent_redirect_is_believed_the_second_time_in_a_row() -> None:
    new, other = "https://quay.example/new", "https://portal.example/login"
    once = read(moved_to=new)
    assert (once.moves_to, once.address) == (new, None)
    assert answered(once, GIVEN, now=NOW).moves_to is None
    assert answered(once, replace(GIVEN, moved_to=other), now=NOW).address is None
    twice = answered(once, replace(UNCHANGED, moved_to=new), now=NOW)
    assert (twice.moves_to, twice.address) == (None, new)
    assert find_turn(twice, FEED, now=NOW + 2 * HOUR) == Turn(address=new, etag='"a"', last_modified="yesterday")


def test_a_new_address_that_is_not_there_is_given_up_for_the_configured_one() -> None:
    moved = replace(read(), address="https://quay.example/new")
    assert turned_down(moved, FetchError("q", "answered 404", status=404), now=NOW).address is None
    assert turned_down(moved, FetchError("q", "no answer"), now=NOW).address is not None


def test_a_page_is_looked_at_again_once_a_week_for_the_feed_it_announces() -> None:
    visit = answered(asked(PAGE), GIVEN, found=Found(answer=GIVEN, address="https://quay.example/feed"), now=NOW)
    assert find_turn(visit, PAGE, now=NOW + 2 * HOUR) == Turn(
        address="https://quay.example/feed", etag='"a"', last_modified="yesterday", explores=True
    )
    assert find_turn(visit, PAGE, now=NOW + FULL_EVERY) == Turn(explores=True)


def test_the_common_places_of_feeds_are_tried_until_the_page_turns_out_to_list_its_articles_itself() -> None:
    def explores(visit: Visit) -> bool:
        turn = find_turn(visit, PAGE, now=NOW + 2 * HOUR)
        assert turn is not None
        return turn.explores

    listing = answered(asked(PAGE), GIVEN, found=Found(answer=GIVEN), now=NOW)
    assert explores(Visit(key="k"))
    assert not explores(listing)
    assert explores(turned_down(listing, ParseError("q", "holds no article"), now=NOW))


def test_the_validators_of_a_page_never_go_to_its_feed_nor_the_other_way() -> None:
    """If-Modified-Since with the page's date would have an older feed answer that there is nothing new."""
    feed_url = "https://quay.example/feed"
    found = answered(asked(PAGE), GIVEN, found=Found(answer=GIVEN, address=feed_url), now=NOW)
    listed = answered(found, replace(GIVEN, etag='"page"'), found=Found(answer=GIVEN), now=NOW)
    assert (listed.address, listed.etag) == (None, '"page"')
    lost = turned_down(found, FetchError("q", "answered 404", status=404), now=NOW)
    assert (lost.address, lost.etag, lost.last_modified) == (None, None, None)


@pytest.mark.parametrize("source", [FEED, PAGE])
def test_a_feed_that_was_found_elsewhere_and_is_gone_takes_nothing_with_it(source: Source) -> None:
    found = replace(asked(source), address="https://quay.example/new")
    first = turned_down(found, FetchError("q", "answered 410 Gone", status=410), now=NOW)
    assert (first.address, first.is_gone) == (None, False)
    assert turned_down(first, FetchError("q", "answered 410 Gone", status=410), now=NOW).is_gone


def test_a_failure_counts_from_the_first_and_a_good_answer_ends_it() -> None:
    first = turned_down(asked(), ParseError("q", "is a web page, not a feed"), now=NOW)
    second = turned_down(first, FetchError("q", "answered 500", status=500), now=NOW + HOUR)
    assert (second.failing_since, second.error) == (NOW, "answered 500")
    healed = answered(second, UNCHANGED, now=NOW + 2 * HOUR)
    assert (healed.failing_since, healed.error, healed.read_at) == (None, None, NOW + 2 * HOUR)


def test_who_was_not_asked_for_want_of_time_is_asked_next() -> None:
    visit = turned_down(Visit(key="k"), FetchError("q", "was not asked", was_asked=False), now=NOW)
    assert find_turn(visit, FEED, now=NOW + timedelta(seconds=1)) is not None


FAILED = turned_down(asked(), FetchError("Quay", "did not answer"), now=NOW)


@pytest.mark.parametrize(
    ("visit", "now", "may"),
    [
        (asked(), NOW, True),
        (asked(), NOW + timedelta(minutes=1), False),
        (read(), NOW, False),
        (answered(asked(), UNCHANGED, now=NOW), NOW, False),
        (FAILED, NOW, False),
        (begun(read(), FEED, name="Quay", now=NOW + 2 * HOUR), NOW + 2 * HOUR, True),
    ],
    ids=["lost", "lost, at the next start", "read", "unchanged", "failed", "read before, lost now"],
)
def test_only_whoever_takes_the_same_reading_over_asks_again_what_it_lost(
    visit: Visit, now: datetime, may: bool
) -> None:
    assert (find_turn(visit, FEED, now=now) is not None) is may
