"""Takes the bytes of a small picture, gives `Picture`: what stands beside a headline or in the masthead.

Next: briefing/model/story.py, which puts articles on one happening together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

#: Of one picture; base64 makes 34,000 characters of it.
PICTURE_BYTES = 25_000


class PictureSize(Enum):
    """How large a picture stands in the mail, in CSS pixels: (width, height)."""

    #: across the column, below the masthead's rule; lower when the picture is wider than 16:9
    LEAD = (544, 306)
    #: beside a headline, cropped to this shape
    SMALL = (96, 72)
    #: the masthead's, no larger than this; its own shape
    LOGO = (272, 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Carries one picture, ready to travel inside a mail.

    Attributes:
        content: at most `PICTURE_BYTES`; never anything but what our own encoder wrote.
        kind: image/jpeg or image/png.
        width, height: in CSS pixels, as it is to be shown; the content may hold twice as many each way.
    """

    content: bytes = field(repr=False)
    kind: str
    width: int
    height: int
