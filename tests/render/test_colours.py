from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.errors import RenderError
from briefing.render.colours import contrast, dark_palette, light_palette, readable


@given(st.from_regex(r"#[0-9A-Fa-f]{6}", fullmatch=True))
def test_any_accent_can_be_read_in_both_schemes(accent: str) -> None:
    for palette in (light_palette(accent), dark_palette(accent)):
        for colour in (palette.accent, palette.ink, palette.soft):
            assert contrast(colour, palette.paper) >= 4.5
        assert contrast(palette.bar, palette.paper) >= 3


def test_an_accent_that_can_be_read_is_left_alone() -> None:
    assert light_palette("#8C1D2C").accent == "#8c1d2c"
    assert dark_palette("#ffcc00").accent == "#ffcc00"


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "", "#8c1d2c;x"])
def test_what_is_no_colour_is_named(colour: str) -> None:
    with pytest.raises(RenderError, match="rrggbb"):
        readable(colour, on="#ffffff")
