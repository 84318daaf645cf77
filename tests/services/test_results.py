from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from briefing.model.article import Published
from briefing.model.picture import PictureSize
from briefing.model.settings import Config, Topic
from briefing.model.source import Source, SourceKind
from briefing.services.build import Builder
from briefing.services.results import NEWEST, KeptPictures, Results
from tests import make
from tests.fakes import FakeCollector, FakeEncoder, FakePictureDesk
from tests.services.house import CONFIG, ENERGY, EVERYONE, FERRY, GOSSIP, NEWS, FakeHouse, collected, with_topics

OLD = make.article(
    "An old lock is mended", source="The Harbour Post", published=Published(at=make.NOW - timedelta(hours=30))
)
SEA = Topic(name="Sea", keywords=("strait",), description="Ships and harbours.")
#: One edit after the other, as somebody tries them out, and back again.
EDITS: tuple[Config, ...] = (
    CONFIG,
    with_topics(ENERGY),
    with_topics(ENERGY, GOSSIP),
    with_topics(replace(ENERGY, keywords=("wind farm", "fromage"))),
    with_topics(replace(ENERGY, boost=3.0), SEA),
    with_topics(SEA, replace(ENERGY, boost=3.0)),
    with_topics(replace(SEA, name="Ferries"), SEA),
    replace(CONFIG, briefing=replace(CONFIG.briefing, window=timedelta(hours=24))),
    replace(CONFIG, sources=(Source(kind=SourceKind.FEED, location="https://a.example/f"),)),
    with_topics(replace(ENERGY, mute=True)),
    CONFIG,
)


@pytest.mark.parametrize("encoder", [None, FakeEncoder()], ids=["words", "vectors"])
def test_an_edition_made_from_earlier_results_is_the_one_made_from_scratch(encoder: FakeEncoder | None) -> None:
    results = Results(most=NEWEST)
    for config in EDITS:
        editions = []
        for kept in (results, Results()):
            house = FakeHouse(config=config, encoder=encoder, collector=FakeCollector(collected(*NEWS, OLD)))
            builder: Builder = replace(house.builder, results=kept)
            gathered = builder.gather(now=make.NOW)
            edition = builder.edition(gathered, segment=EVERYONE, today=make.NOW.date(), now=make.NOW)
            editions.append((edition, gathered.stories, gathered.follows, gathered.read))
        assert editions[0] == editions[1]


def test_sources_are_asked_once_for_edits_that_do_not_concern_them() -> None:
    house, results = FakeHouse(), Results(most=NEWEST)
    for config in EDITS[:6]:
        replace(house.builder, config=config, results=results).gather(now=make.NOW)
    assert len(house.collector.asked) == 1
    results.forget()
    replace(house.builder, results=results).gather(now=make.NOW)
    assert len(house.collector.asked) == 2


def test_only_the_newest_results_are_kept() -> None:
    results, made = Results(most=2), []

    def make_(name: str) -> str:
        made.append(name)
        return name

    for name in ("a", "b", "a", "c", "a", "b"):
        assert results.of("stage", name, lambda name=name: make_(name)) == name  # type: ignore[misc]  # a default
    assert made == ["a", "b", "c", "b"]


def test_nothing_is_kept_by_default() -> None:
    results = Results()
    assert [results.of("s", "k", object) is results.of("s", "k", object) for _ in range(2)] == [False, False]
    results.pieces("s")["k"] = 1
    assert results.pieces("s") == {}


def test_a_picture_is_asked_for_once_also_when_it_cannot_be_had() -> None:
    desk, results = FakePictureDesk({"https://a.example/1.jpg": 100}), Results(most=2)
    for _ in range(3):
        found = KeptPictures(desk=desk, results=results).find_pictures(
            {"https://a.example/1.jpg": PictureSize.SMALL, "https://a.example/2.jpg": PictureSize.SMALL}, now=make.NOW
        )
        assert list(found) == ["https://a.example/1.jpg"]
    assert len(desk.asked) == 1


def test_a_gathering_knows_what_was_read() -> None:
    gathered = FakeHouse().builder.gather(now=make.NOW)
    assert FERRY.id in gathered.read
