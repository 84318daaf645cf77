"""Reads a small real web of which one address in five misbehaves, three times within two hours."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.grouping.morning import SERVER, SHARED, small_web
from briefing.collect.collector import SourceCollector
from briefing.collect.documents import Documents
from briefing.model.edition import SourceState
from briefing.model.settings import FetchRule
from briefing.model.source import Collected, Source, SourceKind
from tests.fakes import MemoryArticles, MemoryVisits

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (SHARED / SERVER).exists(), reason="needs the shared evaluation data beside the repository"),
]
NOW = datetime(2026, 2, 18, 4, tzinfo=UTC)
SEED = "3"
#: What each fault of the server is told as; silence is cut off after the source's time.
REASONS = {
    "404": "answered 404",
    "500": "answered 500",
    "429": "answered 429",
    "silence": "no answer within",
    "cut": "the answer broke off in the middle",
    "loop": "redirects in a circle",
    "html": "is a web page, not a feed",
}


@dataclass(frozen=True)
class Runs:
    """Three readings, fifty and seventy minutes after the first, and the seconds of the first."""

    first: Collected
    early: Collected
    later: Collected
    seconds: float


@pytest.fixture(scope="module")
def runs() -> Runs:
    collector = SourceCollector(
        rule=FetchRule(allow_private=True, timeout=4.0),
        documents=Documents(),
        visits=MemoryVisits(),
        articles=MemoryArticles(),
        window=timedelta(hours=36),
    )
    with small_web(SHARED, "--faults", SEED) as address:
        sources = [Source(kind=SourceKind.OPML, location=address)]
        began = time.monotonic()
        first = collector.collect(sources, now=NOW)
        seconds = time.monotonic() - began
        early = collector.collect(sources, now=NOW + timedelta(minutes=50))
        later = collector.collect(sources, now=NOW + timedelta(minutes=70))
    return Runs(first=first, early=early, later=later, seconds=seconds)


def faults() -> list[str]:
    """The faults that the server was told to have, drawn as it draws them."""
    drawn = []
    for file in sorted((SHARED / Path(SERVER).parent / "feeds").glob("*.gz")):
        dice = random.Random(f"{SEED}/feeds/{file.name.removesuffix('.gz')}")
        drawn += [dice.choice([*REASONS])] if dice.random() < 0.2 else []
    return drawn


def test_every_source_that_is_well_is_read_and_every_other_named_with_its_reason(runs: Runs) -> None:
    states = [report.state for report in runs.first.reports]
    told = sorted(str(report.error).split(";")[0] for report in runs.first.reports if report.error)
    assert SourceState.EMPTY not in states
    assert sum(any(error.startswith(reason) for reason in REASONS.values()) for error in told) == len(told)
    for fault, reason in REASONS.items():
        assert sum(error.startswith(reason) for error in told) == faults().count(fault), (fault, told)
    assert {problem.source for problem in runs.first.problems} >= {
        report.name for report in runs.first.reports if report.error
    }


def test_servers_that_do_not_answer_cost_their_time_once(runs: Runs) -> None:
    assert runs.seconds < 30


def test_within_the_hour_nobody_is_asked_and_everything_is_there(runs: Runs) -> None:
    assert [visit.asked_at for visit in runs.early.visits] == [visit.asked_at for visit in runs.first.visits]
    assert runs.early.articles == runs.first.articles
    assert len(runs.first.articles) > 1_000


def test_afterwards_whoever_was_read_says_that_nothing_is_new(runs: Runs) -> None:
    well = [visit for visit in runs.later.visits if visit.error is None]
    assert {visit.full_at for visit in well} == {NOW}
    assert sum(visit.read_at == NOW + timedelta(minutes=70) for visit in well) > 0.7 * len(well)
    assert runs.later.articles == runs.first.articles
