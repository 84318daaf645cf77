"""Takes a screenshot, gives its sketch: a small grey drawing that two machines agree on, and says where two differ.

A third of the size, sixteen greys: what is compared is not letters but how dark each square of 48 CSS pixels is. Fonts
are drawn differently by different versions of FreeType, and one word more or less on a line moves all below it by a
line. So a sketch is first stretched to the height of the other (they may differ by 4 %), and each square may be found
up to 27 pixels higher or lower. Measured on both mornings at three widths, in levels of 255: a pixel's shift or other
smoothing 1 to 10, another font of the same family 3 to 27; a section, picture, chart or index gone, or the text turned
around, 36 to 119; a scheme that was not applied 220. Where fonts differ altogether nothing is compared.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

#: Pixels of the page in one of the sketch; pixels of the sketch in a square; how far a square may have moved.
SCALE, SQUARE, SHIFT = 3, 16, 9
HEIGHT_TOLERANCE, GREY_TOLERANCE = 0.04, 30
_GREYS = 16


def sketch(picture: Image.Image) -> Image.Image:
    """Draws a screenshot small and grey."""
    small = picture.convert("L").reduce(SCALE)
    return small.point(lambda level: round(level * (_GREYS - 1) / 255) * 255 // (_GREYS - 1))


def keep(drawn: Image.Image, path: Path) -> None:
    """Writes a sketch; a palette of sixteen greys takes half a byte each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn.convert("P", palette=Image.Palette.ADAPTIVE, colors=_GREYS).save(path, optimize=True, bits=4)


def kept(path: Path) -> Image.Image:
    """Reads a sketch that was written."""
    with Image.open(path) as drawn:
        return drawn.convert("L")


def difference(drawn: Image.Image, approved: Image.Image) -> str:
    """What a person would notice between two sketches; "" when nothing.

    A page that is wider or higher is told by its size, everything else by the square that differs most.
    """
    if drawn.width != approved.width:
        return f"the page is {drawn.width * SCALE} px wide, not {approved.width * SCALE}"
    if abs(drawn.height - approved.height) > HEIGHT_TOLERANCE * approved.height:
        return f"the page is {drawn.height * SCALE} px high, not {approved.height * SCALE}"
    stretched = drawn.resize(approved.size, Image.Resampling.BOX) if drawn.height != approved.height else drawn
    apart = np.min([_apart(_moved(stretched, by), _levels(approved)) for by in range(-SHIFT, SHIFT + 1, 3)], axis=0)
    if float(apart.max()) <= GREY_TOLERANCE:
        return ""
    row, column = np.unravel_index(int(apart.argmax()), apart.shape)
    side = SCALE * SQUARE
    return f"at {column * side}, {row * side} px a square differs by {apart.max():.0f} levels of grey"


def _levels(picture: Image.Image) -> NDArray[np.float64]:
    return np.asarray(picture.convert("L"), dtype=np.float64)


def _moved(picture: Image.Image, by: int) -> NDArray[np.float64]:
    levels = _levels(picture)
    rows = np.clip(np.arange(levels.shape[0]) + by, 0, levels.shape[0] - 1)
    return levels[rows]


def _apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.abs(_squares(one) - _squares(other))


def _squares(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    rows, columns = (size // SQUARE for size in levels.shape)
    whole = levels[: rows * SQUARE, : columns * SQUARE]
    means: NDArray[np.float64] = whole.reshape(rows, SQUARE, columns, SQUARE).mean(axis=(1, 3))
    return means
