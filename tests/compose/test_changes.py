from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.changes import BRIEF, Absence, Made, Reason, SectionMove, find_changes
from briefing.model.article import Article
from briefing.model.edition import Counts, Edition, Section, SectionKind
from briefing.model.story import Score, ScorePart, Story
from tests import make

Plan = dict[str, list[str]]


def story(words: str, **fields: Any) -> Story:
    """A story by its articles' ids: "a b" is told by two."""
    return Story(id=words, articles=tuple(Article(id=key, title=f"News {key}") for key in words.split()), **fields)


def made(plan: dict[str, Sequence[Story | str]], *left: Story, muted: str = "", read: str = "", cut: int = 0) -> Made:
    """An edition by its sections, `BRIEF` for those in a line; `left` are stories it does not tell."""
    told = {key: tuple(story(s) if isinstance(s, str) else s for s in stories) for key, stories in plan.items()}
    brief = told.pop(BRIEF, ())
    sections = tuple(
        Section(key=key, title=key.title(), kind=SectionKind.REGION, stories=stories) for key, stories in told.items()
    )
    edition = replace(make.edition(), sections=sections, brief=brief, counts=Counts(cut=cut))
    found = (*edition.stories, *left)
    ids = {a.id for s in found for a in s.articles + s.copied_by}
    return Made(edition=edition, stories=found, read=frozenset(ids | set(read.split())), muted=frozenset(muted.split()))


def titles(listed: Sequence[Any]) -> list[str]:
    return [change.story.id for change in listed]


def scored(words: str, total: float, **fields: Any) -> Story:
    return story(words, score=Score(parts=(ScorePart(name="topics", value=total),)), **fields)


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        pytest.param({"asia": ["a", "b"]}, {"asia": ["x", "a", "b"]}, [], id="pushed down by a story above"),
        pytest.param({"asia": ["x", "a", "b"]}, {"asia": ["a", "b"]}, [], id="moved up by a story that is gone"),
        pytest.param({"asia": ["a", "b", "c"]}, {"asia": ["c", "a", "b"]}, ["c"], id="leads now"),
        pytest.param({"asia": ["a", "b", "c"]}, {"asia": ["b", "c", "a"]}, ["a"], id="leads no more"),
        pytest.param({"asia": ["a", "b", "c"]}, {"asia": ["a", "c", "b"]}, [], id="neighbours below the first"),
        pytest.param({"asia": [*"abcde"]}, {"asia": [*"aebcd"]}, ["e"], id="passed three"),
        pytest.param({"asia": ["a"], "africa": ["b"]}, {"asia": ["a", "b"]}, ["b"], id="another section"),
        pytest.param({"asia": ["a"], BRIEF: ["b"]}, {"asia": ["a", "b"]}, ["b"], id="out of the brief"),
        pytest.param({"asia": ["a", "b"]}, {"asia": ["a"], BRIEF: ["b"]}, ["b"], id="into the brief"),
        pytest.param({BRIEF: [*"abc"]}, {BRIEF: [*"bca"]}, ["a"], id="within the brief"),
    ],
)
def test_a_story_has_moved_when_a_reader_looks_for_it_elsewhere(before: Plan, after: Plan, moved: list[str]) -> None:
    assert titles(find_changes(made({**before}), made({**after})).moved) == moved


def test_of_two_that_change_places_the_one_with_another_score_has_moved() -> None:
    for up, down in (("a", "b"), ("b", "a")):
        before = {"asia": [scored("a", 1.0), scored("b", 1.0)]}
        after = {"asia": [scored("b", 1.0 + (up == "b")), scored("a", 1.0 - (up == "a"))]}
        changes = find_changes(made({**before}), made({**after}))
        assert (titles(changes.moved), titles(changes.unchanged)) == ([up], [down])


def test_a_place_is_told_by_section_and_number() -> None:
    (kept,) = find_changes(made({"asia": ["a", "b"]}), made({"asia": ["a"], BRIEF: ["b"]})).moved
    assert (kept.before.title, kept.before.number) == ("Asia", 2)
    assert (kept.after.section, kept.after.number) == (BRIEF, 1)
    assert kept.has_moved


def test_topics_gained_and_lost_are_told_in_place() -> None:
    before, after = story("a", topics=("Sea", "Sky")), story("a", topics=("Sky", "Land"))
    (kept,) = find_changes(made({"asia": [before]}), made({"asia": [after]})).moved
    assert (kept.has_moved, kept.gained, kept.lost) == (False, ("Land",), ("Sea",))


OLD = story("b c", topics=("Sea",))


