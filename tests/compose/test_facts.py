"""A fact is a figure, a name or a place; a date, an age, an office or a metonym is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.facts import Said, facts_of, names_of


def shown(sentence: str, language: str | None) -> list[str]:
    """Each fact in a few letters: a figure as its first reading, a name as its words."""
    return [
        min(f.figure.readings)[0] + "%" * min(f.figure.readings)[1] if f.figure else " ".join(f.words)
        for f in facts_of(sentence, language)
    ]


@pytest.mark.parametrize(
    ("language", "sentence", "facts"),
    [
        ("en", "The dam near Lyon lost 340 sluice gates.", ["340", "lyon"]),
        ("en", "The U.S. envoy Marta Quill spoke at the Strait of Hormuz.", ["us", "marta quill", "strait of hormuz"]),
        ("en", "Unemployment fell by 4%.", ["4%"]),
        ("fr", "Le ministre Jean-Luc Morel promet 12 000 emplois à Bordeaux.", ["12000", "jean luc morel", "bordeaux"]),
        ("fr", "L'usine d'Étretat a été vendue au groupe Velmont.", ["etretat", "velmont"]),
        ("de", "Die Werft in Bremerhaven stellt laut Anna Weber viele Schweißer ein.", ["bremerhaven", "anna weber"]),
        ("es", "La alcaldesa Rosa Peñalver viajó a Sevilla.", ["rosa penalver", "sevilla"]),
        ("en", "A spokesman for Ludwig van Oord said so.", ["ludwig van oord"]),
        (None, "Pierre Vaunois returned.", ["pierre vaunois"]),
    ],
)
def test_figures_names_and_places_are_facts(language: str | None, sentence: str, facts: list[str]) -> None:
    assert shown(sentence, language) == facts


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The council met on Tuesday, 17 February, for the third time in 2024."),
        ("en", "Feb. 17 is the day."),
        ("en", "It is the worst drought on European soil in almost 80 years."),
        ("fr", "Une digue promise depuis 20 ans."),
        ("fr", "Le conseil s'est réuni le 17 février 2026."),
        ("de", "Der Rat tagte am 17. März."),
        ("es", "El consejo se reunió el 17 de marzo."),
        ("en", "A 34-year-old man and a woman, 29, were there."),
        ("en", "Two men and 3 women left with a dozen dogs."),
        ("en", "The Prime Minister and the High Court said so."),
        ("en", "Prosecutors say that DNA was found."),
        ("en", "Tension grows in the Middle East."),
        ("de", "Der Reeder und die Werft stellen Schweißer ein."),
        ("en", "Then X left."),
        ("en", ""),
    ],
)
def test_dates_ages_small_numbers_and_offices_are_none(language: str, sentence: str) -> None:
    assert shown(sentence, language) == []


def lacking(sentence: str, *texts: str, language: str = "en") -> list[str]:
    said = Said(*texts, language=language)
    return [" ".join(f.words) or "figure" for f in facts_of(sentence, language) if not said.has(f)]


@pytest.mark.parametrize(
    ("sentence", "text", "missing"),
    [
        ("It cost 1,200 crowns.", "It cost 1 200 crowns.", []),
        ("It cost 1,300 crowns.", "It cost 1 200 crowns.", ["figure"]),
        ("A tribute to Orla Jackson came.", "Jackson is dead.", []),
        ("A tribute to Orla Jackson came.", "The singer is dead.", ["orla jackson"]),
        ("Troops left Ukraine.", "Ukrainian troops left.", []),
        ("The Peruvian Congress sat.", "Peru votes.", []),
        ("The Kremlin denied it.", "Russia denied it.", []),
        ("Officials in Washington denied it.", "The US denied it.", []),
        ("Officials in Chicago denied it.", "The US denied it.", ["chicago"]),
        ("Officials in Beijing denied it.", "Peru denied it.", ["beijing"]),
        ("The report of the UN says so.", "The report says so.", ["un"]),
        ("The Li family left.", "Lithium is dear.", ["li"]),
    ],
)
def test_what_was_said_in_another_way_is_said(sentence: str, text: str, missing: list[str]) -> None:
    assert lacking(sentence, text) == missing


@pytest.mark.parametrize(
    ("sentence", "introduced", "person"),
    [
        ("A statement by Vaunois followed.", False, True),
        ("A statement by Pierre Vaunois followed.", True, True),
        ("A statement from Lyon followed.", True, False),
        ("A statement by Zelensky followed.", True, True),
    ],
)
def test_a_bare_surname_is_not_introduced(sentence: str, introduced: bool, person: bool) -> None:
    (name,) = names_of(sentence, "en")
    assert (name.is_introduced, name.is_person) == (introduced, person)


@given(st.text(max_size=200), st.sampled_from(["en", "fr", "de", "nl", None]))
def test_any_text_has_facts_that_it_says_itself(text: str, language: str | None) -> None:
    names = names_of(text, language)
    assert all(0 <= name.start <= len(text) and name.words for name in names)
    assert all(Said(text, language=language).has(name) for name in names)
