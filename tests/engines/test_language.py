"""The language is named when it can be told, and left open otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.engines.language import Langid

EUROPEAN = ("en", "fr", "de", "es", "it", "pt", "nl")


@pytest.fixture(scope="module")
def detector() -> Langid:
    return Langid(EUROPEAN)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The minister resigned after the vote on Sunday", "en"),
        ("Le ministre a démissionné après le vote de dimanche", "fr"),
        ("Der Minister ist nach der Abstimmung zurückgetreten", "de"),
        ("El ministro dimitió tras la votación del domingo", "es"),
        ("Il ministro si è dimesso dopo il voto di domenica", "it"),
        ("O ministro demitiu-se depois da votação de domingo", "pt"),
        ("De minister is na de stemming van zondag afgetreden", "nl"),
        ("МИНИСТР УШЁЛ В ОТСТАВКУ ПОСЛЕ ГОЛОСОВАНИЯ", "ru"),
        ("Міністр пішов у відставку після голосування в неділю", "uk"),
        ("استقال الوزير بعد التصويت يوم الأحد في البرلمان", "ar"),
        ("मंत्री ने रविवार को मतदान के बाद इस्तीफा दे दिया है", "hi"),
        ("大臣が辞任、日曜の投票後", "ja"),
        ("部长在投票后辞职", "zh"),
        ("장관이 투표 후 사임했다", "ko"),
        ("Ο υπουργός παραιτήθηκε", "el"),
        ("השר התפטר לאחר ההצבעה", "he"),
        ("รัฐมนตรีลาออก", "th"),
    ],
)
def test_a_headline_is_known_by_its_language(detector: Langid, text: str, language: str) -> None:
    assert detector.detect(text) == language


@pytest.mark.parametrize(
    "text", ["", "   ", "Live", "12:30 – 13:45 / 2026", "!!! ???", "Мир", "湾", "Le Monde"], ids=repr
)
def test_too_little_text_is_left_open(detector: Langid, text: str) -> None:
    assert detector.detect(text) is None


def test_a_language_that_is_not_allowed_is_not_called_another(detector: Langid) -> None:
    assert detector.detect("Minister podał się do dymisji po niedzielnym głosowaniu w parlamencie") is None


def test_without_a_choice_every_language_is_allowed() -> None:
    polish = "Minister podał się do dymisji po niedzielnym głosowaniu w parlamencie"
    assert Langid().detect(polish) == "pl"
    assert Langid(["no such code"]).detect(polish) == "pl"


def test_a_quoted_name_in_another_script_changes_nothing(detector: Langid) -> None:
    assert detector.detect("The minister, 東京, resigned after the vote on Sunday") == "en"
    assert detector.detect("部长在投票后辞职 の 部长在投票后辞职") == "zh"


def test_two_detectors_keep_their_own_languages() -> None:
    text = "Il ministro si è dimesso dopo il voto di domenica sera"
    first, second = Langid(["it", "en"]), Langid(["en", "de"])
    assert (first.detect(text), second.detect(text), first.detect(text)) == ("it", None, "it")


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200))
def test_any_text_gets_a_code_or_none(detector: Langid, text: str) -> None:
    found = detector.detect(text)
    assert found is None or (len(found) == 2 and found.islower())
