"""A reader is told a story once, and again only when somebody has something new to say, and then what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.memory import in_languages, recall
from briefing.model.article import Article, Published
from briefing.model.story import Story, StoryStatus, Told
from briefing.model.subscriber import Segment
from tests.make import NOW, article, story

TODAY = date(2026, 11, 22)
READER = Segment(key="default", language="en", timezone="UTC")
OLD = article(
    "The bridge at Ornay is shut",
    text="The bridge at Ornay is shut to lorries. Engineers found 14 cracks in the northern pier.",
    published=Published(at=NOW - timedelta(days=1)),
)
NEW = article(
    "The bridge opens again",
    source="The Examiner",
    text="Lorries may cross the bridge at Ornay again. Welders closed 31 cracks in four nights.",
)
RETOLD = article("No lorries at Ornay", source="Third", text="Lorries are shut out of Ornay. There were 14 cracks.")


def told(*articles: Article, thread: str = "t", days_ago: int = 1) -> tuple[Told, ...]:
    return tuple(Told(article=a, thread=thread, since=TODAY - timedelta(days=days_ago)) for a in articles)


def recalled(today: Story, before: tuple[Told, ...] = (), *met: Article, segment: Segment = READER) -> Story | None:
    return next(iter(recall([today], before, follows={today.id: met}, today=TODAY, segment=segment)), None)


def test_a_story_nobody_has_told_is_new() -> None:
    assert recalled(story(NEW)) == story(NEW)
    assert recalled(story(NEW), told(OLD)) == story(NEW)


def test_a_story_told_yesterday_is_left_out() -> None:
    assert recalled(story(OLD), told(OLD)) is None


def test_another_outlet_that_says_the_same_does_not_bring_a_story_back() -> None:
    assert recalled(story(OLD, RETOLD), told(OLD)) is None
    assert recalled(story(RETOLD), told(OLD), OLD) is None


def test_a_story_with_news_comes_back_told_from_who_brings_it_with_its_day() -> None:
    again = recalled(story(OLD, RETOLD, NEW), told(OLD, days_ago=2))
    assert again is not None
    assert (again.lead, again.status, again.day, again.thread) == (NEW, StoryStatus.DEVELOPING, 3, "t")
    assert again.articles[1:] == (OLD, RETOLD)
    assert again.news is not None
    assert again.news.text == "Welders closed 31 cracks in four nights."
    assert NEW.text[again.news.start : again.news.end] == again.news.text


def test_what_was_told_to_others_only_is_new_to_this_reader() -> None:
    assert recalled(story(NEW), (), OLD) == story(NEW)


def test_the_day_counts_from_the_first_telling_of_the_thread_whoever_led_it() -> None:
    first = article("A pier of the bridge at Ornay sinks", source="Fourth", text="A pier sinks at Ornay.")
    again = recalled(story(NEW), told(first, days_ago=6) + told(OLD, days_ago=6), OLD)
    assert again is not None
    assert (again.day, again.thread) == (7, "t")


def test_two_threads_that_meet_go_on_as_the_older_one() -> None:
    other = article("Lorries queue in Ornay", source="Fifth", text="Lorries queue for 5 kilometres in Ornay.")
    again = recalled(story(NEW), told(OLD, days_ago=2) + told(other, thread="older", days_ago=4), OLD, other)
    assert again is not None
    assert (again.day, again.thread) == (5, "older")


def test_what_any_edition_of_the_thread_told_is_no_news() -> None:
    assert recalled(story(NEW), told(OLD) + told(NEW), OLD) is None


def test_a_copy_among_the_repeats_links_a_story_as_a_voice_does() -> None:
    assert recalled(story(RETOLD, copied_by=(OLD,)), told(OLD)) is None


def test_a_correction_comes_back_as_one() -> None:
    corrects = article(
        "Correction: the bridge at Ornay", source="Third", text="Correction: there were 41 cracks, not 14."
    )
    again = recalled(story(corrects), told(OLD), OLD)
    assert again is not None
    assert (again.status, again.news and again.news.text) == (StoryStatus.CORRECTED, corrects.text)


def test_news_in_a_language_the_reader_does_not_read_is_none() -> None:
    german = article("Brücke offen", source="Bote", language="de", text="Die Brücke von Ornay hat 31 Risse weniger.")
    assert recalled(story(OLD, german), told(OLD)) is not None
    only_english = Segment(key="en-1", language="en", timezone="UTC", languages=("en",))
    assert recalled(story(OLD, german), told(OLD), segment=only_english) is None


def test_news_is_told_in_the_readers_language_where_an_outlet_has_it() -> None:
    german = article("Brücke offen", source="Bote", language="de", text="31 Risse, 9000 Lastwagen, 77 Tage Sperre.")
    again = recalled(story(german, NEW), told(OLD), OLD)
    assert again is not None
    assert again.lead is NEW


def test_who_reads_one_language_is_told_the_news_that_is_in_it() -> None:
    german = article("Brücke offen", source="Bote", language="de", text="31 Risse, 9000 Lastwagen, 77 Tage Sperre.")
    only_english = Segment(key="de-1", language="de", timezone="UTC", languages=("en",))
    again = recalled(story(german, NEW), told(OLD), OLD, segment=only_english)
    assert again is not None
    assert again.lead is NEW


@pytest.mark.parametrize(
    ("frame", "reads", "order"),
    [
        ("en", (), ["en", "de", None, "fr"]),  # whoever named no language reads all
        ("fr", (), ["fr", "de", "en", None]),
        ("it", (), ["de", "en", None, "fr"]),
        ("fr", ("de",), ["de", "en", None, "fr"]),
        ("fr", ("fr", "en"), ["en", "fr", "de", None]),
        ("fr", ("pl",), None),
        ("pl", ("pl", "de"), ["de", "en", None, "fr"]),
    ],
)
def test_a_story_is_told_from_its_best_article_that_the_reader_can_read(
    frame: str, reads: tuple[str, ...], order: list[str | None] | None
) -> None:
    told_in = [article(f"Story in {code}", source=f"{code}", language=code) for code in ("de", "en", None, "fr")]
    segment = Segment(key="s", language=frame, timezone="UTC", languages=reads)
    found = in_languages([story(*told_in)], segment)
    assert [[voice.language for voice in one.articles] for one in found] == ([] if order is None else [order])


def test_an_article_whose_text_is_forgotten_was_told_as_it_is() -> None:
    forgotten = told(Article(id=NEW.id))
    assert recalled(story(NEW), forgotten) is None
    assert recalled(story(NEW, OLD), forgotten) is not None


@given(st.permutations([OLD, RETOLD, NEW]), st.permutations(told(OLD, RETOLD, days_ago=3)))
def test_no_order_changes_what_is_told(today: list[Article], before: list[Told]) -> None:
    again = recalled(story(*today, id="s"), tuple(before), OLD)
    usual = recalled(story(OLD, RETOLD, NEW, id="s"), told(OLD, RETOLD, days_ago=3), OLD)
    assert again is not None
    assert usual is not None
    assert (again.news, again.status, again.day, again.lead) == (usual.news, usual.status, usual.day, usual.lead)
