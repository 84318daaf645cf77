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
