"""Takes the sentences of an article that may be told, gives the few that tell it best together.

Sentences are not ranked one by one: every set of them that fits the budget is weighed as a whole, because that is what
a reader gets. No stock method beats an article's first sentences; choosing among whole sets does.

Next: briefing/compose/sumy_methods.py, the stock methods.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from briefing.compose.knowledge import summary_weights
from briefing.compose.sets import SET_TRAITS, Pool, Sets, faults, fitting_sets, set_traits
from briefing.compose.traits import SENTENCE_TRAITS, TERM_TRAITS, read, sentence_traits, term_traits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from briefing.compose.likeness import Matrix
    from briefing.compose.tellable import Sentence
    from briefing.model.settings import SummaryRule

#: Longer texts are told from their beginning; the longest of 5,683 news texts has 97 sentences.
MOST_SENTENCES = 250
#: Sets are made of this many most promising sentences, and of the first ones. With 7, 10 and 13 English has ROUGE-1
#: 46.3, 46.5 and 46.2; French does not care.
_PROMISING, _OPENING = 10, 3
#: With sets of more than three sentences a smaller pool, because their number doubles with each sentence.
_PROMISING_OF_MANY = 7
#: Scores closer than this are equal, whatever order a processor adds in.
_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Carries what each trait is worth in one language, in the order of the traits' names.

    Attributes:
        terms: log-odds that a summary says the term.
        total, mean: per trait of a sentence, summed over the set and on average.
        sets: per trait of the set.
    """

    terms: Matrix
    total: Matrix
    mean: Matrix
    sets: Matrix


def weights_of(table: Mapping[str, Mapping[str, float]]) -> Weights:
    """Puts weights by name into the order of the traits; a trait that is not named weighs nothing."""

    def ordered(part: str, names: Sequence[str]) -> Matrix:
        return np.array([table[part].get(name, 0.0) for name in names])

    return Weights(
        terms=ordered("terms", TERM_TRAITS),
        total=ordered("total", SENTENCE_TRAITS),
        mean=ordered("mean", SENTENCE_TRAITS),
        sets=ordered("sets", SET_TRAITS),
    )


def choose_sentences(
    sentences: Sequence[Sentence], *, title: str, language: str | None, rule: SummaryRule
) -> tuple[Sentence, ...]:
    """Gives the set of sentences, in reading order, that tells the article best within the rule's budget.

    Rules that keep a reader from stumbling go before the score: no open quotation (8), no first sentence that points
    back and no quotation whose speaker is left out (4), no sentence that only repeats another one (2) or the title (1);
    each yields only when nothing else fits.
    Empty when no sentence fits.
    """
    weights = _weights(language)
    pool = gather_pool(sentences[:MOST_SENTENCES], weights.terms, title=title, language=language, rule=rule)
    if pool is None:
        return ()
    sets = fitting_sets(pool, rule.max_sentences)
    wrong = faults(pool, sets)
    sets = sets.keep(wrong == wrong.min())
    best = int(np.argmax(np.round(score(pool, sets, weights), _DIGITS)))
    return tuple(sentences[at] for at in pool.at[sets.members[best] > 0])


def gather_pool(
    sentences: Sequence[Sentence], term_weights: Matrix, *, title: str, language: str | None, rule: SummaryRule
) -> Pool | None:
    """Finds the sentences that are worth making sets of; None when not one of them fits the budget."""
    lengths = np.array([len(s.text) for s in sentences])
    fitting = np.flatnonzero(lengths <= rule.max_chars)
    if not len(fitting):
        return None
    reading = read(sentences, title=title, language=language)
    traits = sentence_traits(reading)
    chances = 1 / (1 + np.exp(-term_traits(reading, traits) @ term_weights))
    promise = reading.says @ chances
    traits = np.column_stack([traits, promise, promise / np.maximum(1.0, lengths) * 6])
    size = _PROMISING if rule.max_sentences <= 3 else _PROMISING_OF_MANY
    best = sorted(fitting, key=lambda at: (-round(float(promise[at] / lengths[at] ** 0.5), _DIGITS), at))[:size]
    at = np.array(sorted({*best, *fitting[:_OPENING]}), dtype=np.intp)
    return Pool(reading=reading, at=at, traits=traits[at], chances=chances, budget=rule.max_chars)


def score(pool: Pool, sets: Sets, weights: Weights) -> Matrix:
    """What each set is worth: the weighted sum of its traits and of those of its sentences."""
    total = sets.members @ (pool.traits @ weights.total)
    mean = sets.members @ (pool.traits @ weights.mean) / sets.count
    worth: Matrix = total + mean + set_traits(pool, sets) @ weights.sets
    return worth


@cache
def _weights(language: str | None) -> Weights:
    tables = summary_weights()
    return weights_of(tables.get(language or "", tables["other"]))
