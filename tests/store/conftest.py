from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sqlalchemy import Engine


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of a database with our tables, of each kind in turn; the file of SQLite is yet to be made."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def engine(url: str, request: pytest.FixtureRequest) -> Engine:
    """The same, open."""
    engine: Engine = request.getfixturevalue(f"{url.partition(':')[0]}_engine")
    return engine
