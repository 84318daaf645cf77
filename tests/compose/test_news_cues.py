from __future__ import annotations

from datetime import date, timedelta

import pytest

from briefing.compose.knowledge import news_words
from briefing.compose.news_cues import (
    after_about,
    after_instead,
    contrasts,
    currencies_in,
    day_of,
    days_in,
    events_in,
    is_labelled,
    names_a_day,
    takes_back,
    weekdays_in,
    without_rough_counts,
    without_short_times,
    without_weekdays,
)
from briefing.model.article import Published
from tests.make import NOW

FRIDAY = date(2026, 11, 20)
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pt")


def test_every_language_has_every_list_and_every_kind_of_event() -> None:
    lists = news_words()
    assert tuple(sorted(lists)) == LANGUAGES
    assert {frozenset(cues) for cues in lists.values()} == {frozenset(lists["en"])}
    assert all(len(cues["days"].split()) == 7 for cues in lists.values())


@pytest.mark.parametrize(
    ("text", "language", "days"),
    [
        ("The court ruled on Thursday.", "en", [1]),
        ("It ruled on Friday.", "en", [0]),
        ("It ruled on Saturday.", "en", [6]),
        ("On Monday and on Tuesday.", "en", [4, 3]),
        ("The strike lasts until Monday.", "en", []),
        ("No flight before midday on Thursday.", "en", []),
        ("It ruled today.", "en", [0]),
        ("It ruled yesterday.", "en", [1]),
        ("It has been shut since Thursday.", "en", [1]),
        ("It ruled on 18 November.", "en", [2]),
        ("It ruled on Nov. 18.", "en", [2]),
        ("It rules by 18 November.", "en", []),
        ("It ruled on 25 November.", "en", [360]),
        ("It ruled on 31 June.", "en", []),
        ("Le tribunal a jugé le 18 novembre.", "fr", [2]),
        ("Das Gericht entschied am 18. November.", "de", [2]),
        ("El tribunal falló el 18 de noviembre.", "es", [2]),
        ("Le tribunal a jugé jeudi.", "fr", [1]),
        ("Le procès s'ouvre à partir de ce lundi.", "fr", []),
        ("Une artiste d’aujourd’hui.", "fr", []),
        ("Il l'a dit aujourd'hui.", "fr", [0]),
        ("Das Gericht entschied am Montagabend.", "de", [4]),
        ("Der Streik dauert bis Montag.", "de", []),
        ("El tribunal falló este miércoles.", "es", [2]),
        ("La corte ha deciso martedì.", "it", [3]),
        ("O tribunal decidiu na quinta-feira.", "pt", [1]),
        ("De rechter besliste donderdagmorgen.", "nl", [1]),
        ("Sundays are quiet.", "en", []),
        ("On Thursday.", None, []),
        ("On Thursday.", "xx", []),
    ],
)
def test_a_day_is_the_last_one_of_its_name(text: str, language: str | None, days: list[int]) -> None:
    found = days_in(text, language, published=FRIDAY)
    assert found == {FRIDAY - timedelta(days=back) for back in days}


@pytest.mark.parametrize(
    ("text", "named"),
    [("It ruled on Friday.", True), ("It ruled today.", True), ("It ruled on 3 May.", True), ("It ruled.", False)],
)
def test_an_article_names_a_day_or_none(text: str, named: bool) -> None:
    assert names_a_day(text, "en") is named
    assert not names_a_day(text, "xx")


@pytest.mark.parametrize(
    ("text", "language", "left"),
    [
        ("Thousands fled, two thousands stayed.", "en", "fled, two thousands stayed."),
        ("200 millions, des milliers.", "fr", "200 millions, des ."),
        ("54 in a hundred.", "en", "54 ."),
    ],
)
def test_what_nobody_counted_is_no_figure(text: str, language: str, left: str) -> None:
    assert " ".join(without_rough_counts(text, language).split()) == left


def test_what_stands_after_instead_is_found() -> None:
    assert after_instead("1.9 million rather than 2.4 million", "en") == "2.4 million"
    assert after_instead("1,9 milioni invece dei 2,4", "it") == "2,4"


def test_an_article_without_a_date_names_no_day() -> None:
    assert days_in("On Thursday.", "en", published=None) == frozenset()
    assert weekdays_in("On Thursday.", "en") == {3}


