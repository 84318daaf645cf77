"""What the fake and the database promise of editions that are ready to be copied."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from briefing.model.prepared import Kept
from briefing.store.prepared import SqlPreparedEditions
from tests.fakes import MemoryPreparedEditions

if TYPE_CHECKING:
    from briefing.ports import PreparedEditions

SUNDAY = date(2026, 11, 22)
SIX = datetime(2026, 11, 22, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def prepared(request: pytest.FixtureRequest) -> PreparedEditions:
    return (
        MemoryPreparedEditions()
        if request.param == "fake"
        else SqlPreparedEditions(request.getfixturevalue(f"{request.param}_engine"))
    )


def kept(packed: bytes, *, at: datetime = SIX, recipe: str = "r", segment: str = "default", day: date = SUNDAY) -> Kept:
    return Kept(date=day, segment=segment, made_at=at, recipe=recipe, packed=packed)


def packed(prepared: PreparedEditions) -> bytes:
    found = prepared.find(SUNDAY, "default")
    assert found is not None
    return found.packed


def test_an_edition_comes_back_whole(prepared: PreparedEditions) -> None:
    prepared.put(kept(b"one"), since=SIX)
    assert prepared.find(SUNDAY, "default") == kept(b"one")


@pytest.mark.parametrize(("day", "segment"), [(SUNDAY, "fr"), (date(2026, 11, 23), "default")])
def test_there_is_none_of_another_day_or_segment(prepared: PreparedEditions, day: date, segment: str) -> None:
    prepared.put(kept(b"one"), since=SIX)
    assert prepared.find(day, segment) is None


@pytest.mark.parametrize(
    ("later", "stays"),
    [
        (kept(b"two", at=SIX + HOUR / 2), True),
        (kept(b"two", at=SIX + HOUR), False),
        (kept(b"two", at=SIX + HOUR / 2, recipe="another"), False),
        (kept(b"two", at=SIX - HOUR), False),
    ],
    ids=["within the hour", "an hour later", "another recipe", "the clock was ahead"],
)
def test_only_what_is_outdated_is_replaced(prepared: PreparedEditions, later: Kept, stays: bool) -> None:
    prepared.put(kept(b"one"), since=SIX - HOUR)
    prepared.put(later, since=later.made_at - HOUR)
    assert packed(prepared) == (b"one" if stays else b"two")


def test_what_somebody_got_stays(prepared: PreparedEditions) -> None:
    prepared.put(kept(b"one"), since=SIX)
    prepared.mark_out(SUNDAY, "default")
    prepared.put(kept(b"two", at=SIX + 5 * HOUR, recipe="another"), since=SIX + 4 * HOUR)
    found = prepared.find(SUNDAY, "default")
    assert found is not None
    assert (found.packed, found.is_out) == (b"one", True)


def test_to_mark_what_is_not_there_does_nothing(prepared: PreparedEditions) -> None:
    prepared.mark_out(SUNDAY, "default")
    assert prepared.find(SUNDAY, "default") is None


def test_old_editions_can_be_forgotten(prepared: PreparedEditions) -> None:
    prepared.put(kept(b"old", day=SUNDAY - timedelta(days=1)), since=SIX)
    prepared.put(kept(b"new"), since=SIX)
    assert prepared.prune(before=SUNDAY) == 1
    assert prepared.find(SUNDAY - timedelta(days=1), "default") is None
    assert packed(prepared) == b"new"
