"""Signs on the surface of a sentence, in six languages."""

from __future__ import annotations

import pytest

from briefing.compose.cues import names_weekday, points_back, reports_speech, says_i
from briefing.compose.words import words


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Il a quitté la salle."),
        ("fr", "« C'en est trop », a-t-il lancé."),
        ("fr", "D'ici là, le pont restera fermé."),
        ("fr", "Son arrivée est prévue lundi."),
        ("fr", "Après cela, le conseil a voté."),
        ("en", "Instead, the council voted."),
        ("en", "“That is enough,” she said."),
        ("en", "Under this plan, rents fall."),
        ("en", "The former won."),
        ("de", "Damit ist der Streit beendet."),
        ("de", "Seine Partei schweigt."),
        ("es", "Sin embargo, el puerto abrió."),
        ("it", "Tuttavia il porto ha riaperto."),
        ("it", "Il suo partito tace."),
        ("pt", "No entanto, o porto abriu."),
        ("pt", "O seu partido cala-se."),
    ],
)
def test_an_opener_that_needs_the_sentence_before_it_points_back(language: str, text: str) -> None:
    assert points_back(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Le port de Brème a rouvert."),
        ("fr", "Lagos a rouvert son port."),
        ("en", "Sophie Hale won."),
        ("en", "Italy voted."),
        ("de", "Essen hat gewählt."),
        ("es", "Sudán ha votado."),
        ("it", "Marco Rossi ha vinto."),
        ("pt", "Elisa venceu."),
        ("nl", "Hij won."),
        (None, "He won."),
    ],
)
def test_other_openers_and_other_languages_do_not(language: str | None, text: str) -> None:
    assert not points_back(text, language)


def test_speech_first_person_and_weekdays_are_heard() -> None:
    said = frozenset(words("« Nous partirons mardi », a déclaré la maire."))
    plain = frozenset(words("Le port a rouvert."))
    assert (reports_speech(said), says_i(said, "fr"), names_weekday(said)) == (True, True, True)
    assert (reports_speech(plain), says_i(plain, "fr"), names_weekday(plain)) == (False, False, False)
    assert not says_i(said, None)
