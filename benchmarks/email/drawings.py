"""Takes a size and a number, gives `Picture`: a gradient with noise, as heavy as a press photograph of that size.

Next: benchmarks/email/mornings.py.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image

from briefing.model.picture import PICTURE_BYTES, Picture, PictureSize

#: So many different ones of each size; a mail of a hundred stories holds some of them several times.
DRAWINGS = 12
_NOISE, _QUALITY = 14, 70


@lru_cache(maxsize=2 * DRAWINGS)
def draw(size: PictureSize, number: int) -> Picture:
    """A JPEG of at most `PICTURE_BYTES`, the same for the same number."""
    width, height = size.value
    noise = np.random.default_rng(number)
    across, down = np.linspace(0, 1, width), np.linspace(0, 1, height)
    light = 60 + 150 * np.outer(down, across)
    shades = np.stack([np.roll(light, 40 * (number + layer), axis=1) for layer in range(3)], axis=-1)
    coarse = noise.normal(0, _NOISE, (height // 3 + 1, width // 3 + 1, 3)).repeat(3, axis=0).repeat(3, axis=1)
    dots = np.clip(shades + coarse[:height, :width], 0, 255).astype(np.uint8)
    quality = _QUALITY
    while len(content := _jpeg(dots, quality)) > PICTURE_BYTES:
        quality -= 10
    return Picture(content=content, kind="image/jpeg", width=width, height=height)


def _jpeg(dots: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], quality: int) -> bytes:
    written = BytesIO()
    Image.fromarray(dots).save(written, "JPEG", quality=quality, optimize=True, progressive=True)
    return written.getvalue()
