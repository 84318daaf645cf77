"""Takes an article's sentences and its title, gives the traits that each term and each sentence is weighed by.

One column per trait, of the order of 1 whatever the article's length. The names are the keys of
`knowledge_files/summary_weights.json`, which says what each is worth.

Next: briefing/compose/sets.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from briefing.compose.cues import hides_speaker, names_weekday, points_back, reports_speech, says_i
from briefing.compose.likeness import count_terms, lexrank, walk, weigh
from briefing.compose.words import terms, terms_of, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from briefing.compose.likeness import Matrix
    from briefing.compose.tellable import Sentence

TERM_TRAITS = (
    *("often", "sentences", "depth", "in_first", "in_third", "titled", "name", "digit", "length"),
    *("best_title", "mean_title", "mean_central", "share", "quoted", "constant", "late", "text", "once"),
    *("titled_often", "titled_name", "mean_lead"),
)
SENTENCE_TRAITS = (
    *("first", "second", "third", "early", "depth", "length", "handy"),
    *("lexrank", "central", "central_early", "central_title", "repeats", "frequency"),
    *("title", "title_cosine", "title_rarity", "like_first", "like_lead", "like_previous"),
    *(
        "names",
        "number",
        "quotes",
        "quoted",
        "ends_quoted",
        "back",
        "unnamed",
        "speech",
        "first_person",
        "weekday",
        "asks",
    ),
    *("new", "paragraph", "chance", "chance_density"),
)
_NAME = re.compile(r"(?<=[^\W_] )[A-ZÀ-Ý][\w’'-]*|(?<=[’'])[A-ZÀ-Ý][\w-]*")
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|„[^“]*“|\"[^\"]*\"")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Carries an article as the ranking sees it; rows are sentences, columns are terms.

    Attributes:
        spoken: each sentence's folded words.
        columns: term → its column.
        says: which sentence says which term.
        vectors: the sentences at unit length; `rarity` is the weight of each term.
        titled: the terms of the title.
        lengths: characters of each sentence.
    """

    sentences: Sequence[Sentence]
    language: str | None
    spoken: Sequence[Sequence[str]]
    title_words: frozenset[str]
    terms: Sequence[Sequence[str]]
    columns: dict[str, int]
    counts: Matrix
    says: NDArray[np.bool_]
    vectors: Matrix
    rarity: Matrix
    cosines: Matrix
    titled: Matrix
    title_size: int
    lengths: Matrix


def read(sentences: Sequence[Sentence], *, title: str, language: str | None) -> Reading:
    """Prepares an article once for all questions that are asked about it. There is at least one sentence."""
    spoken = [words(s.text) for s in sentences]
    meant = [terms_of(found) for found in spoken]
    columns, counts = count_terms(meant)
    vectors, rarity = weigh(counts)
    title_terms = set(terms(title))
    titled = np.zeros(counts.shape[1])
    titled[[columns[term] for term in title_terms if term in columns]] = 1.0
    return Reading(
        sentences=sentences,
        language=language,
        spoken=spoken,
        title_words=frozenset(words(title)),
        terms=meant,
        columns=columns,
        counts=counts,
        says=counts > 0,
        vectors=vectors,
        rarity=rarity,
        cosines=vectors @ vectors.T,
        titled=titled,
        title_size=max(1, len(title_terms)),
        lengths=np.array([len(s.text) for s in sentences], dtype=np.float64),
    )


def sentence_traits(reading: Reading) -> Matrix:
    """What is known of each sentence by itself and by its place, all but the two chances; one row each."""
    at = np.arange(len(reading.sentences))
    early = 1 / (1.0 + at)
    placed = [at == 0, at == 1, at == 2, early, np.log1p(at)]
    sized = [reading.lengths / 100, np.exp(-(((reading.lengths - 150) / 80) ** 2))]
    to_title = _to_title(reading)
    columns = [*placed, *sized, *_central(reading, early, to_title), *_titled(reading, to_title), *_beside(reading)]
    return np.column_stack([*columns, _surface(reading), _new(reading), [s.leads for s in reading.sentences]])


