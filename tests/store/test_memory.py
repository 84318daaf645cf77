from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from briefing.store.memory import SqlEditionMemory
from tests.fakes import MemoryEditionMemory

if TYPE_CHECKING:
    from briefing.ports import EditionMemory

SUNDAY, MONDAY, TUESDAY = date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture(params=["fake", "real"])
def memory(request: pytest.FixtureRequest) -> EditionMemory:
    return MemoryEditionMemory() if request.param == "fake" else SqlEditionMemory(request.getfixturevalue("engine"))


def test_an_article_told_twice_is_known_since_the_first_time(memory: EditionMemory) -> None:
    memory.remember(MONDAY, "default", ["river", "bridge"])
    memory.remember(SUNDAY, "default", ["river"])
    assert memory.told_before(TUESDAY, "default") == {"river": SUNDAY, "bridge": MONDAY}


def test_an_edition_built_again_does_not_see_itself_or_what_came_after(memory: EditionMemory) -> None:
    memory.remember(MONDAY, "default", ["river"])
    memory.remember(TUESDAY, "default", ["bridge"])
    assert memory.told_before(MONDAY, "default") == {}


def test_segments_remember_apart(memory: EditionMemory) -> None:
    memory.remember(SUNDAY, "default", ["river"])
    assert memory.told_before(MONDAY, "fr") == {}


def test_remembering_again_or_nothing_changes_nothing(memory: EditionMemory) -> None:
    memory.remember(SUNDAY, "default", ["river", "river"])
    memory.remember(SUNDAY, "default", ["river"])
    memory.remember(SUNDAY, "default", [])
    assert memory.told_before(MONDAY, "default") == {"river": SUNDAY}
