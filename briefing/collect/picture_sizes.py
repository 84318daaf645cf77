"""Takes the pixels of a picture, gives a `Picture` that fits its place in the mail and its bytes.

What 25,000 bytes buy at 544 x 306, measured by SSIM against what a screen with two dots to a CSS pixel would show of
the original: soft pictures are best with 1.25 or 1.5 times the dots at JPEG quality 56 to 64 (.927; twice the dots at
26 gives .906), a street with hundreds of windows at its plain size with 52 (.886), foliage with 22. So the dots grow
only as long as quality need not fall below 56. A typical photograph of 1,280 dots takes 24,000 bytes as a large
picture and 5,000 to 7,000 as a small one, which has twice the dots at quality 76.

Next: briefing/engines/language.py.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image

from briefing.errors import ParseError
from briefing.model.picture import PICTURE_BYTES, Picture, PictureSize

#: Half the column; what is narrower is a thumbnail.
LEAST_LEAD_WIDTH = 272
#: Width to height of what can be a photograph; beyond are banners, rulers and skyscrapers of advertising.
WIDEST, TALLEST = 3.5, 0.4
LEAST_LOGO_SIDE = 8
#: A small picture gets 10,000 bytes, so that 23 of them and a large one stay within an edition's 300,000.
LIMITS = {PictureSize.LEAD: PICTURE_BYTES, PictureSize.SMALL: 10_000, PictureSize.LOGO: PICTURE_BYTES}
#: (dots per CSS pixel, JPEG quality), best first; each takes .5 to .97 of the bytes of the one before. Plain noise, the
#: worst there is, fits at (1, 16).
LADDER = (
    (2.0, 76), (2.0, 68), (2.0, 60), (1.5, 66), (1.5, 58), (1.25, 64), (1.25, 56),
    (1.0, 72), (1.0, 62), (1.0, 52), (1.0, 43), (1.0, 35), (1.0, 28), (1.0, 22), (1.0, 16), (1.0, 10),
    (0.5, 20), (0.5, 5),
)  # fmt: skip
#: (dots per CSS pixel, colours; 0 for all of them) for PNG.
LOGO_LADDER = ((2.0, 0), (2.0, 256), (2.0, 64), (1.0, 0), (1.0, 256), (1.0, 32), (0.5, 16))
#: The most that `LADDER` asks for.
MOST_DOTS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Says which part of a picture is taken, and how large it is shown.

    Attributes:
        taken: (width, height) of the middle of the original, in its own pixels.
        shown: (width, height) in CSS pixels, never more than are taken.
    """

    taken: tuple[int, int]
    shown: tuple[int, int]

    def dots(self, per_pixel: float) -> tuple[int, int]:
        """Width and height in dots; never more than there are in the original."""
        width = max(1, min(round(self.shown[0] * per_pixel), self.taken[0]))
        return width, max(1, min(round(width * self.shown[1] / self.shown[0]), self.taken[1]))


def plan_layout(width: int, height: int, size: PictureSize, *, name: str) -> Layout:
    """Decides what of a picture of this many upright pixels is shown, and how large.

    Raises:
        ParseError: too small for the place, or no shape a photograph has.
    """
    if size is PictureSize.LOGO:
        if min(width, height) < LEAST_LOGO_SIDE:
            raise ParseError(name, "is too small")
        factor = min(1.0, size.value[0] / width, size.value[1] / height)
        return Layout(taken=(width, height), shown=(max(1, round(width * factor)), max(1, round(height * factor))))
    if not TALLEST <= width / height <= WIDEST:
        raise ParseError(name, "has not the shape of a photograph")
    most_wide, most_high = size.value
    taken_height = min(height, round(width * most_high / most_wide))
    taken_width = width if size is PictureSize.LEAD else min(width, round(height * most_wide / most_high))
    shown_width = min(taken_width, most_wide)
    if shown_width < (LEAST_LEAD_WIDTH if size is PictureSize.LEAD else most_wide):
        raise ParseError(name, "is too small")
    shown_height = min(most_high, round(shown_width * taken_height / taken_width))
    return Layout(taken=(taken_width, taken_height), shown=(shown_width, shown_height))


def as_jpeg(image: Image.Image, layout: Layout, limit: int, *, name: str) -> Picture:
    """Encodes a photograph as well as so many bytes allow.

    Args:
        image: RGB, as large as `layout.dots(MOST_DOTS)`.

    Raises:
        ParseError: not even the last rung fits.
    """
    # The ladder is halved until the best rung that fits is found: four encodings instead of up to eighteen.
    rungs, fitting = _rungs(layout), None
    low, high = 0, len(rungs)
    while low < high:
        middle = (low + high) // 2
        dots, quality = rungs[middle]
        content = _encoded(
            _resized(image, dots), "JPEG", quality=quality, progressive=True, optimize=True, subsampling="4:2:0"
        )
        if len(content) <= limit:
            fitting, high = content, middle
        else:
            low = middle + 1
    if fitting is None:
        raise ParseError(name, "cannot be made small enough")
    return Picture(content=fitting, kind="image/jpeg", width=layout.shown[0], height=layout.shown[1])


def _rungs(layout: Layout) -> list[tuple[tuple[int, int], int]]:
    """The ladder in dots; a small original has several rungs of one size, of which only the falling qualities count."""
    lowest: dict[tuple[int, int], int] = {}
    rungs = []
    for per_pixel, quality in LADDER:
        dots = layout.dots(per_pixel)
        if quality < lowest.get(dots, 101):
            lowest[dots] = quality
            rungs.append((dots, quality))
    return rungs


def as_png(image: Image.Image, layout: Layout, limit: int, *, name: str) -> Picture:
    """Encodes a logo, see-through where it was.

    Raises:
        ParseError: not even the last rung fits.
    """
    seen = image if image.mode == "RGB" or image.getchannel("A").getextrema() != (255, 255) else image.convert("RGB")
    for per_pixel, colours in LOGO_LADDER:
        dots = _resized(seen, layout.dots(per_pixel))
        few = dots.quantize(colours, method=Image.Quantize.FASTOCTREE) if colours else dots
        content = _encoded(few, "PNG", optimize=True)
        if len(content) <= limit:
            return Picture(content=content, kind="image/png", width=layout.shown[0], height=layout.shown[1])
    raise ParseError(name, "cannot be made small enough")


def _resized(image: Image.Image, dots: tuple[int, int]) -> Image.Image:
    return image if image.size == dots else image.resize(dots, Image.Resampling.LANCZOS)


def _encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.info.clear()  # comments and profiles would be written along
    image.save(target, kind, **options)
    return target.getvalue()
