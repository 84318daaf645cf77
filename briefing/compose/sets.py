"""Takes an article's traits and its most promising sentences, gives every set of them, with the traits of the set.

A reader gets a set, so a set is what is weighed: how much of the article it covers, how long it is, whether a sentence
of it hangs in the air.

Next: briefing/compose/ranking.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

from briefing.compose.traits import SENTENCE_TRAITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from briefing.compose.likeness import Matrix
    from briefing.compose.traits import Reading

SET_TRAITS = (
    *("two", "three", "fill", "fill_square", "under_50", "under_60", "under_70", "over_80", "over_90", "gap"),
    *("words", "words_log", "near_35", "near_50", "adjacent", "spread", "start", "alike"),
    *("coverage", "repeats", "top", "bigrams", "title", "rarity", "untitled", "hanging", "unbalanced"),
    *("chance", "chance_35", "chance_60", "chance_share"),
)

#: Words shared by two sentences, as a part of all their words, from which one repeats the other.
_REPEATS = 0.6
_TOP_TERMS = 12
_FITTED_BUDGET = 400
#: Who speaks is still known one sentence later.
_SPEAKER_REACH = 2
#: A sentence with more than this part of it between quotation marks says nothing about who speaks.
_ONLY_QUOTED = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """Carries every set of 1..most of `size` things, in reading order; one row each.

    Attributes:
        members: which things are in which set, as 0 and 1.
        count, first, last: how many, and the outermost two.
    """

    members: Matrix
    count: Matrix
    first: NDArray[np.intp]
    last: NDArray[np.intp]

    def keep(self, kept: NDArray[np.bool_]) -> Sets:
        """Only the sets that `kept` marks."""
        return Sets(members=self.members[kept], count=self.count[kept], first=self.first[kept], last=self.last[kept])


@cache
def all_sets(size: int, most: int) -> Sets:
    """Every set of one to `most` out of `size` things, the smallest sets first."""
    chosen = [c for count in range(1, min(size, most) + 1) for c in combinations(range(size), count)]
    members = np.zeros((len(chosen), size))
    for row, these in enumerate(chosen):
        members[row, list(these)] = 1.0
    return Sets(
        members=members,
        count=members.sum(axis=1),
        first=np.array([c[0] for c in chosen], dtype=np.intp),
        last=np.array([c[-1] for c in chosen], dtype=np.intp),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Carries the sentences that sets are made of.

    Attributes:
        at: their places in the reading, rising.
        traits: of those sentences, as `SENTENCE_TRAITS`.
        chances: per term of the reading, how likely a summary says it.
        budget: what a summary may be long, in characters.
    """

    reading: Reading
    at: NDArray[np.intp]
    traits: Matrix
    chances: Matrix
    budget: int

    def trait(self, name: str) -> Matrix:
        """One column of the traits."""
        return self.traits[:, SENTENCE_TRAITS.index(name)]

    def lengths_of(self, sets: Sets) -> Matrix:
        """Characters of each set when its sentences are joined by a space."""
        return sets.members @ self.reading.lengths[self.at] + sets.count - 1


def fitting_sets(pool: Pool, most: int) -> Sets:
    """Every set of one to `most` sentences within the budget."""
    sets = all_sets(len(pool.at), most)
    return sets.keep(pool.lengths_of(sets) <= pool.budget)


def faults(pool: Pool, sets: Sets) -> Matrix:
    """What would make a reader stumble, the worst weighing most: see `choose_sentences`."""
    quoted = np.array([pool.reading.sentences[at].quoted for at in pool.at], dtype=np.float64)
    title = pool.reading.title_words
    told = [frozenset(pool.reading.spoken[at]) for at in pool.at]
    alike = np.array([[a < b and _repeats(told[a], told[b]) for b in range(len(told))] for a in range(len(told))])
    titled = np.array([_repeats(said, title) for said in told], dtype=np.float64)
    members = sets.members
    opens_badly = (pool.trait("back") > 0) | ((pool.trait("quoted") > _ONLY_QUOTED) & (pool.at > 0))
    nobody_speaks = _hanging(pool, sets, "unnamed", reach=_SPEAKER_REACH) > 0
    found: Matrix = (
        8 * (members @ quoted > 0)
        + 4 * (opens_badly[sets.first] | nobody_speaks)
        + 2 * (np.einsum("ij,ij->i", members @ alike.astype(np.float64), members) > 0)
        + 1.0 * (members @ titled > 0)
    )
    return found


