"""Holds the pages of docs/reference/ to the program that they are made from."""

from __future__ import annotations

import json

import jsonschema
import pytest

from briefing.model.article import Article
from briefing.model.lines import article_line
from docs.reference_pages import FOLDER, pages
from docs.shape_pages import ARTICLE_FIELDS, SCHEMA
from tests.docs.blocks import COMMANDS

MADE = pages()


@pytest.mark.parametrize("name", MADE)
def test_a_page_of_the_reference_is_that_of_this_code(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == MADE[name], "make docs"


def test_nothing_lies_in_the_reference_that_nobody_makes() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(MADE)


def test_every_command_is_told_with_an_example() -> None:
    page = MADE["commands.md"]
    sections = {part.partition("\n")[0]: part for part in page.split("\n## briefing ")[1:]}
    assert set(sections) == set(COMMANDS)
    assert [words for words, text in sections.items() if f"briefing {words}" not in text.partition("```text")[2]] == []


def test_every_field_of_an_article_line_is_explained() -> None:
    assert set(ARTICLE_FIELDS) == set(article_line(Article(id="1")))


def test_the_published_schema_of_an_edition_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(MADE[SCHEMA]))
