from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.model.settings import Look
from briefing.render.clean import clean
from briefing.render.links import fill_text
from briefing.render.mjml import render_edition
from briefing.render.text import WIDTH, columns, wrap
from tests.render.samples import LINKS, SENDER, english_morning, french_morning

if TYPE_CHECKING:
    from briefing.model.edition import Edition
    from briefing.render.templates import Templates


def test_text_is_wrapped_at_spaces_and_indented() -> None:
    lines = wrap("word " * 40, 2, 4).splitlines()
    assert lines[0].startswith("  word")
    assert all(line.startswith("    word") for line in lines[1:])
    assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize(
    ("char", "wide"), [("a", 1), ("字", 2), ("e\u0301", 1), ("\u200b", 0), ("Ｆ", 2), ("’", 1), ("م", 1)]
)
def test_a_terminal_gives_wide_characters_two_columns(char: str, wide: int) -> None:
    assert columns(char) == wide


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300), st.integers(0, 6))
def test_no_line_is_too_wide_and_no_letter_is_lost(text: str, indent: int) -> None:
    line = clean(text)
    wrapped = wrap(line, indent)
    if "://" not in line:
        assert all(columns(part) <= WIDTH for part in wrapped.split("\n"))
    assert "".join(wrapped.split()) == "".join(line.split())


def test_an_address_longer_than_a_line_stays_whole() -> None:
    address = "https://a.example/" + "x" * 100
    assert address in wrap(f"see {address} there").split("\n")


@pytest.mark.parametrize("edition", [french_morning(), english_morning()], ids=["french", "english"])
def test_the_text_part_has_every_headline_summary_and_link(edition: Edition, templates: Templates) -> None:
    rendered = render_edition(edition, look=Look(), sender=SENDER, templates=templates)
    text = fill_text(rendered.text, LINKS)
    flat = "".join(text.split())
    for story in edition.stories:
        assert "".join(story.lead.title.split()) in flat
        for told in (story.summary.own, story.summary.added) if story.summary else ():
            assert "".join(told.split()) in flat
        if story.lead.url and not story.lead.url.startswith("javascript"):
            assert f"  {story.lead.url}" in text.splitlines()
    assert all(columns(line) <= WIDTH or "://" in line for line in text.splitlines())
    assert f"  {LINKS.unsubscribe}" in text.splitlines()
    assert "&#" not in text
    assert "\n\n\n\n" not in text