def set_traits(pool: Pool, sets: Sets) -> Matrix:
    """What is known of each set as one text; one row each, columns as `SET_TRAITS`."""
    words = _words_of(pool, sets)
    return np.column_stack([*_size(pool, sets), *_shape(pool, sets, words), *_content(pool, sets, words)])


def _size(pool: Pool, sets: Sets) -> list[Matrix]:
    length = pool.lengths_of(sets)
    part = length / pool.budget
    fill = length / max(1.0, min(pool.budget, pool.reading.lengths.sum()))
    counts = [sets.count == 2, sets.count >= 3]
    steps = [part < 0.5, part < 0.6, part < 0.7, part > 0.8, part > 0.9]
    return [*counts, fill, fill**2, *steps, np.maximum(0, 0.7 - part)]


def _shape(pool: Pool, sets: Sets, words: Matrix) -> list[Matrix]:
    members = sets.members
    neighbours = members[:, :-1] * members[:, 1:]
    cosines = pool.reading.cosines[np.ix_(pool.at, pool.at)]
    return [
        *(words / 50, np.log(words + 1), np.exp(-(((words - 35) / 18) ** 2)), np.exp(-(((words - 50) / 20) ** 2))),
        neighbours @ (np.diff(pool.at) == 1),
        (pool.at[sets.last] - pool.at[sets.first]) / 10,
        np.log1p(pool.at[sets.first]),
        (np.einsum("ij,ij->i", members @ cosines, members) - members @ np.diagonal(cosines)) / 2,
    ]


def _words_of(pool: Pool, sets: Sets) -> Matrix:
    """Words of each set, as if the budget were the one that the weights were fitted for."""
    words: Matrix = sets.members @ np.array([len(pool.reading.spoken[at]) for at in pool.at], dtype=np.float64)
    return words * (_FITTED_BUDGET / pool.budget)


def _content(pool: Pool, sets: Sets, words: Matrix) -> list[Matrix]:
    reading = pool.reading
    told = (sets.members @ reading.says[pool.at] > 0).astype(np.float64)
    said_by = reading.says.sum(axis=0)
    repeated = np.where(said_by > 1, said_by, 0)
    share = reading.counts.sum(axis=0) / max(1.0, reading.counts.sum())
    top = np.zeros(len(share))
    top[np.argsort(-share, kind="stable")[:_TOP_TERMS]] = 1 / _TOP_TERMS
    chance = told @ pool.chances
    return [
        *(told @ share, told @ repeated / max(1, repeated.sum()), told @ top, _bigrams(pool, sets)),
        *(told @ reading.titled / reading.title_size, told @ reading.rarity / 50, told @ (1 - reading.titled) / 30),
        *(_hanging(pool, sets, "back"), sets.members @ [not reading.sentences[at].balanced for at in pool.at]),
        *(chance, 20 * chance / (words + 35), 20 * chance / (words + 60), chance / (pool.chances.sum() or 1.0)),
    ]


def _bigrams(pool: Pool, sets: Sets) -> Matrix:
    """The part of the article's repeated pairs of terms that a set says."""
    pairs = [frozenset(pairwise(said)) for said in pool.reading.terms]
    counts = Counter(pair for said in pairs for pair in said)
    repeated = {pair: column for column, pair in enumerate(sorted(p for p, n in counts.items() if n > 1))}
    if not repeated:
        return np.zeros(len(sets.members))
    says = np.zeros((len(pool.at), len(repeated)))
    for row, at in enumerate(pool.at):
        says[row, [repeated[pair] for pair in pairs[at] if pair in repeated]] = 1.0
    mass = np.array([counts[pair] for pair in repeated], dtype=np.float64)
    covered: Matrix = (sets.members @ says > 0) @ mass / mass.sum()
    return covered


def _hanging(pool: Pool, sets: Sets, trait: str, *, reach: int = 1) -> Matrix:
    """How many of a set's sentences need one of the `reach` before them, as `trait` says, and stand without it."""
    need = pool.trait(trait)
    numbers = np.array([pool.reading.sentences[at].number for at in pool.at])
    pulled = sets.members[:, :-1] * sets.members[:, 1:] @ (need[1:] * (np.diff(numbers) <= reach))
    hanging: Matrix = sets.members @ need - pulled
    return hanging


def _repeats(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sentences share so many of their words that one says the other again."""
    shared = len(one & other)
    return shared > 0 and shared / (len(one) + len(other) - shared) >= _REPEATS
