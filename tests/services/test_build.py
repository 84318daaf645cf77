from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from briefing.model.article import Article, Published
from briefing.model.edition import Edition, Problem
from briefing.model.settings import BriefingRule, Topic
from briefing.model.story import StoryStatus, told_by
from briefing.model.subscriber import Segment
from tests import make
from tests.fakes import FakeCollector, FakeDetector, FakeEncoder
from tests.make import NOW, article
from tests.services.house import (
    CARPET,
    CONFIG,
    ENERGY,
    EVERYONE,
    FERRY,
    FROMAGE,
    GOSSIP,
    NEWS,
    WIND,
    FakeHouse,
    collected,
    read,
    with_topics,
)

TODAY = date(2026, 11, 22)
YESTERDAY = date(2026, 11, 21)


def build(house: FakeHouse, segment: Segment = EVERYONE) -> Edition:
    gathered = house.builder.gather(now=NOW)
    return house.builder.edition(gathered, segment=segment, today=TODAY, now=NOW)


def house_of(*articles: Article, **fields: object) -> FakeHouse:
    return FakeHouse(collector=FakeCollector(collected(*articles)), **fields)  # type: ignore[arg-type]  # any field


def headlines(edition: Edition) -> list[str]:
    return [story.lead.title for story in edition.stories]


def assert_adds_up(edition: Edition) -> None:
    counts = edition.counts
    left_out = counts.muted + counts.remembered + counts.cut
    assert counts.stories == counts.told + counts.brief + left_out
    assert (counts.told, counts.brief) == (sum(len(s.stories) for s in edition.sections), len(edition.brief))
    assert counts.articles >= counts.in_window >= counts.duplicates


def test_what_was_collected_comes_out_told() -> None:
    edition = build(FakeHouse())
    assert set(headlines(edition)) == {a.title for a in NEWS}
    assert (edition.counts.articles, edition.counts.in_window, edition.counts.stories) == (4, 4, 4)
    assert edition.segment == "default"
    assert_adds_up(edition)


def test_every_story_is_summarised_in_words_of_its_own_article() -> None:
    for story in build(FakeHouse()).stories:
        assert story.summary is not None
        assert story.summary.spans
        for span in story.summary.spans:
            assert span.article == story.lead.id
            assert story.lead.text[span.start : span.end] in story.summary.text


FLOOD = article(
    "Dam at Tamarel gives way, four villages flooded",
    source="The Harbour Post",
    text="The Tamarel dam gave way at dawn and flooded four villages of the delta. Soldiers take people out by boat, "
    "and schools on the higher ground have been opened to everybody who needs a bed. The road to the capital is closed "
    "and nobody can say for how long it will be, since two of its bridges are gone.",
)
FLOOD_TOO = article(
    "Dam at Tamarel gives way: villages flooded",
    source="The Examiner",
    text="Rescuers counted 340 people missing below the Tamarel dam. The search goes on in the dark.",
)


def test_a_second_outlet_adds_what_the_first_does_not_know() -> None:
    (story,) = build(house_of(FLOOD, FLOOD_TOO)).stories
    assert story.summary is not None
    assert {span.article for span in story.summary.spans} == {FLOOD.id, FLOOD_TOO.id}
    assert story.summary.added == "Rescuers counted 340 people missing below the Tamarel dam."


def test_an_addition_is_found_once_for_all_segments() -> None:
    builder = house_of(FLOOD, FLOOD_TOO).builder
    gathered = builder.gather(now=NOW)
    summaries = [
        builder.edition(gathered, segment=replace(EVERYONE, key=key), today=TODAY, now=NOW).stories[0].summary
        for key in ("default", "fr")
    ]
    assert summaries[0] is summaries[1]


def test_a_story_told_in_a_line_takes_no_addition() -> None:
    brief = replace(CONFIG, briefing=replace(CONFIG.briefing, max_stories=4))
    house = house_of(FERRY, WIND, FROMAGE, FLOOD, FLOOD_TOO, config=brief)
    for story in build(house).brief:
        assert story.summary is None or not story.summary.added


