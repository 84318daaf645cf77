from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from briefing.model.archived import ArchivedEdition
from briefing.model.source import Source, SourceKind
from briefing.model.story import told_by
from briefing.model.visit import visit_key
from briefing.services.replay import Replay, Replayed
from briefing.services.stored import StoredArticles
from tests import make
from tests.fakes import FakeCollector, MemoryArticles
from tests.services.house import CARPET, CONFIG, FERRY, FROMAGE, GOSSIP, WIND, FakeHouse, collected

DAY = date(2026, 11, 22)
FEED = Source(kind=SourceKind.FEED, location="https://a.example/f", name="A")
OTHER = Source(kind=SourceKind.FEED, location="https://b.example/f", name="B")
LIST = Source(kind=SourceKind.OPML, location="feeds.opml")
FOLDER = Source(kind=SourceKind.FOLDER, location="saved/")
HOUR = timedelta(hours=1)


def stored(*, asks: bool = False, reads: FakeCollector | None = None) -> StoredArticles:
    articles = MemoryArticles()
    articles.save_articles(visit_key(FEED), [FERRY, CARPET], now=make.NOW - HOUR)
    articles.save_articles(visit_key(FEED), [WIND], now=make.NOW + HOUR)
    return StoredArticles(
        reads=reads or FakeCollector(collected(FROMAGE)),
        articles=articles,
        window=CONFIG.briefing.window,
        asks=asks,
        feeds={LIST: (FEED,)},
    )


@pytest.mark.parametrize(
    ("sources", "asks", "titles", "missing"),
    [
        ((FEED,), False, [FERRY, CARPET], 0),
        ((LIST,), False, [FERRY, CARPET], 0),
        ((FEED, OTHER), False, [FERRY, CARPET], 1),
        ((FEED, OTHER), True, [FERRY, CARPET, FROMAGE], 0),
        ((FEED, FOLDER), False, [FERRY, CARPET, FROMAGE], 0),
    ],
    ids=["a feed", "a list", "a feed of which nothing is kept", "asked for", "a folder"],
)
def test_the_articles_of_a_day_are_those_read_by_then(
    sources: tuple[Source, ...], asks: bool, titles: list[object], missing: int
) -> None:
    found = stored(asks=asks).collect(sources, now=make.NOW)
    assert sorted(a.title for a in found.articles) == sorted(a.title for a in titles)  # type: ignore[attr-defined]
    assert len(found.problems) == missing
    assert all(problem.source == "B" for problem in found.problems)


def replayed(house: FakeHouse) -> Replayed:
    config = replace(house.config, sources=(FEED,))
    builder = replace(house.builder, config=config, collector=stored())
    return Replay(builder=builder, memory=house.memory, archive=house.archive).run(DAY)


def test_a_day_that_was_sent_is_told_again_beside_it() -> None:
    house = FakeHouse()
    house.memory.remember(DAY, "default", told_by([make.story(FERRY)], edition=DAY))
    found = replayed(house)
    assert [(sent.headline, sent.now is not None) for sent in found.sent] == [(FERRY.title, True)]
    assert ([story.lead for story in found.new], found.was_sent) == ([CARPET], True)


def test_what_todays_config_would_not_tell_is_left_without_a_telling() -> None:
    house = FakeHouse(config=replace(CONFIG, topics=(GOSSIP,)))
    house.memory.remember(DAY, "default", told_by([make.story(FERRY), make.story(CARPET)], edition=DAY))
    found = replayed(house)
    assert {sent.headline: sent.now is not None for sent in found.sent} == {FERRY.title: True, CARPET.title: False}
    assert found.new == ()


def test_what_was_told_before_that_day_is_remembered_and_what_came_after_is_not() -> None:
    house = FakeHouse()
    for day, told in ((DAY - timedelta(days=1), FERRY), (DAY + timedelta(days=1), CARPET)):
        house.memory.remember(day, "default", told_by([make.story(told)], edition=day))
    before = house.memory.told
    found = replayed(house)
    assert [story.lead for story in found.edition.stories] == [CARPET]
    assert (found.was_sent, house.memory.told) == (False, before)


def test_the_edition_is_of_the_moment_at_which_it_was_built_or_of_the_hour_of_the_schedule() -> None:
    house = FakeHouse()
    assert replayed(house).at.isoformat() == "2026-11-22T06:00:00+00:00"
    sent = ArchivedEdition(date=DAY, title="x", language="en", built_at=make.NOW)
    house.archive.keep(sent, "<p>")
    assert replayed(house).at == make.NOW


def test_an_article_that_is_no_longer_kept_has_no_headline() -> None:
    house = FakeHouse()
    gone = replace(FROMAGE, title="", text="")
    house.memory.remember(DAY, "default", told_by([make.story(gone)], edition=DAY))
    assert [sent.headline for sent in replayed(house).sent] == [""]
