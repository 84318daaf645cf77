"""Takes the accent somebody chose, gives a palette that can be read in light and in dark.

Next: briefing/render/clean.py.
"""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass

from briefing.errors import RenderError

#: WCAG 2.2 §1.4.3 asks 4.5 : 1 of small text; the margin is for screens that are not quite sRGB. On dark paper a hue
#: needs more than that to stay a hue: at 4.6 a wine red is a brown.
READABLE, READABLE_AT_NIGHT = 4.6, 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Carries one scheme's colours as #rrggbb.

    Attributes:
        page: lies around the paper.
        soft: small print.
        bar: areas of the accent that nobody has to read.
    """

    page: str
    paper: str
    ink: str
    soft: str
    rule: str
    accent: str
    bar: str


def light_palette(accent: str) -> Palette:
    """Ink on warm paper, with the accent darkened as far as reading it asks."""
    paper = "#fffdf8"
    ink = readable(accent, on=paper)
    return Palette(page="#f4f1ea", paper=paper, ink="#1d1b19", soft="#5c5650", rule="#d9d3c7", accent=ink, bar=ink)


def dark_palette(accent: str) -> Palette:
    """The same paper at night, with the accent lightened as far as reading it asks."""
    paper = "#1b1a18"
    return Palette(
        page="#12110f",
        paper=paper,
        ink="#ece8e1",
        soft="#aaa39a",
        rule="#4a463f",
        accent=readable(accent, on=paper, least=READABLE_AT_NIGHT),
        bar=readable(accent, on=paper),
    )


def readable(colour: str, *, on: str, least: float = READABLE) -> str:
    """Gives the nearest lightness of `colour`, same hue, that has a contrast of `least` with `on`.

    Raises:
        RenderError: `colour` is not #rrggbb.
    """
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise RenderError("look", f"accent {colour!r} is not a colour; write it as #rrggbb")
    if contrast(colour, on) >= least:
        return colour.lower()
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    goal = 1.0 if _luminance(on) < 0.18 else 0.0  # away from the paper
    steps = (_hex(colorsys.hls_to_rgb(hue, lightness + (goal - lightness) * n / 50, saturation)) for n in range(1, 51))
    return next(step for step in steps if contrast(step, on) >= least)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    # https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(c * 255):02x}" for c in channels)
