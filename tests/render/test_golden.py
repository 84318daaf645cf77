"""What four mornings look like, to the byte, and the page of one.

`pytest --update-golden` accepts today's output; the difference is in the version control, to be read before it is
accepted. Stories are of one morning in 2026, pictures are one grey pixel, all else follows from the lock file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from briefing.render.check import check_message
from briefing.render.clean import MARKER_HOST
from briefing.render.mjml import render_edition
from briefing.render.page import fill_page, set_page
from briefing.render.templates import Templates
from briefing.render.typecase import Typecase
from tests.render.conftest import GOLDEN
from tests.render.front_pages import LOOK, front_page
from tests.render.samples import LINKS, SENDER, addressed

Golden = Callable[[str, str], None]
LANGUAGES = ("fr", "en", "ar", "ja")
WITH_EDITIONS = replace(LINKS, editions="https://news.example/editions/3f9c2a7d51e84b06")


def message_of(language: str, templates: Templates) -> bytes:
    """One reader's copy of a front page."""
    edition = front_page(language)
    rendered = render_edition(edition, look=LOOK, sender=SENDER, templates=templates)
    return addressed(rendered, edition, links=WITH_EDITIONS)


def legible(html: str) -> str:
    """Markup with a line for each block, so that a difference shows where it is."""
    return re.sub(r"(?=<(?:p|table|h[123]|li|img|div|tr)\b)", "\n", html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_morning_looks_as_it_was_approved(language: str, templates: Templates, golden: Golden) -> None:
    message = message_of(language, templates)
    assert check_message(message) == ()
    parsed = message_from_bytes(message, policy=policy.default)
    html, text = parsed.get_body(("html",)), parsed.get_body(("plain",))
    assert html is not None
    assert text is not None
    head = message.partition(b"\r\n\r\n")[0].decode("ascii")
    golden(f"mail-{language}.headers", head.replace("\r\n", "\n") + "\n")
    golden(f"mail-{language}.html", legible(html.get_content().replace("\r\n", "\n")))
    golden(f"mail-{language}.txt", text.get_content().replace("\r\n", "\n"))


def test_a_page_looks_as_it_was_approved(templates: Templates, golden: Golden) -> None:
    page = set_page(front_page("fr"), Typecase(look=LOOK, sender=SENDER, templates=templates))
    golden("page-fr.html", legible(fill_page(page, editions="https://news.example/", feed="https://news.example/feed")))


def test_a_page_that_belongs_to_no_list_of_editions_links_to_none(templates: Templates) -> None:
    page = set_page(front_page("fr"), Typecase(look=LOOK, sender=SENDER, templates=templates))
    assert "précédentes" in page
    assert "précédentes" not in fill_page(page, editions=None)
    assert MARKER_HOST not in fill_page(page, editions=None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_morning_makes_the_same_bytes_again(language: str, templates: Templates) -> None:
    assert message_of(language, templates) == message_of(language, templates)


def test_no_golden_file_is_left_of_a_morning_that_is_gone() -> None:
    kinds = [f"mail-{language}.{kind}" for language in LANGUAGES for kind in ("headers", "html", "txt")]
    assert sorted(path.name for path in GOLDEN.iterdir() if path.is_file()) == sorted([*kinds, "page-fr.html"])


@pytest.mark.parametrize(
    "said",
    [
        'width="544" height="306"',
        'width="96" height="72"',
        '<span class="tint" style="background:#f3e9d2"><b',
        '<p class="tint accent"',
        "Du\u00a0nouveau",
        "Rectification",
        "Le Laos et la Birmanie",
        "11 autres sujets",
        "jour\u00a03",
        "Éditions\u00a0précédentes",
    ],
)
def test_the_french_morning_has_everything_there_is(said: str, templates: Templates) -> None:
    html = message_from_bytes(message_of("fr", templates), policy=policy.default).get_body(("html",))
    assert html is not None
    assert said in html.get_content()
