from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from briefing.compose.stories import vector_text
from briefing.compose.threads import follow
from briefing.model.article import Article, Published
from briefing.model.story import Story
from tests.fakes import FakeEncoder
from tests.make import NOW, article, story

LAST_WEEK = Published(at=NOW - timedelta(days=8))
FERRY = article("Ferry sinks off Marindel", text="A ferry with 187 people sank off Marindel.", published=LAST_WEEK)
STRIKE = article("Train staff walk out in Ornay", text="Train staff in Ornay walked out over pay.", published=LAST_WEEK)
DIVERS = article(
    "Divers search ferry off Marindel", source="B", text="Divers from Norway reached the ferry that sank off Marindel."
)
SNOW = article("Snow shuts the Varn pass", source="C", text="Snow closed the road over the Varn pass to lorries.")
WIRE = (
    "The coast guard of Marindel said that a lorry deck had flooded within minutes, that most of those on board were "
    "asleep, and that the crew had sent no call for help before the ship lay on its side in four metres of water, an "
    "account that two survivors from the car deck repeated in the hospital of the town this evening."
)


def linked(
    today: Story | Article, *told: Article, vectors: bool = True, known: Sequence[Article] = ()
) -> tuple[Article, ...]:
    one = today if isinstance(today, Story) else story(today)
    encoder = FakeEncoder()

    def encoded(some: Sequence[Article], key: Any) -> dict[str, Sequence[float]]:
        return {key(a): encoder.encode([vector_text(a)])[0] for a in some if vectors}

    by_id = encoded(one.articles, lambda a: a.id)
    found = follow([one], told, vectors=by_id, told_vectors=encoded(known or told, vector_text))
    return found.get(one.id, ())


@pytest.mark.parametrize("vectors", [True, False])
def test_a_story_goes_on_with_what_it_is_alike_to(vectors: bool) -> None:
    assert linked(DIVERS, FERRY, STRIKE, vectors=vectors) == (FERRY,)
    assert linked(SNOW, FERRY, STRIKE, vectors=vectors) == ()


def test_nothing_told_links_nothing() -> None:
    assert linked(DIVERS) == ()


def test_any_voice_of_a_story_may_link_it() -> None:
    assert linked(story(SNOW, DIVERS), FERRY, STRIKE) == (FERRY,)


def test_an_article_that_was_told_links_whatever_became_of_it() -> None:
    rewritten = replace(SNOW, id=FERRY.id)
    assert linked(rewritten, FERRY) == (FERRY,)
    assert linked(story(SNOW, copied_by=(rewritten,)), FERRY) == (FERRY,)


def test_both_forms_of_a_page_are_found() -> None:
    later = replace(FERRY, text="The ferry off Marindel was raised.")
    assert set(linked(FERRY, FERRY, later)) == {FERRY, later}


def test_a_copy_links_under_any_headline() -> None:
    one = article("Night at sea", source="B", text=f"Nobody expected it. {WIRE}")
    other = article("What happened", source="C", text=WIRE, published=Published(at=NOW))
    assert linked(one, other, vectors=False) == (other,)


def test_the_same_address_links() -> None:
    told = article("Ferry: the night", text="Asleep.", url="https://post.example/ferry?utm_source=x", id="1")
    today = article("Ferry: the night at sea", text="Awake.", url="https://www.post.example/ferry", id="2")
    assert linked(today, told, vectors=False) == (told,)


def test_a_told_article_without_a_vector_is_compared_by_its_words() -> None:
    assert linked(DIVERS, FERRY, STRIKE, known=[STRIKE]) == (FERRY,)


def test_across_languages_a_name_or_number_must_be_shared() -> None:
    spanish = article("Se hunde un ferry con 187 personas", language="es", source="D", text="")
    with_name = article("Se hunde un ferry con 187 personas en Marindel", language="es", source="D", text="")
    vector = FakeEncoder().encode(["same"])[0]
    for today, expected in ((with_name, (FERRY,)), (replace(spanish, title="Se hunde un barco"), ())):
        found = follow(
            [story(today, id="s")],
            [FERRY],
            vectors={today.id: vector},
            told_vectors={vector_text(FERRY): vector},
        )
        assert found.get("s", ()) == expected


def test_too_few_words_need_twice_the_likeness() -> None:
    bare = article("Ferry news", text="", source="B")
    assert linked(bare, article("Ferry strike", text="", source="C")) == ()


def test_pages_made_from_one_form_go_on_with_none_but_their_own() -> None:
    towns = ("Ornay", "Varn", "Marindel", "Lucenda")
    told = [
        article(f"Weather in {town} on Friday", text=f"It will rain in {town} and blow from the west.", source="W")
        for town in towns
    ]
    today = article(
        "Weather in Varn on Monday", text="It will rain in Varn and blow from the west.", source="W", id="x"
    )
    assert linked(today, *told) == ()
    again = replace(told[1], id="y", text="It will snow in Varn and blow from the east.")
    assert linked(again, *told) == (told[1],)


