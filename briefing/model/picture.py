"""Takes the bytes of a small picture, gives `Picture`: what stands beside a headline or in the masthead.

Next: briefing/model/story.py, which puts articles on one happening together.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Carries one picture, ready to travel inside a mail.

    Attributes:
        content: at most 25,000 bytes; never anything but what our own encoder wrote.
        kind: image/jpeg or image/png.
        width, height: in CSS pixels, as it is to be shown; the content may hold twice as many each way.
    """

    content: bytes = field(repr=False)
    kind: str
    width: int
    height: int
