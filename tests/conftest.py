"""Keeps every test away from the network, settles how long hypothesis may search, and lends databases.

HYPOTHESIS_PROFILE=thorough pytest  looks ten times as long; `CI` in the environment makes the search repeatable.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from briefing.store.database import open_database
from tests.postgres import Postgres, postgres_server
from tests.sqlite import new_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

# A shared machine is slow at times: how long one example takes says nothing about the code.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
# `make test`: what a search finds there it finds soon; CI looks longer.
settings.register_profile("quick", deadline=None, max_examples=20)
settings.register_profile("thorough", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --update-golden` accepts today's mail as right; look at the difference before you commit it."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden/ instead of comparing with it")


@pytest.hookimpl(trylast=True)
@pytest.hookimpl(tryfirst=True)  # before -m looks at the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first, so that no processor waits for a long file at the end; else in the order there is.

    What is claimed of several databases is slow where it is tried on PostgreSQL: the fast suite tries it on SQLite.
    """
    for item in items:
        called = getattr(item, "callspec", None)
        if called is not None and any(str(value).startswith("postgresql") for value in called.params.values()):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


class NetworkTouchedError(AssertionError):
    """Says where a test wanted to go; no OSError, so that nothing under test takes it for a dead server."""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Refuses every connection but those to this machine; names of others are unknown, as they are offline."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        patch.setattr(socket.socket, "sendto", _guarded(socket.socket.sendto))
        patch.setattr(socket, "getaddrinfo", _offline(socket.getaddrinfo))
        yield


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        # `sendto` has its address last, after data and flags.
        if self.family in {socket.AF_INET, socket.AF_INET6} and not is_loopback(str(arguments[-1][0])):
            raise NetworkTouchedError(f"a test wanted to reach {arguments[-1]}")
        return method(self, *arguments)

    return guarded


def _offline(resolve: Callable[..., Any]) -> Callable[..., Any]:
    def look_up(host: Any, *arguments: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host or ""
        if not is_loopback(name) and not _is_address(name):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *arguments, **named)

    return look_up


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, started by the first test that needs one."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of an SQLite database that is yet to be made."""
    return f"sqlite:///{tmp_path}/var/briefing.db"


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """An SQLite database with our tables."""
    engine = new_sqlite(Path(sqlite_url.removeprefix("sqlite:///")))
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql_url(postgres: Postgres) -> str:
    """The address of a PostgreSQL database with our tables, empty; the only one at a time."""
    return postgres.with_tables()


@pytest.fixture
def postgresql_engine(postgresql_url: str) -> Iterator[Engine]:
    """The same, open."""
    engine = open_database(postgresql_url)
    yield engine
    engine.dispose()
