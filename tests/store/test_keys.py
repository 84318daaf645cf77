from __future__ import annotations

from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from briefing.store.database import open_database
from briefing.store.keys import SqlKeys
from tests.fakes import MemoryKeys

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from briefing.ports import KeyStore


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def keys(request: pytest.FixtureRequest) -> KeyStore:
    return MemoryKeys() if request.param == "fake" else SqlKeys(request.getfixturevalue(f"{request.param}_engine"))


def test_the_key_is_32_bytes_and_stays_the_same(keys: KeyStore) -> None:
    assert len(keys.signing_key()) == 32
    assert keys.signing_key() == keys.signing_key()


def test_each_installation_has_its_own_key(tmp_path: Path) -> None:
    engines = [open_database(f"sqlite:///{tmp_path}/{name}.db") for name in "ab"]
    assert len({SqlKeys(engine).signing_key() for engine in engines}) == 2
    for engine in engines:
        engine.dispose()


def test_the_first_callers_at_once_get_the_same_key(url: str, engine: Engine) -> None:
    start, found = Barrier(4), set[bytes]()

    def ask() -> None:
        own = open_database(url)
        start.wait(timeout=30)
        found.add(SqlKeys(own)._make())
        own.dispose()

    callers = [Thread(target=ask) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert {kept[:32] for kept in found} == {SqlKeys(engine).signing_key()}


def test_the_one_key_is_all_keys(keys: KeyStore) -> None:
    assert keys.signing_keys() == (keys.signing_key(),)


def test_rotation_puts_a_new_key_first_and_keeps_the_others_until_they_are_forgotten(engine: Engine) -> None:
    keys = SqlKeys(engine)
    first = keys.signing_key()
    keys.rotate()
    keys.rotate()
    newest, second, oldest = keys.signing_keys()
    assert (oldest, keys.signing_key()) == (first, newest)
    assert len({newest, second, oldest}) == 3
    assert (keys.forget_old(), keys.signing_keys(), keys.forget_old()) == (2, (newest,), 0)


def test_an_installation_may_begin_with_a_rotation(engine: Engine) -> None:
    SqlKeys(engine).rotate()
    assert len(SqlKeys(engine).signing_keys()) == 2
