"""A second outlet is heard when it adds a fact, in a sentence that stands alone and repeats nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.addition import add_sentence
from briefing.compose.summarise import summarise
from briefing.model.article import Article, Published, Summary
from briefing.model.settings import SummaryRule
from tests.make import NOW, article

RULE = SummaryRule()
LEAD = article(
    "Dam at Tamarel gives way",
    text="The Tamarel dam gave way at dawn on Tuesday and flooded four villages of the delta. "
    "Soldiers are taking people out by boat.",
)
NEWS = "Rescuers under Ingrid Solheim counted 340 people missing below the Tamarel dam."


def other(text: str = NEWS, **fields: Any) -> Article:
    return article("Flood below Tamarel", **{"source": "The Examiner", "text": text, **fields})


def told(*others: Article, lead: Article = LEAD, rule: SummaryRule = RULE) -> Summary:
    summary = summarise(lead, rule)
    assert summary is not None
    return add_sentence(summary, lead, others, rule)


def added(*others: Article, lead: Article = LEAD, rule: SummaryRule = RULE) -> str:
    return told(*others, lead=lead, rule=rule).added


def test_a_sentence_with_a_new_fact_is_told_after_the_leads_own_and_names_its_article() -> None:
    voice = other()
    summary = told(voice)
    assert summary.own == LEAD.text
    assert summary.added == NEWS
    assert [span.article for span in summary.spans] == [LEAD.id, LEAD.id, voice.id]
    assert voice.text[summary.spans[-1].start : summary.spans[-1].end] == NEWS
    assert summary.method == "ranked"


def test_an_excerpt_is_heard_where_an_outlet_gives_no_text() -> None:
    voice = other("", excerpt=f"Flood! {NEWS}")
    span = told(voice).spans[-1]
    assert (voice.excerpt or "")[span.start : span.end] == NEWS


def test_a_story_told_from_its_excerpt_takes_an_addition_too() -> None:
    lead = replace(LEAD, text="", excerpt=LEAD.text)
    summary = told(other(), lead=lead)
    assert (summary.method, summary.own, summary.added) == ("publisher", LEAD.text, NEWS)


@pytest.mark.parametrize(
    "fields",
    [
        {"source": LEAD.source},
        {"source": None},
        {"language": "fr"},
        {"language": None},
        {"published": Published(at=NOW - timedelta(hours=20))},
        {"confidence": 0.2},
        {"truncated": True},
    ],
    ids="-".join,
)
def test_who_is_no_second_outlet_of_the_day_and_the_language_is_not_heard(fields: dict[str, Any]) -> None:
    assert added(other(**fields)) == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"source": "the  HARBOUR post"},
        {"source": "Harbour Post Online"},
        {"url": "https://harbour.example/flood"},
    ],
    ids=["other letters", "longer name", "one host"],
)
def test_one_outlet_under_two_names_is_no_second_one(fields: dict[str, Any]) -> None:
    lead = replace(LEAD, source="The Harbour Post", url="https://www.harbour.example/dam")
    assert added(other(**{"url": "http://[broken", **fields}), lead=lead) == ""
    assert added(other(url="http://[broken"), lead=lead) == NEWS


@pytest.mark.parametrize("known", [{"confidence": 0.9}, {"published": Published()}], ids=["sure", "undated"])
def test_a_sure_or_an_undated_voice_is_heard(known: dict[str, Any]) -> None:
    assert added(other(**known)) == NEWS


@pytest.mark.parametrize(
    "sentence",
    [
        "The Tamarel dam gave way on Tuesday at dawn, flooding four villages of the delta.",  # the same again
        "The Tamarel dam had been an eyesore in the delta since anybody could remember it.",  # no fact
        "The Tamarel dam in the delta is watched by soldiers, on Tuesday 17 February as in 2024.",  # dates are none
        "At dawn soldiers by boat in four villages counted 340 houses with Ingrid Solheim.",  # little of it new
        "A football club in Lyon sold 340 scarves to its followers over the weekend.",  # another story
        "A choir from Lyon will sing at dawn in the delta of song for 340 guests there.",  # nothing named in common
        "Were 340 people really missing below the Tamarel dam, as Ingrid Solheim said?",
        "There are 340 people missing below the Tamarel dam, says Ingrid Solheim!",
        "We counted 340 people missing below the Tamarel dam with Ingrid Solheim.",
        "In the delta our reporter met 340 people below the Tamarel dam on the way.",
        "But 340 people are missing below the Tamarel dam, says Ingrid Solheim.",  # points back
        "Below the broken dam he counted 340 people of the delta as missing at dawn.",  # who did?
        "“The dam was a ruin and 340 people knew,” said Ingrid Solheim of Tamarel.",  # mostly an opinion
        "Ingrid Solheim has details of the 340 people missing below the Tamarel dam.",  # of itself
        "340 People Missing Below Tamarel Dam As Rescuers Under Ingrid Solheim Search.",  # a headline
        "rescuers under Ingrid Solheim counted 340 people missing below the Tamarel dam.",  # its head is off
        "The Examiner has been at the Tamarel dam with rescuers the whole of the night.",  # names itself only
        "At the Tamarel dam 340 are lost.",  # too short
        f"Rescuers counted 340 people missing below the Tamarel dam, {'far and wide, ' * 15}in the night.",  # too long
        "Rescuers counted  340 people missing below the Tamarel dam in the night.",  # not as it stands
        "Rescuers counted 340 people missing below the Tamarel dam in the…",  # cut off
        "Rescuers “counted 340 people missing below the Tamarel dam in the night.",  # an open quotation
    ],
)
def test_a_sentence_that_would_make_a_reader_stumble_is_not_added(sentence: str) -> None:
    assert added(other(sentence)) == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "Rescuers say that 340 people are missing below the Tamarel dam and in the fields.",
        "The mayor of Ashcombe, Ingrid Solheim, said that she saw the Tamarel dam crack.",
        "Water from the Tamarel dam reached the port of Bordeaux in the night.",
        "Soldiers in the villages found that 340 had left for the hills.",  # no name, but much in common
    ],
)
def test_a_number_a_name_or_a_place_is_a_fact(sentence: str) -> None:
    assert added(other(sentence)) == sentence


def test_a_surname_that_was_introduced_further_up_is_not_resumed() -> None:
    introduced = "The engineer was Ola Vaunois, a quiet man in a grey coat who had warned of it."
    for sentence in (
        "Later that day 340 people below the Tamarel dam thanked Vaunois.",
        "Vaunois counted 340 people below the Tamarel dam as missing.",
    ):
        assert added(other(sentence)) == sentence
        assert added(other(f"{introduced} {sentence}")) == ""


def test_what_the_whole_lead_lacks_is_worth_more_than_what_its_summary_left_out() -> None:
    lead = replace(
        LEAD, text=f"{LEAD.text} {'The night was long and nothing more was known then. ' * 9}340 are missing."
    )
    known = other("Rescuers say that 340 people are missing below the Tamarel dam.", source="A")
    fresh = other("Rescuers say that 87 houses are gone below the Tamarel dam.", source="B")
    room = SummaryRule(max_chars=300, max_sentences=2, method="lead")
    assert added(known, fresh, lead=lead, rule=room) == fresh.text
    assert added(known, lead=lead, rule=room) == known.text


def test_the_first_of_equals_is_told_and_an_earlier_sentence_before_a_later_one() -> None:
    one, two = other(source="A"), other(NEWS.replace("340", "341"), source="B")
    assert (added(one, two), added(two, one)) == (one.text, two.text)
    later = other(f"The river is high. {one.text}", source="C")
    assert added(later, two) == two.text


LONG = (
    "The Tamarel dam gave way at dawn on Tuesday and flooded four villages of the delta, whose people had been told "
    "to leave their houses on Monday evening. Soldiers are taking them out by boat, and schools on the higher ground "
    "have been opened to everybody who needs a bed. The road to the capital is closed and nobody can say for how long "
    "it will be, since two of its bridges are gone."
)


#: The lead's first sentences, so that nothing here hangs on how the ranking weighs them.
PLAIN = SummaryRule(method="lead")


def test_the_lead_gives_up_room_for_a_fact_it_lacks() -> None:
    lead = replace(LEAD, text=LONG)
    assert told(lead=lead, rule=PLAIN).own == LONG
    summary = told(other(), lead=lead, rule=PLAIN)
    assert summary.added == NEWS
    assert summary.own == LONG[: LONG.index(" The road")]
    assert len(summary.text) <= PLAIN.max_chars


SHORT = (
    "The Tamarel dam gave way at dawn on Tuesday and flooded villages of the delta. "
    "Soldiers are taking everybody out by boat, and schools have been opened to all who need a bed."
)
LATE = f"Nobody in the delta slept on Tuesday{', wide awake' * 3}, when the Tamarel dam gave way{', roaring' * 15}."
ENDLESS = (
    "Soldiers are taking them out by boat, and schools on the higher ground have been opened" + ", wide" * 18 + "."
)
SAID = "“Take everything you love and go, for the water will not wait for anybody,” the mayor Ola Vaunois said."


@pytest.mark.parametrize(
    ("changes", "chars"),
    [
        ({"text": SHORT}, 200),  # too little would be left
        ({"text": f"{LATE} {LONG[: LONG.index(', and schools')]}."}, 290),  # it would begin in the middle
        ({"title": "Dam at Tamarel: road to the capital closed"}, 400),  # the headline's road would go
        ({"text": f"{LONG[: LONG.index(' Soldiers')]} {ENDLESS} {SAID}"}, 400),  # a quotation would come in
        ({"text": f"{LONG} There are 340 missing{', far' * 30}."}, 400),  # the lead has the figure itself
    ],
    ids=["too little left", "opening lost", "headline lost", "more quoted", "too small a gain"],
)
def test_the_lead_is_not_told_worse_for_an_addition(changes: dict[str, Any], chars: int) -> None:
    lead, rule = replace(LEAD, **{"text": LONG, **changes}), replace(PLAIN, max_chars=chars)
    voice = other("Rescuers say that 340 people are missing below the Tamarel dam since the night.")
    assert told(voice, lead=lead, rule=rule) == summarise(lead, rule)


def test_generated_text_is_left_alone() -> None:
    generated = Summary(text="A dam broke.", method="llm")
    assert add_sentence(generated, LEAD, [other()], RULE) is generated


@given(
    st.lists(st.sampled_from([NEWS, *LONG.split(". "), "340 left. ", "« Oui", "Paris 1 000 "]), max_size=6),
    st.integers(40, 500),
    st.integers(1, 4),
)
def test_whatever_the_others_write_the_budget_holds(parts: list[str], chars: int, sentences: int) -> None:
    rule = SummaryRule(max_chars=chars, max_sentences=sentences)
    lead = replace(LEAD, text=LONG)
    summary = summarise(lead, rule)
    if summary is not None:
        longer = add_sentence(summary, lead, [other(" ".join(parts))], rule)
        assert len(longer.text) <= chars
        assert len(longer.spans) <= sentences + 1


def test_of_a_language_whose_openers_we_do_not_know_only_the_first_sentence_is_sure() -> None:
    lead = article(
        "Bwawa la Tamarel lavunjika mkoani Pwani", language="sw", text="Bwawa la Tamarel lilivunjika alfajiri."
    )
    news = "Waokoaji walihesabu watu 340 waliopotea chini ya bwawa la Tamarel."
    assert added(other(news, language="sw"), lead=lead) == news
    assert added(other(f"Mvua imekwisha. {news}", language="sw"), lead=lead) == ""
