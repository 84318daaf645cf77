"""Makes pictures as publishers serve them, and as nobody should."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image

RED, BLUE = (200, 30, 30), (30, 30, 200)


def photo(width: int = 1200, height: int = 800, *, seed: int = 1) -> Image.Image:
    """Soft shapes of many colours, as in a photograph out of focus."""
    dots = random.Random(seed).randbytes(24 * 16 * 3)
    return Image.frombytes("RGB", (24, 16), dots).resize((width, height), Image.Resampling.BICUBIC)


def noise(width: int, height: int, *, mode: str = "RGB") -> Image.Image:
    """Every dot by chance: nothing is harder to compress."""
    return Image.frombytes(mode, (width, height), random.Random(2).randbytes(width * height * len(mode)))


def halves(width: int = 800, height: int = 600, left: Any = RED, right: Any = BLUE, mode: str = "RGB") -> Image.Image:
    """One colour on the left, another on the right."""
    image = Image.new(mode, (width, height), left)
    image.paste(right, (width // 2, 0, width, height))
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def decoded(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def colour_at(content: bytes, across: float, down: float = 0.5) -> tuple[int, ...]:
    """The colour of one dot, named by its place as a share of width and height."""
    image = decoded(content).convert("RGB")
    dot = image.getpixel((int(across * (image.width - 1)), int(down * (image.height - 1))))
    assert isinstance(dot, tuple)
    return tuple(map(int, dot))


def is_reddish(colour: tuple[int, ...]) -> bool:
    return colour[0] > 2 * max(colour[1:])


def is_bluish(colour: tuple[int, ...]) -> bool:
    return colour[2] > 2 * max(colour[:2])


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of a few hundred bytes that says it is huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


SCRIPTED_SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><script>alert(1)</script>'
    b'<rect width="400" height="600" fill="red"/></svg>'
)
