"""Takes the bytes of a picture as a publisher serves it, gives a `Picture` small enough for a mail.

Whatever comes in is decoded, cut to the shape its place in the mail has, turned upright, brought to sRGB and encoded
anew: no byte of the original is passed on, nor what cameras and editors write beside the pixels. The same bytes give
the same picture. A decoder may hang or die over what it is fed, so strangers' pictures are decoded by a `Worker`; what
its owner put into a folder is read here.

Next: briefing/collect/picture_sizes.py.
"""

from __future__ import annotations

import io
import warnings
from base64 import b64encode
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageCms, UnidentifiedImageError, features

from briefing.collect.picture_sizes import LIMITS, MOST_DOTS, Layout, as_jpeg, as_png, plan_layout
from briefing.errors import ParseError
from briefing.model.picture import PictureSize

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from briefing.model.picture import Picture

#: What is decoded, the smallest kinds first; everything else that Pillow knows (PostScript, Photoshop, TIFF…) is a
#: larger door than news needs. AVIF needs Pillow 11.3.
FORMATS = (*(("AVIF",) if features.check("avif") else ()), "WEBP", "JPEG", "PNG", "GIF")
#: 8,000 x 5,000; while it is decoded, that is 40 MB (plain JPEG) to 630 MB (WebP). Refused by what the header says.
MAX_PIXELS = 40_000_000
#: Of a file with the masthead's picture; what is fetched is cut off by the fetcher.
MAX_LOGO_BYTES = 5_000_000
#: A picture is blank when so many of its dots are this close, in each colour, to the middle one. An outlet's name on a
#: plain field has .93 to .99 of such dots, charts and screenshots up to .92, photographs less than .1.
BLANK_DISTANCE, BLANK_SHARE = 8, 0.93

_ORIENTATION_TAG = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
#: Those that exchange width and height.
_SIDEWAYS = frozenset({5, 6, 7, 8})


def shrink(content: bytes, size: PictureSize, *, name: str) -> Picture:
    """Makes the picture fit its place and `PICTURE_BYTES`; may take long and much memory over a hostile one.

    Args:
        content: of the file, in any of `FORMATS`; of an animation the first frame is taken.
        size: where it will stand.
        name: what errors call it.

    Raises:
        ParseError: it is no picture, or none worth showing.
    """
    try:
        with warnings.catch_warnings():  # Pillow warns of broken metadata, all of which is dropped
            warnings.simplefilter("ignore")
            return _shrunk(content, size, name)
    except ParseError:
        raise
    except Exception as error:  # decoders raise whatever they like over what they did not expect
        raise ParseError(name, f"could not be decoded ({type(error).__name__})") from error


def read_logo(path: Path) -> Picture:
    """Reads the picture for the masthead, so that it travels inside the mail.

    Raises:
        ParseError: the file cannot be opened or is no picture; one line that says what to do.
    """
    try:
        with path.open("rb") as opened:
            content = opened.read(MAX_LOGO_BYTES + 1)
    except OSError as error:
        raise ParseError(path.name, f"cannot be opened ({error.strerror})", file=str(path)) from error
    try:
        if len(content) > MAX_LOGO_BYTES:
            raise ParseError(path.name, f"is larger than {MAX_LOGO_BYTES / 1e6:g} MB")
        return shrink(content, PictureSize.LOGO, name=path.name)
    except ParseError as error:
        cure = "; save the logo as PNG, 544 x 128 dots or a little more"
        raise ParseError(path.name, error.reason + cure, file=str(path)) from error


def answer_request(fields: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """The worker's side: the picture (or the reason against it) as JSON fields."""
    try:
        picture = shrink(content, PictureSize[fields["size"]], name=fields["name"])
    except ParseError as refused:
        return {"reason": refused.reason}
    encoded = b64encode(picture.content).decode()
    return {"content": encoded, "kind": picture.kind, "width": picture.width, "height": picture.height}


def _shrunk(content: bytes, size: PictureSize, name: str) -> Picture:
    image = _opened(content, name)
    orientation = _orientation(image)
    width, height = image.size[::-1] if orientation in _SIDEWAYS else image.size
    layout = plan_layout(width, height, size, name=name)
    pixels = _upright(image, layout, orientation)
    if size is PictureSize.LOGO:
        return as_png(pixels, layout, LIMITS[size], name=name)
    photo = _on_white(pixels)
    if _is_blank(photo):
        raise ParseError(name, "is a field of one colour")
    return as_jpeg(photo, layout, LIMITS[size], name=name)


def _opened(content: bytes, name: str) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise ParseError(name, f"is no picture that is read here ({', '.join(FORMATS)})") from error
    if image.width * image.height > MAX_PIXELS:
        raise ParseError(name, f"has more than {MAX_PIXELS // 1_000_000} megapixels")
    return image


def _orientation(image: Image.Image) -> int:
    """1 to 8 as EXIF counts; 1 when nobody says, or says it in a way that cannot be read."""
    with suppress(Exception):  # the parser of EXIF raises nearly anything; a broken tag costs no picture
        said = image.getexif().get(_ORIENTATION_TAG)
        return said if said in _TURNS else 1
    return 1


def _upright(image: Image.Image, layout: Layout, orientation: int) -> Image.Image:
    """The part that is taken, at its largest, upright, in sRGB: mode RGB or RGBA."""
    taken, wanted, full = layout.taken, layout.dots(MOST_DOTS), image.size
    if orientation in _SIDEWAYS:
        taken, wanted = taken[::-1], wanted[::-1]
    # A JPEG can be decoded at an eighth to a half of its size; the rest is done by the filter below.
    image.draft(None, (-(-full[0] * wanted[0] // taken[0]), -(-full[1] * wanted[1] // taken[1])))
    image.load()
    profile = image.info.get("icc_profile")
    plain = _plain(image)
    across, down = plain.width / full[0], plain.height / full[1]
    left, top = (full[0] - taken[0]) / 2, (full[1] - taken[1]) / 2
    right, bottom = min((left + taken[0]) * across, plain.width), min((top + taken[1]) * down, plain.height)
    box = (left * across, top * down, right, bottom)
    small = plain.resize(wanted, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
    turned = small.transpose(_TURNS[orientation]) if orientation in _TURNS else small
    return _in_srgb(turned, profile)


def _plain(image: Image.Image) -> Image.Image:
    """The pixels in a mode whose values can be averaged: RGB, RGBA, L or CMYK."""
    if image.mode.startswith("I"):  # 16 bits of grey; converting alone would turn all but the darkest into white
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in {"RGB", "L", "CMYK"} else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):  # a broken profile costs no picture
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
            return converted or image.convert(mode)
    return image.convert(mode)


def _on_white(image: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return canvas


def _is_blank(image: Image.Image) -> bool:
    dots = image.resize((64, 64), Image.Resampling.NEAREST).tobytes()
    channels = [dots[channel::3] for channel in range(3)]
    middle = [sorted(channel)[len(channel) // 2] for channel in channels]
    near = sum(
        all(abs(value - mid) <= BLANK_DISTANCE for value, mid in zip(dot, middle, strict=True))
        for dot in zip(*channels, strict=True)
    )
    return near >= BLANK_SHARE * len(channels[0])
