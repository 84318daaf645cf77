"""A repeat is named once, points at an original that is none itself, and is never a report of its own."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.duplicates import canonical_url, find_duplicates, when
from briefing.model.article import Article, Published

NOW = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)
#: 60 words that no two tests share by chance.
LONG = " ".join(f"word{n}" for n in range(60))
OTHER = " ".join(f"autre{n}" for n in range(60))


def article(key: str, **fields: Any) -> Article:
    return Article(
        **{"id": key, "title": f"Headline of {key} alone", "language": "en", "source": f"Outlet {key}", **fields}
    )


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://www.post.example/a/b?utm_source=x&utm_medium=rss#top", "post.example/a/b"),
        ("http://m.post.example/a/b/", "post.example/a/b"),
        ("https://amp.post.example/a/b/amp", "post.example/a/b"),
        ("https://post.example/a/b.amp.html", "post.example/a/b.html"),
        ("https://post.example/story?page=2&id=7&fbclid=abc", "post.example/story?id=7&page=2"),
        ("https://post.example/?p=12", "post.example?p=12"),
        ("https://POST.example/Case", "post.example/Case"),
        ("https://m.example/a", "m.example/a"),
    ],
    ids=["tracked", "mobile", "amp path", "amp file", "query order", "numbered", "case", "short host"],
)
def test_an_address_is_freed_of_all_that_does_not_name_the_page(url: str, page: str) -> None:
    assert canonical_url(url) == page


@pytest.mark.parametrize("url", ["https://post.example/", "https://post.example", "/only/a/path", "http://[half", ""])
def test_what_names_no_page_is_no_address(url: str) -> None:
    assert canonical_url(url) is None


@given(st.text(max_size=60))
def test_no_address_is_too_odd_to_be_looked_at(url: str) -> None:
    assert canonical_url(url) != ""


def test_one_page_under_two_addresses_is_one_article() -> None:
    shared = {"title": "Harbour reopens after nine days"}
    found = find_duplicates(
        [
            article("a", url="https://post.example/1?utm_source=feed", text=LONG, **shared),
            article("b", url="https://m.post.example/1", **shared),
        ]
    )
    assert found == {"b": "a"}


def test_a_page_whose_headline_was_rewritten_is_still_one_page() -> None:
    pages = [
        article("a", title="Harbour may reopen on Sunday", url="https://post.example/1", text=LONG),
        article("b", title="Quay gates swing wide", url="https://post.example/1#live", text=LONG),
    ]
    assert find_duplicates(pages) == {"b": "a"}


def test_a_page_without_a_headline_is_known_by_its_address() -> None:
    pages = [
        article("a", text=LONG, url="https://post.example/1"),
        article("b", title="", url="https://post.example/1"),
    ]
    assert find_duplicates(pages) == {"b": "a"}


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("Harbour may reopen on Sunday", "Harbour to reopen on Sunday at noon", True),
        ("", "Harbour may reopen on Sunday", True),
        ("Who are they", "Who are they", True),
        # Three terms of ten in common, and two of ten.
        ("Kestrel lantern marble nectar orchid pebble", "Kestrel lantern marble quartz ribbon saddle tundra", True),
        ("Kestrel lantern marble nectar orchid pebble", "Kestrel lantern quartz ribbon saddle tundra", False),
        ("Who are they", "What is this", False),
    ],
)
def test_at_one_address_headlines_with_three_terms_of_ten_in_common_are_of_one_page(
    first: str, second: str, is_one: bool
) -> None:
    pages = [
        article("a", title=first, url="https://post.example/1", text="Longer than the other."),
        article("b", title=second, url="https://post.example/1"),
        article("c", title="A third one", text="The longest of the three, and at no address."),
    ]
    assert find_duplicates(pages) == ({"b": "a"} if is_one else {})


def test_an_episode_told_twice_is_found_among_all_that_have_its_address() -> None:
    titles = ("Gardening with seaweed", "A chess prodigy remembers", "A chess prodigy remembers her first game")
    episodes = [
        article(key, title=title, url="https://show.example/1") for key, title in zip("abc", titles, strict=True)
    ]
    assert find_duplicates(episodes) == {"c": "b"}


def test_entries_that_all_link_to_the_front_of_a_show_stay_apart() -> None:
    episodes = [
        article(name, title=title, url="https://show.example/listen", source="The Show")
        for name, title in (
            ("a", "Gardening with seaweed"),
            ("b", "A chess prodigy remembers"),
            ("c", "Why bridges hum"),
        )
    ]
    assert find_duplicates(episodes) == {}


def test_a_wire_copy_points_at_the_print_with_most_text() -> None:
    copies = [
        article("a", text=f"(Agency) {LONG}"),
        article("b", text=f"{LONG} and a closing paragraph the others cut away"),
        article("c", text=LONG),
    ]
    assert find_duplicates(copies) == {"a": "b", "c": "b"}


def test_of_equal_copies_the_earliest_is_the_original_then_the_lowest_id() -> None:
    late = article("a", text=LONG, published=Published(at=NOW))
    early = article("c", text=LONG, published=Published(at=NOW - timedelta(hours=2)))
    undated = article("b", text=LONG)
    assert find_duplicates([late, early, undated]) == {"a": "c", "b": "c"}
    assert find_duplicates([undated, article("d", text=LONG)]) == {"d": "b"}


def test_a_duplicate_of_a_duplicate_points_at_the_original() -> None:
    words = LONG.split()
    chain = [
        article("a", text=" ".join(words)),
        article("b", title="The same title in both of these", text=" ".join(words[:45])),
        article("c", title="The same title in both of these", excerpt="Short."),
    ]
    assert find_duplicates(chain) == {"b": "a", "c": "a"}


@pytest.mark.parametrize("seed", range(3))
def test_a_copy_with_every_tenth_word_lost_is_found(seed: int) -> None:
    chance = random.Random(seed)
    words = [f"w{n}" for n in range(400)]
    edited = [word for word in words if chance.random() > 0.1]
    assert find_duplicates([article("a", text=" ".join(words)), article("b", text=" ".join(edited))]) == {"b": "a"}


def test_a_teaser_of_forty_words_is_found_in_the_full_text() -> None:
    words = [f"w{n}" for n in range(800)]
    assert find_duplicates([article("a", text=" ".join(words)), article("b", text=" ".join(words[:50]))]) == {"b": "a"}


@pytest.mark.parametrize(("count", "found"), [(40, {"b": "a"}), (39, {})])
def test_fewer_words_than_forty_are_too_few_to_be_known_by(count: int, found: dict[str, str]) -> None:
    words = [f"w{n}" for n in range(100)]
    copies = [article("a", text=" ".join(words)), article("b", text=" ".join(words[:count]))]
    assert find_duplicates(copies) == found


def test_a_copy_with_a_beginning_of_its_own_is_found() -> None:
    text = " ".join(f"w{n}" for n in range(100))
    intros = [" ".join(f"{key}{n}" for n in range(35)) for key in "xy"]
    copies = [article(key, text=f"{intro} {text}") for key, intro in zip("ab", intros, strict=True)]
    assert find_duplicates(copies) == {"b": "a"}


@pytest.mark.parametrize(
    ("shared", "lengths", "sources", "is_copy"),
    [
        (31, (400, 50), ("A", "B"), True),  # 29 of the shorter one's 48 runs of three words
        (30, (400, 50), ("A", "B"), False),
        (31, (400, 50), (None, None), True),  # of outlets that nobody knows, none is the other
        (41, (400, 50), ("A", "A"), True),  # 39 of 48
        (40, (400, 50), ("A", "A"), False),
        (59, (100, 100), ("A", "B"), True),  # 57 of the 139 runs of both
        (57, (100, 100), ("A", "B"), False),
    ],
)
def test_a_copy_shares_two_fifths_of_both_or_three_fifths_of_one_and_at_home_four(
    shared: int, lengths: tuple[int, int], sources: tuple[str | None, str | None], is_copy: bool
) -> None:
    same = [f"w{n}" for n in range(shared)]
    texts = [
        " ".join(same + [f"{key}{n}" for n in range(size - shared)]) for key, size in zip("xy", lengths, strict=True)
    ]
    pair = [article(key, text=text, source=at) for key, text, at in zip("ab", texts, sources, strict=True)]
    assert find_duplicates(pair) == ({"b": "a"} if is_copy else {})


def test_two_reports_under_one_headline_are_two_voices() -> None:
    title = "Harbour reopens after nine days"
    assert find_duplicates([article("a", title=title, text=LONG), article("b", title=title, text=OTHER)]) == {}


def test_a_bare_headline_repeats_the_report_it_heads() -> None:
    title = "Harbour reopens after nine days"
    found = find_duplicates([article("a", title=title, text=LONG), article("b", title=f"{title.upper()}!")])
    assert found == {"b": "a"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"title": "Morning in pictures"}, {"title": "Morning in pictures"}),
        ({"title": "Morning in four pictures"}, {"title": "Morning in four pictures"}),
        ({"title": ""}, {"title": ""}),
        ({"title": "Paris Berlin Roma Madrid Lisboa"}, {"title": "Paris Berlin Roma Madrid Lisboa", "language": "it"}),
        ({"title": "Morning in pictures", "excerpt": "Our pick of the day."}, {"title": "Morning in pictures"}),
    ],
    ids=[
        "a column's name",
        "a column's longer name",
        "no headline",
        "identical titles in two languages",
        "a short teaser",
    ],
)
def test_a_headline_that_says_too_little_is_no_proof(first: dict[str, str], second: dict[str, str]) -> None:
    assert find_duplicates([article("a", **first), article("b", **second)]) == {}


@pytest.mark.parametrize(
    ("teaser", "is_proof"),
    [
        ("The ground shook twice before dawn and nobody was hurt.", True),
        ("The ground shook twice before dawn on Sunday.", True),
        ("The ground shook twice before dawn again.", False),
    ],
    ids=["ten words", "eight words", "seven words"],
)
def test_a_short_headline_is_proof_with_a_teaser_of_eight_words(teaser: str, is_proof: bool) -> None:
    both = [article(key, title="Earthquake in Lesmark", excerpt=teaser) for key in "ab"]
    assert find_duplicates(both) == ({"b": "a"} if is_proof else {})


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (NOW, NOW - timedelta(hours=71), {"b": "a"}),
        (NOW, NOW - timedelta(hours=72), {"b": "a"}),
        (NOW, NOW - timedelta(hours=73), {}),
        (NOW, NOW - timedelta(days=30), {}),
        (NOW - timedelta(days=30), NOW, {}),
        (NOW, None, {"b": "a"}),
        (None, NOW, {"b": "a"}),
        # A bare date lasts 50 hours somewhere, so five days apart may be 70 hours.
        (date(2026, 11, 22), date(2026, 11, 17), {"b": "a"}),
        (date(2026, 11, 17), date(2026, 11, 22), {"b": "a"}),
        (date(2026, 11, 22), date(2026, 11, 16), {}),
        (date(2026, 11, 16), date(2026, 11, 22), {}),
    ],
    ids=[
        *("same days", "three days", "longer", "a month before", "a month after", "undated", "undated first"),
        *("five dates before", "five dates after", "six dates before", "six dates after"),
    ],
)
def test_a_headline_that_returns_after_weeks_heads_another_report(
    first: datetime | date | None, second: datetime | date | None, found: dict[str, str]
) -> None:
    title = "Central bank leaves its rates unchanged"
    copies = [
        article("a", title=title, excerpt="A longer one.", published=Published(at=first)),
        article("b", title=title, published=Published(at=second)),
    ]
    assert find_duplicates(copies) == found


@pytest.mark.parametrize(
    ("titles", "found"),
    [
        (("Weather in Lesmark on Sunday", "Weather in Tarvo on Sunday"), {}),
        (("Harbour fire: 12 hurt in Lesmark", "Harbour fire: 15 hurt in Lesmark"), {"b": "a"}),
        (("Harbour fire in Lesmark", "What we know about the blaze at the quay"), {"b": "a"}),
    ],
    ids=["one form, two towns", "the count rises", "a new headline"],
)
def test_an_outlet_repeats_itself_by_updating_not_by_filling_in_a_form(
    titles: tuple[str, str], found: dict[str, str]
) -> None:
    pages = [
        article(key, title=title, text=LONG, source="The Harbour Post") for key, title in zip("ab", titles, strict=True)
    ]
    assert find_duplicates(pages) == found


def test_one_outlet_may_print_two_texts_with_a_common_half() -> None:
    half = " ".join(LONG.split()[:40])
    first, second = (f"{half} {' '.join(f'{key}{n}' for n in range(20))}" for key in "xy")
    at_home = [article("a", text=first, source="Post"), article("b", text=second, source="Post")]
    assert find_duplicates(at_home) == {}
    assert find_duplicates([at_home[0], article("b", text=second)]) == {"b": "a"}


def test_hundreds_of_pages_made_from_one_form_repeat_nobody() -> None:
    frame = " ".join(f"phrase{n}" for n in range(100))
    titles = {f"p{n}": f"Weather in Town{n}" for n in range(400)}
    pages = [article(key, title=title, text=f"{title} {frame}", source="Sky") for key, title in titles.items()]
    assert find_duplicates(pages) == {}


def test_of_hundreds_of_prints_of_one_text_one_is_the_original() -> None:
    text = " ".join(f"word{n}" for n in range(60))
    prints = [article(f"p{n:03}", title=f"Headline{n}", text=text, source=f"Outlet {n}") for n in range(300)]
    assert set(find_duplicates(prints).values()) == {"p000"}


def test_nothing_repeats_nothing() -> None:
    assert find_duplicates([]) == {}
    assert find_duplicates([article("a", title=""), article("b", title="")]) == {}


def test_a_bare_date_is_that_day_anywhere_on_earth() -> None:
    span = when(article("a", published=Published(at=date(2026, 11, 22))))
    assert span is not None
    midnight = datetime(2026, 11, 22, tzinfo=UTC).timestamp() / 3600
    assert span == (midnight - 14, midnight + 36)


def test_an_age_is_its_interval_and_no_date_is_none() -> None:
    span = when(article("a", published=Published(after=NOW - timedelta(hours=5), before=NOW)))
    assert span is not None
    assert span[1] - span[0] == pytest.approx(5)
    assert when(article("a")) is None


TEXTS = st.sampled_from(["", LONG, f"{LONG} more", OTHER, " ".join(LONG.split()[:45]), "Short text of few words."])
TITLES = st.sampled_from(["", "Live", "Harbour reopens after nine days", "Harbour shut for nine long days"])
URLS = st.sampled_from([None, "https://a.example/1", "https://a.example/1?utm_id=2", "https://a.example/2"])


@st.composite
def many(draw: st.DrawFn) -> list[Article]:
    count = draw(st.integers(0, 8))
    return [
        Article(
            id=f"id{n}",
            title=draw(TITLES),
            text=draw(TEXTS),
            url=draw(URLS),
            source=draw(st.sampled_from([None, "A", "B"])),
            language=draw(st.sampled_from([None, "en"])),
        )
        for n in range(count)
    ]


@given(many(), st.randoms(use_true_random=False))
def test_the_order_of_the_articles_never_matters(articles: list[Article], chance: random.Random) -> None:
    shuffled = articles.copy()
    chance.shuffle(shuffled)
    assert find_duplicates(shuffled) == find_duplicates(articles)


@given(many())
def test_an_original_is_never_a_duplicate_and_has_at_least_as_much_text(articles: list[Article]) -> None:
    found = find_duplicates(articles)
    text = {a.id: a.text for a in articles}
    assert not set(found) & set(found.values())
    assert all(len(text[original]) >= len(text[copy]) for copy, original in found.items())
