from __future__ import annotations

from datetime import timedelta

from briefing.model.edition import Problem, SourceReport, SourceState
from briefing.model.source import Collected
from briefing.model.visit import Visit
from briefing.services.sources import SourceDesk, SourceHealth
from tests.fakes import FakeCollector, FixedClock, MemoryArticles
from tests.make import NOW, article

HOUR = timedelta(hours=1)


def test_each_source_is_told_with_what_is_kept_of_it_and_why_it_fails() -> None:
    articles = MemoryArticles()
    articles.save_articles("q", [article("Ferry"), article("Bridge")], now=NOW)
    moved = Problem(stage="collect", message="The Quay has moved for good")
    collected = Collected(
        reports=(
            SourceReport(name="The Quay", state=SourceState.READ, articles=2),
            SourceReport(name="Gone", state=SourceState.FAILED, error="answered 410 Gone"),
            SourceReport(name="seeds", state=SourceState.READ, articles=7, error="b.html is empty"),
            SourceReport(name="saved", state=SourceState.FAILED, error="this folder does not exist"),
        ),
        problems=(Problem(stage="collect", source="Gone", message="answered 410 Gone"), moved),
        visits=(
            Visit(key="q", name="The Quay", read_at=NOW - HOUR, next_at=NOW + HOUR),
            Visit(key="g", name="Gone", failing_since=NOW, error="answered 410 Gone", next_at=NOW, is_gone=True),
        ),
    )
    desk = SourceDesk(
        sources=(), collector=FakeCollector(collected=collected), articles=articles, clock=FixedClock(NOW)
    )
    found = desk.check()
    assert found.sources == (
        SourceHealth(name="The Quay", read_at=NOW - HOUR, articles=2, newest_at=NOW - 3 * HOUR, next_at=NOW + HOUR),
        SourceHealth(name="Gone", failing_since=NOW, error="answered 410 Gone"),
        SourceHealth(name="seeds", articles=7),
        SourceHealth(name="saved", error="this folder does not exist"),
    )
    assert found.notices == (moved,)
