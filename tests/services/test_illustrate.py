from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from briefing.collect.pictures import PublishersPictures
from briefing.model.article import Article
from briefing.model.edition import Edition
from briefing.model.picture import PictureSize
from briefing.model.settings import Config
from briefing.model.story import Story
from briefing.model.subscriber import Segment
from briefing.services.illustrate import EDITION_BYTES, EMBLEM_STORIES, find_emblems
from briefing.wiring import make_picture_desk
from tests import make
from tests.fakes import FakeCollector, FakePictureDesk
from tests.make import NOW
from tests.services.house import CONFIG, EVERYONE, NEWS, FakeHouse, collected

LEAD, SMALL = PictureSize.LEAD, PictureSize.SMALL
TODAY = date(2026, 11, 22)


def address_of(article: Article) -> str:
    return f"https://pictures.example/{article.id}.jpg"


ILLUSTRATED = tuple(replace(article, image=address_of(article)) for article in NEWS)


def wanting(images: str) -> Config:
    return replace(CONFIG, look=replace(CONFIG.look, images=images))


def desk_of(*articles: Article, size: int = 9_000, too_narrow: tuple[Article, ...] = ()) -> FakePictureDesk:
    have = {a.image: size for a in articles if a.image}
    return FakePictureDesk(bytes_by_address=have, too_narrow=frozenset(a.image for a in too_narrow if a.image))


def house(images: str, desk: FakePictureDesk | None, *articles: Article) -> FakeHouse:
    news = FakeCollector(collected(*(articles or ILLUSTRATED)))
    return FakeHouse(config=wanting(images), collector=news, pictures=desk)


def build(house: FakeHouse, segment: Segment = EVERYONE) -> Edition:
    builder = house.builder
    return builder.edition(builder.gather(now=NOW), segment=segment, today=TODAY, now=NOW)


def best_first(edition: Edition) -> list[Story]:
    told = [story for section in edition.sections for story in section.stories]
    return sorted(told, key=lambda story: -story.score.total)


def sizes(edition: Edition) -> list[str | None]:
    """What size of picture each story has, best story first, as the fake writes it into the picture."""
    told = (story.picture for story in best_first(edition))
    return [picture.content.split()[0].decode() if picture else None for picture in told]


def in_order_of_score() -> list[Article]:
    """The articles, that of the best story first."""
    return [story.lead for story in best_first(build(house("none", None)))]


class TestWhoGetsOne:
    def test_without_the_wish_nobody_does_and_nobody_is_asked(self) -> None:
        desk = desk_of(*ILLUSTRATED)
        assert sizes(build(house("none", desk))) == [None] * 4
        assert desk.asked == []

    def test_without_a_desk_nobody_does(self) -> None:
        assert sizes(build(house("all", None))) == [None] * 4

    def test_the_best_story_gets_the_large_one(self) -> None:
        desk = desk_of(*ILLUSTRATED)
        edition = build(house("lead", desk))
        assert sizes(edition) == ["LEAD", None, None, None]
        assert desk.asked == [{best_first(edition)[0].lead.image: LEAD}]

    def test_with_all_the_others_get_small_ones_in_the_same_question(self) -> None:
        desk = desk_of(*ILLUSTRATED)
        assert sizes(build(house("all", desk))) == ["LEAD", "SMALL", "SMALL", "SMALL"]
        assert [len(wanted) for wanted in desk.asked] == [4]

    def test_the_picture_is_that_of_the_article_the_story_is_told_from(self) -> None:
        for story in best_first(build(house("all", desk_of(*ILLUSTRATED)))):
            assert story.picture is not None
            assert story.picture.content.split()[1].decode() == address_of(story.lead)

    @pytest.mark.parametrize(
        ("images", "having", "expected"),
        [
            ("lead", (1, 2, 3), [None, "LEAD", None, None]),
            ("lead", (2, 3), [None, None, "LEAD", None]),
            ("lead", (3,), [None] * 4),
            ("lead", (), [None] * 4),
            ("all", (1, 2, 3), [None, "LEAD", "SMALL", "SMALL"]),
            ("all", (3,), [None, None, None, "SMALL"]),
            ("all", (), [None] * 4),
        ],
    )
    def test_the_large_one_is_looked_for_among_the_best_three(
        self, images: str, having: tuple[int, ...], expected: list[str | None]
    ) -> None:
        ranked = in_order_of_score()
        assert sizes(build(house(images, desk_of(*(ranked[place] for place in having))))) == expected

    @pytest.mark.parametrize(
        ("images", "expected"), [("lead", [None, "LEAD", None, None]), ("all", ["SMALL", "LEAD", "SMALL", "SMALL"])]
    )
    def test_a_picture_too_narrow_for_the_column_is_shown_small(self, images: str, expected: list[str | None]) -> None:
        ranked = in_order_of_score()
        assert sizes(build(house(images, desk_of(*ranked, too_narrow=(ranked[0],))))) == expected

    def test_a_story_whose_article_names_none_has_none(self) -> None:
        bare = [replace(article, image=None) for article in in_order_of_score()[:1]]
        articles = [*bare, *in_order_of_score()[1:]]
        desk = desk_of(*articles)
        assert sizes(build(house("all", desk, *articles))) == [None, "LEAD", "SMALL", "SMALL"]

    def test_the_brief_has_no_pictures(self) -> None:
        config = replace(wanting("all"), briefing=replace(CONFIG.briefing, max_stories=4))
        briefed = replace(house("all", desk_of(*ILLUSTRATED)), config=config)
        edition = build(briefed)
        assert edition.brief
        assert [story.picture for story in edition.brief] == [None] * len(edition.brief)


