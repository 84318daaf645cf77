from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.news_worth import WEIGHTS, measures, together, worth_of
from briefing.compose.told_facts import Traits

NOTHING = Traits()
DIED = frozenset({"die"})
COUNTS = st.integers(0, 5)
TRAITS = st.builds(
    Traits,
    figures=COUNTS,
    names=COUNTS,
    events=st.frozensets(st.sampled_from(["die", "end", "win"])),
    unseen=st.floats(0, 1),
    is_later=st.booleans(),
    is_undated=st.booleans(),
    is_lasting=st.booleans(),
)


def test_every_weight_is_measured() -> None:
    assert list(measures(NOTHING, None, number=0)) == list(asdict(WEIGHTS))


@pytest.mark.parametrize(
    ("traits", "headline", "number", "is_news"),
    [
        (NOTHING, NOTHING, 0, False),
        (replace(NOTHING, is_undated=True), NOTHING, 0, False),
        (Traits(figures=1), NOTHING, 0, True),
        (Traits(figures=1), NOTHING, 3, False),
        (Traits(figures=1), Traits(figures=1), 3, False),
        (Traits(is_later=True), NOTHING, 0, True),
        (Traits(is_later=True, is_lasting=True), NOTHING, 0, False),
        (Traits(events=DIED, is_undated=True), NOTHING, 0, True),
        (Traits(events=DIED), replace(NOTHING, unseen=1.0), 0, False),
        (Traits(events=DIED), Traits(events=DIED), 0, True),
        (Traits(events=DIED), Traits(events=frozenset({"win"})), 0, False),
        (Traits(names=1), None, 0, False),
    ],
)
def test_what_is_news(traits: Traits, headline: Traits | None, number: int, is_news: bool) -> None:
    assert (worth_of(traits, headline, number=number) > 0) is is_news


@given(TRAITS, st.none() | TRAITS, st.integers(0, 9))
def test_a_new_figure_never_makes_a_sentence_worth_less(traits: Traits, headline: Traits | None, number: int) -> None:
    more = replace(traits, figures=traits.figures + 1)
    assert worth_of(more, headline, number=number) >= worth_of(traits, headline, number=number)
    assert worth_of(traits, headline, number=number + 1) <= worth_of(traits, headline, number=number)


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=14))
def test_together_sentences_are_worth_the_best_and_little_more(worths: list[float]) -> None:
    assert max(worths) <= together(worths) <= max(worths) + 0.5 * 2.64  # ln 14