def test_the_day_of_an_article_is_its_publishers() -> None:
    assert day_of(Published(at=NOW)) == NOW.date()
    assert day_of(Published(at=FRIDAY)) == FRIDAY
    assert day_of(Published(after=NOW - timedelta(days=1), before=NOW)) == NOW.date()
    assert day_of(Published()) is None


@pytest.mark.parametrize(
    ("text", "language", "left"),
    [
        ("It took three days.", "en", "It took  ."),
        ("It took 13 days.", "en", "It took 13 days."),
        ("De 20 heures à 8 heures.", "fr", "De   à  ."),
        ("Sentenced to 9 years.", "en", "Sentenced to 9 years."),
        ("Many days.", "en", "Many days."),
        ("Three days.", "xx", "Three days."),
    ],
)
def test_short_spans_of_time_are_no_figures(text: str, language: str, left: str) -> None:
    assert without_short_times(text, language) == left


def test_a_weekday_in_a_headline_is_as_good_as_a_number() -> None:
    assert without_weekdays("Météo à Brest, lundi 2 mars", "fr") == "Météo à Brest, 0 2 mars"
    assert without_weekdays("On Monday", None) == "On Monday"


def test_what_follows_about_is_found() -> None:
    assert after_about("Nearly 4,000 people and about 60 dogs", "en").startswith(
        "4,000 people and about 60 dog; 60 dogs"
    )
    assert after_about("4,000", "xx") == ""


def test_a_currency_is_the_same_in_sign_and_word() -> None:
    assert currencies_in("$5, 5 dollars, 5 Dólares") == {"$"}
    assert currencies_in("5 £ and 5 pounds and 5 Franken") == {"£", "franc"}


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("The minister resigned.", "en", "resign"),
        ("The court acquitted him.", "en", "acquit"),
        ("The strike is over.", "en", "end"),
        ("La ministre a démissionné.", "fr", "resign"),
        ("Die Ministerin ist zurückgetreten.", "de", "resign"),
        ("La ministra dimitió.", "es", "resign"),
        ("La ministra si è dimessa.", "it", "resign"),
        ("A ministra demitiu-se.", "pt", "resign"),
        ("De minister is afgetreden.", "nl", "resign"),
        ("Das Gericht sprach ihn überraschend frei.", "de", "acquit"),
    ],
)
def test_what_happened_is_the_same_in_every_language(text: str, language: str, kind: str) -> None:
    assert kind in events_in(text, language)
    assert events_in(text, "xx") == frozenset()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Correction: the toll at Ornay", "en"),
        ("“Correction” – the toll", "en"),
        ("Editor’s note: the toll", "en"),
        ("Rectificatif : 1 400 camions", "fr"),
        ("Berichtigung: Der Mann ist frei", "de"),
        ("Fe de errores: la víctima", "es"),
        ("Errata corrige: il sindaco", "it"),
        ("Errata: o presidente", "pt"),
        ("Rectificatie: de burgemeester", "nl"),
    ],
)
def test_a_correction_says_so_first(text: str, language: str) -> None:
    assert is_labelled(text, language)


def test_a_word_that_merely_begins_so_is_no_label() -> None:
    assert not is_labelled("Correction officers walk out", "en")
    assert not is_labelled("Rectificatif : 1 400 camions", "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The toll was revised sharply down to 21.", "en"),
        ("The Post retracts its report.", "en"),
        ("The Post withdraws its report.", "en"),
        ("There were 27 homes, not 31 as stated on Friday.", "en"),
        ("Nous retirons l'article publié lundi.", "fr"),
        ("Die Behörden haben die Zahl korrigiert.", "de"),
        ("La comisión corrigió el resultado.", "es"),
        ("Il comune ha corretto il dato.", "it"),
        ("A comissão corrigiu o número.", "pt"),
        ("De dienst heeft het aantal gecorrigeerd.", "nl"),
    ],
)
def test_what_is_taken_back_is_heard(text: str, language: str) -> None:
    assert takes_back(text, language)
    assert not takes_back("The bridge opens.", language)


def test_right_is_set_against_wrong() -> None:
    assert contrasts("Nicht neun, sondern sieben Menschen.", "de")
    assert contrasts("1 400, et non 4 000", "fr")
    assert not contrasts("1 400 camions", "fr")
