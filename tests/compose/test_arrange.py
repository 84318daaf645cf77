"""Stories stand in the sections the plan asks for; what does not fit is counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.arrange import arrange
from briefing.model.edition import SectionKind
from briefing.model.settings import SectionPlan
from briefing.model.story import Area, Region, Score, ScorePart, Story, Theme
from tests.make import article, story

EUROPE = Region(code="RO", name="Romania", area=Area.EUROPE)
ASIA = Region(code="JP", name="Japan", area=Area.ASIA)


def ranked(number: int, region: Region | None, **fields: object) -> Story:
    """The lower the number, the better the story."""
    score = Score(parts=(ScorePart(name="voices", value=100.0 - number),))
    return story(article(f"Story {number}"), region=region, score=score, **fields)


def titles(stories: tuple[Story, ...]) -> list[str]:
    return [s.lead.title for s in stories]


def test_sections_follow_their_best_story() -> None:
    found = arrange([ranked(1, ASIA), ranked(2, EUROPE), ranked(3, ASIA)], plan=SectionPlan(), limit=20)
    assert [(s.key, s.title, titles(s.stories)) for s in found.sections] == [
        ("asia", "Asia", ["Story 1", "Story 3"]),
        ("europe", "Europe", ["Story 2"]),
    ]


def test_the_plan_s_order_comes_first() -> None:
    plan = SectionPlan(order=("europe",))
    found = arrange([ranked(1, ASIA), ranked(2, EUROPE)], plan=plan, limit=20)
    assert [s.key for s in found.sections] == ["europe", "asia"]


def test_stories_from_nowhere_stand_at_the_end() -> None:
    found = arrange([ranked(1, None), ranked(2, EUROPE)], plan=SectionPlan(), limit=20)
    assert [(s.key, s.title) for s in found.sections] == [("europe", "Europe"), ("other", "Other news")]


def test_unless_the_plan_puts_them_elsewhere() -> None:
    found = arrange([ranked(1, None), ranked(2, EUROPE)], plan=SectionPlan(order=("other",)), limit=20)
    assert [s.key for s in found.sections] == ["other", "europe"]


def test_a_full_section_sends_its_next_story_to_the_brief() -> None:
    plan = SectionPlan(stories_per_section=1)
    found = arrange([ranked(1, ASIA), ranked(2, ASIA), ranked(3, EUROPE)], plan=plan, limit=20)
    assert titles(found.brief) == ["Story 2"]
    assert found.left_out == ()


def test_a_quarter_is_told_in_a_line_and_the_rest_is_counted() -> None:
    stories = [ranked(n, EUROPE) for n in range(12)]
    found = arrange(stories, plan=SectionPlan(stories_per_section=50), limit=8)
    assert (sum(len(s.stories) for s in found.sections), len(found.brief), len(found.left_out)) == (6, 2, 4)


def test_by_theme_and_by_topic() -> None:
    sport = Theme(code="medtop:15000000", name="sport")
    both = [ranked(1, ASIA, theme=sport, topics=("Sea", "Sky")), ranked(2, EUROPE, theme=None)]
    by_theme = arrange(both, plan=SectionPlan(by=SectionKind.THEME), limit=20)
    by_topic = arrange(both, plan=SectionPlan(by=SectionKind.TOPIC), limit=20)
    assert [(s.key, s.title) for s in by_theme.sections] == [("sport", "Sport"), ("other", "Other news")]
    assert [(s.key, s.title) for s in by_topic.sections] == [("Sea", "Sea"), ("other", "Other news")]


@pytest.mark.parametrize(
    ("area", "title"),
    [(Area.MIDDLE_EAST, "Middle East"), (Area.NORTH_AMERICA, "North America"), (Area.OCEANIA, "Oceania")],
)
def test_a_part_of_the_world_has_a_title_in_words(area: Area, title: str) -> None:
    found = arrange([ranked(1, Region(code="XX", name="", area=area))], plan=SectionPlan(), limit=20)
    assert [(s.key, s.title) for s in found.sections] == [(area.value, title)]


def test_a_topic_is_titled_as_the_config_writes_it() -> None:
    found = arrange([ranked(1, ASIA, topics=("EU budget",))], plan=SectionPlan(by=SectionKind.TOPIC), limit=20)
    assert [s.title for s in found.sections] == ["EU budget"]


@pytest.mark.parametrize(
    ("only", "told"),
    [((), ["Story 1", "Story 2", "Story 3"]), (("asia",), ["Story 1"]), (("asia", "other"), ["Story 1", "Story 3"])],
)
def test_who_wants_some_sections_is_told_nothing_of_the_others(only: tuple[str, ...], told: list[str]) -> None:
    stories = [ranked(1, ASIA), ranked(2, EUROPE), ranked(3, None)]
    found = arrange(stories, plan=SectionPlan(), limit=20, only=only)
    assert [title for section in found.sections for title in titles(section.stories)] == told
    assert (found.brief, found.left_out) == ((), ())


@given(
    st.lists(st.sampled_from([EUROPE, ASIA, None]), max_size=40),
    st.integers(min_value=1, max_value=40),
    st.integers(min_value=1, max_value=10),
)
def test_no_story_is_lost_or_told_twice(regions: list[Region | None], limit: int, per_section: int) -> None:
    stories = [ranked(n, region) for n, region in enumerate(regions)]
    found = arrange(stories, plan=SectionPlan(stories_per_section=per_section), limit=limit)
    told = [s.id for section in found.sections for s in section.stories] + [s.id for s in found.brief]
    assert len(told) == len(set(told))
    assert len(told) + len(found.left_out) == len(stories)
    assert len(told) <= limit
    assert all(len(section.stories) <= per_section for section in found.sections)


# ---------------------------------------------------------------- shares
SPORT = Theme(code="medtop:15000000", name="sport")
ONE_SHELF = SectionPlan(by=SectionKind.TOPIC, stories_per_section=50)


def unlike(
    number: int, *, source: str | None = None, region: Region | None = None, theme: Theme | None = None
) -> Story:
    """The `number`th best story; what a test does not name it shares with no other."""
    own = Region(code=f"X{number}", name="", area=Area.WORLD)
    score = Score(parts=(ScorePart(name="voices", value=100.0 - number),))
    told = article(f"Story {number}", source=source or f"Outlet {number}")
    return story(told, region=region or own, theme=theme, score=score)


def full_places(stories: list[Story], plan: SectionPlan = ONE_SHELF) -> set[int]:
    """Which of the stories get one of the 15 full places that 20 make."""
    found = arrange(stories, plan=plan, limit=20)
    return {stories.index(s) for section in found.sections for s in section.stories}


@pytest.mark.parametrize(
    ("shared", "most"), [({"theme": SPORT}, 6), ({"region": ASIA}, 6), ({"source": "Post"}, 3)], ids=str
)
def test_no_theme_region_or_outlet_takes_more_than_its_share(shared: dict[str, Any], most: int) -> None:
    loud, others = [unlike(n, **shared) for n in range(12)], [unlike(n) for n in range(12, 30)]
    assert full_places(loud + others) == {*range(most), *range(12, 12 + 15 - most)}


def test_places_that_nobody_else_takes_are_filled_after_all() -> None:
    assert full_places([unlike(n, source="Post") for n in range(12)]) == set(range(12))


def test_a_section_is_filled_to_its_last_place_though_one_outlet_fills_it() -> None:
    four = SectionPlan(by=SectionKind.TOPIC, stories_per_section=4)
    assert full_places([unlike(n, source="Post") for n in range(6)], four) == set(range(4))


def test_of_two_full_places_one_outlet_takes_one() -> None:
    stories = [unlike(0, source="Post"), unlike(1, source="Post"), unlike(2)]
    found = arrange(stories, plan=ONE_SHELF, limit=2)
    assert titles(found.sections[0].stories) == ["Story 0", "Story 2"]


def test_sections_by_theme_limit_a_theme_themselves() -> None:
    plan = SectionPlan(by=SectionKind.THEME, stories_per_section=9)
    sport, others = [unlike(n, theme=SPORT) for n in range(12)], [unlike(n) for n in range(12, 30)]
    assert full_places(sport + others, plan) >= set(range(9))


def test_what_gives_up_its_place_stands_in_the_brief_first() -> None:
    loud, others = [unlike(n, source="Post") for n in range(12)], [unlike(n) for n in range(12, 30)]
    found = arrange(loud + others, plan=ONE_SHELF, limit=20)
    assert titles(found.brief) == [f"Story {n}" for n in range(3, 8)]


def test_stories_of_nobody_from_nowhere_take_no_share() -> None:
    nameless = [replace(unlike(n), region=None, articles=(article(f"Story {n}", source=None),)) for n in range(12)]
    assert full_places(nameless + [unlike(n) for n in range(12, 30)]) == set(range(15))
