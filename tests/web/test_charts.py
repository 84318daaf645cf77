from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.web.charts import HEIGHT, WIDTH, Series, round_top, side_by_side, stacked, written

FIGURES = st.floats(0, 1e9, allow_nan=False, allow_infinity=False)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[Series]]:
    columns = [f"day {number}" for number in range(draw(st.integers(0, 40)))]
    rows = draw(st.lists(st.lists(FIGURES, min_size=len(columns), max_size=len(columns)), max_size=6))
    return columns, [Series(name=f"s{n}", values=tuple(row), colour=n) for n, row in enumerate(rows)]


@given(FIGURES)
def test_the_scale_is_round_and_holds_the_most(most: float) -> None:
    top = round_top(most)
    assert most <= top
    assert top <= max(most, 0.001) * 2.5 * (1 + 1e-9) or most == 0
    assert f"{top:e}"[0] in "125"


@given(tables())
def test_the_bars_of_a_column_stand_on_each_other_and_add_up(table: tuple[list[str], list[Series]]) -> None:
    columns, series = table
    chart = stacked("k", "Title", columns, series, unit="")
    for number, column in enumerate(columns):
        bars = [bar for bar in chart.bars if bar.label.startswith(f"{column}, ")]
        total = sum(each.values[number] for each in series)
        assert sum(bar.height for bar in bars) == pytest.approx(total / chart.top * HEIGHT, abs=0.01)
        for below, above in pairwise(bars):
            assert above.y + above.height == pytest.approx(below.y, abs=0.01)
    assert sum(bar.height > 0 for bar in chart.bars) <= sum(bool(v) for each in series for v in each.values)


@pytest.mark.parametrize("draw", [stacked, side_by_side])
@given(table=tables())
def test_no_bar_leaves_the_drawing_or_covers_another_columns(
    draw: object, table: tuple[list[str], list[Series]]
) -> None:
    assert callable(draw)
    columns, series = table
    chart = draw("k", "Title", columns, series, unit=" s")
    place = WIDTH / max(len(columns), 14)
    for bar in chart.bars:
        assert -0.01 <= bar.y <= bar.y + bar.height <= HEIGHT + 0.01
        number = columns.index(bar.label.partition(",")[0])
        assert number * place - 0.01 <= bar.x <= bar.x + bar.width <= (number + 1) * place + 0.01


def test_bars_side_by_side_all_stand_on_the_floor_as_high_as_their_figures() -> None:
    series = [Series(name="articles", values=(100, 50), colour=0), Series(name="stories", values=(20, 0), colour=3)]
    chart = side_by_side("news", "News", ["mon", "tue"], series, unit="")
    assert [(bar.label, bar.height / HEIGHT, bar.colour) for bar in chart.bars] == [
        ("mon, articles: 100", 1.0, 0),
        ("mon, stories: 20", 0.2, 3),
        ("tue, articles: 50", 0.5, 0),
    ]
    assert {round(bar.y + bar.height, 3) for bar in chart.bars} == {HEIGHT}


def test_a_chart_says_in_words_what_it_shows() -> None:
    series = [Series(name="collect", values=(1.5, 3.0), colour=0), Series(name="deliver", values=(0.25, 4), colour=1)]
    assert stacked("k", "Seconds", ["mon", "tue"], series, unit=" s").description == (
        "Bars for collect, deliver, from mon to tue. The most is 7 s, on tue. The table below has every figure."
    )
    nothing = [Series(name="failed", values=(0.0,), colour=1)]
    assert "from mon to mon. All are nothing." in stacked("k", "Mail", ["mon"], nothing, unit="").description


@pytest.mark.parametrize(("figure", "text"), [(0, "0"), (1234567, "1,234,567"), (0.25, "0.2"), (41.06, "41.1")])
def test_figures_are_written_short(figure: float, text: str) -> None:
    assert written(figure) == text
