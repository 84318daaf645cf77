"""What a person writes under look: becomes a Look that can be read, or a message with the cure."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.config.load import load_config
from briefing.config.look import check_look, make_look
from briefing.config.schema import LookKeys, SchemeKeys
from briefing.config.yaml_text import YamlText
from briefing.model.colours import dark_palette, find_unreadable, light_palette
from briefing.model.settings import Look
from tests.config.test_load import LEAST, SHIPPED, complaints, written

NOWHERE = YamlText(values={}, places={})
COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
SCHEMES = st.fixed_dictionaries({}, optional=dict.fromkeys(SchemeKeys.model_fields, COLOURS))
LOOKS = st.fixed_dictionaries(
    {"colours": st.fixed_dictionaries({"light": SCHEMES, "dark": SCHEMES})}, optional={"accent": COLOURS}
)
ADVICE = re.compile(r'look\.([\w.]+): .*"(#[0-9a-f]{6})" is the nearest')


def followed(look: dict[str, Any], message: str) -> None:
    """Changes what a message advises to change."""
    found = ADVICE.search(message)
    assert found, message
    *path, key = found[1].split(".")
    place = look
    for step in path:
        place = place[step]
    assert key in place, f"{found[1]} is blamed, and nobody wrote it"
    place[key] = found[2]


@given(LOOKS)
def test_whoever_follows_the_advice_gets_a_config_that_loads(look: dict[str, Any]) -> None:
    if "accent" in look:
        look["colours"]["light"].pop("accent", None)
    for _ in range(2):  # grounds first, then what stands on them
        for error in check_look(LookKeys.model_validate(look), NOWHERE, Path("config.yaml")):
            followed(look, error.message)
    keys = LookKeys.model_validate(look)
    assert check_look(keys, NOWHERE, Path("config.yaml")) == ()
    made = make_look(keys, NOWHERE, Path())
    assert (find_unreadable(made.light), find_unreadable(made.dark)) == ((), ())


MISTAKES = {
    "accent that cannot be read": (
        'look:\n  accent: "#ff8800"\n',
        '6:3: look.accent: "#ff8800" has a contrast of 1.9 on the tint "#f3e9d2", 4.5 is needed; '
        '"#a15600" is the nearest that has it',
    ),
    "small print that cannot be read": (
        'look:\n  colours:\n    light: {soft: "#999999"}\n',
        '7:13: look.colours.light.soft: "#999999" has a contrast of 2.8 on the paper "#fffdf8", 4.5 is needed; '
        '"#757575" is the nearest that has it',
    ),
    "contrast that is almost enough": (
        'look:\n  colours:\n    light: {paper: "#ffffff", soft: "#777777"}\n',
        '7:31: look.colours.light.soft: "#777777" has a contrast of 4.4 on the paper "#ffffff", 4.5 is needed; '
        '"#767676" is the nearest that has it',
    ),
    "accent of the night that cannot be read": (
        'look: {colours: {dark: {accent: "#8c1d2c"}}}\n',
        '5:25: look.colours.dark.accent: "#8c1d2c" has a contrast of 1.6 on the tint "#2c2719", 4.5 is needed; ',
    ),
    "paper that shines": (
        'look: {colours: {dark: {paper: "#ffffff", ink: "#eeeeee"}}}\n',
        '5:25: look.colours.dark.paper: "#ffffff" would shine at night; "#757575" is the nearest that is dark enough',
    ),
    "dark paper by day": (
        'look: {colours: {light: {paper: "#101010", ink: "#eeeeee"}}}\n',
        '5:26: look.colours.light.paper: "#101010" is too dark for the light scheme; "#767676" is the nearest that is '
        "light enough",
    ),
    "accent said twice": (
        'look: {accent: "#8c1d2c", colours: {light: {accent: "#8c1d2c"}}}\n',
        "5:45: look.colours.light.accent: look.accent says it already; keep one of the two",
    ),
    "colour without quotes": (
        "look:\n  accent: #8c1d2c\n",
        '6:3: look.accent: nothing stands here: # begins a comment; write the colour in quotes as "#8c1d2c"',
    ),
    "colour by name": ("look: {colours: {dark: {ink: red}}}\n", '5:25: look.colours.dark.ink: "red" is not a colour'),
    "colour that is a number": ("look: {accent: 112233}\n", '5:8: look.accent: "112233" is not a colour'),
    "unknown colour": (
        'look: {colours: {light: {papr: "#ffffff"}}}\n',
        '5:26: look.colours.light.papr: unknown key; did you mean "paper"?',
    ),
    "unknown scheme": (
        "look: {colours: {night: {}}}\n",
        "5:18: look.colours.night: unknown key; did you mean",
    ),
    "pictures of some stories": (
        "look: {images: some}\n",
        '5:8: look.images: "some" is not one of none, lead, all',
    ),
    "archive for nobody": ("web: {archive: secret}\n", '5:7: web.archive: "secret" is not one of private, public'),
    "logo that is not there": (
        "look: {logo: pictures/Logo.PNG}\n",
        '5:8: look.logo: there is no picture "pictures/Logo.PNG" beside config.yaml; correct it, or leave it out',
    ),
    "logo at an address": (
        'look: {logo: "https://example.org/logo.png"}\n',
        '5:8: look.logo: "https://example.org/logo.png" is not fetched; save it beside config.yaml',
    ),
    "logo that mail programs do not show": (
        "look: {logo: logo.svg}\n",
        '5:8: look.logo: few mail programs show "logo.svg"; save it as .png, .jpg, .gif or .webp',
    ),
    "font without an end": (
        "look: {font: 'Georgia, Palatino'}\n",
        '5:8: look.font: not every reader has "Palatino"; end the list with what to use then (serif, sans-serif, '
        'monospace, system-ui, cursive, fantasy): "Georgia, Palatino, serif"',
    ),
    "generic font in quotes": (
        "look: {font: \"Georgia, 'serif'\"}\n",
        "5:8: look.font: not every reader has \"'serif'\"",
    ),
    "font with digits": ("look: {font: 'Source Serif 4, serif'}\n", '5:8: look.font: "Source Serif 4" is not a font'),
    "font that is a list": ("look: {font: [Georgia, serif]}\n", "5:8: look.font:"),
}


@pytest.mark.parametrize(("added", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_line_column_and_cure(tmp_path: Path, added: str, message: str) -> None:
    found = complaints(tmp_path, LEAST + added)
    assert len(found) == 1, found
    assert found[0].startswith(message)


def test_every_colour_that_cannot_be_read_is_told_in_the_order_of_lines(tmp_path: Path) -> None:
    text = 'look:\n  colours:\n    dark: {ink: "#333333"}\n    light: {soft: "#999999", ink: "#cccccc"}\n'
    found = complaints(tmp_path, LEAST + text + "templates: lost/\n")
    assert [line.split(" ")[1].rstrip(":") for line in found] == [
        "look.colours.dark.ink",
        "look.colours.light.soft",
        "look.colours.light.ink",
        "templates",
    ]


@pytest.mark.parametrize(
    "font",
    [
        *("serif", "Georgia, serif", "Times New Roman, serif", "'Times New Roman', serif", "-apple-system, sans-serif"),
        *("'Source Serif 4', Georgia, serif", "Iowan Old Style,Georgia,  serif", "Fira-Code, monospace", "system-ui"),
    ],
)
def test_a_font_stack_is_a_list_with_a_generic_end(tmp_path: Path, font: str) -> None:
    given = load_config(written(tmp_path, LEAST + f'look: {{font: "{font}"}}\n')).look.font
    assert [name.strip() for name in font.split(",")] == given.split(", ")


@pytest.mark.parametrize(
    "font",
    [
        *('Georgia"; x, serif', "Georgia; color: red, serif", "url(https://a.example), serif", "A</style>, serif"),
        *("'Georgia, serif", "Geor'gia, serif", "Georgia,, serif", "", ",", "Ge\\6frgia, serif", "Écran, serif"),
        *("Georgia /* x */, serif", "{{ look }}, serif", "&quot;, serif", "\u202eserif", "var(--x), serif", "''"),
        *("a:b, serif", "serif,", "--x, serif", "4, serif"),
    ],
)
def test_nothing_but_names_passes_for_a_font(font: str) -> None:
    with pytest.raises(ValueError, match="font"):
        LookKeys.model_validate({"font": font})


@given(st.text(alphabet="Aa4 ,'\"\\;:{}()<>&/*-\n", max_size=20))
def test_a_font_that_passes_cannot_leave_its_attribute(font: str) -> None:
    try:
        passed = LookKeys.model_validate({"font": f"{font}, serif"}).font
    except ValueError:
        return
    assert passed is not None
    assert re.fullmatch(r"[A-Za-z0-9 ,'\-]+", passed)
    assert passed.count("'") % 2 == 0


def test_the_night_is_derived_from_the_accent(tmp_path: Path) -> None:
    look = load_config(written(tmp_path, LEAST + 'look: {accent: "#0B5FA5"}\n')).look
    assert (look.light, look.dark) == (light_palette("#0b5fa5"), dark_palette("#0b5fa5"))
    assert look.light.accent == look.light.bar == "#0b5fa5"


def test_the_accent_of_the_night_can_be_given(tmp_path: Path) -> None:
    text = 'look: {accent: "#0b5fa5", colours: {dark: {accent: "#9cd1ff"}}}\n'
    look = load_config(written(tmp_path, LEAST + text)).look
    assert (look.light.accent, look.dark.accent, look.dark.bar) == ("#0b5fa5", "#9cd1ff", "#9cd1ff")


def test_every_colour_of_both_schemes_can_be_given(tmp_path: Path) -> None:
    light = {**asdict(light_palette()), "page": "#000000", "rule": "#fffdf8", "bar": "#fffdf9"}
    dark = {**asdict(dark_palette()), "page": "#000000", "tint": "#1b1a18"}
    colours = ", ".join(f"{name}: {{{shown(each)}}}" for name, each in (("light", light), ("dark", dark)))
    look = load_config(written(tmp_path, LEAST + f"look: {{colours: {{{colours}}}}}\n")).look
    assert (asdict(look.light), asdict(look.dark)) == (light, dark)


def shown(colours: dict[str, str]) -> str:
    return ", ".join(f'{name}: "{colour}"' for name, colour in colours.items())


def test_nothing_given_is_the_default(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, LEAST))
    assert replace(config.look, line=0) == Look()
    assert (config.look.images, config.web.archive) == ("none", "private")


def test_pictures_and_the_archive_are_read(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, LEAST + "look: {images: lead}\nweb: {archive: public}\n"))
    assert (config.look.images, config.web.archive, config.web.port) == ("lead", "public", 8025)


@pytest.mark.parametrize("name", ["logo.png", "Our Logo.JPG", "x.jpeg", "a.gif", "b.webp"])
def test_a_logo_that_ends_like_a_picture_is_a_file_beside_the_config(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    look = load_config(written(tmp_path, LEAST + f"look: {{logo: {name}}}\n")).look
    assert (look.logo, look.logo_file) == (None, tmp_path / name)


@pytest.mark.parametrize("text", ["Le Matin", "The PNG Post", ".png", "Le Matin.", "matin.fr"])
def test_any_other_logo_is_a_text(tmp_path: Path, text: str) -> None:
    look = load_config(written(tmp_path, LEAST + f'look: {{logo: "{text}"}}\n')).look
    assert (look.logo, look.logo_file) == (text, None)


def test_the_shipped_config_shows_every_colour_as_it_is_without_it(tmp_path: Path) -> None:
    shipped = SHIPPED.read_text("utf-8").partition("\nlook:\n")[2].partition("\nsubscribers:")[0]
    commented = [line for line in shipped.splitlines() if re.match(r"  # (?:colours:|  |font:)", line)]
    accent = next(line for line in shipped.splitlines() if line.startswith("  accent:"))
    text = "\n".join(["look:", accent, *(line.replace("# ", "", 1) for line in commented)])
    look = load_config(written(tmp_path, LEAST + text + "\n")).look
    assert (look.light, look.dark, look.font) == (Look().light, Look().dark, Look().font)
    given = {name for line in commented for name in re.findall(r'(\w+): "#', line)}
    assert given == set(SchemeKeys.model_fields)


def test_the_shipped_config_shows_every_key_of_the_look() -> None:
    shipped = SHIPPED.read_text("utf-8").partition("\nlook:\n")[2].partition("\nsubscribers:")[0]
    assert [key for key in LookKeys.model_fields if f" {key}:" not in shipped] == []
