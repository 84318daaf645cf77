"""Takes news texts with summaries by people, gives every summary a reader could get of each, with traits and ROUGE.

The sets are made by the very functions that `briefing summarise` uses, so nothing is fitted that is not run.

Next: benchmarks/summaries/fit_weights.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pool as Processes
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.summaries.rouge import Reference, tokens
from briefing.compose.ranking import MOST_SENTENCES, gather_pool
from briefing.compose.sets import faults, fitting_sets, set_traits
from briefing.compose.tellable import tellable_sentences
from briefing.compose.traits import read, sentence_traits, term_traits
from briefing.compose.words import terms
from briefing.model.settings import SummaryRule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from briefing.compose.likeness import Matrix
    from briefing.compose.tellable import Sentence

RULE = SummaryRule()


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Carries one news text, prepared."""

    title: str
    language: str
    summary: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Carries every set a reader could get of one text.

    Attributes:
        traits: one row per set: its sentences' traits summed, their mean, and the set's own.
        rouge: ROUGE-1, -2, -L of each set, 0..1.
        chars: the length of each set.
    """

    traits: Matrix
    rouge: Matrix
    chars: Matrix


def load(path: Path) -> list[Text]:
    """Reads a file of `{lang, title, text, summary}` lines, without the texts there is nothing to choose from."""
    rows = [json.loads(line) for line in path.open(encoding="utf-8")]
    with Processes() as pool:
        found = pool.map(_prepare, [row for row in rows if "id" in row], chunksize=20)
    return [text for text in found if text is not None]


def term_tables(texts: Sequence[Text]) -> tuple[Matrix, Matrix]:
    """The traits of every term of every text, and whether the person's summary says it."""
    with Processes() as pool:
        tables = pool.map(_term_table, texts, chunksize=20)
    return np.concatenate([traits for traits, _ in tables]), np.concatenate([said for _, said in tables])


def cases_of(texts: Sequence[Text], term_weights: Matrix) -> list[Case]:
    """Makes the sets of each text that are free of avoidable faults."""
    with Processes() as pool:
        return pool.map(partial(_case, term_weights=term_weights), texts, chunksize=10)


def _prepare(row: Mapping[str, Any]) -> Text | None:
    sentences = tellable_sentences(row["text"], row["lang"], most=MOST_SENTENCES)
    if not any(len(s.text) <= RULE.max_chars for s in sentences):
        return None
    return Text(title=row["title"] or "", language=row["lang"], summary=row["summary"], sentences=sentences)


def _term_table(text: Text) -> tuple[Matrix, Matrix]:
    reading = read(text.sentences, title=text.title, language=text.language)
    said = set(terms(text.summary))
    return term_traits(reading, sentence_traits(reading)), np.array([float(t in said) for t in reading.columns])


def _case(text: Text, *, term_weights: Matrix) -> Case:
    pool = gather_pool(text.sentences, term_weights, title=text.title, language=text.language, rule=RULE)
    assert pool is not None
    sets = fitting_sets(pool, RULE.max_sentences)
    wrong = faults(pool, sets)
    sets = sets.keep(wrong == wrong.min())
    total = sets.members @ pool.traits
    traits = np.column_stack([total, total / sets.count[:, None], set_traits(pool, sets)])
    reference = Reference(text.summary)
    spoken = [tokens(text.sentences[at].text) for at in pool.at]
    rouge = [reference.score([w for at in np.flatnonzero(row) for w in spoken[at]]) for row in sets.members]
    return Case(traits=traits.astype(np.float32), rouge=np.array(rouge), chars=pool.lengths_of(sets))
