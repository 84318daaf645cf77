"""Takes term lists and unit vectors, gives the pairs worth comparing: who may be near whom, found without asking all.

Two searches whose cost grows with the number of texts, not its square: an inverted index that follows the rarest
words first, and cells of vectors of which only the nearest few are looked into. Both may miss a distant neighbour,
seldom a close one; what they find is compared exactly.

Next: briefing/compose/linkage.py.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]
    Places = NDArray[np.intp]
    #: Whether the articles at two (broadcast) arrays of places may belong together at all.
    MayMeet = Callable[[Places, Places], NDArray[np.bool_]]

#: A text follows its words from the rarest on until so many other places were named: of 50,000 headlines a common
#: word alone names a thousand. Of a word that more texts have (20,000 called "Weather in …") only those whose places
#: are nearest are named.
_MOST_NAMED = 2_000
#: Up to so many vectors all are compared with all (0.5 s); beyond, they are sorted into cells.
_FEW_VECTORS = 4_096
#: Vectors per cell, and cells looked into per vector. Of the 25 nearest with a cosine above .35, 50,000 headlines
#: find 91 % in 5 s; hnswlib finds 99 % in 22 s, usearch in 30 s and brings 58 MB with it.
_CELL, _CELLS = 200, 8
#: Vectors per cell that its centre is drawn from, and how often it is moved.
_SAMPLE, _ROUNDS = 40, 4
#: Rows of cosines computed at once.
_BLOCK = 1_024
#: Likeness is rounded to millionths; among equals the nearest places come first, by less than half of one. Without
#: that all texts of one wording name the same few, and 5,000 of them take 21 s to link instead of 2 s.
_TIE = 4e-7
#: A pair of vectors further apart is near by its words or not at all.
_LEAST_COSINE = 0.15
_NOT_NEAR = -2.0


class Pairs(NamedTuple):
    """Carries pairs of places, `low` < `high`, each pair once, sorted."""

    low: Places
    high: Places


class TermIndex:
    """Compares texts by the rarity of the terms they share.

    Weights are (1 + ln count) · (ln((n + 1) / (documents with the term + 1)) + 1), scaled to unit length: what
    scikit-learn calls sublinear, smoothed TF-IDF.
    """

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        counts = [Counter(document) for document in documents]
        spread = Counter(term for count in counts for term in count)
        # The rarest first, so that a text's own terms come in that order too.
        terms = sorted(spread, key=lambda term: (spread[term], term))
        numbers = {term: number for number, term in enumerate(terms)}
        rarity = np.log((len(documents) + 1) / (np.array([spread[term] for term in terms], dtype=np.float64) + 1)) + 1
        self._count, self._vocabulary = len(documents), len(terms)
        self._starts = np.zeros(len(documents) + 1, dtype=np.intp)
        np.cumsum([len(count) for count in counts], out=self._starts[1:])
        told = [sorted((numbers[term], times) for term, times in count.items()) for count in counts]
        flat = np.array(list(chain.from_iterable(told)), dtype=np.intp).reshape(-1, 2)
        self._terms = flat[:, 0].copy()
        self._weights = _to_unit((1 + np.log(flat[:, 1])) * rarity[self._terms], self._starts)
        by_term = np.argsort(self._terms, kind="stable")
        self._holders = np.repeat(np.arange(len(documents)), np.diff(self._starts))[by_term]
        self._shares = self._weights[by_term]
        self._rows = np.searchsorted(self._terms[by_term], np.arange(len(terms) + 1))

    def nearest(self, *, most: int, may_meet: MayMeet) -> Pairs:
        """For every text the `most` others that share the most telling words with it."""
        likeness, latest = np.zeros(self._count), np.zeros(self._count, dtype=np.intp)
        found: list[tuple[Places, Places]] = []
        for place in range(self._count):
            named, shares = self._named_by(place)
            np.add.at(likeness, named, shares)
            # Each of the named once, without sorting them: where it was written down last.
            latest[named] = np.arange(len(named))
            others = named[latest[named] == np.arange(len(named))]
            alike, likeness[others] = np.round(likeness[others], 6), 0.0
            allowed = may_meet(np.array(place), others)
            others, alike = others[allowed], alike[allowed]
            if len(others) > most:
                apart = np.abs(others - place) * (_TIE / self._count)
                others = others[np.argpartition(apart - alike, most - 1)[:most]]
            found.append((np.full(len(others), place), others))
        return united(found)

    def cosines(self, pairs: Pairs) -> Floats:
        """The likeness of each pair: 0 (no term shared) to 1."""
        cosines = np.zeros(len(pairs.low))
        spread_out = np.zeros(self._vocabulary)
        starts = np.searchsorted(pairs.low, np.arange(self._count + 1))
        for place in np.unique(pairs.low):
            mine = slice(self._starts[place], self._starts[place + 1])
            spread_out[self._terms[mine]] = self._weights[mine]
            here = slice(starts[place], starts[place + 1])
            where, owner = _ranges(self._starts[pairs.high[here]], self._starts[pairs.high[here] + 1])
            products = spread_out[self._terms[where]] * self._weights[where]
            cosines[here] = np.bincount(owner, weights=products, minlength=here.stop - here.start)
            spread_out[self._terms[mine]] = 0.0
        return cosines

    def _named_by(self, place: int) -> tuple[Places, Floats]:
        """The texts that share one of the rarer terms, once for each, and what each adds to their likeness."""
        mine = slice(self._starts[place], self._starts[place + 1])
        terms, weights = self._terms[mine], self._weights[mine]
        named = np.cumsum(self._rows[terms + 1] - self._rows[terms])
        terms = terms[: int(np.searchsorted(named, _MOST_NAMED)) + 1]
        starts, ends = self._rows[terms], self._rows[terms + 1]
        if len(terms) and ends[-1] - starts[-1] > _MOST_NAMED:
            own = starts[-1] + np.searchsorted(self._holders[starts[-1] : ends[-1]], place)
            starts[-1] = min(max(starts[-1], own - _MOST_NAMED // 2), ends[-1] - _MOST_NAMED)
            ends[-1] = starts[-1] + _MOST_NAMED
        where, owner = _ranges(starts, ends)
        return self._holders[where], self._shares[where] * weights[owner]


def _to_unit(weights: Floats, starts: Places) -> Floats:
    """Each stretch of weights between two starts, scaled to unit length."""
    counts = np.diff(starts)
    owner = np.repeat(np.arange(len(counts)), counts)
    lengths = np.sqrt(np.bincount(owner, weights=weights * weights, minlength=len(counts)))
    return weights / lengths[owner]


def _ranges(starts: Places, ends: Places) -> tuple[Places, Places]:
    """All places from each start to its end, one range after the other, and the number of the range of each."""
    lengths = ends - starts
    owner = np.repeat(np.arange(len(lengths)), lengths)
    before = np.cumsum(lengths) - lengths
    return np.arange(len(owner)) - np.repeat(before - starts, lengths), owner


def nearest_vectors(vectors: Singles, *, most: int, may_meet: MayMeet) -> Pairs:
    """For every unit vector the `most` nearest others, nearly all of them when there are many.

    A vector of zeros is near nobody, and costs nothing.
    """
    best = _Best(len(vectors), most)
    for rows, members in _meetings(vectors, np.flatnonzero(vectors.any(axis=1))):
        for start in range(0, len(rows), _BLOCK):
            asking = rows[start : start + _BLOCK]
            cosines = np.round(vectors[asking] @ vectors[members].T, 6).astype(np.float64)
            cosines -= np.abs(asking[:, None] - members[None, :]) * (_TIE / len(vectors))
            cosines[~may_meet(asking[:, None], members[None, :])] = _NOT_NEAR
            best.offer(asking, members, cosines)
    return best.pairs()


def _meetings(vectors: Singles, pointing: Places) -> Iterator[tuple[Places, Places]]:
    """Who is compared with whom, as rows and members: all with all when they are few."""
    if len(pointing) <= _FEW_VECTORS:
        yield pointing, pointing
        return
    for looking, living in _cells(vectors[pointing]):
        # A cell of thousands holds one wording: there, who stands near in the row is as good as anybody.
        stretch = np.minimum(np.searchsorted(living, looking), len(living) - 1) // _FEW_VECTORS
        for start in range(0, len(living), _FEW_VECTORS):
            here = looking[stretch == start // _FEW_VECTORS]
            yield pointing[here], pointing[living[start : start + _FEW_VECTORS]]


class _Best:
    """Keeps for each place the nearest others it has been offered so far."""

    def __init__(self, count: int, most: int) -> None:
        self._most = most
        self._others = np.zeros((count, most), dtype=np.intp)
        self._cosines = np.full((count, most), _NOT_NEAR, dtype=np.float64)

    def offer(self, rows: Places, members: Places, cosines: Floats) -> None:
        """Takes the members that are nearer to a row than what it has."""
        known = np.hstack([self._cosines[rows], cosines])
        others = np.hstack([self._others[rows], np.broadcast_to(members, cosines.shape)])
        columns = np.argpartition(-known, self._most - 1, axis=1)[:, : self._most]
        self._cosines[rows] = np.take_along_axis(known, columns, axis=1)
        self._others[rows] = np.take_along_axis(others, columns, axis=1)

    def pairs(self) -> Pairs:
        """Whoever is near, with whom."""
        rows, columns = np.nonzero(self._cosines >= _LEAST_COSINE)
        return united([(rows, self._others[rows, columns])])


def _cells(vectors: Singles) -> Iterator[tuple[Places, Places]]:
    """For each cell of an inverted file (FAISS's word): the vectors that look into it, and those that live there."""
    centres = _centres(vectors)
    starts = range(0, len(vectors), _BLOCK)
    likeness = (np.round(vectors[start : start + _BLOCK] @ centres.T, 6) for start in starts)
    nearest = np.vstack([np.argsort(-block, axis=1, kind="stable")[:, :_CELLS] for block in likeness])
    for cell in range(len(centres)):
        yield np.flatnonzero((nearest == cell).any(axis=1)), np.flatnonzero(nearest[:, 0] == cell)


def _centres(vectors: Singles) -> Singles:
    """The middles of the cells, found by spherical k-means on a sample."""
    count = len(vectors) // _CELL
    sample = vectors[:: max(1, len(vectors) // (count * _SAMPLE))]
    centres = sample[np.linspace(0, len(sample) - 1, count).astype(np.intp)].copy()
    for _ in range(_ROUNDS):
        home = np.argmax(sample @ centres.T, axis=1)
        for cell in np.unique(home):
            middle = sample[home == cell].mean(axis=0)
            centres[cell] = middle / max(float(np.linalg.norm(middle)), 1e-9)
    return centres


def united(found: Sequence[tuple[Places, Places]] | Sequence[Pairs]) -> Pairs:
    """All pairs of every list, each once whichever way round it came; none of a place with itself."""
    if not found:
        return Pairs(np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp))
    some, others = (np.concatenate([pair[side] for pair in found]) for side in (0, 1))
    low, high = np.minimum(some, others).astype(np.int64), np.maximum(some, others).astype(np.int64)
    width = int(high.max(initial=0)) + 1
    keys = np.sort((low * width + high)[low < high])
    keys = keys[np.diff(keys, prepend=-1) > 0]  # a third of the time of np.unique
    return Pairs(keys // width, keys % width)


def strongest(pairs: Pairs, scores: Floats, *, most: int) -> NDArray[np.bool_]:
    """Which pairs are among the `most` best of one of their two places; ties go to the lower place."""
    places, both = np.concatenate(pairs), np.concatenate([scores, scores])
    order = np.lexsort((-both, places))
    first = np.searchsorted(places[order], np.arange(int(places.max(initial=-1)) + 1))
    rank = np.empty(len(places), dtype=np.intp)
    rank[order] = np.arange(len(places)) - first[places[order]]
    by_low, by_high = (rank < most).reshape(2, -1)
    return np.logical_or(by_low, by_high)
