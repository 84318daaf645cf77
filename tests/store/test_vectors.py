from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from briefing.store.vectors import KEYS_AT_ONCE, SqlVectors, _pack, _unpack
from tests.fakes import FixedClock, MemoryVectors

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.ports import VectorCache

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def cache(request: pytest.FixtureRequest) -> VectorCache:
    clock = FixedClock(NOON)
    if request.param == "fake":
        return MemoryVectors(clock=clock)
    return SqlVectors(request.getfixturevalue(f"{request.param}_engine"), clock)


def on(cache: VectorCache, day: int) -> VectorCache:
    """The same, so many days later."""
    assert isinstance(cache, MemoryVectors | SqlVectors)
    return replace(cache, clock=FixedClock(NOON + timedelta(days=day)))


def test_known_vectors_come_back_in_the_order_asked_for(cache: VectorCache) -> None:
    cache.save_vectors({"a": (0.5, -0.25), "b": (1.0, 0.0)})
    found = cache.load_vectors(["b", "unknown", "a", "b"])
    assert {key: tuple(vector) for key, vector in found.items()} == {"b": (1.0, 0.0), "a": (0.5, -0.25)}
    assert list(found) == ["b", "a"]


def test_vectors_keep_single_precision(cache: VectorCache) -> None:
    cache.save_vectors({"a": (0.1, 1 / 3)})
    assert tuple(cache.load_vectors(["a"])["a"]) == pytest.approx((0.1, 1 / 3), rel=1e-7)


def test_a_vector_saved_again_stays_as_it_was(cache: VectorCache) -> None:
    cache.save_vectors({"a": (1.0,)})
    cache.save_vectors({"a": (0.5,)})
    cache.save_vectors({})
    assert tuple(cache.load_vectors(["a"])["a"]) == (1.0,)


def test_more_keys_than_one_statement_takes_are_all_found(cache: VectorCache) -> None:
    many = {f"k{number}": (float(number),) for number in range(2 * KEYS_AT_ONCE + 1)}
    cache.save_vectors(many)
    assert {key: tuple(vector) for key, vector in cache.load_vectors(many).items()} == many


def test_vectors_that_nobody_asked_for_are_forgotten(cache: VectorCache) -> None:
    cache.save_vectors({"a": (1.0,), "b": (2.0,)})
    on(cache, 1).save_vectors({"a": (1.0,), "c": (3.0,)})
    on(cache, 3).load_vectors(["b", "unknown"])
    assert cache.prune(before=NOON.date()) == 0
    assert cache.prune(before=NOON.date() + timedelta(days=1)) == 1
    assert list(cache.load_vectors("abc")) == ["b", "c"]
    assert cache.prune(before=NOON.date() + timedelta(days=3)) == 1
    assert list(cache.load_vectors("abc")) == ["b"]


def test_a_clock_that_was_set_back_makes_no_vector_older(cache: VectorCache) -> None:
    on(cache, 5).save_vectors({"a": (1.0,)})
    cache.load_vectors(["a"])
    assert cache.prune(before=NOON.date() + timedelta(days=5)) == 0


def test_of_each_vector_it_is_written_once_a_day_that_it_is_used(sqlite_engine: Engine) -> None:
    cache, written = SqlVectors(sqlite_engine, FixedClock(NOON)), list[str]()
    cache.save_vectors({"a": (1.0,), "b": (2.0,)})
    event.listen(sqlite_engine, "before_cursor_execute", lambda _c, _cu, said, *_: written.append(said.split()[0]))
    for day in (0, 0, 1, 1):
        on(cache, day).load_vectors(["a", "b"])
    assert [word for word in written if word != "BEGIN"] == ["SELECT", "SELECT", "SELECT", "UPDATE", "SELECT"]


def test_the_stored_bytes_are_little_endian_float32() -> None:
    assert _pack((1.0, -2.0)) == bytes.fromhex("0000803f000000c0")


@given(st.lists(st.floats(width=32, allow_nan=False)))
def test_packing_loses_nothing_of_single_precision(numbers: list[float]) -> None:
    assert list(_unpack(_pack(numbers))) == numbers
