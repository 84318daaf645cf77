from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.topics import LEAST_COSINE, match_topics
from briefing.model.article import Article
from briefing.model.settings import Topic


def matched(title: str, text: str, *keywords: str) -> bool:
    return bool(names([Article(id="a", title=title, text=text)], Topic(name="T", keywords=keywords)))


def names(articles: list[Article], *topics: Topic) -> tuple[str, ...]:
    return match_topics(articles, topics, vectors={}, topic_vectors={})


@pytest.mark.parametrize(
    ("title", "keyword"),
    [
        ("Zelensky visits the front", "Zelensky"),
        ("ELYSEE: NO COMMENT", "Élysée"),
        ("Der Élysée schweigt", "elysee"),
        ("Vaccines for all", "vaccine"),
        ("Élections reportées", "élection"),
        ("Les présidents des régions", "président"),
        ("Waffen für die Front", "Waffe"),
        ("Aranceles nuevos", "arancel"),
        ("Zelensky's plan", "Zelensky"),
        ("Fusion de la Banque centrale européenne", "banque centrale"),
        ("Interest rates rise again", "interest rate"),
        ("AI writes poems", "AI"),
        ("Article 49.3 invoked", "49.3"),
        ("人工知能の未来", "人工知能"),
    ],
)
def test_a_keyword_in_the_title_is_enough(title: str, keyword: str) -> None:
    assert matched(title, "", keyword)


@pytest.mark.parametrize(
    ("title", "keyword"),
    [
        ("Kievan crafts", "Kie"),
        ("Rain in the mountains", "AI"),
        ("Carpet makers", "car"),
        ("The bank of the river, centrally heated", "banque centrale"),
        ("Rate of interest", "interest rate"),
        ("Warsaw", "war"),
        ("Anything", ""),
        ("Anything", "—"),
        ("", "war"),
    ],
)
def test_part_of_a_word_or_phrase_is_not_the_keyword(title: str, keyword: str) -> None:
    assert not matched(title, "", keyword)


@pytest.mark.parametrize(
    ("title", "keyword", "is_about"),
    [
        ("WHO WILL PAY FOR THE BRIDGE", "WHO", False),
        ("WHO warns of a hard winter", "WHO", True),
        ("THE MAYOR OF LESMARK RESIGNS", "Lesmark", True),
        ("THE INTEREST RATE OF THE BANK", "interest rate", True),
    ],
)
def test_in_a_headline_all_in_capitals_a_function_word_is_no_name(title: str, keyword: str, is_about: bool) -> None:
    assert matched(title, "", keyword) is is_about


def test_a_passing_mention_is_not_enough_and_two_are() -> None:
    assert not matched("Budget adopted", "The minister, back from Ukraine, smiled.", "Ukraine", "Kyiv")
    assert matched("Budget adopted", "Money for Ukraine. Kyiv said thanks.", "Ukraine", "Kyiv")


def test_the_excerpt_counts_where_the_text_is_missing() -> None:
    told = [Article(id="a", title="Budget", excerpt="Ukraine thanks; Ukraine waits.")]
    assert names(told, Topic(name="T", keywords=("Ukraine",))) == ("T",)


def test_one_voice_among_many_does_not_name_the_story() -> None:
    others = [Article(id=str(n), title="Budget adopted") for n in range(3)]
    one = Article(id="x", title="Ukraine watches the budget")
    topic = Topic(name="T", keywords=("Ukraine",))
    assert names([*others, one], topic) == ()
    assert names([*others[:2], one], topic) == ("T",)


def test_topics_come_in_the_order_of_the_config() -> None:
    told = [Article(id="a", title="Fishing and farming")]
    farm, fish = Topic(name="Farm", keywords=("farming",)), Topic(name="Fish", keywords=("fishing",))
    assert names(told, farm, fish) == ("Farm", "Fish")
    assert names(told, fish, farm) == ("Fish", "Farm")


def test_muted_topics_match_like_any_other() -> None:
    assert names([Article(id="a", title="Gossip")], Topic(name="G", keywords=("gossip",), mute=True)) == ("G",)


@pytest.mark.parametrize(("cosine", "expected"), [(LEAST_COSINE + 0.01, ("T",)), (LEAST_COSINE - 0.01, ())])
def test_a_description_matches_from_its_threshold_on(cosine: float, expected: tuple[str, ...]) -> None:
    told = [Article(id="a", title="…")]
    vectors = {"a": [cosine, (1 - cosine**2) ** 0.5]}
    got = match_topics(told, [Topic(name="T")], vectors=vectors, topic_vectors={"T": [1.0, 0.0]})
    assert got == expected


def test_the_vectors_of_a_story_are_averaged_in_any_order() -> None:
    told = [Article(id=i, title="…") for i in "abc"]
    vectors = {"a": [1.0, 0.0], "b": [0.0, 1.0]}
    topic = Topic(name="T")
    for order in permutations(told):
        assert match_topics(order, [topic], vectors=vectors, topic_vectors={"T": [1.0, 0.0]}) == ("T",)


def test_voices_that_point_apart_count_by_where_they_point_together() -> None:
    told = [Article(id=i, title="…") for i in "ab"]
    vectors = {"a": [1.0, 0.0], "b": [-0.6, 0.8]}  # together .45 of the first direction, and not half as long
    assert match_topics(told, [Topic(name="T")], vectors=vectors, topic_vectors={"T": [1.0, 0.0]}) == ("T",)


def test_without_vectors_or_words_nothing_matches() -> None:
    told = [Article(id="a", title="…")]
    topic = Topic(name="T", description="sea")
    assert match_topics(told, [topic], vectors={}, topic_vectors={"T": [1.0]}) == ()
    assert match_topics(told, [topic], vectors={"a": [1.0]}, topic_vectors={}) == ()
    assert match_topics(told, [topic], vectors={"a": [0.0]}, topic_vectors={"T": [1.0]}) == ()
    assert match_topics([], [topic], vectors={}, topic_vectors={}) == ()


@given(st.text(), st.text(), st.text())
def test_no_text_makes_it_fail(title: str, text: str, keyword: str) -> None:
    matched(title, text, keyword)
