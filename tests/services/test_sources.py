from __future__ import annotations

from datetime import timedelta
from typing import Any

from briefing.model.edition import Problem, SourceReport, SourceState
from briefing.model.source import Collected, Source, SourceKind
from briefing.model.visit import FirstLook, Visit, visit_key
from briefing.services.sources import SourceDesk, SourceHealth
from tests.fakes import FakeCollector, FakeScout, FixedClock, MemoryArticles, MemoryVisits
from tests.make import NOW, article

HOUR = timedelta(hours=1)


def desk_of(**told: Any) -> SourceDesk:
    told = {"collector": FakeCollector(), "articles": MemoryArticles(), "visits": MemoryVisits(), **told}
    return SourceDesk(sources=(), clock=FixedClock(NOW), **{"scout": FakeScout(), **told})


def test_what_a_first_look_read_is_there_for_the_next_edition_once_it_is_kept() -> None:
    source = Source(kind=SourceKind.FEED, location="https://quay.example/f")
    visit = Visit(key=visit_key(source), name="The Quay", full_at=NOW - HOUR)
    look = FirstLook(source=source, name="The Quay", articles=(article("Ferry"),), visit=visit)
    articles, visits = MemoryArticles(), MemoryVisits()
    desk = desk_of(scout=FakeScout({"https://quay.example/": look}), articles=articles, visits=visits)
    seen = desk.look("https://quay.example/")
    assert not visits.visits
    desk.keep(seen)
    assert visits.visits == {visit.key: visit}
    (kept,) = articles.load_articles(visit.key, carried_at=visit.full_at, since=NOW + HOUR)
    assert kept.title == "Ferry"


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
    found = desk_of(collector=FakeCollector(collected=collected), articles=articles).check()
    assert found.sources == (
        SourceHealth(name="The Quay", read_at=NOW - HOUR, articles=2, newest_at=NOW - 3 * HOUR, next_at=NOW + HOUR),
        SourceHealth(name="Gone", failing_since=NOW, error="answered 410 Gone"),
        SourceHealth(name="seeds", articles=7),
        SourceHealth(name="saved", error="this folder does not exist"),
    )
    assert found.notices == (moved,)
