"""Whoever is near is found, without comparing all with all; nobody twice, and nobody who may not be met."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.neighbours import Pairs, TermIndex, nearest_vectors, strongest, united

if TYPE_CHECKING:
    from numpy.typing import NDArray


def anyone(places: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.bool_]:
    return np.not_equal(places, others)


def pairs(*found: tuple[int, int]) -> Pairs:
    low, high = zip(*found, strict=True)
    return Pairs(np.array(low), np.array(high))


def listed(found: Pairs) -> list[tuple[int, int]]:
    return list(zip(found.low.tolist(), found.high.tolist(), strict=True))


def clouds(count: int, *, of: int, width: int = 24, seed: int = 3) -> NDArray[np.float32]:
    """Unit vectors in tight clouds of a few, the clouds anywhere."""
    chance = np.random.default_rng(seed)
    middles = chance.normal(size=(count // of + 1, width))
    found = np.repeat(middles, of, axis=0)[:count] + chance.normal(scale=0.15, size=(count, width))
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


# ---------------------------------------------------------------- words
def test_likeness_by_words_lies_between_none_and_all() -> None:
    index = TermIndex([["sea", "ferry"], ["ferry", "sea"], ["bank"], []])
    assert index.cosines(pairs((0, 1), (0, 2), (1, 2), (2, 3))).round(9).tolist() == [1, 0, 0, 0]


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    index = TermIndex([["common", "rare"], ["rare", "x"], ["common", "y"], ["common", "z"]])
    by_rare, by_common = index.cosines(pairs((0, 1), (0, 2)))
    assert by_rare > by_common > 0


def test_who_shares_a_word_is_near() -> None:
    index = TermIndex([["sea"], ["sea", "ferry"], ["bank"], []])
    assert listed(index.nearest(most=5, may_meet=anyone)) == [(0, 1)]


def test_of_many_who_share_a_word_those_who_share_most_are_near() -> None:
    index = TermIndex([["sea", "ferry"], ["sea", "ferry"], ["sea"], ["sea", "x"]])
    assert listed(index.nearest(most=1, may_meet=anyone))[0] == (0, 1)


def test_who_may_not_be_met_is_not_near() -> None:
    index = TermIndex([["sea"], ["sea"], ["sea"]])
    assert listed(index.nearest(most=5, may_meet=lambda a, b: anyone(a, b) & (a + b != 1))) == [(0, 2), (1, 2)]


def test_a_word_of_everybody_s_is_not_followed_when_rarer_ones_name_enough() -> None:
    index = TermIndex([["all", f"few{n % 1_500}"] for n in range(3_000)])
    assert len(index.nearest(most=4, may_meet=anyone).low) < 3_000 * 4


def most_met(found: Pairs) -> int:
    """Of all places, how many others the most popular one is paired with."""
    return int(np.bincount(np.concatenate(found)).max())


@pytest.mark.parametrize("count", [600, 5_000])
def test_among_texts_of_one_wording_nobody_is_everybody_s_neighbour(count: int) -> None:
    found = TermIndex([["morning", "news"]] * count).nearest(most=20, may_meet=anyone)
    assert most_met(found) <= 40
    assert np.abs(found.high - found.low).max() <= 20


def test_of_a_word_that_thousands_have_only_so_many_are_named() -> None:
    asked: list[int] = []

    def counted(places: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.bool_]:
        asked.append(others.size)
        return anyone(places, others)

    TermIndex([["weather", f"town{n}"] for n in range(6_000)]).nearest(most=4, may_meet=counted)
    assert len(asked) == 6_000
    assert max(asked) <= 2_001


# ---------------------------------------------------------------- vectors
@pytest.mark.slow
@pytest.mark.parametrize("count", [600, 9_000])
def test_among_vectors_that_are_all_the_same_nobody_is_everybody_s_neighbour(count: int) -> None:
    same = np.zeros((count, 8), dtype=np.float32)
    same[:, 3] = 1
    found = nearest_vectors(same, most=20, may_meet=anyone)
    assert most_met(found) <= 40
    assert set(np.unique(np.concatenate(found))) == set(range(count))


def test_nobody_asks_for_a_vector_without_direction() -> None:
    asked: list[int] = []

    def counted(places: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.bool_]:
        asked.append(places.size * others.size)
        return anyone(places, others)

    vectors = np.zeros((6_000, 8), dtype=np.float32)
    vectors[[7, 4_000]] = 0.35
    assert listed(nearest_vectors(vectors, most=5, may_meet=counted)) == [(7, 4_000)]
    assert sum(asked) == 4


@given(st.integers(0, 40))
def test_among_few_vectors_the_nearest_are_found_exactly(count: int) -> None:
    vectors = clouds(count, of=4)
    cosines = np.round(vectors @ vectors.T, 6)
    np.fill_diagonal(cosines, -1)
    wanted = {
        (min(i, int(j)), max(i, int(j)))
        for i in range(count)
        for j in np.argsort(-cosines[i])[:3]
        if cosines[i, j] >= 0.15
    }
    assert set(listed(nearest_vectors(vectors, most=3, may_meet=anyone))) == wanted


def test_among_many_vectors_nearly_all_near_ones_are_found() -> None:
    vectors = clouds(6_000, of=6)
    found = set(listed(nearest_vectors(vectors, most=5, may_meet=anyone)))
    wanted = {(i, j) for i in range(6_000) for j in range(i + 1, i + 6 - i % 6)}
    assert len(wanted & found) >= 0.97 * len(wanted)
    assert len(found) <= 6_000 * 5


def test_vectors_without_direction_are_near_nobody() -> None:
    assert listed(nearest_vectors(np.zeros((5_000, 8), dtype=np.float32), most=5, may_meet=anyone)) == []


def test_vectors_that_may_not_meet_are_not_near() -> None:
    same = np.ones((3, 1), dtype=np.float32)
    assert listed(nearest_vectors(same, most=2, may_meet=lambda a, b: anyone(a, b) & (a + b != 1))) == [(0, 2), (1, 2)]


# ---------------------------------------------------------------- pairs
def test_a_pair_found_twice_or_the_other_way_round_is_one_pair() -> None:
    assert listed(united([(np.array([1, 2, 2]), np.array([2, 1, 2])), (np.array([0]), np.array([1]))])) == [
        (0, 1),
        (1, 2),
    ]
    assert listed(united([])) == []


def test_a_pair_stays_while_it_is_among_the_best_of_either_side() -> None:
    found = pairs((0, 1), (0, 2), (0, 3), (1, 2))
    kept = strongest(found, np.array([0.9, 0.8, 0.7, 0.1]), most=1)
    assert kept.tolist() == [True, True, True, False]
