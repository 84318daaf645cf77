from __future__ import annotations

import colorsys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.model.colours import (
    ACCENT,
    GROUNDS,
    STANDARD,
    Palette,
    Scheme,
    contrast,
    dark_palette,
    find_misplaced,
    find_unreadable,
    light_palette,
    nearest_readable,
)


def is_light(colour: str) -> bool:
    return contrast(colour, "#000000") >= 4.6


def opposite(colour: str) -> str:
    return f"#{0xFFFFFF - int(colour[1:], 16):06x}"


COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
#: Ground colours of one scheme: those on its side of the middle.
LIGHT_GROUNDS = COLOURS.map(lambda colour: colour if is_light(colour) else opposite(colour)).filter(is_light)
DARK_GROUNDS = COLOURS.map(lambda colour: opposite(colour) if is_light(colour) else colour).filter(
    lambda colour: contrast(colour, "#000000") <= 4.6
)


def can_be_read(palette: Palette) -> bool:
    return all(
        contrast(getattr(palette, text), getattr(palette, ground)) >= STANDARD
        for text, grounds in GROUNDS.items()
        for ground in grounds
    )


@pytest.mark.parametrize("palette", [light_palette(), dark_palette()], ids=["light", "dark"])
def test_the_shipped_colours_can_be_read_on_all_they_stand_on(palette: Palette) -> None:
    assert can_be_read(palette)
    assert find_unreadable(palette) == ()
    assert contrast(palette.soft, palette.tint) >= STANDARD
    assert contrast(palette.bar, palette.paper) >= 3


def test_no_colour_at_all_can_be_read_on_both_papers() -> None:
    """Why there are two accents: 4.5 on the light paper and 4.5 on the dark one exclude each other."""
    light, dark = light_palette().paper, dark_palette().paper
    greys = [f"#{n:02x}{n:02x}{n:02x}" for n in range(256)]  # contrast counts luminance alone, and these have all of it
    assert max(min(contrast(grey, light), contrast(grey, dark)) for grey in greys) < STANDARD


@given(COLOURS)
def test_the_accent_of_the_night_can_always_be_read(accent: str) -> None:
    night = dark_palette(accent)
    assert can_be_read(night)
    assert contrast(night.accent, night.paper) >= 7
    assert contrast(night.bar, night.paper) >= 4.5


@given(COLOURS)
def test_an_accent_that_somebody_gave_is_never_changed(accent: str) -> None:
    assert light_palette(accent).accent == accent
    assert light_palette(given={"accent": accent}).bar == accent
    assert dark_palette(given={"accent": accent}).accent == dark_palette(given={"accent": accent}).bar == accent


@given(paper=LIGHT_GROUNDS, tint=LIGHT_GROUNDS)
def test_what_is_not_given_is_fitted_to_any_light_grounds(paper: str, tint: str) -> None:
    assert can_be_read(light_palette(given={"paper": paper, "tint": tint}))


@given(accent=COLOURS, paper=DARK_GROUNDS, tint=DARK_GROUNDS)
def test_what_is_not_given_is_fitted_to_any_dark_grounds(accent: str, paper: str, tint: str) -> None:
    assert can_be_read(dark_palette(accent, given={"paper": paper, "tint": tint}))


@given(colour=COLOURS, grounds=st.one_of(st.lists(LIGHT_GROUNDS, min_size=1), st.lists(DARK_GROUNDS, min_size=1)))
def test_what_is_advised_can_be_read_on_every_ground(colour: str, grounds: list[str]) -> None:
    advised = nearest_readable(colour, on=grounds, least=STANDARD)
    assert all(contrast(advised, ground) >= STANDARD for ground in grounds)


def hue_of(colour: str) -> float:
    return colorsys.rgb_to_hls(*(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)))[0] * 360


@pytest.mark.parametrize("colour", ["#ff8800", "#00aa88", "#e05050", "#5080ff", "#ffcc00"])
def test_what_is_advised_has_the_same_hue_and_no_spare_contrast(colour: str) -> None:
    advised = nearest_readable(colour, on=("#ffffff",), least=STANDARD)
    assert abs(hue_of(advised) - hue_of(colour)) < 2
    assert contrast(advised, "#ffffff") == pytest.approx(STANDARD, abs=0.1)


def test_a_colour_that_can_be_read_is_its_own_nearest() -> None:
    assert nearest_readable("#8C1D2C", on=("#fffdf8",)) == "#8c1d2c"
    assert dark_palette("#ffcc00").accent == "#ffcc00"


def test_where_nothing_has_enough_the_best_of_black_and_white_is_taken() -> None:
    assert nearest_readable("#8c1d2c", on=("#808080",), least=7) == "#000000"
    assert nearest_readable("#8c1d2c", on=("#606060",), least=7) == "#ffffff"


def test_what_cannot_be_read_is_named_with_its_worst_ground() -> None:
    (found,) = find_unreadable(light_palette("#ff8800"))
    assert (found.text, found.ground) == ("accent", "tint")
    assert found.contrast == pytest.approx(1.98, abs=0.01)
    assert find_unreadable(light_palette(found.nearest)) == ()


@pytest.mark.parametrize(
    ("scheme", "changed", "names"),
    [
        (Scheme.LIGHT, {}, []),
        (Scheme.DARK, {}, []),
        (Scheme.LIGHT, {"paper": "#222222", "tint": "#000000"}, ["paper", "tint"]),
        (Scheme.LIGHT, {"page": "#000000"}, []),
        (Scheme.DARK, {"paper": "#ffffff"}, ["paper"]),
        (Scheme.DARK, {"page": "#fffdf8", "tint": "#909090"}, ["page", "tint"]),
        (Scheme.DARK, {"rule": "#ffffff", "bar": "#ffffff"}, []),
    ],
    ids=str,
)
def test_light_grounds_are_light_and_dark_ones_dark(scheme: Scheme, changed: dict[str, str], names: list[str]) -> None:
    palette = replace(light_palette() if scheme is Scheme.LIGHT else dark_palette(), **changed)
    found = find_misplaced(palette, scheme)
    assert [name for name, _ in found] == names
    assert find_misplaced(replace(palette, **dict(found)), scheme) == ()


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "", "#8c1d2c;x", "#8c1d2c\n"])
def test_what_is_no_colour_never_enters_a_palette(colour: str) -> None:
    with pytest.raises(ValueError, match="rrggbb"):
        replace(light_palette(), rule=colour)
    with pytest.raises(ValueError, match="rrggbb"):
        nearest_readable(colour, on=("#ffffff",))


def test_the_schemes_differ_in_all_but_nothing() -> None:
    assert light_palette().accent == ACCENT
    assert contrast(light_palette().paper, dark_palette().paper) > 15
