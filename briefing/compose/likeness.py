"""Takes the terms of each sentence, gives how alike the sentences are and which stand at the centre.

The centrality is LexRank as sumy computes it (Erkan and Radev, 2004, "LexRank: Graph-based Lexical Centrality as
Salience in Text Summarization"), in numpy: sumy's own costs 165 MB to import and takes its time pair by pair.

Next: briefing/compose/traits.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

#: sumy's: from which cosine two sentences are neighbours, and how far the last step may still move.
_NEIGHBOURS, _EPSILON = 0.1, 0.1
#: A random walk has settled after this many steps: 200 would change the order in 5 of 200 articles.
_STEPS = 12


def count_terms(sentences: Sequence[Sequence[str]]) -> tuple[dict[str, int], Matrix]:
    """Gives each term its column, and how often each sentence (row) says it."""
    columns: dict[str, int] = {}
    at = [columns.setdefault(term, len(columns)) for sentence in sentences for term in sentence]
    width = max(1, len(columns))
    rows = np.repeat(np.arange(len(sentences)), [len(sentence) for sentence in sentences])
    flat = np.bincount(rows * width + np.asarray(at, dtype=np.intp), minlength=len(sentences) * width)
    return columns, flat.reshape(len(sentences), width).astype(np.float64)


def lexrank(counts: Matrix) -> Matrix:
    """Rates each sentence as sumy's LexRankSummarizer does, given the same terms; equal within 1e-6.

    One number per row; zeros when no sentence shares a term with any, where sumy divides by zero.
    """
    total = len(counts)
    most = counts.max(axis=1, keepdims=True, initial=0.0)
    rarity = np.log(total / (1 + np.count_nonzero(counts, axis=0)))
    weighted = counts / np.where(most > 0, most, 1.0) * rarity
    neighbours = (_unit(weighted) @ _unit(weighted).T > _NEIGHBOURS).astype(np.float64)
    degrees = neighbours.sum(axis=1, keepdims=True)
    steps = (neighbours / np.where(degrees > 0, degrees, 1.0)).T
    ratings = np.full(total, 1.0 / max(1, total))
    moved = 1.0
    while moved > _EPSILON:
        following = steps @ ratings
        norm = float(np.linalg.norm(following))
        if norm == 0:
            return np.zeros(total)
        following /= norm
        moved = float(np.linalg.norm(following - ratings))
        ratings = following
    return ratings


def weigh(counts: Matrix) -> tuple[Matrix, Matrix]:
    """Gives the sentences as vectors of unit length, and how rare each term is in the text."""
    said = np.count_nonzero(counts, axis=0)
    rarity = np.log(1 + (len(counts) + 1) / (said + 0.5))
    damped = np.log1p(counts) / np.log(2)  # a term said twice counts 1.6 times
    return _unit(damped * rarity), rarity


def walk(cosines: Matrix, start: Matrix, *, damping: float) -> Matrix:
    """Rates sentences by where a walk along likeness stays, going back to `start` now and then (personalised PageRank).

    `start` is non-negative, not all zero; the result sums to 1.
    """
    likeness = cosines.copy()
    np.fill_diagonal(likeness, 0.0)
    sums = likeness.sum(axis=1, keepdims=True)
    steps = np.where(sums > 0, likeness / np.where(sums > 0, sums, 1.0), 1.0 / len(likeness)).T
    home = start / start.sum()
    place = home
    for _ in range(_STEPS):
        place = damping * (steps @ place) + (1 - damping) * home
    settled: Matrix = place
    return settled


def _unit(rows: Matrix) -> Matrix:
    norms = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    return rows / np.where(norms > 0, norms, 1.0)
