from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from briefing.store.alarms import SqlAlarms
from tests.fakes import MemoryAlarms

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.ports import AlarmLog

SUNDAY = date(2026, 11, 22)


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def alarms(request: pytest.FixtureRequest) -> AlarmLog:
    return MemoryAlarms() if request.param == "fake" else SqlAlarms(request.getfixturevalue(f"{request.param}_engine"))


def test_a_thing_can_be_claimed_once(alarms: AlarmLog) -> None:
    assert alarms.claim("held", "2026-11-22", edition=SUNDAY)
    assert not alarms.claim("held", "2026-11-22", edition=SUNDAY)
    assert alarms.claim("late", "2026-11-22", edition=SUNDAY)
    assert alarms.claim("held", "2026-11-23", edition=SUNDAY)


def test_what_could_not_be_told_can_be_claimed_again(alarms: AlarmLog) -> None:
    for _ in range(2):
        assert alarms.claim("held", "2026-11-22", edition=SUNDAY)
        alarms.withdraw("held", "2026-11-22")
        alarms.withdraw("held", "2026-11-22")


def test_claims_go_with_their_edition(alarms: AlarmLog) -> None:
    alarms.claim("held", "a", edition=SUNDAY)
    alarms.claim("held", "b", edition=SUNDAY + timedelta(days=1))
    assert (alarms.prune(before=SUNDAY), alarms.prune(before=SUNDAY + timedelta(days=1))) == (0, 1)
    assert (alarms.claim("held", "a", edition=SUNDAY), alarms.claim("held", "b", edition=SUNDAY)) == (True, False)


def test_of_two_programs_one_tells(engine: Engine) -> None:
    alarms = SqlAlarms(engine)
    with ThreadPoolExecutor(4) as programs:
        claims = list(programs.map(lambda _: alarms.claim("late", "2026-11-22", edition=SUNDAY), range(16)))
    assert claims.count(True) == 1
