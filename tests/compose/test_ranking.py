"""Whole sets of sentences, weighed; the rules that go before the weights; and the weights themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.knowledge import summary_weights
from briefing.compose.ranking import MOST_SENTENCES, choose_sentences, gather_pool, weights_of
from briefing.compose.sets import SET_TRAITS, all_sets, faults, fitting_sets, set_traits
from briefing.compose.tellable import Sentence, tellable_sentences
from briefing.compose.traits import SENTENCE_TRAITS, TERM_TRAITS, read, sentence_traits, term_traits
from briefing.model.settings import SummaryRule

RULE = SummaryRule(max_chars=160, max_sentences=3)
TITLE = "Storm closes the port of Brannock"
PORT = (
    "The port of Brannock closed on Tuesday after a storm broke two cranes. "
    "Engineer Ada Keller said the repair would take nine days. "
    "She asked the ferries to sail from Lunde instead. "
    "Ferry owners in Lunde doubled their crews. "
    '"The sea was as high as the church," she said. '
    "The mayor, Tom Berg, thanked the crews for their work. "
    "“We will be back.” "
    "Fishermen sold their catch in the street. "
    "Schools stayed open in Brannock and Lunde."
)


def told(text: str = PORT, rule: SummaryRule = RULE, language: str | None = "en", title: str = TITLE) -> list[str]:
    found = tellable_sentences(text, language)
    return [s.text for s in choose_sentences(found, title=title, language=language, rule=rule)]


def sentence(text: str, number: int = 0) -> Sentence:
    return Sentence(start=0, end=len(text), text=text, number=number)


@pytest.mark.parametrize("language", ["en", "fr", "nl", None])
@pytest.mark.parametrize(("chars", "most"), [(80, 1), (160, 2), (160, 3), (400, 3), (400, 5), (2000, 9)])
def test_a_set_keeps_to_the_budget_and_to_reading_order(language: str | None, chars: int, most: int) -> None:
    found = told(rule=SummaryRule(max_chars=chars, max_sentences=most), language=language)
    assert 1 <= len(found) <= most
    assert len(" ".join(found)) <= chars
    places = [PORT.index(text) for text in found]
    assert places == sorted(places)


def test_a_bigger_budget_is_used() -> None:
    small, big = (told(rule=SummaryRule(max_chars=chars, max_sentences=5)) for chars in (120, 480))
    assert len(" ".join(small)) <= 120
    assert len(" ".join(big)) > 240


def test_nobody_speaks_whose_name_was_left_out() -> None:
    for chars in range(80, 420, 20):
        found = told(rule=SummaryRule(max_chars=chars, max_sentences=3))
        quotes = [text for text in found if text.endswith("she said.")]
        assert all("Keller" in " ".join(found) or "Ferry owners" in " ".join(found) for _ in quotes), found
        assert not found[0].startswith(("She", '"', "“")), found


def test_a_rule_yields_when_nothing_else_fits() -> None:
    back = [
        sentence("The old bridge over the wide river was closed for a whole year by the town council."),
        sentence("He won.", 1),
    ]
    chosen = choose_sentences(back, title="", language="en", rule=SummaryRule(max_chars=20))
    assert [s.text for s in chosen] == ["He won."]


def test_nothing_fits_nothing_is_told() -> None:
    assert (
        choose_sentences([sentence("A long sentence.")], title="", language="en", rule=SummaryRule(max_chars=5)) == ()
    )


def test_a_long_text_is_told_from_its_beginning() -> None:
    many = [sentence(f"Sentence number {at} names the town of Lunde{at}.", at) for at in range(MOST_SENTENCES + 50)]
    chosen = choose_sentences(many, title="Lunde299", language="en", rule=SummaryRule())
    assert max(s.number for s in chosen) < MOST_SENTENCES


def test_sets_are_all_there_are_and_each_once() -> None:
    sets = all_sets(5, 3)
    assert len(sets.members) == 5 + 10 + 10
    assert len({tuple(row) for row in sets.members.tolist()}) == 25
    for row, first, last, count in zip(sets.members, sets.first, sets.last, sets.count, strict=True):
        assert (first, last, count) == (np.flatnonzero(row)[0], np.flatnonzero(row)[-1], row.sum())


def test_faults_are_told_apart_by_their_weight() -> None:
    made = [
        sentence("The port of Brannock closed on Tuesday after a storm.", 0),
        sentence("She asked the ferries to sail from Lunde.", 5),
        replace(sentence("It is over, he said, and left for Lunde with the crew.", 9), quoted=True),
        sentence("Storm closes the port of Brannock.", 12),
        sentence('"The sea was high," she said in Lunde.', 17),
    ]
    terms = weights_of(summary_weights()["en"]).terms
    pool = gather_pool(made, terms, title=TITLE, language="en", rule=SummaryRule())
    assert pool is not None
    sets = fitting_sets(pool, 1)
    assert faults(pool, sets).tolist() == [0, 4, 12, 1, 4]


def test_traits_have_the_columns_their_names_promise() -> None:
    found = tellable_sentences(PORT, "en")
    reading = read(found, title=TITLE, language="en")
    traits = sentence_traits(reading)
    assert traits.shape == (len(found), len(SENTENCE_TRAITS) - 2), "the two chances come later"
    assert term_traits(reading, traits).shape == (len(reading.columns), len(TERM_TRAITS))
    pool = gather_pool(found, np.zeros(len(TERM_TRAITS)), title=TITLE, language="en", rule=RULE)
    assert pool is not None
    assert pool.traits.shape[1] == len(SENTENCE_TRAITS)
    sets = fitting_sets(pool, 3)
    assert set_traits(pool, sets).shape == (len(sets.members), len(SET_TRAITS))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("first", [1, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("number", [0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("weekday", [1, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("back", [0, 0, 1, 0, 0, 0, 0, 0, 0]),
        ("unnamed", [0, 0, 0, 0, 1, 0, 0, 0, 0]),
        ("speech", [0, 1, 0, 0, 1, 0, 0, 0, 0]),
        ("first_person", [0, 0, 0, 0, 0, 0, 1, 0, 0]),
        ("quotes", [0, 0, 0, 0, 1, 0, 1, 0, 0]),
        ("paragraph", [1, 0, 0, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_a_trait_says_what_its_name_says(name: str, expected: list[int]) -> None:
    traits = sentence_traits(read(tellable_sentences(PORT, "en"), title=TITLE, language="en"))
    assert traits[:, SENTENCE_TRAITS.index(name)].tolist() == expected


def test_every_weight_belongs_to_a_trait_and_there_are_few() -> None:
    tables = summary_weights()
    names = {"terms": TERM_TRAITS, "total": SENTENCE_TRAITS, "mean": SENTENCE_TRAITS, "sets": SET_TRAITS}
    assert set(tables) == {"fr", "en", "other"}
    for table in tables.values():
        assert {part: set(weights) - set(names[part]) for part, weights in table.items()} == {p: set() for p in names}
    assert sum(len(part) for table in tables.values() for part in table.values()) <= 500
    json.loads(files("briefing.compose").joinpath("knowledge_files", "summary_weights.json").read_text("utf-8"))


@given(
    st.lists(st.text(alphabet="abc AB.,\"'»é1港", min_size=1, max_size=40), min_size=1, max_size=12),
    st.sampled_from(["fr", "en", "de", None]),
)
def test_any_sentences_give_a_set_within_the_budget(texts: list[str], language: str | None) -> None:
    made = [sentence(text, at) for at, text in enumerate(texts)]
    chosen = choose_sentences(made, title="ab c", language=language, rule=SummaryRule(max_chars=60))
    assert chosen
    assert len(" ".join(s.text for s in chosen)) <= 60