def test_no_order_changes_the_links() -> None:
    stories = [story(DIVERS, id="a"), story(SNOW, id="b"), story(replace(STRIKE, id="z"), id="c")]
    found = [
        follow(some, told, vectors={}, told_vectors={})
        for some in permutations(stories)
        for told in permutations([FERRY, STRIKE, FERRY])
    ]
    assert all(one == found[0] for one in found)
    assert set(found[0]) == {"a", "c"}


def test_an_article_that_shouts_names_nobody() -> None:
    loud = article("FERRY SINKS OFF MARINDEL", text="", source="B")
    assert linked(loud, FERRY, STRIKE) == (FERRY,)


def test_bare_articles_are_known_by_their_id_alone() -> None:
    bare = Article(id="bare")
    assert linked(story(Article(id="bare", title="Anything")), bare) == (bare,)
    assert linked(SNOW, bare) == ()


def test_the_same_address_links_though_nobody_knows_the_language_any_more() -> None:
    told = article("Ferry: the night", text="Asleep.", url="https://post.example/ferry?utm_source=x", id="1")
    today = article("Ferry: the night at sea", text="Awake.", url="https://post.example/ferry", id="2", language=None)
    assert linked(today, told, vectors=False) == (told,)
    assert linked(replace(today, url="https://post.example/another"), told, vectors=False) == ()
    assert linked(replace(today, url=None), told, vectors=False) == ()


def test_a_copy_links_though_the_headline_above_it_fills_a_form() -> None:
    towns = ("Ornay", "Varn", "Marindel", "Lucenda")
    told = [article(f"Night in {town}", text=f"All was quiet in {town}.", source="W") for town in towns[1:]]
    copied = article("Night in Ornay", text=WIRE, source="W")
    today = article("What happened", source="C", text=WIRE)
    assert linked(today, copied, *told, vectors=False) == (copied,)


def test_what_a_story_goes_on_with_comes_in_one_order_in_every_process() -> None:
    told = [replace(FERRY, id=f"{number:02}", source=f"Outlet {number}") for number in range(12)]
    assert linked(DIVERS, *reversed(told)) == tuple(told)


def linked_at(
    cosine: float, today: Article, told: Article, *, of_today: bool = True, of_told: bool = True
) -> tuple[Article, ...]:
    """What today's article goes on with when the two vectors are so much alike."""
    towards = (cosine, (1 - cosine**2) ** 0.5)
    found = follow(
        [story(today, id="s")],
        [told],
        vectors={today.id: towards} if of_today else {},
        told_vectors={vector_text(told): (1.0, 0.0)} if of_told else {},
    )
    return found.get("s", ())


LEAD = "Rescue boats brought everybody ashore before dawn."
TODAYS_LEAD = "Judges called six witnesses to testify this week."
BARE = article("Vessel founders near Marindel overnight", text="", published=LAST_WEEK)
BARE_TODAY = article("Inquiry opens into harbour disaster", text="", source="B")


@pytest.mark.parametrize(
    ("told_lead", "todays_lead", "needed"),
    [("", "", 0.5), (LEAD, "", 0.5), ("", TODAYS_LEAD, 0.5), (LEAD, TODAYS_LEAD, 0.7)],
    ids=["headlines", "told with a lead", "today with a lead", "both with a lead"],
)
def test_texts_that_share_no_word_link_by_their_meaning_and_leads_ask_for_more(
    told_lead: str, todays_lead: str, needed: float
) -> None:
    told, today = replace(BARE, text=told_lead), replace(BARE_TODAY, text=todays_lead)
    assert linked_at(needed + 0.001, today, told) == (told,)
    assert linked_at(needed - 0.001, today, told) == ()


def test_just_alike_enough_is_enough() -> None:
    assert linked_at(0.5, BARE_TODAY, BARE) == (BARE,)


@pytest.mark.parametrize(("of_today", "of_told"), [(True, False), (False, True), (False, False)])
def test_where_a_vector_is_missing_the_words_decide(of_today: bool, of_told: bool) -> None:
    alike = replace(BARE, id="y", source="B", title="Vessel founders near Marindel again")
    assert linked_at(1.0, BARE_TODAY, BARE, of_today=of_today, of_told=of_told) == ()
    assert linked_at(0.0, alike, BARE, of_today=of_today, of_told=of_told) == (BARE,)


NAMED = article("Marindel Ornay 187", text="", published=LAST_WEEK)
NAMED_TODAY = article("Marindel Ornay 187", text="", language="es", source="B")


@pytest.mark.parametrize(("cosine", "is_linked"), [(0.215, True), (0.205, False)])
def test_across_languages_names_in_common_count_a_quarter_of_the_meaning(cosine: float, is_linked: bool) -> None:
    assert linked_at(cosine, NAMED_TODAY, NAMED) == ((NAMED,) if is_linked else ())


def test_across_languages_nothing_links_without_vectors_or_without_a_name() -> None:
    assert linked(NAMED_TODAY, NAMED, vectors=False) == ()
    # "Star" and "couple" are French and English, and mean no happening.
    told = article("The famous star couple parts again", text="", published=LAST_WEEK)
    today = article("Le couple star encore sur scène hier", text="", language="fr", source="B")
    assert linked_at(1.0, today, told) == ()
