from __future__ import annotations

from datetime import date, timedelta

from briefing.model.archived import ArchivedEdition
from briefing.services.upkeep import Upkeep, UpkeepReport
from tests.fakes import FixedClock, MemoryArchive, MemoryLedger, MemoryRequestNotes
from tests.make import NOW

KEEP = timedelta(days=30)
LAST_KEPT = NOW.date() - KEEP


def upkeep(*days: date) -> Upkeep:
    ledger, archive = MemoryLedger(), MemoryArchive()
    for day in days:
        ledger.plan(day, ["ada", "ben"], now=NOW)
        page = ArchivedEdition(date=day, segment="default", title="News", preheader="", language="en", built_at=NOW)
        archive.keep(page, "<p>news</p>")
    asked = MemoryRequestNotes(asked=[NOW - timedelta(days=3), NOW - timedelta(hours=1)])
    return Upkeep(ledger=ledger, archive=archive, requests=asked, clock=FixedClock(NOW), keep=KEEP)


def test_what_is_older_than_the_config_keeps_is_forgotten_and_counted() -> None:
    made = upkeep(LAST_KEPT - timedelta(days=1), LAST_KEPT, NOW.date())
    assert made.run() == UpkeepReport(deliveries=2, pages=1, requests=1)
    assert made.run() == UpkeepReport()
    assert made.ledger.balance(LAST_KEPT).audience == 2
    assert made.archive.find_page(LAST_KEPT, "default") is not None


def test_it_is_done_once_a_day() -> None:
    made = upkeep(LAST_KEPT)
    assert [made.tick() is not None, made.tick() is not None] == [True, False]
    assert isinstance(made.clock, FixedClock)
    made.clock.move(days=1)
    assert made.tick() == UpkeepReport(deliveries=2, pages=1)
