"""Takes scores of pairs, gives clusters: average linkage on a sparse graph.

Nothing here knows of news. The result depends on the values alone: ties go to the lower index.

Next: briefing/compose/forms.py.
"""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: Scores are summed as whole millionths.
_WHOLE = 1_000_000


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
    `doubt` may be at most twice `cut`.

    `scores` holds pairs (low, high) once; a pair that is missing counts as 0, so that a chain of neighbours does not
    become a cluster. `may_join` can forbid two clusters, and all that grow from them, to join. Clusters come sorted,
    and by their first member.
    """
    graph = _Graph(count, scores, cut, doubt)
    while graph.queue:
        certain, low, high = heapq.heappop(graph.queue)
        if graph.is_current(-certain, low, high) and may_join(graph.members[low], graph.members[high]):
            graph.join(low, high)
    return sorted(sorted(members) for members in graph.members.values())


class _Graph:
    """Holds the clusters so far, the sum of the scores between neighbours, and the joins to come, best first.

    A join is queued with the certainty it had then. That only ever falls while nothing is added to the sum, so a join
    whose time has come is looked at again, and waits once more when it has become less certain. What would have to
    be worked out anew for all neighbours of a growing cluster is so worked out for few (7,000 headlines: 5 s → 1 s).
    """

    def __init__(self, count: int, scores: Mapping[tuple[int, int], float], cut: float, doubt: float) -> None:
        self.members: dict[int, list[int]] = {i: [i] for i in range(count)}
        self.queue: list[tuple[float, int, int]] = []
        self._cut, self._doubt = cut * _WHOLE, doubt * _WHOLE
        self._near: list[dict[int, int]] = [{} for _ in range(count)]
        for (low, high), score in scores.items():
            # Whole numbers, so that no sum depends on the order it was made in.
            self._near[low][high] = self._near[high][low] = whole = round(score * _WHOLE)
            if whole - self._doubt >= self._cut:
                self.queue.append((self._doubt - whole, low, high))
        heapq.heapify(self.queue)

    def is_current(self, certain: float, low: int, high: int) -> bool:
        """Whether both clusters still stand and are as certain as they were; if less, their join is queued again."""
        if low not in self.members or high not in self.members:
            return False
        if self._certain(low, high) == certain:
            return True
        self._consider(low, high)
        return False

    def join(self, low: int, high: int) -> None:
        """Moves the cluster with fewer neighbours into the other and queues what the two together may join."""
        few, many = sorted((low, high), key=lambda i: (len(self._near[i]), i))
        self.members[many] += self.members.pop(few)
        moved, self._near[few] = self._near[few], {}
        mine = self._near[many]
        for other, score in moved.items():
            theirs = self._near[other]
            del theirs[few]
            if other != many:
                mine[other] = theirs[many] = mine.get(other, 0) + score
                self._consider(min(many, other), max(many, other))

    def _certain(self, low: int, high: int) -> float:
        pairs = len(self.members[low]) * len(self.members[high])
        return self._near[low][high] / pairs - self._doubt / math.sqrt(pairs)

    def _consider(self, low: int, high: int) -> None:
        pairs = len(self.members[low]) * len(self.members[high])
        if self._near[low][high] < self._cut * pairs:
            return  # as most: short of it already without doubt
        certain = self._certain(low, high)
        if certain >= self._cut:
            heapq.heappush(self.queue, (-certain, low, high))
