"""Stories stand in the sections the plan asks for; what does not fit is counted."""

from __future__ import annotations

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
    assert found.cut == 0


def test_a_quarter_is_told_in_a_line_and_the_rest_is_counted() -> None:
    stories = [ranked(n, EUROPE) for n in range(12)]
    found = arrange(stories, plan=SectionPlan(stories_per_section=50), limit=8)
    assert (sum(len(s.stories) for s in found.sections), len(found.brief), found.cut) == (6, 2, 4)


def test_by_theme_and_by_topic() -> None:
    sport = Theme(code="medtop:15000000", name="sport")
    both = [ranked(1, ASIA, theme=sport, topics=("Sea", "Sky")), ranked(2, EUROPE, theme=None)]
    by_theme = arrange(both, plan=SectionPlan(by=SectionKind.THEME), limit=20)
    by_topic = arrange(both, plan=SectionPlan(by=SectionKind.TOPIC), limit=20)
    assert [(s.key, s.title) for s in by_theme.sections] == [("sport", "Sport"), ("other", "Other news")]
    assert [(s.key, s.title) for s in by_topic.sections] == [("Sea", "Sea"), ("other", "Other news")]


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
    assert len(told) + found.cut == len(stories)
    assert len(told) <= limit
    assert all(len(section.stories) <= per_section for section in found.sections)
