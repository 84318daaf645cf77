"""Gives the tests of the mail their templates and their golden files (`pytest --update-golden` rewrites those)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from briefing.render.templates import Templates, load_templates

if TYPE_CHECKING:
    from collections.abc import Callable

# Its assertions say what they compared, like those of a test.
pytest.register_assert_rewrite("tests.render.border")

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="session")
def templates() -> Templates:
    return load_templates()


@pytest.fixture
def golden(pytestconfig: pytest.Config) -> Callable[[str, str], None]:
    """Compares a text with tests/golden/NAME, or writes it there."""
    update = pytestconfig.getoption("--update-golden")

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if update:
            path.write_text(text, "utf-8", newline="\n")
        assert text == path.read_text("utf-8")

    return compare
