from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from briefing.store.database import KEYS_AT_ONCE
from briefing.store.generated import SqlGeneratedTexts
from tests.fakes import MemoryGeneratedTexts

if TYPE_CHECKING:
    from briefing.ports import GeneratedTexts


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def texts(request: pytest.FixtureRequest) -> GeneratedTexts:
    return (
        MemoryGeneratedTexts()
        if request.param == "fake"
        else SqlGeneratedTexts(request.getfixturevalue(f"{request.param}_engine"))
    )


def test_known_answers_come_back_in_the_order_asked_for(texts: GeneratedTexts) -> None:
    texts.save_texts({"a": "Ärger im Hafen \N{WATER WAVE}", "b": "B"})
    found = texts.load_texts(["b", "unknown", "a", "b"])
    assert list(found.items()) == [("b", "B"), ("a", "Ärger im Hafen \N{WATER WAVE}")]


def test_an_answer_saved_again_stays_as_it_was(texts: GeneratedTexts) -> None:
    texts.save_texts({"a": "first"})
    texts.save_texts({"a": "second"})
    texts.save_texts({})
    assert texts.load_texts(["a"]) == {"a": "first"}


def test_more_keys_than_one_statement_takes_are_all_found(texts: GeneratedTexts) -> None:
    many = {f"k{number}": str(number) for number in range(2 * KEYS_AT_ONCE + 1)}
    texts.save_texts(many)
    assert texts.load_texts(many) == many
