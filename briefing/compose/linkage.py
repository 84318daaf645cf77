"""Takes term lists and pair scores, gives neighbours and clusters: the arithmetic under `compose/stories.py`.

Two parts that know nothing of news: `TermIndex`, cosines of TF-IDF vectors without a matrix, and `link`, average
linkage on a sparse graph. Every result depends on the values alone: ties go to the lower index.

Next: briefing/compose/stories.py.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class TermIndex:
    """Compares one text with all others by the rarity of the terms they share.

    Weights are (1 + ln count) · (ln((n + 1) / (documents with the term + 1)) + 1), scaled to unit length: what
    scikit-learn calls sublinear, smoothed TF-IDF.
    """

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        counts = [Counter(document) for document in documents]
        spread = Counter(term for count in counts for term in count)
        rarity = {term: np.log((len(documents) + 1) / (n + 1)) + 1 for term, n in spread.items()}
        self._weights = [_unit({term: (1 + np.log(n)) * rarity[term] for term, n in c.items()}) for c in counts]
        self._places, self._shares = _postings(self._weights)

    def cosines(self, document: int) -> Floats:
        """The likeness of one document to each, itself included: 0 (no term shared) to 1."""
        count = len(self._weights)
        own = self._weights[document]
        if not own:
            return np.zeros(count)
        places = np.concatenate([self._places[term] for term in own])
        products = np.concatenate([self._shares[term] * weight for term, weight in own.items()])
        cosines: Floats = np.bincount(places, weights=products, minlength=count).astype(np.float64, copy=False)
        return cosines


def _unit(weights: Mapping[str, float]) -> dict[str, float]:
    # Sorted, so that sums run in the same order whatever the order of the words was.
    length = float(np.sqrt(sum(weights[term] ** 2 for term in sorted(weights))))
    return {term: float(weights[term]) / length for term in sorted(weights)}


def _postings(
    documents: Sequence[Mapping[str, float]],
) -> tuple[dict[str, NDArray[np.intp]], dict[str, Floats]]:
    """For every term: which documents hold it, and with what weight."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for number, weights in enumerate(documents):
        for term, weight in weights.items():
            places[term].append(number)
            shares[term].append(weight)
    return (
        {term: np.array(found, dtype=np.intp) for term, found in places.items()},
        {term: np.array(found) for term, found in shares.items()},
    )


def strongest(scores: Floats, *, most: int, floor: float) -> list[tuple[int, float]]:
    """The places of the `most` highest scores of at least `floor`, each with its score rounded to six digits.

    Rounding keeps the last bits, which may differ between machines, out of every later decision.
    """
    places = np.flatnonzero(scores >= floor)
    rounded = np.round(scores[places], 6)
    if len(places) > most:
        order = np.argsort(-rounded, kind="stable")[:most]  # stable: of equals the lower places stay
        places, rounded = places[order], rounded[order]
    return list(zip(places.tolist(), rounded.tolist(), strict=True))


def link(
    count: int,
    scores: Mapping[tuple[int, int], float],
    *,
    cut: float,
    doubt: float,
    may_join: Callable[[Sequence[int], Sequence[int]], bool],
) -> list[list[int]]:
    """Clusters 0 … count-1 by average linkage: the two clusters most alike join, until none are alike enough.

    Two clusters are alike enough when the average score of their pairs reaches `cut` plus `doubt` divided by the root
    of the number of those pairs: an average of few scores is a weak witness, its error shrinks with that root.

    `scores` holds pairs (low, high) once; a pair that is missing counts as 0, so that a chain of neighbours does not
    become a cluster. `may_join` can forbid two clusters to join. Clusters come sorted, and by their first member.
    """
    graph = _Graph(count, scores, cut, doubt)
    while graph.queue:
        _, low, high, *sizes = heapq.heappop(graph.queue)
        if graph.is_current(low, high, sizes) and may_join(graph.members[low], graph.members[high]):
            graph.join(low, high)
    return sorted(sorted(members) for members in graph.members.values())


class _Graph:
    """Holds the clusters so far, the average score between neighbours, and the joins to come, best first."""

    def __init__(self, count: int, scores: Mapping[tuple[int, int], float], cut: float, doubt: float) -> None:
        self.members: dict[int, list[int]] = {i: [i] for i in range(count)}
        self.queue: list[tuple[float, int, int, int, int]] = []
        self._cut, self._doubt = cut, doubt
        self._near: list[dict[int, float]] = [{} for _ in range(count)]
        for (low, high), score in scores.items():
            self._near[low][high] = self._near[high][low] = score
            self._consider(low, high, score)

    def is_current(self, low: int, high: int, sizes: Sequence[int]) -> bool:
        """Whether both clusters still stand as they were when the join was queued."""
        return [len(self.members.get(i, ())) for i in (low, high)] == list(sizes)

    def join(self, low: int, high: int) -> None:
        """Moves the members of `high` to `low` and queues what the new cluster may join."""
        a, b = len(self.members[low]), len(self.members[high])
        self.members[low] += self.members.pop(high)
        mine, theirs = self._near[low], self._near[high]
        self._near[low], self._near[high] = {}, {}
        for other in sorted((mine.keys() | theirs.keys()) - {low, high}):
            average = round((a * mine.get(other, 0.0) + b * theirs.get(other, 0.0)) / (a + b), 9)
            self._near[other].pop(high, None)
            self._near[low][other] = self._near[other][low] = average
            self._consider(min(low, other), max(low, other), average)

    def _consider(self, low: int, high: int, average: float) -> None:
        a, b = len(self.members[low]), len(self.members[high])
        certain = average - self._doubt / math.sqrt(a * b)
        if certain >= self._cut:
            heapq.heappush(self.queue, (-certain, low, high, a, b))
