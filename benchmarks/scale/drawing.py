"""Takes rows of numbers, gives a chart as SVG: text only, the same for the same rows.

Next: benchmarks/scale/paper.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, PANEL, LEFT, TOP, GAP = 720, 130, 52, 26, 40
_STYLE = (
    "text{font:11px sans-serif;fill:#444}.t{font-weight:bold;fill:#222}.a{fill:#7fa8c9}.g{stroke:#ddd;stroke-width:1}"
    "@media(prefers-color-scheme:dark){text{fill:#bbb}.t{fill:#eee}.a{fill:#4d7ea3}.g{stroke:#444}}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Carries one line of a chart: a title, and a number for each step of time."""

    title: str
    values: Sequence[float]


def draw_panels(panels: Sequence[Panel], *, ticks: Sequence[tuple[int, str]], label: str) -> str:
    """Panels below each other on one scale.

    Args:
        panels: at least one, all of one length.
        ticks: steps that are named below the last panel.
        label: what the chart shows, for who cannot see it.
    """
    most = _round_up(max((value for panel in panels for value in panel.values), default=0.0))
    steps = max(1, *(len(panel.values) for panel in panels))
    wide = (WIDTH - LEFT - 8) / steps
    height = TOP + len(panels) * (PANEL + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-label="{escape(label)}">',
        f"<style>{_STYLE}</style>",
    ]
    for number, panel in enumerate(panels):
        parts += _panel(panel, base=TOP + number * (PANEL + GAP) + PANEL, wide=wide, most=most)
    base = TOP + (len(panels) - 1) * (PANEL + GAP) + PANEL
    parts += [
        f'<text x="{LEFT + at * wide:.0f}" y="{base + 15}" text-anchor="middle">{escape(name)}</text>'
        for at, name in ticks
    ]
    return "\n".join([*parts, "</svg>", ""])


def _round_up(most: float) -> float:
    """The next number with one digit and a half, so that an axis ends at 2,500 and not at 2,444."""
    unit = 10.0 ** floor(log10(most)) / 2 if most > 0 else 1.0
    return max(1.0, ceil(most / unit)) * unit


def _panel(panel: Panel, *, base: int, wide: float, most: float) -> list[str]:
    tall = (PANEL - 10) / most
    lines = []
    for value in (0.0, most / 2, most):
        y = base - value * tall
        lines.append(f'<path class="g" d="M{LEFT} {y:.1f}H{WIDTH - 8}"/>')
        lines.append(f'<text x="{LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{value:,.0f}</text>')
    path, before = [f"M{LEFT} {base}"], 0.0
    for place, value in enumerate(panel.values):
        if value != before:
            path.append(f"H{LEFT + place * wide:.1f}V{base - value * tall:.1f}")
            before = value
    path.append(f"H{LEFT + len(panel.values) * wide:.1f}V{base}Z")
    title = f'<text class="t" x="{LEFT}" y="{base - PANEL + 2}">{escape(panel.title)}</text>'
    return [*lines, f'<path class="a" d="{"".join(path)}"/>', title]
