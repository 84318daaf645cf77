"""Each article ends in exactly one story, whatever the order; what is in doubt stays apart."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.compose.linkage import link
from briefing.compose.stories import group, vector_text
from briefing.compose.words import fold, shingles, skeleton, terms, title_key, words
from briefing.engines.vectors import UniversalEncoder
from briefing.model.article import Article, Published

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOW = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)
QUAKE = ("Earthquake shakes Lesmark before dawn", "Lesmark earthquake: thousands spend dawn outdoors")
BANK = ("Tarvo central bank cuts interest rates", "Central bank of Tarvo cuts rates to two percent")


def article(key: str, title: str, **fields: Any) -> Article:
    return Article(**{"id": key, "title": title, "language": "en", "source": f"Outlet {key}", **fields})


def ids(stories: Sequence[Sequence[Article]]) -> list[list[str]]:
    return [[a.id for a in story] for story in stories]


def unit(degrees: float) -> tuple[float, float]:
    """A vector whose cosine with another is that of the angle between them."""
    return math.cos(math.radians(degrees)), math.sin(math.radians(degrees))


# ---------------------------------------------------------------- words
def test_words_are_folded_whatever_their_case_accents_and_ligatures() -> None:
    assert words("ÉLYSÉE’s Œuvre: Straße, 3,5 %") == ["elysee", "s", "oeuvre", "strasse", "3,5"]


def test_unspaced_scripts_are_read_in_pairs() -> None:
    assert words("東京湾 A") == ["東京", "京湾", "a"]
    assert words("湾") == ["湾"]


def test_terms_leave_out_function_words_and_endings() -> None:
    assert terms("The elections of 7 ministers in electing") == ["electio", "7", "ministe", "electin"]
    assert terms("Rates and rate") == ["rate", "rate"]


def test_a_short_text_is_one_shingle() -> None:
    assert shingles(["a", "b"]) == {"a b"}
    assert shingles(["a", "b", "c", "d"]) == {"a b c", "b c d"}
    assert shingles([]) == {""}


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("Weather in Lesmark on 3 May", "weather in * on *"),
        ("1850 Cottage in Tarvo", "* in *"),
        ("Quel temps à Saint-Ange ?", "quel temps a *"),
        ("", ""),
    ],
)
def test_a_skeleton_keeps_what_is_fixed(title: str, form: str) -> None:
    assert skeleton(title) == form


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert title_key(title_key(text)) == title_key(text)
    assert fold(fold(text)) == fold(text)


# ---------------------------------------------------------------- linkage
def always(_: Sequence[int], __: Sequence[int]) -> bool:
    return True


def test_a_chain_of_neighbours_is_not_a_cluster() -> None:
    chain = {(0, 1): 1.0, (1, 2): 0.9, (2, 3): 1.0}
    assert link(4, chain, cut=0.8, doubt=0.0, may_join=always) == [[0, 1], [2, 3]]


def test_clusters_join_when_all_their_pairs_are_alike_on_average() -> None:
    pairs = {(0, 1): 1.0, (2, 3): 1.0, (0, 2): 0.9, (0, 3): 0.9, (1, 2): 0.9, (1, 3): 0.7}
    assert link(4, pairs, cut=0.8, doubt=0.0, may_join=always) == [[0, 1, 2, 3]]


def test_few_pairs_must_be_more_alike_than_many() -> None:
    pairs = {(0, 1): 2.0, (2, 3): 2.0, (0, 2): 1.0, (0, 3): 1.0, (1, 2): 1.0, (1, 3): 1.0, (4, 5): 1.0}
    assert link(6, pairs, cut=0.8, doubt=0.3, may_join=always) == [[0, 1, 2, 3], [4], [5]]


def test_a_veto_keeps_two_clusters_apart_and_no_others() -> None:
    pairs = {(0, 1): 1.0, (1, 2): 0.9, (0, 2): 0.9}
    found = link(3, pairs, cut=0.5, doubt=0.0, may_join=lambda a, b: not {0, 1} <= {*a, *b})
    assert found == [[0, 2], [1]]


def joined_naively(count: int, scores: Mapping[tuple[int, int], float], cut: float, doubt: float) -> list[list[int]]:
    """Average linkage as a textbook has it: all averages worked out anew for every join."""
    clusters = [[i] for i in range(count)]
    while True:
        found = []
        for a, b in combinations(clusters, 2):
            pairs = [scores.get((min(i, j), max(i, j)), 0.0) for i in a for j in b]
            found.append((sum(pairs) / len(pairs) - doubt / math.sqrt(len(pairs)), a, b))
        best = max(found, default=(-1.0, [], []), key=lambda join: join[0])
        if best[0] < cut:
            return sorted(sorted(cluster) for cluster in clusters)
        clusters = [c for c in clusters if c not in best[1:]] + [best[1] + best[2]]


@given(st.lists(st.floats(0, 2, width=32), min_size=36, max_size=36, unique=True), st.sampled_from([0.0, 0.3]))
def test_looking_at_joins_again_only_when_they_come_up_changes_no_cluster(found: list[float], doubt: float) -> None:
    scores = {pair: round(score, 6) for pair, score in zip(combinations(range(9), 2), found, strict=True)}
    assert link(9, scores, cut=0.9, doubt=doubt, may_join=always) == joined_naively(9, scores, 0.9, doubt)


# ---------------------------------------------------------------- stories
def test_what_is_encoded_is_the_headline_and_the_beginning_of_the_lead() -> None:
    long = "x" * 400
    assert vector_text(article("a", " Title ", text="Lead.\nMore")) == "Title. Lead.\nMore"
    assert vector_text(article("a", "Title", excerpt="Said in short")) == "Title. Said in short"
    assert vector_text(article("a", "", text="Lead")) == "Lead"
    assert vector_text(article("a", "", text=long)) == long[:300]
    assert vector_text(article("a", "")) == ""


def test_without_vectors_the_words_gather_what_belongs_together() -> None:
    quake, bank = (
        [article(f"{n}{key}", t) for key, t in zip("ab", titles, strict=True)] for n, titles in enumerate((QUAKE, BANK))
    )
    assert ids(group([*quake, *bank], {})) == [["0a", "0b"], ["1a", "1b"]]


def test_without_vectors_identical_titles_in_two_languages_stay_apart() -> None:
    title = "Lesmark Tarvo Venna Okrand"
    assert len(group([article("a", title), article("b", title, language="it")], {})) == 2


@pytest.mark.parametrize(("degrees", "count"), [(20, 1), (80, 2)], ids=["close", "far"])
def test_vectors_alone_can_carry_a_story_across_languages(degrees: float, count: int) -> None:
    pair = [article("a", "Quake at dawn in the north"), article("b", "Erdbeben erschüttert Küste", language="de")]
    assert len(group(pair, {"a": unit(0), "b": unit(degrees)})) == count


def test_across_languages_more_is_asked_than_within_one() -> None:
    pair = [article("a", "Ferry sinks off Lesmark"), article("b", "Ferry sinks off Lesmark coast guard says")]
    vectors = {"a": unit(0), "b": unit(75)}
    abroad = [pair[0], article("b", "Fähre sinkt vor Lesmark", language="de")]
    assert (len(group(pair, vectors)), len(group(abroad, vectors))) == (1, 2)


#: Forty characters each, and no word in common with a headline here.
LEADS = ("rescue boats carried everyone to the pier", "des barques ont conduit chacun sur la rive")


@pytest.mark.parametrize(
    ("language", "chars", "needed"),
    [
        # A fifth more than one pair of many needs: two single articles have nobody to speak for them.
        ("en", (0, 0), 0.6),
        ("en", (40, 0), 0.6),
        ("en", (39, 40), 0.6),
        ("en", (40, 40), 0.84),
        ("fr", (0, 0), 0.408),
        ("fr", (40, 39), 0.408),
        ("fr", (40, 40), 0.516),
    ],
)
def test_texts_without_a_common_word_meet_by_their_meaning_and_leads_ask_for_more(
    language: str, chars: tuple[int, int], needed: float
) -> None:
    titles = ("Vessel founders overnight near lighthouse", "Juges: six auditions hier soir")
    leads = [lead[:size] for lead, size in zip(LEADS, chars, strict=True)]
    pair = [article(*said, text=lead) for said, lead in zip(zip("ab", titles, strict=True), leads, strict=True)]
    pair[1] = replace(pair[1], language=language)
    for cosine, count in ((needed + 0.002, 1), (needed - 0.002, 2)):
        assert len(group(pair, {"a": (1.0, 0.0), "b": (cosine, math.sqrt(1 - cosine**2))})) == count


@pytest.mark.parametrize(("rest", "count"), [("", 2), (" overnight near lighthouse", 1)])
def test_two_words_name_a_theme_and_no_happening(rest: str, count: int) -> None:
    pair = [article("a", f"Tarvo files{rest}"), article("b", "Inquiry opens into harbour disaster")]
    assert len(group(pair, {"a": (1.0, 0.0), "b": (0.9, math.sqrt(1 - 0.81))})) == count


@pytest.mark.parametrize(("cosine", "count"), [(0.32, 1), (0.31, 2)])
def test_names_that_two_languages_share_count_a_fifth_beside_leads(cosine: float, count: int) -> None:
    title, vectors = "Marindel Ornay Lesmark", {"a": (1.0, 0.0), "b": (cosine, math.sqrt(1 - cosine**2))}
    pair = [article("a", title, text=LEADS[0]), article("b", title, text=LEADS[1], language="fr")]
    assert len(group(pair, vectors)) == count


def test_what_anybody_writes_small_is_no_name() -> None:
    vectors = {"a": (1.0, 0.0), "b": (0.45, math.sqrt(1 - 0.45**2))}
    pair = [article("a", "Star Couple Scene", text=LEADS[0]), article("b", "Star Couple Scene", text=LEADS[1])]
    pair[1] = replace(pair[1], language="fr")
    small = article("c", "Une star, un couple, une scene", language="fr")
    assert len(group(pair, vectors)) == 1
    assert ["a", "b"] not in ids(group([*pair, small], vectors))


def test_an_article_without_a_vector_is_compared_by_its_words() -> None:
    articles = [article("a", QUAKE[0]), article("b", QUAKE[1]), article("c", "Something else entirely")]
    assert ids(group(articles, {"a": unit(0), "c": unit(90)})) == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        (Published(at=NOW), Published(at=NOW - timedelta(hours=72)), 1),
        (Published(at=NOW), Published(at=NOW - timedelta(hours=73)), 2),
        (Published(at=NOW - timedelta(hours=73)), Published(at=NOW), 2),
        (Published(at=NOW.date()), Published(at=NOW - timedelta(hours=80)), 1),
        (Published(), Published(at=NOW), 1),
        (Published(), Published(), 1),
    ],
    ids=["three days", "more", "the other way round", "a bare date may be earlier", "one undated", "both undated"],
)
def test_what_came_out_more_than_three_days_apart_is_another_happening(
    first: Published, second: Published, count: int
) -> None:
    pair = [article("a", QUAKE[0], published=first), article("b", QUAKE[0], published=second)]
    assert len(group(pair, {})) == count


def test_an_undated_article_does_not_bridge_two_weeks() -> None:
    articles = [
        article("a", QUAKE[0], published=Published(at=NOW)),
        article("b", QUAKE[0]),
        article("c", QUAKE[0], published=Published(at=NOW - timedelta(days=7))),
    ]
    assert ids(group(articles, {})) == [["a", "b"], ["c"]]


TOWNS = ("Lesmark", "Tarvo", "Venna", "Okrand", "Silbury")


@pytest.mark.parametrize("source", ["The Harbour Post", None])
def test_pages_one_outlet_makes_from_a_form_stay_apart(source: str | None) -> None:
    pages = [article(t, f"What weather is expected in {t} this Sunday 22 November", source=source) for t in TOWNS]
    assert len(group(pages, dict.fromkeys(TOWNS, unit(0)))) == len(TOWNS)


def test_a_form_filled_in_twice_with_the_same_is_one_happening() -> None:
    pages = [article(t, f"Weather in {t}", source="Post") for t in TOWNS]
    again = article("again", "Weather in Lesmark", source="Post")
    assert ids(group([*pages, again], {}))[0] == ["Lesmark", "again"]


def test_three_headlines_of_one_shape_are_not_a_form() -> None:
    pages = [article(str(n), f"Quake in Lesmark kills {n}", source="Post") for n in (3, 5, 9)]
    assert len(group(pages, dict.fromkeys(("3", "5", "9"), unit(0)))) == 1


FULL = "The ground shook twice before dawn in Lesmark and the mayor asked everyone to stay outdoors. " * 10
BEST: Mapping[str, dict[str, Any]] = {
    "more text": {"text": FULL},
    "text that does not break off": {"text": FULL, "truncated": False},
    "a sure extraction": {"text": FULL, "confidence": 0.5},
    "an article rather than an essay": {"text": FULL * 3},
    "a statement": {"text": FULL, "title": QUAKE[0]},
    "the language most write in": {"text": FULL},
    "text that ends": {"text": FULL},
    "text that ends, not in three dots": {"text": FULL},
    "an excerpt that ends": {"excerpt": FULL},
    "the later report": {"text": FULL, "published": Published(at=NOW)},
    "the dated report": {"text": FULL, "published": Published(at=NOW)},
}
WORSE: Mapping[str, dict[str, Any]] = {
    "more text": {"excerpt": FULL[:100]},
    "text that does not break off": {"text": FULL, "truncated": True},
    "a sure extraction": {"text": FULL, "confidence": 0.2},
    "an article rather than an essay": {"text": FULL * 20},
    "a statement": {"text": FULL, "title": f"{QUAKE[0]}?"},
    "the language most write in": {"text": FULL, "language": "de"},
    "text that ends": {"text": FULL.replace("outdoors. ", "outdoors… ")},
    "text that ends, not in three dots": {"text": FULL.replace("outdoors. ", "outdoors... "), "excerpt": "All."},
    "an excerpt that ends": {"excerpt": FULL.replace("outdoors. ", "outdoors… ")},
    "the later report": {"text": FULL, "published": Published(at=NOW - timedelta(hours=9))},
    "the dated report": {"text": FULL},
}


@pytest.mark.parametrize("reason", BEST)
def test_a_story_is_told_from(reason: str) -> None:
    best = article("z", **{"title": QUAKE[0], **BEST[reason]})
    worse = article("a", **{"title": QUAKE[0], **WORSE[reason]})
    third = article("m", QUAKE[0])
    (story,) = group([worse, third, best], dict.fromkeys("azm", unit(0)))
    assert [a.id for a in story] == ["z", "a", "m"]


def test_stories_with_most_voices_come_first() -> None:
    articles = [
        article("a", "Bakery wins prize"),
        article("b", QUAKE[0]),
        article("c", QUAKE[1]),
        article("d", BANK[0]),
    ]
    assert ids(group(articles, {})) == [["b", "c"], ["a"], ["d"]]


def test_nothing_makes_no_story() -> None:
    assert group([], {}) == ()
    assert group([], {"gone": unit(0)}) == ()


def test_articles_without_a_word_are_stories_of_their_own() -> None:
    assert ids(group([article("b", ""), article("a", "?!")], {})) == [["a"], ["b"]]


WORDS = ("quake", "Lesmark", "bank", "rates", "ferry", "coast", "Tarvo", "votes", "12")


@st.composite
def morning(draw: st.DrawFn) -> tuple[list[Article], dict[str, tuple[float, float]]]:
    titles = st.lists(st.sampled_from(WORDS), max_size=5)
    articles, vectors = [], {}
    for n in range(draw(st.integers(0, 9))):
        hours = draw(st.none() | st.integers(0, 100))
        articles.append(
            article(
                f"id{n}",
                " ".join(draw(titles)),
                text=draw(st.sampled_from(["", "The coast shook twice at dawn and ferries stayed in the harbour."])),
                language=draw(st.sampled_from([None, "en", "fr"])),
                source=draw(st.sampled_from([None, "Post"])),
                published=Published(at=None if hours is None else NOW - timedelta(hours=hours)),
            )
        )
        if draw(st.booleans()):
            vectors[f"id{n}"] = unit(draw(st.integers(0, 120)))
    return articles, vectors


@settings(deadline=None)
@given(morning(), st.randoms(use_true_random=False))
def test_the_order_of_the_articles_never_matters(
    given_morning: tuple[list[Article], dict[str, tuple[float, float]]], chance: random.Random
) -> None:
    articles, vectors = given_morning
    shuffled = articles.copy()
    chance.shuffle(shuffled)
    assert group(shuffled, vectors) == group(articles, vectors)


@settings(deadline=None)
@given(morning())
def test_each_article_is_in_exactly_one_story(
    given_morning: tuple[list[Article], dict[str, tuple[float, float]]],
) -> None:
    articles, vectors = given_morning
    stories = group(articles, vectors)
    assert sorted(a.id for story in stories for a in story) == [a.id for a in articles]
    moments = [[a.published.at for a in story if isinstance(a.published.at, datetime)] for story in stories]
    assert all(max(found) - min(found) <= timedelta(hours=72) for found in moments if found)


def test_real_headlines_in_three_languages_meet() -> None:
    told = {
        "en": "Ferry with 200 people on board runs aground off the Norwegian coast",
        "fr": "Un ferry transportant 200 personnes s'échoue au large de la Norvège",
        "de": "Fähre mit 200 Menschen an Bord vor der norwegischen Küste auf Grund gelaufen",
    }
    apart = {
        "en2": "Central bank cuts interest rates for the second time this year",
        "fr2": "Le musée rouvre ses portes après six ans de travaux",
    }
    articles = [article(key, title, language=key[:2]) for key, title in (told | apart).items()]
    encoded = UniversalEncoder().encode([vector_text(a) for a in articles])
    stories = ids(group(articles, dict(zip(told | apart, encoded, strict=True))))
    assert stories == [["de", "en", "fr"], ["en2"], ["fr2"]]
