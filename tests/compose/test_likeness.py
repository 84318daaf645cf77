"""LexRank as sumy computes it, and walks that stay where likeness is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import null_stemmer
from sumy.summarizers.lex_rank import LexRankSummarizer

from briefing.compose.likeness import count_terms, lexrank, walk, weigh

PORT = [
    ["port", "reopen", "storm"],
    ["storm", "close", "port", "two", "day"],
    ["mayor", "thank", "crew", "port"],
    ["ferry", "leave", "noon"],
    ["crew", "clear", "storm", "debris", "port", "port"],
]


def sumy_ratings(sentences: list[list[str]]) -> list[float]:
    class Given:
        def to_words(self, text: str) -> tuple[str, ...]:
            return tuple(sentences[int(text)])

    document = ObjectDocumentModel([Paragraph([Sentence(str(at), Given()) for at in range(len(sentences))])])
    found: dict[int, float] = {}

    def keep(ratings: list) -> list:  # type: ignore[type-arg]  # sumy has no types
        found.update({rated.order: float(rated.rating) for rated in ratings})
        return list(ratings)

    LexRankSummarizer(null_stemmer)(document, keep)
    return [found[at] for at in range(len(sentences))]


def test_the_centrality_is_that_of_sumy() -> None:
    _, counts = count_terms(PORT)
    assert lexrank(counts) == pytest.approx(sumy_ratings(PORT), abs=1e-6)


@given(st.lists(st.lists(st.sampled_from("abcdefghijklmnop"), max_size=9), min_size=1, max_size=14))
def test_the_centrality_is_that_of_sumy_for_any_text(sentences: list[list[str]]) -> None:
    _, counts = count_terms(sentences)
    ours = lexrank(counts)
    assume(ours.any())  # where nothing is alike sumy divides by zero
    assert ours == pytest.approx(sumy_ratings(sentences), abs=1e-6)


@pytest.mark.parametrize("sentences", [[[]], [[], []], [["one"], []]], ids=str)
def test_sentences_without_terms_are_rated_without_dividing_by_zero(sentences: list[list[str]]) -> None:
    _, counts = count_terms(sentences)
    vectors, _ = weigh(counts)
    rated = [lexrank(counts), walk(vectors @ vectors.T, np.ones(len(sentences)), damping=0.85)]
    assert all(np.isfinite(ratings).all() and len(ratings) == len(sentences) for ratings in rated)


def test_terms_are_counted_by_sentence() -> None:
    columns, counts = count_terms([["a", "b", "a"], [], ["b"]])
    assert columns == {"a": 0, "b": 1}
    assert counts.tolist() == [[2, 1], [0, 0], [0, 1]]


def test_a_walk_adds_up_to_one_and_prefers_where_it_starts() -> None:
    vectors, _ = weigh(count_terms(PORT)[1])
    cosines = vectors @ vectors.T
    evenly = walk(cosines, np.ones(5), damping=0.75)
    from_ferry = walk(cosines, np.array([0.0, 0, 0, 1, 0]), damping=0.75)
    assert evenly.sum() == pytest.approx(1)
    assert from_ferry.sum() == pytest.approx(1)
    assert from_ferry[3] > evenly[3]
    assert evenly.argmax() in {0, 1, 4}, "the sentences about the storm in the port"