def test_a_source_that_failed_is_a_problem_and_the_rest_is_told() -> None:
    trouble = Problem(stage="collect", source="Dead Post", message="did not answer")
    reports = (read("The Harbour Post"), read("Dead Post", 0, "did not answer"))
    house = FakeHouse(collector=FakeCollector(collected(FERRY, reports=reports, problems=(trouble,))))
    edition = build(house)
    assert headlines(edition) == [FERRY.title]
    assert edition.problems == (trouble,)
    assert [(report.name, report.since) for report in edition.sources] == [
        ("The Harbour Post", None),
        ("Dead Post", NOW),
    ]


def test_a_source_is_said_to_fail_since_its_first_failure() -> None:
    house = FakeHouse(collector=FakeCollector(collected(reports=(read("Dead Post", 0, "did not answer"),))))
    house.builder.gather(now=NOW - timedelta(days=2))
    gathered = house.builder.gather(now=NOW)
    assert gathered.reports[0].since == NOW - timedelta(days=2)


def test_entries_without_a_date_are_left_out_and_counted_by_source() -> None:
    undated = [article(f"Entry {n}", source="Timeless", published=Published()) for n in range(2)]
    nameless = article("Entry without a source", source=None, published=Published())
    edition = build(house_of(FERRY, *undated, nameless))
    assert headlines(edition) == [FERRY.title]
    assert [(p.stage, p.source, p.message[:17]) for p in edition.problems] == [
        ("compose", "Timeless", "2 entries carry n"),
        ("compose", "a source without a name", "1 entries carry n"),
    ]
    assert edition.counts.in_window == 1


def test_a_saved_file_needs_no_date() -> None:
    saved = replace(FERRY, file="ferry.html", published=Published())
    edition = build(house_of(saved))
    assert (headlines(edition), edition.problems) == ([FERRY.title], ())


def test_old_entries_are_no_news_and_no_problem() -> None:
    old = replace(WIND, published=Published(at=NOW - timedelta(days=9)))
    edition = build(house_of(FERRY, old))
    assert (headlines(edition), edition.problems) == ([FERRY.title], ())


def test_a_muted_topic_leaves_its_stories_out() -> None:
    edition = build(FakeHouse(config=with_topics(GOSSIP)))
    assert set(headlines(edition)) == {a.title for a in NEWS if a is not CARPET}
    assert edition.counts.muted == 1
    assert_adds_up(edition)


@pytest.mark.parametrize(
    "topics",
    [(), (GOSSIP,), (ENERGY,), (GOSSIP, ENERGY), (Topic(name="Sea", keywords=("ferries",), mute=True), GOSSIP)],
    ids=lambda topics: "+".join(t.name for t in topics) or "none",
)
def test_muting_never_adds_a_story(topics: tuple[Topic, ...]) -> None:
    heard = tuple(replace(topic, mute=False) for topic in topics)
    assert set(headlines(build(FakeHouse(config=with_topics(*topics))))) <= set(
        headlines(build(FakeHouse(config=with_topics(*heard))))
    )


def test_a_boosted_topic_moves_its_story_up() -> None:
    plain, boosted = build(FakeHouse()), build(FakeHouse(config=with_topics(ENERGY)))
    score = {edition: next(s.score.total for s in edition.stories if s.lead is WIND) for edition in (plain, boosted)}
    assert score[boosted] > score[plain]


def test_memory_leaves_out_what_was_told_to_this_segment() -> None:
    house = FakeHouse()
    house.memory.remember(YESTERDAY, "default", told_by([make.story(FERRY)], edition=YESTERDAY))
    house.memory.remember(YESTERDAY, "fr-0", told_by([make.story(WIND)], edition=YESTERDAY))
    edition = build(house)
    assert set(headlines(edition)) == {CARPET.title, WIND.title, FROMAGE.title}
    assert edition.counts.remembered == 1
    assert_adds_up(edition)


