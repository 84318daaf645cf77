"""A score is a sum of named parts, and copies, age and silence never earn any."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.rank import Preference, Ranked, rank
from briefing.model.article import Article, Published
from briefing.model.story import Coverage, Story, StoryStatus
from tests.make import NOW, article, story

PLAIN = Preference()


def total(given_story: Story, preference: Preference = PLAIN) -> float:
    return rank([given_story], now=NOW, preference=preference)[0].score.total


def part(name: str, given_story: Story, preference: Preference = PLAIN) -> float:
    parts = rank([given_story], now=NOW, preference=preference)[0].score.parts
    return next(p.value for p in parts if p.name == name)


def test_parts_sum_to_the_total() -> None:
    score = rank([story(topics=("Sea",))], now=NOW, preference=Preference(boosts={"Sea": 1.7}))[0].score
    assert math.isclose(score.total, sum(p.value for p in score.parts), abs_tol=1e-6)


def test_more_outlets_rank_higher() -> None:
    assert total(story(article(), article("Another telling", source="B"))) > total(story(article()))


def test_two_articles_of_one_outlet_are_one_voice() -> None:
    assert part("voices", story(article(), article("Another telling"))) == part("voices", story(article()))


def test_a_wire_copy_never_raises_a_score() -> None:
    assert total(story(article(), copied_by=(article("Copy", source="B"),))) == total(story(article()))


def test_a_second_language_or_country_counts_once() -> None:
    english = story(article(), article("x", source="B"))
    french = story(article(), article("x", source="B", language="fr"))
    both = story(article(country="GB"), article("x", source="B", language="fr", country="FR"))
    assert part("plurality", english) == 0
    assert part("plurality", french) == part("plurality", both) == 0.5


@pytest.mark.parametrize(
    ("languages", "countries", "crosses"),
    [
        (("en", "en"), ("GB", "GB"), False),
        (("en", "fr"), ("GB", "GB"), True),
        (("en", "en"), ("GB", "IE"), True),
        (("en", None), ("GB", "GB"), False),  # what nobody knows is no second language
        (("en", "en"), ("GB", None), False),
        ((None, None), (None, None), False),
    ],
)
def test_a_border_is_crossed_between_two_that_are_known(
    languages: tuple[str | None, ...], countries: tuple[str | None, ...], crosses: bool
) -> None:
    pairs = enumerate(zip(languages, countries, strict=True))
    told = story(*(article(f"Telling {n}", source=f"{n}", language=lang, country=home) for n, (lang, home) in pairs))
    assert part("plurality", told) == (0.5 if crosses else 0.0)
    (ranked,) = rank([told], now=NOW, preference=PLAIN)
    assert ("in 2 languages" in ranked.why) == (languages == ("en", "fr"))


def test_a_topic_that_nobody_boosts_changes_nothing() -> None:
    assert part("topics", story(topics=("Sea",)), Preference(boosts={"Sky": 3.0})) == 0


def test_undated_stories_gain_nothing_from_now() -> None:
    assert part("recency", story(article(published=Published()))) == 0
    assert part("recency", story(article(published=Published(at=NOW)))) == 1


def test_recency_falls_to_a_third_in_a_day() -> None:
    assert math.isclose(part("recency", story(article(published=Published(at=NOW - timedelta(days=1))))), math.exp(-1))


def test_a_boost_of_one_changes_nothing() -> None:
    assert part("topics", story(topics=("Sea",)), Preference(boosts={"Sea": 1.0})) == 0


def test_a_reader_s_own_topic_counts_at_least_double() -> None:
    mine = Preference(boosts={"Sea": 1.2, "Sky": 3.0}, followed=frozenset({"Sea", "Sky"}))
    assert part("topics", story(topics=("Sea",)), mine) == 1.0
    assert part("topics", story(topics=("Sky",)), mine) == 2.0


def test_a_heavy_source_lifts_and_a_weightless_one_sinks_without_breaking_json() -> None:
    heavy, none = Preference(weights={"The Harbour Post": 2.0}), Preference(weights={"The Harbour Post": 0.0})
    assert part("source", story(), heavy) > 0 > part("source", story(), none)
    json.dumps(part("source", story(), none), allow_nan=False)


@pytest.mark.parametrize(
    ("told", "depth"),
    [
        ([article(text="", excerpt=None)], 0.0),
        ([article(text="w" * 200)], 0.15),
        ([article(text="w" * 399)], 0.29925),
        ([article(text="w" * 400)], 0.3),
        ([article(text="w" * 9000)], 0.3),  # an essay no more than a report
        ([article(text="", excerpt="w" * 200)], 0.15),
        ([article(text="w" * 200, excerpt="w" * 400)], 0.15),
        ([article(text="w" * 40), article("Another telling", source="B", text="w" * 400)], 0.3),
    ],
)
def test_the_longest_telling_counts_up_to_what_fills_a_summary(told: list[Article], depth: float) -> None:
    assert math.isclose(part("depth", story(*told)), depth, abs_tol=1e-6)


@pytest.mark.parametrize(
    ("sources", "weight"),
    [(["A"], 4.0), (["B"], 0.5), (["B", "A"], 4.0), (["B", "C"], 1.0), (["C"], 1.0), ([None], 1.0), (["B", None], 1.0)],
)
def test_the_weightiest_of_its_outlets_counts_and_one_nobody_weighed_is_ordinary(
    sources: list[str | None], weight: float
) -> None:
    told = story(*(article(f"Telling {n}", source=source) for n, source in enumerate(sources)))
    weights = Preference(weights={"A": 4.0, "B": 0.5})
    assert math.isclose(part("source", told, weights), math.log(weight), abs_tol=1e-6)


def test_every_part_of_a_score_has_the_name_that_the_schema_knows() -> None:
    names = [p.name for p in rank([story()], now=NOW, preference=PLAIN)[0].score.parts]
    assert names == ["voices", "plurality", "recency", "depth", "topics", "source", "novelty"]


def test_the_best_story_comes_first() -> None:
    one, two, three = (
        story(*(article(f"Telling {n} of {count}", source=f"Outlet {n}") for n in range(count)), id=f"s{4 - count}")
        for count in (1, 2, 3)
    )
    assert [s.id for s in rank([two, one, three], now=NOW, preference=PLAIN)] == [three.id, two.id, one.id]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (29, "within the hour"),
        (31, "1 h ago"),
        (71 * 60, "71 h ago"),
        (72 * 60, "3 days ago"),
        (95 * 60, "3 days ago"),
        (96 * 60, "4 days ago"),
    ],
)
def test_an_age_is_told_in_hours_for_three_days_and_then_in_days(minutes: int, words: str) -> None:
    told = story(article(published=Published(at=NOW - timedelta(minutes=minutes))))
    assert rank([told], now=NOW, preference=PLAIN)[0].why == f"Told by one outlet, {words}"


def test_the_youngest_telling_says_how_old_a_story_is() -> None:
    old, undated = article(published=Published(at=NOW - timedelta(days=2))), article("x", published=Published())
    young = article("y", source="B", published=Published(at=NOW - timedelta(hours=12)))
    told = story(old, undated, young)
    assert math.isclose(part("recency", told), math.exp(-0.5), abs_tol=1e-6)
    assert rank([told], now=NOW, preference=PLAIN)[0].why == "Told by 2 outlets, 12 h ago"


def test_a_running_story_has_half_of_what_a_new_one_has_for_being_new() -> None:
    new, running, _ = (part("novelty", story(status=status)) for status in StoryStatus)
    assert running == new / 2


@given(st.permutations([story(article(f"Story {n}")) for n in range(6)]))
def test_the_order_of_input_never_shows(stories: list[Story]) -> None:
    assert rank(stories, now=NOW, preference=PLAIN) == rank(
        sorted(stories, key=lambda s: s.id), now=NOW, preference=PLAIN
    )


def test_why_is_a_sentence_a_reader_understands() -> None:
    told = story(article(), article("x", source="B", language="fr"), topics=("Sea",))
    assert rank([told], now=NOW, preference=PLAIN)[0].why == "Told by 2 outlets in 2 languages, 3 h ago; matches Sea"
    alone = story(article(published=Published()))
    assert rank([alone], now=NOW, preference=PLAIN)[0].why == "Told by one outlet, no date known"
    old = story(article(published=Published(at=NOW - timedelta(days=5))))
    assert rank([old], now=NOW, preference=PLAIN)[0].why == "Told by one outlet, 5 days ago"
    fresh = story(article(published=Published(at=NOW)))
    assert rank([fresh], now=NOW, preference=PLAIN)[0].why == "Told by one outlet, within the hour"


def test_a_running_story_gives_way_to_a_new_one_and_a_correction_does_not() -> None:
    new, running, corrected = (part("novelty", story(status=status)) for status in StoryStatus)
    assert new == corrected > running > 0


def test_why_says_that_a_story_goes_on() -> None:
    running = story(status=StoryStatus.DEVELOPING, day=3)
    taken_back = story(status=StoryStatus.CORRECTED, day=2)
    found = [s.why for s in rank([running, taken_back], now=NOW, preference=PLAIN)]
    assert sorted(found) == [
        "Told by one outlet, 3 h ago; day 2, something told is taken back",
        "Told by one outlet, 3 h ago; day 3, something new",
    ]


def test_why_names_who_told_it_first() -> None:
    told = story(article(), article("x", source="B"), coverage=Coverage(first="B"))
    assert rank([told], now=NOW, preference=PLAIN)[0].why == "Told by 2 outlets, first by B, 3 h ago"
    alone = story(article(), coverage=Coverage(first="The Harbour Post"))
    assert rank([alone], now=NOW, preference=PLAIN)[0].why == "Told by one outlet, 3 h ago"


def test_what_is_known_of_earlier_calls_changes_no_score() -> None:
    stories = [story(article(f"Telling {n}"), topics=("Sea",) if n % 2 else ()) for n in range(4)]
    stories.append(replace(story(article("Again")), status=StoryStatus.DEVELOPING, day=2))
    known: Ranked = {}
    for followed in (frozenset[str](), frozenset({"Sea"}), frozenset({"Sea", "Sky"}), frozenset[str]()):
        preference = Preference(boosts={"Sea": 1.3}, followed=followed)
        for now in (NOW, NOW + timedelta(hours=5)):
            assert rank(stories, now=now, preference=preference, known=known) == rank(
                stories, now=now, preference=preference
            )


def test_a_story_is_scored_once_for_all_who_follow_the_same_of_its_topics() -> None:
    known: Ranked = {}
    shared = story(topics=("Sea",))
    (one,) = rank([shared], now=NOW, preference=PLAIN, known=known)
    (other,) = rank([shared], now=NOW, preference=Preference(followed=frozenset({"Sky"})), known=known)
    (follower,) = rank([shared], now=NOW, preference=Preference(followed=frozenset({"Sea"})), known=known)
    assert other is one
    assert follower is not one


def test_what_one_reader_was_told_before_is_kept_for_nobody() -> None:
    known: Ranked = {}
    rank([replace(story(), status=StoryStatus.DEVELOPING, day=2)], now=NOW, preference=PLAIN, known=known)
    assert not known
