"""Takes a text and a reference as words, gives ROUGE-1, -2 and -L F1.

Words are runs of letters and digits, case folded, accents kept, unstemmed: what rouge_score computes, for every script.

Next: benchmarks/summaries/fit_weights.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+")


def tokens(text: str) -> list[str]:
    """The words of a text as ROUGE counts them."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


class Reference:
    """Holds one reference, so that many candidates can be measured against it."""

    def __init__(self, text: str) -> None:
        self.words = tokens(text)
        self._single = Counter(self.words)
        self._double = Counter(pairwise(self.words))
        self._places: dict[str, int] = {}
        for at, word in enumerate(self.words):
            self._places[word] = self._places.get(word, 0) | 1 << at

    def score(self, candidate: Sequence[str]) -> tuple[float, float, float]:
        """ROUGE-1, -2 and -L F1 of a candidate's words, each 0..1."""
        single = (Counter(candidate) & self._single).total()
        double = (Counter(pairwise(candidate)) & self._double).total()
        size, own = len(candidate), len(self.words)
        return (
            _f1(single, size, own),
            _f1(double, size - 1, own - 1),
            _f1(self._common(candidate), size, own),
        )

    def _common(self, candidate: Sequence[str]) -> int:
        """Length of the longest common subsequence, bit by bit (Hyyrö 2004): one bit per word of the reference."""
        full = (1 << len(self.words)) - 1
        row = full
        for word in candidate:
            matches = row & self._places.get(word, 0)
            row = (row + matches | row - matches) & full
        return len(self.words) - row.bit_count()


def _f1(hits: int, candidate: int, reference: int) -> float:
    return 2 * hits / (candidate + reference) if hits else 0.0
