from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.store.vectors import KEYS_AT_ONCE, SqlVectors, _pack, _unpack
from tests.fakes import MemoryVectors

if TYPE_CHECKING:
    from briefing.ports import VectorCache


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def cache(request: pytest.FixtureRequest) -> VectorCache:
    return (
        MemoryVectors() if request.param == "fake" else SqlVectors(request.getfixturevalue(f"{request.param}_engine"))
    )


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


def test_the_stored_bytes_are_little_endian_float32() -> None:
    assert _pack((1.0, -2.0)) == bytes.fromhex("0000803f000000c0")


@given(st.lists(st.floats(width=32, allow_nan=False)))
def test_packing_loses_nothing_of_single_precision(numbers: list[float]) -> None:
    assert list(_unpack(_pack(numbers))) == numbers
