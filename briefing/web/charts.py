"""Takes figures in columns, gives the bars of a small chart: places and sizes only, for a page to draw as SVG.

Letters would be stretched with the bars, so they stand around the chart as text of the page.

Next: briefing/web/run_pages.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Of the drawing, in units of its own: the page stretches it.
WIDTH, HEIGHT = 600.0, 120.0
#: So that a single column is no wall.
_FEWEST_PLACES = 14
#: Of a column's place; the rest is air.
_FILLED = 0.8
_DIGITS = 3
#: A millisecond: the least that a run report tells from nothing.
_LEAST = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Carries the figures of one kind, one for each column; none is negative.

    Attributes:
        colour: number of the page's colour for it.
    """

    name: str
    values: tuple[float, ...]
    colour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Places one figure; the origin is the upper left corner.

    Attributes:
        label: what it says, for a pointer that rests on it.
    """

    x: float
    y: float
    width: float
    height: float
    colour: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Carries a chart, ready to be drawn.

    Attributes:
        key: names it among the charts of a page.
        description: what is to be seen, for those who cannot see it.
        top: the figure at its upper edge; its lower edge is 0.
        columns: what the columns are called, from left to right.
    """

    key: str
    title: str
    description: str
    top: float
    columns: tuple[str, ...]
    series: tuple[Series, ...]
    bars: tuple[Bar, ...]


def stacked(key: str, title: str, columns: Sequence[str], series: Sequence[Series], *, unit: str) -> Chart:
    """Puts the figures of a column on top of each other, the first series below: their sum is what the eye sees."""
    sums = [sum(each.values[number] for each in series) for number in range(len(columns))]
    top = round_top(max(sums, default=0.0))
    bars = tuple(_stack(columns, series, top, unit))
    return _chart(key, title, columns, series, top=top, bars=bars, highest=sums, unit=unit)


def side_by_side(key: str, title: str, columns: Sequence[str], series: Sequence[Series], *, unit: str) -> Chart:
    """Puts the figures of a column next to each other, where a sum would mean nothing."""
    highest = [max((each.values[number] for each in series), default=0.0) for number in range(len(columns))]
    top = round_top(max(highest, default=0.0))
    bars = tuple(_row(columns, series, top, unit))
    return _chart(key, title, columns, series, top=top, bars=bars, highest=highest, unit=unit)


def round_top(most: float) -> float:
    """The least of 1, 2, 5, 10, 20, 50 … or of their tenths that is not below it, 0.001 at least; 1 for nothing."""
    if most <= 0:
        return 1.0
    most = max(most, _LEAST)
    ten = 10.0 ** math.floor(math.log10(most))
    return next((step * ten for step in (1, 2, 5) if step * ten >= most), 10 * ten)


def _stack(columns: Sequence[str], series: Sequence[Series], top: float, unit: str) -> Iterator[Bar]:
    place = WIDTH / max(len(columns), _FEWEST_PLACES)
    for number, column in enumerate(columns):
        floor = HEIGHT
        for each in series:
            height = each.values[number] / top * HEIGHT
            floor -= height
            left = (number + (1 - _FILLED) / 2) * place
            yield from _bar(column, each, number, unit, (left, floor, place * _FILLED, height))


def _row(columns: Sequence[str], series: Sequence[Series], top: float, unit: str) -> Iterator[Bar]:
    place = WIDTH / max(len(columns), _FEWEST_PLACES)
    width = place * _FILLED / max(len(series), 1)
    for number, column in enumerate(columns):
        for place_in_row, each in enumerate(series):
            height = each.values[number] / top * HEIGHT
            left = (number + (1 - _FILLED) / 2) * place + place_in_row * width
            yield from _bar(column, each, number, unit, (left, HEIGHT - height, width, height))


def _bar(column: str, series: Series, number: int, unit: str, box: tuple[float, float, float, float]) -> Iterator[Bar]:
    """The bar of a figure; nothing at all is none."""
    if series.values[number]:
        x, y, width, height = (round(side, _DIGITS) for side in box)
        label = f"{column}, {series.name}: {written(series.values[number])}{unit}"
        yield Bar(x=x, y=y, width=width, height=height, colour=series.colour, label=label)


def written(figure: float) -> str:
    """A figure as the page writes it: whole ones whole, others with one digit after the point."""
    return f"{figure:,.0f}" if figure == int(figure) else f"{figure:,.1f}"


def _chart(
    key: str,
    title: str,
    columns: Sequence[str],
    series: Sequence[Series],
    *,
    top: float,
    bars: tuple[Bar, ...],
    highest: Sequence[float],
    unit: str,
) -> Chart:
    most = max(highest, default=0.0)
    peak = f" The most is {written(most)}{unit}, on {columns[highest.index(most)]}." if most else " All are nothing."
    span = f"from {columns[0]} to {columns[-1]}" if columns else "of no edition"
    names = ", ".join(each.name for each in series)
    return Chart(
        key=key,
        title=title,
        description=f"Bars for {names}, {span}.{peak} The table below has every figure.",
        top=top,
        columns=tuple(columns),
        series=tuple(series),
        bars=bars,
    )