def test_what_today_told_already_is_told_again_today() -> None:
    house = FakeHouse()
    house.memory.remember(TODAY, "default", told_by([make.story(a) for a in NEWS], edition=TODAY))
    assert len(build(house).stories) == len(NEWS)


def test_a_story_with_news_is_told_from_who_brings_it_on_its_second_day() -> None:
    text = "The ferries carried 4,200 people across the strait by noon."
    second = article("Ferries return to the strait, crews say", source="Strait Radio", text=text)
    house = house_of(FERRY, second, encoder=FakeEncoder())
    before = build(house)
    assert len(before.stories) == 1, "the two tell one happening"
    house.memory.remember(YESTERDAY, "default", told_by([make.story(FERRY)], edition=YESTERDAY))
    (story,) = build(house).stories
    assert (story.lead.source, story.status, story.day) == ("Strait Radio", StoryStatus.DEVELOPING, 2)
    assert story.news is not None
    assert story.news.text == text


def test_a_story_that_gained_only_a_voice_stays_out() -> None:
    text = "Ferries crossed the strait again on Saturday, crews say, after nine days."
    second = article("Ferries return to the strait, crews say", source="Strait Radio", text=text)
    house = house_of(FERRY, second, encoder=FakeEncoder())
    house.memory.remember(YESTERDAY, "default", told_by([make.story(FERRY)], edition=YESTERDAY))
    edition = build(house)
    assert (edition.stories, edition.counts.remembered) == ((), 1)
    assert_adds_up(edition)


def test_a_story_goes_on_under_another_lead_for_days() -> None:
    """The thread lives on in what was told of it, although today's articles are all new."""
    house = house_of(FERRY, encoder=FakeEncoder())
    for days in range(3):
        later = article(
            "Ferries return to the strait after nine days",
            source=f"Outlet {days}",
            text=f"Ferries return to the strait after nine days: {days + 3}00 lorries crossed.",
            published=Published(at=NOW + timedelta(days=days)),
        )
        moment, day = NOW + timedelta(days=days + 1), TODAY + timedelta(days=days + 1)
        house.collector.collected = collected(later)
        builder = house.builder
        (story,) = builder.edition(builder.gather(now=moment), segment=EVERYONE, today=day, now=moment).stories
        assert (story.day, story.status is StoryStatus.DEVELOPING) == (days + 1, days > 0)
        house.memory.remember(day, "default", told_by([story], edition=day))


def test_a_wire_copy_adds_an_outlet_and_no_voice() -> None:
    text = "The wind farm began at dawn with six of its forty mills, engineers said. " * 6
    copies = [article("A wind farm feeds its first power", source=name, text=text) for name in ("One", "Two", "Three")]
    edition = build(house_of(*copies))
    (story,) = edition.stories
    assert (len(story.articles), len(story.outlets), edition.counts.duplicates) == (1, 3, 2)
    assert_adds_up(edition)


def test_a_segment_reads_only_stories_somebody_tells_in_its_languages() -> None:
    french = Segment(key="fr-1", language="fr", timezone="UTC", languages=("fr",))
    edition = build(FakeHouse(), french)
    assert headlines(edition) == [FROMAGE.title]
    assert (edition.language, edition.segment, edition.counts.stories) == ("fr", "fr-1", 1)
    assert_adds_up(edition)


def test_a_story_is_told_from_its_best_article_in_the_readers_languages() -> None:
    german = article(
        "Ferries return to the strait after nine days", source="Hafenbote", language="de", text="Sie fahren."
    )
    house = house_of(FERRY, german, encoder=FakeEncoder())
    (in_german,) = build(house, Segment(key="de", language="de", timezone="UTC", languages=("de",))).stories
    (in_any,) = build(house).stories
    assert in_german.lead.source == "Hafenbote"
    assert {a.id for a in in_german.articles} == {a.id for a in in_any.articles}