class TestSharedAddresses:
    def test_of_two_stories_with_one_picture_the_better_keeps_it(self) -> None:
        ranked = in_order_of_score()
        articles = [ranked[0], replace(ranked[1], image=ranked[0].image), *ranked[2:]]
        assert sizes(build(house("all", desk_of(*articles), *articles))) == ["LEAD", None, "SMALL", "SMALL"]

    def test_an_outlets_emblem_is_no_picture_of_a_story(self) -> None:
        ranked = in_order_of_score()
        emblem = "https://pictures.example/emblem.png"
        articles = [*(replace(article, image=emblem) for article in ranked[:EMBLEM_STORIES]), ranked[3]]
        desk = desk_of(*articles)
        assert sizes(build(house("all", desk, *articles))) == [None, None, None, "SMALL"]
        assert not any(emblem in wanted for wanted in desk.asked)

    def test_several_articles_of_one_story_make_no_emblem(self) -> None:
        same = [make.article(f"Ferry {n}", image="https://pictures.example/a.jpg") for n in range(EMBLEM_STORIES)]
        assert find_emblems([make.story(*same)]) == frozenset()
        assert find_emblems([make.story(article) for article in same]) == {"https://pictures.example/a.jpg"}


class TestEconomy:
    def test_each_picture_is_asked_for_once_for_all_segments(self) -> None:
        ranked = in_order_of_score()
        desk = desk_of(*ranked[1:])
        builder = house("all", desk).builder
        gathered = builder.gather(now=NOW)
        editions = [
            builder.edition(gathered, segment=replace(EVERYONE, key=key), today=TODAY, now=NOW)
            for key in ("default", "fr-1")
        ]
        assert sizes(editions[0]) == sizes(editions[1]) == [None, "LEAD", "SMALL", "SMALL"]
        asked = [(address, size) for wanted in desk.asked for address, size in wanted.items()]
        assert len(asked) == len(set(asked))
        assert best_first(editions[0])[1].picture is best_first(editions[1])[1].picture

    def test_another_morning_asks_again(self) -> None:
        desk = desk_of()
        builder = house("lead", desk).builder
        for _ in range(2):
            gathered = builder.gather(now=NOW)
            builder.edition(gathered, segment=EVERYONE, today=TODAY, now=NOW)
        assert len(desk.asked) == 6

    def test_an_edition_carries_so_many_bytes_and_no_more(self) -> None:
        ranked = in_order_of_score()
        desk = desk_of(*ranked, size=EDITION_BYTES // 3)
        assert sizes(build(house("all", desk))) == ["LEAD", "SMALL", "SMALL", None]

    def test_a_smaller_picture_may_still_fit_where_a_larger_did_not(self) -> None:
        ranked = in_order_of_score()
        desk = desk_of(*ranked, size=EDITION_BYTES // 2 + 1)
        desk.bytes_by_address[address_of(ranked[3])] = 900
        assert sizes(build(house("all", desk))) == ["LEAD", None, None, "SMALL"]


def test_a_briefing_without_pictures_has_no_desk() -> None:
    assert make_picture_desk(wanting("none")) is None
    for images in ("lead", "all"):
        assert isinstance(make_picture_desk(wanting(images)), PublishersPictures)
