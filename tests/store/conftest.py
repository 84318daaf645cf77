from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from briefing.store.database import open_database
from briefing.store.jobs import install_jobs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from tests.postgres import Postgres


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


@pytest.fixture
def queue(postgres: Postgres) -> Iterator[Engine]:
    """A database of its own: a queue is no table of ours that the next test would find swept."""
    url = postgres.new()
    engine = open_database(url)
    install_jobs(engine)
    yield engine
    engine.dispose()
    postgres.drop(url)
