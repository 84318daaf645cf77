"""Takes the colours somebody chose, gives a palette for the light and one for the dark, and says what cannot be read.

Next: briefing/model/settings.py.
"""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: The accent of who chose none.
ACCENT = "#8c1d2c"
#: WCAG 2.2 §1.4.3 asks 4.5 : 1 of small text, and so do we of every colour a person gives. What we choose ourselves has
#: a margin for screens that are not quite sRGB; on dark paper a hue needs more than that to stay a hue: at 4.6 a wine
#: red is a brown.
STANDARD, READABLE, READABLE_AT_NIGHT = 4.5, 4.6, 7.0
#: The luminance that parts light grounds from dark ones. On any ground above it black has at least 4.6 : 1, on any
#: below it white has 4.56 : 1: so for every set of grounds of one scheme there is a text that can be read on them all.
MIDDLE = 0.18
#: What each text may stand on. No text stands on the page. `bar` is not looked at: its number stands beside it as text,
#: so nobody needs to see it to learn anything (WCAG 2.2 §1.4.11 asks 3 : 1 only of graphics that are needed); `rule` is
#: decoration.
GROUNDS = {"ink": ("paper", "tint"), "soft": ("paper",), "accent": ("paper", "tint")}

_LIGHT = {
    "page": "#f4f1ea",
    "paper": "#fffdf8",
    "ink": "#1d1b19",
    "soft": "#5c5650",
    "rule": "#d9d3c7",
    "tint": "#f3e9d2",
}
_DARK = {
    "page": "#12110f",
    "paper": "#1b1a18",
    "ink": "#ece8e1",
    "soft": "#aaa39a",
    "rule": "#4a463f",
    "tint": "#2c2719",
}
#: What a channel adds to luminance (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance).
_LINEAR = tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (n / 255 for n in range(256)))


class Scheme(StrEnum):
    """Says which light a palette is for."""

    LIGHT = "light"  # the one that every mail program shows
    DARK = "dark"  # the one that those show which follow the reader's system


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Carries one scheme's colours as #rrggbb; anything else is a ValueError.

    Attributes:
        page: lies around the paper; nothing is written on it.
        soft: small print.
        bar: areas that nobody has to read.
        tint: lies behind what is new in a story; ink and accent stand on it.
    """

    page: str
    paper: str
    ink: str
    soft: str
    rule: str
    accent: str
    bar: str
    tint: str

    def __post_init__(self) -> None:
        for field in fields(self):
            _channels(getattr(self, field.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Names a text, the ground it is worst to read on, and the nearest colour that can be read on all it stands on."""

    text: str
    ground: str
    contrast: float
    nearest: str


def light_palette(accent: str | None = None, *, given: Mapping[str, str] | None = None) -> Palette:
    """Ink on warm paper; texts that are not given are fitted to the grounds that are, those given stay as they are."""
    chosen = {**(given or {}), **({"accent": accent} if accent else {})}
    return _fitted({**_LIGHT, "accent": ACCENT}, chosen)


def dark_palette(accent: str | None = None, *, given: Mapping[str, str] | None = None) -> Palette:
    """The same paper at night; texts that are not given are fitted to the grounds that are.

    Args:
        accent: of the light scheme; lightened as far as reading it at night asks, unless `given` has another.
        given: colours of the dark scheme by the names of `Palette`.
    """
    chosen, day = given or {}, accent or ACCENT
    paper = chosen.get("paper", _DARK["paper"])
    night = nearest_readable(day, on=(paper,), least=READABLE_AT_NIGHT)
    bar = chosen.get("accent") or nearest_readable(day, on=(paper,))
    return _fitted({**_DARK, "accent": night, "bar": bar}, chosen)


def find_unreadable(palette: Palette) -> tuple[Unreadable, ...]:
    """Every text with less than 4.5 : 1 on one of its grounds."""
    return tuple(found for text in GROUNDS if (found := _worst(palette, text)).contrast < STANDARD)


def find_misplaced(palette: Palette, scheme: Scheme) -> tuple[tuple[str, str], ...]:
    """Grounds that are dark in the light scheme, or light in the dark one: name, and the nearest colour that is not.

    A dark page around light paper is nothing to complain about; a light one around dark paper is what dark schemes are
    made to avoid.
    """
    names = ("paper", "tint") if scheme is Scheme.LIGHT else ("page", "paper", "tint")
    found = ((name, str(getattr(palette, name))) for name in names)
    return tuple((name, _nearest_in(scheme, colour)) for name, colour in found if not _suits(colour, scheme))


def nearest_readable(colour: str, *, on: Sequence[str], least: float = READABLE) -> str:
    """Gives the nearest lightness of `colour`, same hue, that has a contrast of `least` with each colour in `on`.

    Where no lightness has, it is black or white, whichever can be read better.
    """
    grounds = tuple(map(_luminance, on))

    def least_of(shade: str) -> float:
        own = _luminance(shade)
        return min(_ratio(own, ground) for ground in grounds)

    found = _nearest(colour, lambda shade: least_of(shade) >= least)
    return found or max("#000000", "#ffffff", key=least_of)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21."""
    return _ratio(_luminance(one), _luminance(other))


def _ratio(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _fitted(usual: Mapping[str, str], given: Mapping[str, str]) -> Palette:
    chosen = {**usual, **given}
    for text, grounds in GROUNDS.items():
        if text not in given:
            chosen[text] = nearest_readable(chosen[text], on=[chosen[ground] for ground in grounds])
    return Palette(**{"bar": chosen["accent"], **chosen})


def _worst(palette: Palette, text: str) -> Unreadable:
    colour = getattr(palette, text)
    grounds = {name: getattr(palette, name) for name in GROUNDS[text]}
    ratio, ground = min((contrast(colour, shade), name) for name, shade in grounds.items())
    nearest = nearest_readable(colour, on=tuple(grounds.values()), least=STANDARD)
    return Unreadable(text=text, ground=ground, contrast=ratio, nearest=nearest)


def _suits(ground: str, scheme: Scheme) -> bool:
    luminance = _luminance(ground)
    return luminance >= MIDDLE if scheme is Scheme.LIGHT else luminance <= MIDDLE


def _nearest_in(scheme: Scheme, ground: str) -> str:
    return _nearest(ground, lambda shade: _suits(shade, scheme)) or ground


def _nearest(colour: str, fits: Callable[[str], bool]) -> str | None:
    """The nearest lightness of the same hue that fits, on the side of black or of white; None when neither end does."""
    if fits(colour):
        return colour.lower()
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in _channels(colour)))

    def shade(lightness: float) -> str:
        return _hex(colorsys.hls_to_rgb(hue, lightness, saturation))

    found = []
    for end in (0.0, 1.0):
        unfit, fit = lightness, end
        if not fits(shade(end)):
            continue
        for _ in range(10):  # to a thousandth: a channel moves in steps of a 255th
            middle = (unfit + fit) / 2
            unfit, fit = (unfit, middle) if fits(shade(middle)) else (middle, fit)
        found.append(fit)
    return shade(min(found, key=lambda other: abs(other - lightness))) if found else None


def _channels(colour: str) -> tuple[int, int, int]:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise ValueError(f"{colour!r} is not a colour; write it as #rrggbb")
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = _channels(colour)
    return 0.2126 * _LINEAR[red] + 0.7152 * _LINEAR[green] + 0.0722 * _LINEAR[blue]


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(c * 255):02x}" for c in channels)
