"""Takes headlines, gives groups as a script of an evening would find them: the peer of compose/stories.py.

TF-IDF of the words, the cosine of every pair (with vectors, the mean of that and theirs), and whatever reaches a
threshold joined to whatever it reaches. Sparse rows as scikit-learn and scipy would multiply them, in numpy alone.

Next: benchmarks/grouping/speed.py.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

_WORD = re.compile(r"\w\w+")
#: Texts compared with all others at once: 10 MB of 10,000.
_BLOCK = 256


def join_alike(texts: Sequence[str], *, least: float, vectors: Matrix | None = None) -> list[list[int]]:
    """Groups of places in `texts` that are connected by likenesses of `least` or more.

    Args:
        texts: in any order.
        least: of the words' cosine; with vectors, of the mean of both cosines.
        vectors: one unit vector per text.
    """
    rows, columns = _weigh(texts)
    parents = list(range(len(texts)))
    for start in range(0, len(texts), _BLOCK):
        alike: Matrix = np.zeros((len(rows[start : start + _BLOCK]), len(texts)), dtype=np.float32)
        for cosines, row in zip(alike, rows[start : start + _BLOCK], strict=True):
            for term, weight in row.items():
                places, weights = columns[term]
                cosines[places] += weight * weights
        if vectors is not None:
            alike += vectors[start : start + _BLOCK] @ vectors.T
            alike /= 2
        for one, other in np.argwhere(alike >= least).tolist():
            if other < start + one:
                parents[_root(parents, other)] = _root(parents, start + one)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for place in range(len(texts)):
        groups[_root(parents, place)].append(place)
    return list(groups.values())


def _weigh(
    texts: Sequence[str],
) -> tuple[list[dict[str, float]], dict[str, tuple[NDArray[np.intp], NDArray[np.float32]]]]:
    """Each text's words and their weights as a unit vector, by text and by word."""
    counted = [Counter(_WORD.findall(text.lower())) for text in texts]
    spread = Counter(term for counts in counted for term in counts)
    rarity = {term: 1 + float(np.log((1 + len(texts)) / (1 + count))) for term, count in spread.items()}
    rows = []
    columns: defaultdict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
    for place, counts in enumerate(counted):
        weights = {term: count * rarity[term] for term, count in counts.items()}
        length = sum(weight * weight for weight in weights.values()) ** 0.5
        rows.append({term: weight / length for term, weight in weights.items()})
        for term, weight in rows[-1].items():
            columns[term][0].append(place)
            columns[term][1].append(weight)
    arrays = {
        t: (np.array(places, dtype=np.intp), np.array(ws, dtype=np.float32)) for t, (places, ws) in columns.items()
    }
    return rows, arrays


def _root(parents: list[int], place: int) -> int:
    while parents[place] != place:
        parents[place] = parents[parents[place]]
        place = parents[place]
    return place