def _central(reading: Reading, early: Matrix, to_title: Matrix) -> list[Matrix]:
    total = len(early)
    says = reading.says
    told_by = says.sum(axis=0)
    repeated = np.where(told_by > 1, told_by, 0)
    terms_said = np.maximum(1, says.sum(axis=1))
    spread = reading.counts.sum(axis=0) / max(1.0, reading.counts.sum())
    return [
        lexrank(reading.counts) * np.sqrt(total),
        walk(reading.cosines, np.ones(total), damping=0.85) * total,
        walk(reading.cosines, early, damping=0.75) * total / 3,
        walk(reading.cosines, to_title + 0.02, damping=0.75) * total / 3,
        (says @ repeated) / np.sqrt(terms_said) / max(1, repeated.sum()) * 10,
        (says @ spread) / terms_said * 20,
    ]


def _to_title(reading: Reading) -> Matrix:
    title = reading.titled * reading.rarity
    cosines: Matrix = reading.vectors @ title / (np.linalg.norm(title) or 1.0)
    return cosines


def _titled(reading: Reading, to_title: Matrix) -> list[Matrix]:
    return [
        reading.says @ reading.titled / reading.title_size,
        to_title,
        reading.says @ (reading.titled * reading.rarity) / 5,
    ]


def _beside(reading: Reading) -> list[Matrix]:
    first = reading.cosines[:, 0].copy()
    first[0] = 0.0
    lead = reading.vectors[:3].mean(axis=0)
    previous = np.append(0.0, np.diagonal(reading.cosines, 1))
    return [first, reading.vectors @ lead / (np.linalg.norm(lead) or 1.0), previous]


def _surface(reading: Reading) -> Matrix:
    rows = []
    for sentence, spoken in zip(reading.sentences, reading.spoken, strict=True):
        text, said = sentence.text, frozenset(spoken)
        quoted = sum(map(len, _QUOTED.findall(text)))
        rows.append(
            (
                len(_NAME.findall(text)) / max(1, len(spoken)),
                bool(_DIGIT.search(text)),
                quoted > 0,
                quoted / len(text),
                text.endswith(('"', "»", "”", "“")),
                bool(sentence.number) and points_back(text, reading.language),
                bool(sentence.number) and hides_speaker(text, reading.language),
                reports_speech(said),
                says_i(said, reading.language),
                names_weekday(said),
                text.rstrip(' »"”\u00a0').endswith(("?", "!")),
            )
        )
    return np.array(rows, dtype=np.float64)


def _new(reading: Reading) -> Matrix:
    """The part of each sentence's terms that no sentence before it says."""
    before = np.cumsum(reading.says, axis=0) - reading.says > 0
    new: Matrix = (reading.says & ~before).sum(axis=1) / np.maximum(1, reading.says.sum(axis=1))
    return new


def term_traits(reading: Reading, traits: Matrix) -> Matrix:
    """What is known of each term; `traits` are those of the sentences."""
    says = reading.says
    told_by = np.maximum(1, says.sum(axis=0))
    first = says.argmax(axis=0)
    named = {term for s in reading.sentences for term in terms(" ".join(_NAME.findall(s.text)))}
    every = list(reading.columns) or [""]
    name = np.array([term in named for term in every], dtype=np.float64)
    to_title, central, like_first, quoted = (
        traits[:, SENTENCE_TRAITS.index(trait)] for trait in ("title_cosine", "central", "like_first", "quoted")
    )
    total = len(says)
    columns = [
        *(np.log(np.maximum(1, reading.counts.sum(axis=0))), np.log(told_by), np.log1p(first), first == 0, first < 3),
        *(reading.titled, name, [term[:1].isdigit() for term in every], [min(len(term), 7) / 7 for term in every]),
        *((says * to_title[:, None]).max(axis=0), to_title @ says / told_by, central @ says / told_by),
        *(told_by / total, quoted @ says / told_by, np.ones(len(every)), first >= total / 2),
        *(np.full(len(every), np.log(total)), told_by == 1, reading.titled * np.log(told_by), reading.titled * name),
        like_first @ says / told_by,
    ]
    return np.column_stack(columns).astype(np.float64)
