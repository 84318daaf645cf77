"""What two mornings look like in a browser: drawn (against tests/golden/screens), and measured.

Letters come from one font that is wherever Chromium is, so that lines break alike; `sketches.py` says what may differ
all the same. `pytest --update-golden` draws them anew.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from functools import lru_cache
from io import BytesIO
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageFilter

from briefing.model.colours import Palette, contrast
from briefing.model.settings import Look
from briefing.render.templates import load_templates
from tests.render.browser import FONT, Browser, Screen, needs_chromium, open_browser
from tests.render.conftest import GOLDEN
from tests.render.sketches import difference, keep, kept, sketch
from tests.render.test_golden import message_of

pytestmark = [pytest.mark.slow, pytest.mark.system, needs_chromium]

SCREENS = GOLDEN / "screens"
LANGUAGES = ("fr", "ar")
SIZES = (320, 390, 600)
SCHEMES = ("light", "dark")
SMALLEST = 13  # CSS pixels
READABLE = 4.5  # WCAG 2.2 §1.4.3
THUMB = 44  # CSS pixels from one line of the index or footer to the next, WCAG 2.2 §2.5.5
TARGET = 24  # diameter around each link that no other link may enter, WCAG 2.2 §2.5.8


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def one_font(browser: Browser) -> None:
    if not browser.has_font():
        pytest.skip(f"needs the font {FONT}: sudo apt-get install fonts-dejavu-core")


@lru_cache(maxsize=8)
def shown(language: str) -> str:
    """A mail as a mail program shows it: with something in its pictures."""
    message = message_from_bytes(message_of(language, load_templates()), policy=policy.default)
    part = message.get_body(("html",))
    assert part is not None
    return re.sub(r'src="cid:[^"]+" width="(\d+)" height="(\d+)"', _drawn, str(part.get_content()))


def _drawn(found: re.Match[str]) -> str:
    written = BytesIO()
    Image.new("RGB", (int(found[1]), int(found[2])), (120, 140, 160)).save(written, "PNG")
    picture = b64encode(written.getvalue()).decode()
    return f'src="data:image/png;base64,{picture}" width="{found[1]}" height="{found[2]}"'


def styleless(html: str) -> str:
    """What some mail programs leave of it."""
    return re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)


def look(scheme: str) -> Palette:
    return Look().dark if scheme == "dark" else Look().light


# Drawn.


def path_of(language: str, screen: Screen) -> Path:
    return SCREENS / f"mail-{language}-{screen.width}-{screen.scheme}.png"


@pytest.mark.usefixtures("one_font")
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_morning_is_drawn_as_it_was_approved(
    language: str, width: int, scheme: str, browser: Browser, pytestconfig: pytest.Config
) -> None:
    screen = Screen(width=width, scheme=scheme)
    path, picture = path_of(language, screen), browser.picture(shown(language), screen)
    if pytestconfig.getoption("--update-golden"):
        keep(sketch(picture), path)
    assert difference(sketch(picture), kept(path)) == ""
    assert colours_in(picture) >= {getattr(look(scheme), name) for name in ("paper", "ink", "soft", "accent", "bar")}
    assert look(scheme).tint in colours_in(picture)


def colours_in(picture: Image.Image) -> set[str]:
    """Exactly: letters are thick enough somewhere to be of one colour."""
    counted = picture.getcolors(maxcolors=picture.width * picture.height) or []
    return {f"#{red:02x}{green:02x}{blue:02x}" for _, (red, green, blue) in counted}  # type: ignore[misc]


def test_the_sketches_take_no_room() -> None:
    paths = list(SCREENS.iterdir())
    assert len(paths) == len(LANGUAGES) * len(SIZES) * len(SCHEMES)
    assert sum(path.stat().st_size for path in paths) < 400_000


def turned_around(html: str) -> str:
    words = {"ltr": "rtl", "rtl": "ltr", "left": "right", "right": "left"}
    return re.sub(
        r'(dir="|direction:|text-align:|align=")(ltr|rtl|left|right)\b', lambda found: found[1] + words[found[2]], html
    )


def without(pattern: str, instead: str = "") -> Callable[[str], str]:
    def change(html: str) -> str:
        changed = re.sub(pattern, instead, html, count=1, flags=re.DOTALL)
        assert changed != html
        return changed

    return change


SPOILT = {
    "a section is gone": without(r"<ul.*?</ul>"),
    "the index is gone": without(r"<ol.*?</ol>"),
    "the chart is gone": without(r'<table[^>]*class="soft".*?</table>\s*(?=<table[^>]*class="line")'),
    "a story is gone": without(r'<h3 id="s2".*?(?=<h3)'),
    "the footer is gone": without(r'<p class="soft"[^>]*><a [^>]*unsubscribe.*?</p>'),
    "the large picture is not shown": without(r'<img class="soft"[^>]*>', '<div style="height:160px"></div>'),
    "a small picture is not shown": without(r'(<img class="small[^>]*src=")[^"]*', r"\1data:,"),
    "text runs the other way": turned_around,
    "something is too wide": without("(?=<h1)", '<div style="width:900px">x</div>'),
}


@pytest.mark.usefixtures("one_font")
@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_spoilt_morning_is_told_from_the_approved_one(
    language: str, spoil: Callable[[str], str], browser: Browser
) -> None:
    drawn = sketch(browser.picture(spoil(shown(language)), Screen(width=320)))
    assert difference(drawn, kept(path_of(language, Screen(width=320)))) != ""


@pytest.mark.usefixtures("one_font")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_night_without_its_colours_is_told_from_the_approved_one(language: str, browser: Browser) -> None:
    day = shown(language).replace("prefers-color-scheme:dark", "prefers-color-scheme:none")
    picture = browser.picture(day, Screen(width=320, scheme="dark"))
    assert difference(sketch(picture), kept(path_of(language, Screen(width=320, scheme="dark")))) != ""
    assert look("dark").paper not in colours_in(picture)


NOISE: dict[str, Callable[[Image.Image], Image.Image]] = {
    "a pixel to the right and down": lambda picture: ImageChops.offset(picture, 1, 1),
    "two pixels up": lambda picture: ImageChops.offset(picture, 0, -2),
    "softer letters": lambda picture: picture.filter(ImageFilter.GaussianBlur(0.7)),
    "sharper letters": lambda picture: picture.filter(ImageFilter.SHARPEN),
    "a line more at the end": lambda picture: ImageChops.offset(
        picture.crop((0, -24, picture.width, picture.height)), 0, -24
    ),
}


@pytest.mark.usefixtures("one_font")
@pytest.mark.parametrize("language", LANGUAGES)
def test_how_letters_are_smoothed_makes_no_difference(language: str, browser: Browser) -> None:
    picture = browser.picture(shown(language), Screen(width=390))
    approved = kept(path_of(language, Screen(width=390)))
    assert {name: difference(sketch(noisy(picture)), approved) for name, noisy in NOISE.items()} == dict.fromkeys(
        NOISE, ""
    )


# Measured, in the fonts there are.


@pytest.mark.parametrize("width", [280, *SIZES])
@pytest.mark.parametrize("language", [*LANGUAGES, "en", "ja"])
def test_everything_can_be_seen_without_scrolling_sideways(language: str, width: int, browser: Browser) -> None:
    for html in (shown(language), styleless(shown(language))):
        facts = browser.facts(html, Screen(width=width))
        assert facts["scroll"] <= 0
        assert facts["clipped"] == []
        assert [text["said"] for text in facts["texts"] if not (text["left"] >= 0 and text["right"] <= width)] == []
        assert [text["said"] for text in facts["texts"] if not text["shown"]] == []
        assert [text["said"] for text in facts["texts"] if text["size"] < SMALLEST] == []
        assert [size for size in facts["images"] if size[0] > width or not size[2]] == []


@pytest.mark.parametrize("language", [*LANGUAGES, "en", "ja"])
def test_every_headline_is_seen(language: str, browser: Browser) -> None:
    facts = browser.facts(shown(language), Screen(width=320))
    seen = [text["said"] for text in facts["texts"] if text["heading"] and text["size"] >= SMALLEST]
    titles = re.findall(r"<h[123]\b.*?</h[123]>", shown(language), flags=re.DOTALL)
    assert len(seen) == len(titles)


@pytest.mark.parametrize("is_styled", [True, False], ids=["as sent", "style dropped"])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_stands_out_from_its_ground(language: str, scheme: str, is_styled: bool, browser: Browser) -> None:
    html = shown(language) if is_styled else styleless(shown(language))
    facts = browser.facts(html, Screen(width=600, scheme=scheme))
    texts, instead = facts["texts"], facts["instead"]
    pairs = {(hexed(text["colour"]), hexed(text["ground"])) for text in (*texts, *instead)}
    assert len(texts) > 40
    assert len(instead) >= 2
    assert {pair for pair in pairs if contrast(*pair) < READABLE} == set()
    assert (look(scheme).ink, look(scheme).paper) in pairs or not is_styled


def hexed(colour: str) -> str:
    """A computed colour as palettes write it; all of ours are opaque."""
    red, green, blue = re.findall(r"\d+", colour)
    return f"#{int(red):02x}{int(green):02x}{int(blue):02x}"


def centre(box: dict[str, float]) -> tuple[float, float]:
    return (box["left"] + box["right"]) / 2, (box["top"] + box["bottom"]) / 2


def first_boxes(facts: dict[str, Any], group: str) -> list[dict[str, float]]:
    return [link["boxes"][0] for link in facts["links"] if link["group"] == group]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [280, *SIZES])
def test_links_are_a_thumb_apart(language: str, width: int, browser: Browser) -> None:
    facts = browser.facts(shown(language), Screen(width=width))
    index, footer = first_boxes(facts, "glance"), first_boxes(facts, "footer")
    assert len(index) >= 4
    assert len(footer) >= 4
    tops = [box["top"] for box in index]
    assert [below - above for above, below in pairwise(tops) if below - above < THUMB - 1] == []
    for one, other in combinations([*index, *footer], 2):
        (x, y), (across, down) = centre(one), centre(other)
        assert abs(y - down) >= THUMB - 1 or abs(x - across) >= TARGET, (one, other)
        assert abs(y - down) >= TARGET or one["right"] <= other["left"] or other["right"] <= one["left"]