@pytest.mark.parametrize(
    ("after", "absence", "lost"),
    [
        pytest.param(
            made({"asia": ["a"]}, story("c b", topics=("Sea", "Gossip")), muted="Gossip", cut=1),
            Absence(reason=Reason.MUTED, topics=("Gossip",)),
            (),
            id="muted",
        ),
        pytest.param(made({"asia": ["a"]}, story("b c"), cut=1), Absence(reason=Reason.NO_ROOM), ("Sea",), id="cut"),
        pytest.param(made({"asia": ["a"]}, OLD), Absence(reason=Reason.TOLD_BEFORE), (), id="told before"),
        pytest.param(made({"asia": ["a"]}, read="c"), Absence(reason=Reason.OUTSIDE_WINDOW), (), id="too old"),
        pytest.param(made({"asia": ["a"]}), Absence(reason=Reason.NOT_READ), (), id="source gone"),
        pytest.param(
            made({"asia": ["a c"]}), Absence(reason=Reason.MERGED, headline="News a"), ("Sea",), id="part of another"
        ),
    ],
)
def test_a_story_that_is_gone_says_where_it_stood_and_why(after: Made, absence: Absence, lost: tuple[str, ...]) -> None:
    before = made({"asia": ["a"], BRIEF: [OLD]})
    changes = find_changes(before, after)
    (dropped,) = changes.dropped
    assert (dropped.absence, dropped.lost, dropped.place.section) == (absence, lost, BRIEF)
    (added,) = find_changes(after, before).added
    assert (added.absence, added.place) == (absence, dropped.place)
    assert (titles(changes.added), len(changes.unchanged)) == ([], 1)


@pytest.mark.parametrize(
    ("left", "gained"),
    [((story("b", topics=("Sea",)),), ("Sky",)), ((story("c"),), ("Sea", "Sky")), ((), ("Sea", "Sky"))],
)
def test_an_added_story_says_which_topics_it_now_matches(left: tuple[Story, ...], gained: tuple[str, ...]) -> None:
    after = made({"asia": ["a", story("b", topics=("Sea", "Sky"))]})
    (added,) = find_changes(made({"asia": ["a"]}, *left, cut=1), after).added
    assert added.gained == gained


def test_stories_are_the_same_when_they_share_articles_whichever_leads() -> None:
    assert find_changes(made({"asia": ["a b"]}), made({"asia": ["b a c"]})).is_empty
    copied = story("x", copied_by=story("a").articles)
    assert find_changes(made({"asia": ["a"]}), made({"asia": [copied]})).is_empty


def test_of_a_story_that_falls_apart_the_larger_part_is_the_same() -> None:
    changes = find_changes(made({"asia": ["a b c"]}), made({"asia": ["a", "b c"]}))
    assert (titles(changes.added), titles(changes.unchanged)) == (["a"], ["b c"])
    assert changes.added[0].absence == Absence(reason=Reason.MERGED, headline="News a")


@pytest.mark.parametrize(
    ("before", "after", "moves"),
    [
        (["asia", "africa", "world"], ["world", "asia", "africa"], [("World", 3, 1)]),
        (["asia", "africa", "world"], ["asia", "world"], []),
        (["asia", "world"], ["africa", "asia", "world"], []),
    ],
)
def test_a_section_that_stands_elsewhere_is_told_once(
    before: list[str], after: list[str], moves: list[tuple[str, int, int]]
) -> None:
    changes = find_changes(made({key: [key] for key in before}), made({key: [key] for key in after}))
    assert changes.sections == tuple(SectionMove(title=t, before=b, after=a) for t, b, a in moves)
    assert not changes.moved
    assert changes.is_empty == (before == after)


def _editions() -> st.SearchStrategy[Made]:
    """Any editions, even those whose stories share articles."""
    told = st.builds(
        story,
        st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4, unique=True).map(" ".join),
        topics=st.lists(st.sampled_from(["Sea", "Sky", "Gossip"]), unique=True).map(tuple),
    )
    section = st.lists(told, max_size=4)
    plans = st.fixed_dictionaries({"asia": section, "africa": section, BRIEF: section})
    return st.builds(
        lambda plan, left, cut: made(plan, *left, muted="Gossip", cut=cut), plans, section, st.integers(0, 2)
    )


@given(_editions())
def test_an_edition_does_not_differ_from_itself(edition: Made) -> None:
    changes = find_changes(edition, edition)
    assert changes.is_empty
    assert len(changes.unchanged) == len(edition.edition.stories)


@given(_editions(), _editions())
def test_every_story_of_either_edition_is_told_of_once(before: Made, after: Made) -> None:
    changes = find_changes(before, after)
    pairs = len(changes.moved) + len(changes.unchanged)
    stood = [c.place for c in changes.dropped] + [c.before for c in changes.moved + changes.unchanged]
    stands = [c.place for c in changes.added] + [c.after for c in changes.moved + changes.unchanged]
    assert len(stood) == len(set(stood)) == len(before.edition.stories) == len(changes.dropped) + pairs
    assert len(stands) == len(set(stands)) == len(after.edition.stories) == len(changes.added) + pairs


def test_an_empty_edition_is_compared_too() -> None:
    empty: Edition = replace(make.edition(), sections=())
    nothing = Made(edition=empty, stories=(), read=frozenset(), muted=frozenset())
    assert find_changes(nothing, nothing).is_empty
    assert titles(find_changes(nothing, made({"asia": ["a"]})).added) == ["a"]