def test_followed_topics_count_for_their_segment_only() -> None:
    house = FakeHouse(config=with_topics(replace(ENERGY, boost=1.0)))
    follower = Segment(key="en-2", language="en", timezone="UTC", topics=("Energy",))
    totals = {
        segment.key: next(s.score.total for s in build(house, segment).stories if s.lead is WIND)
        for segment in (EVERYONE, follower)
    }
    assert totals["en-2"] > totals["default"]


def test_what_does_not_fit_is_counted() -> None:
    config = replace(CONFIG, briefing=BriefingRule(name="Post", max_stories=2))
    edition = build(FakeHouse(config=config))
    assert (len(edition.stories), edition.counts.cut) == (2, 2)
    assert_adds_up(edition)


def test_the_same_morning_built_twice_is_the_same() -> None:
    house = FakeHouse(encoder=FakeEncoder(), config=with_topics(GOSSIP, ENERGY))
    assert build(house) == build(house) == build(replace_house(house))


def replace_house(house: FakeHouse) -> FakeHouse:
    return FakeHouse(encoder=FakeEncoder(), config=house.config)


def test_nothing_collected_is_an_empty_edition() -> None:
    edition = build(house_of())
    assert (edition.stories, edition.sections, edition.counts.articles) == ((), (), 0)


def test_only_an_article_without_a_language_is_asked_for_one() -> None:
    detector = FakeDetector(language="pt")
    mute = replace(WIND, language=None)
    edition = build(house_of(FERRY, mute, detector=detector))
    assert {s.lead.title: s.lead.language for s in edition.stories} == {FERRY.title: "en", WIND.title: "pt"}
    assert len(detector.asked) == 1


def test_the_watcher_hears_of_every_story() -> None:
    heard: list[tuple[str, int, int]] = []
    builder = replace(FakeHouse().builder, watch=lambda *step: heard.append(step))
    builder.gather(now=NOW)
    assert [step for step in heard if step[0] == "file"] == [("file", n, 4) for n in (1, 2, 3, 4)]


def test_the_encoder_is_told_early_that_texts_will_come() -> None:
    encoder = FakeEncoder()
    build(FakeHouse(encoder=encoder))
    assert encoder.prepared == 1


def test_segments_that_read_the_same_languages_share_the_very_stories() -> None:
    builder = FakeHouse(config=replace(CONFIG, briefing=BriefingRule(name="Post", max_stories=1))).builder
    gathered = builder.gather(now=NOW)
    segments = [
        Segment(key=key, language="en", timezone=zone) for key, zone in (("en-3", "UTC"), ("en-4", "Asia/Tokyo"))
    ]
    one, other = (builder.edition(gathered, segment=s, today=TODAY, now=NOW) for s in segments)
    assert len(one.left_out) == 3
    assert all(mine is theirs for mine, theirs in zip(one.left_out, other.left_out, strict=True))


def test_a_later_look_at_the_same_reading_tells_the_later_age() -> None:
    builder = FakeHouse().builder
    gathered = builder.gather(now=NOW)
    early, late = (
        builder.edition(gathered, segment=EVERYONE, today=TODAY, now=now) for now in (NOW, NOW + timedelta(hours=9))
    )
    assert {s.id: s.score.total for s in late.stories} != {s.id: s.score.total for s in early.stories}
    fresh = FakeHouse().builder
    assert late == fresh.edition(gathered, segment=EVERYONE, today=TODAY, now=NOW + timedelta(hours=9))


def test_a_builder_of_another_config_scores_anew() -> None:
    builder = FakeHouse(config=with_topics(replace(ENERGY, boost=1.0))).builder
    gathered = builder.gather(now=NOW)
    louder = replace(builder, config=with_topics(replace(ENERGY, boost=3.0)))
    quiet, loud = (
        next(
            s.score.total for s in b.edition(gathered, segment=EVERYONE, today=TODAY, now=NOW).stories if s.lead is WIND
        )
        for b in (builder, louder)
    )
    assert loud == pytest.approx(quiet + 2)
