"""The JSON that leaves the house says what the values say, and comes back as it was."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.model.article import Article, Published, Span, Summary, age_of
from briefing.model.lines import (
    article_line,
    dump_edition,
    dump_line,
    edition_fields,
    parse_article,
    parse_stamp,
    stamp,
    summary_fields,
)
from briefing.model.story import Score, ScorePart
from tests.make import NOW, article, edition, story

CONTRACT = [
    *("id", "file", "title", "text", "excerpt", "language", "url", "source", "country", "categories"),
    *("published_at", "published_after", "published_before", "authors", "image", "truncated", "confidence"),
    *("captured_at", "captured_assumed"),
]


def test_an_article_line_has_every_field_of_the_contract_in_order() -> None:
    assert list(article_line(article())) == CONTRACT


def test_unknown_is_null() -> None:
    line = article_line(Article(id="a", title="Only a headline"))
    assert [key for key in CONTRACT if line[key] is None] == [
        "file", "excerpt", "language", "url", "source", "country", "published_at", "published_after",
        "published_before", "image", "confidence", "captured_at",
    ]  # fmt: skip


def test_the_publishers_own_offset_is_kept() -> None:
    assert stamp(datetime(2026, 11, 22, 7, 0, tzinfo=timezone(timedelta(hours=5, minutes=45)))) == (
        "2026-11-22T07:00:00+05:45"
    )
    assert stamp(NOW) == "2026-11-22T06:40:00Z"
    assert stamp(date(2026, 11, 22)) == "2026-11-22"


@pytest.mark.parametrize("text", ["2026-11-22T06:40:00", "yesterday", "2026-13-01"])
def test_a_time_nobody_can_be_sure_of_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_stamp(text)


instants = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=40_000)).map(
    lambda since: datetime(1990, 1, 1, tzinfo=UTC) + since
)
words = st.text(st.characters(codec="utf-8"), max_size=40)


@given(
    st.builds(
        Article,
        id=st.text("abc123", min_size=1),
        title=words.filter(bool),
        text=words,
        excerpt=st.none() | words.filter(bool),
        categories=st.lists(words).map(tuple),
        published=st.builds(Published, at=st.none() | instants | st.dates()),
        truncated=st.booleans(),
        captured_at=st.none() | instants,
    )
)
def test_an_article_comes_back_as_it_was(given_article: Article) -> None:
    assert parse_article(json.loads(dump_line(article_line(given_article)))) == given_article


def test_an_interval_comes_back_as_it_was() -> None:
    aged = article(published=Published(after=NOW - timedelta(hours=60), before=NOW - timedelta(hours=36)))
    assert parse_article(article_line(aged)) == aged


BAD_LINES = {
    "no id": ({"title": "x"}, "no id"),
    "neither title nor text": ({"id": "a", "excerpt": "x"}, "neither title nor text"),
    "text is a number": ({"id": "a", "title": "x", "text": 5}, "text is not a string"),
    "time is a number": ({"id": "a", "title": "x", "published_at": 5}, "published_at is not a string"),
    "categories is a number": ({"id": "a", "title": "x", "categories": 5}, "categories is not a list of strings"),
    "an author is a number": ({"id": "a", "title": "x", "authors": ["b", 3]}, "authors is not a list of strings"),
    "half an interval": ({"id": "a", "title": "x", "published_after": "2026-11-22T06:40:00Z"}, "two ends"),
    "a date as an interval's end": ({"id": "a", "title": "x", "captured_at": "2026-11-22"}, "an instant is needed"),
}


@pytest.mark.parametrize(("line", "message"), BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_is_refused_with_its_reason(line: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_article(line)


def test_spans_in_a_line_are_pairs() -> None:
    summary = Summary(
        text="One. Two.", method="lead", spans=(Span(article="a", start=0, end=4), Span(article="a", start=5, end=9))
    )
    assert summary_fields(summary) == {"text": "One. Two.", "method": "lead", "spans": [[0, 4], [5, 9]]}
    assert summary_fields(None) is None


def test_an_edition_tells_its_parts_and_their_sum() -> None:
    scored = story(score=Score(parts=(ScorePart(name="voices", value=0.5), ScorePart(name="recency", value=0.25))))
    fields = edition_fields(edition(scored))
    assert fields["edition"]["window"] == "36h"
    assert fields["sections"][0]["stories"][0]["score"] == {"total": 0.75, "parts": {"voices": 0.5, "recency": 0.25}}


def test_copies_are_named_among_the_articles() -> None:
    copy = article("Ferries return to the strait", source="The Copyist")
    told = edition_fields(edition(story(article(), copied_by=(copy,))))["sections"][0]["stories"][0]
    assert [a["source"] for a in told["articles"]] == ["The Harbour Post", "The Copyist"]


def test_a_window_that_is_no_whole_hour_is_told_in_minutes() -> None:
    assert edition_fields(edition(window=timedelta(minutes=90)))["edition"]["window"] == "90m"


def test_naive_times_are_kept_out() -> None:
    with pytest.raises(ValueError, match="needs a UTC offset"):
        Published(at=datetime(2026, 11, 22))  # noqa: DTZ001  # the mistake under test


AGES = {
    "an instant": (Published(at=NOW - timedelta(hours=2)), timedelta(hours=2)),
    "a bare date counts from noon": (Published(at=date(2026, 11, 21)), timedelta(hours=18, minutes=40)),
    "today's bare date counts from the middle of the day so far": (
        Published(at=date(2026, 11, 22)),
        timedelta(hours=3, minutes=20),
    ),
    "a bare date of tomorrow": (Published(at=date(2026, 11, 23)), timedelta(0)),
    "an interval at its oldest": (
        Published(after=NOW - timedelta(hours=3), before=NOW - timedelta(hours=1)),
        timedelta(hours=3),
    ),
    "from the future": (Published(at=NOW + timedelta(hours=2)), timedelta(0)),
    "nobody knows": (Published(), None),
}


@pytest.mark.parametrize(("published", "age"), AGES.values(), ids=AGES)
def test_an_age_is_known_as_well_as_the_publisher_told_it(published: Published, age: timedelta | None) -> None:
    assert age_of(published, NOW) == age


def test_outlets_are_named_once_with_the_lead_first() -> None:
    told = story(article(), article("Other words"), copied_by=(article("Copy", source="The Copyist"),))
    assert told.outlets == ("The Harbour Post", "The Copyist")


def test_edition_json_is_what_its_fields_say_with_a_line_for_each_story() -> None:
    made = edition(story(article('Ferries\nreturn [{"a": 1}]')), story(article("Brücke")))
    written = dump_edition(made)
    assert json.loads(written) == json.loads(json.dumps(edition_fields(made)))
    assert list(json.loads(written)) == list(edition_fields(made))
    assert [line.strip().startswith('{"id"') for line in written.splitlines()].count(True) == 2
    assert "Brücke" in written
