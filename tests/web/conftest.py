"""What tests of the readers' pages share: a database of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.sqlite import new_sqlite


@pytest.fixture
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = new_sqlite(tmp_path_factory.mktemp("site") / "briefing.db")
    yield engine
    engine.dispose()
