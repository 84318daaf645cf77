from __future__ import annotations

from datetime import date, timedelta

from briefing.model.archived import ArchivedEdition
from briefing.model.run import Run
from briefing.services.upkeep import Upkeep, UpkeepReport
from tests.fakes import FixedClock, MemoryAlarms, MemoryArchive, MemoryLedger, MemoryRequestNotes, MemoryRuns
from tests.make import NOW

KEEP = timedelta(days=30)
LAST_KEPT = NOW.date() - KEEP


def upkeep(*days: date) -> Upkeep:
    ledger, archive, runs, alarms = MemoryLedger(), MemoryArchive(), MemoryRuns(), MemoryAlarms()
    for day in days:
        ledger.plan(day, ["ada", "ben"], now=NOW)
        page = ArchivedEdition(date=day, segment="default", title="News", preheader="", language="en", built_at=NOW)
        archive.keep(page, "<p>news</p>")
        runs.save_run(Run(edition=day, started_at=NOW, finished_at=NOW))
        alarms.claim("held", str(day), edition=day)
    asked = MemoryRequestNotes(asked=[NOW - timedelta(days=3), NOW - timedelta(hours=1)])
    return Upkeep(
        ledger=ledger,
        archive=archive,
        runs=runs,
        alarms=alarms,
        requests=asked,
        clock=FixedClock(NOW),
        keep=KEEP,
    )


def test_what_is_older_than_the_config_keeps_is_forgotten_and_counted() -> None:
    made = upkeep(LAST_KEPT - timedelta(days=1), LAST_KEPT, NOW.date())
    assert made.run() == UpkeepReport(deliveries=2, pages=1, requests=1, runs=1)
    assert made.run() == UpkeepReport()
    assert made.ledger.balance(LAST_KEPT).audience == 2
    assert made.archive.find_page(LAST_KEPT, "default") is not None
    assert [run.edition for run in made.runs.list_runs(limit=9)] == [NOW.date(), LAST_KEPT]


def test_what_the_operator_was_told_is_forgotten_with_the_edition() -> None:
    made = upkeep(LAST_KEPT - timedelta(days=1), LAST_KEPT)
    made.run()
    told = [made.alarms.claim("held", str(day), edition=day) for day in (LAST_KEPT - timedelta(days=1), LAST_KEPT)]
    assert told == [True, False]


def test_it_is_done_once_a_day() -> None:
    made = upkeep(LAST_KEPT)
    assert [made.tick() is not None, made.tick() is not None] == [True, False]
    assert isinstance(made.clock, FixedClock)
    made.clock.move(days=1)
    assert made.tick() == UpkeepReport(deliveries=2, pages=1, runs=1)
