"""Takes the rows of a group, gives a small SVG with a panel of bars for each work, readable by day and by night.

Drawn by matplotlib, which only benchmarks need. Words stay words, so that the file is small and can be searched. The
colours are those of a light card; where the reader prefers dark, a style sheet inside the file changes them.

Next: benchmarks/__main__.py.
"""

from __future__ import annotations

import importlib
import io
import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.rows import every_what

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.rows import Row

#: Light and dark of each colour; contrast of words on their card is at least 7 by day and by night.
CARD, INK, OURS, PEER = ("#fbfaf7", "#1b1d20"), ("#22272e", "#e6e8eb"), ("#b3541e", "#f0935a"), ("#8d99a6", "#66717d")
#: More panels than this stand in two columns. Inches: on a page of 800 to 1,000 pixels words are as large as its own.
_ONE_COLUMN = 3
_BAR, _PANEL, _WIDTHS, _PAD = 0.24, 0.62, {1: 7.2, 2: 9.8}, 0.1
#: Letters of a title in one line of a panel.
_LETTERS = {1: 72, 2: 42}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Carries a bar: whose, how long, what is written at its end."""

    name: str
    value: float
    told: str
    is_ours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Carries the bars of one work, and which of them are the better: longer or shorter."""

    title: str
    better: str
    bars: tuple[Bar, ...]


def panels(rows: Iterable[Row]) -> tuple[Panel, ...]:
    """What is drawn of these rows."""
    return tuple(
        Panel(
            title=what,
            better="longer" if of[0].unit.is_more_better else "shorter",
            bars=tuple(Bar(name=r.contender, value=r.value, told=r.figure, is_ours=r.is_ours) for r in of),
        )
        for what, of in every_what(rows).items()
    )


def draw(drawn: Sequence[Panel]) -> str:
    """The SVG; the same for the same panels."""
    matplotlib: Any = importlib.import_module("matplotlib")
    plots: Any = importlib.import_module("matplotlib.figure")
    columns = 1 if len(drawn) <= _ONE_COLUMN else 2
    lines = [drawn[start : start + columns] for start in range(0, len(drawn), columns)]
    heights = [_PANEL + _BAR * max(len(panel.bars) for panel in line) for line in lines]
    words = {"svg.fonttype": "none", "svg.hashsalt": "briefing", "font.family": "sans-serif", "font.size": 9}
    with matplotlib.rc_context(words):
        figure = plots.Figure(figsize=(_WIDTHS[columns], sum(heights)), facecolor=CARD[0], layout="constrained")
        figure.get_layout_engine().set(w_pad=_PAD, h_pad=_PAD)
        grid = figure.subplots(len(lines), columns, squeeze=False, height_ratios=heights)
        for axes in grid.flat:
            axes.set_axis_off()
        for line, across in zip(lines, grid, strict=True):
            for panel, axes in zip(line, across, strict=False):
                _bars(axes, panel, f"{textwrap.fill(panel.title, _LETTERS[columns])}\n({panel.better} is better)")
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return finish(written.getvalue())


def _bars(axes: Any, panel: Panel, title: str) -> None:
    axes.set_axis_on()
    axes.set_title(title, loc="left", color=INK[0], fontsize=9.5, fontweight="bold")
    places = range(len(panel.bars))
    axes.barh(
        places,
        [bar.value for bar in panel.bars],
        color=[OURS[0] if bar.is_ours else PEER[0] for bar in panel.bars],
        height=0.66,
        clip_on=False,
    )
    axes.set_yticks(places, [bar.name for bar in panel.bars], color=INK[0])
    axes.invert_yaxis()
    axes.tick_params(left=False)
    axes.set_xticks([])
    axes.set_xlim(0, 1.25 * max(bar.value for bar in panel.bars))
    axes.set_facecolor("none")
    axes.spines[:].set_visible(False)
    for place, bar in zip(places, panel.bars, strict=True):
        axes.annotate(
            bar.told, (bar.value, place), xytext=(4, 0), textcoords="offset points", va="center", color=INK[0]
        )


def finish(svg: str) -> str:
    """The same without what no reader needs, a third as many bytes, and with a style sheet for dark surroundings."""
    rules = "".join(f'[style*="{day}"]{{fill:{night}!important}}' for day, night in (CARD, INK, OURS, PEER))
    style = f"<style>@media (prefers-color-scheme: dark){{{rules}}}</style>"
    return re.sub(r"(<svg [^>]*>)", rf"\1{style}", _slim(svg), count=1)


def _slim(svg: str) -> str:
    """Without comments, names, what turns by nothing, and digits after the first: .1 point is a tenth of a pixel."""
    told = re.sub(
        r"<metadata>.*?</metadata>\s*|<\?xml.*?\?>\s*|<!DOCTYPE.*?>\s*|<!--.*?-->\s*", "", svg, flags=re.DOTALL
    )
    told = re.sub(r"<[^>]*>", lambda tag: re.sub(r"(\.\d)\d+", r"\1", tag[0]), told)  # and no digit of what is told
    told = re.sub(r' id="[^"]*"|<defs/>|<g/>| transform="rotate\(-?0 [^"]*"', "", told)
    told = re.sub(r"font-family: [^;]*;", "font-family: sans-serif;", told)
    told = re.sub(r"\s*\n\s*", " ", told)
    return told.replace("> <", ">\n<") + "\n"
