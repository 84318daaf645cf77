"""The same figure in another unit, on another day or of another sign is another fact."""

from __future__ import annotations

import pytest

from briefing.compose.measures import has_foreign_measure

FOREIGN = {
    "a sign for another word": ("en", "$5", "5 euros"),
    "a word for another sign": ("en", "5 million dollars", "€5 million"),
    "a word for another word": ("fr", "5 millions de dollars", "5 millions d’euros"),
    "a sign of the rest of the world": ("en", "₺5", "€5"),
    "rupees": ("en", "₹5", "€5"),
    "months for years": ("fr", "trois mois de travaux", "trois ans de travaux"),
    "days for hours": ("es", "dos días de viaje", "dos horas de viaje"),
    "weeks with a hyphen": ("en", "a nine-week strike", "a nine-day strike"),
    "tonnes of": ("fr", "3 millions de tonnes de blé", "3 millions de kilos de blé"),
    "miles": ("en", "84 miles of road", "84 km of road"),
    "gigawatts": ("de", "12 GW", "12 MW"),
    "half": ("en", "half of the homes", "some of the homes"),
    "twice": ("en", "the money was doubled", "the money was raised"),
    "an ordinal": ("en", "the fourth storm", "the third storm"),
    "a German ordinal": ("de", "der vierte Sturm", "der dritte Sturm"),
    "a French day": ("fr", "mardi", "lundi"),
    "a Spanish month": ("es", "en abril", "en marzo"),
    "an Italian day": ("it", "lunedì", "martedì"),
    "a Dutch day": ("nl", "op maandag", "op zaterdag"),
    "a Portuguese day": ("pt", "na terça-feira", "na quinta-feira"),
    "May that may": ("en", "the vote in May", "the vote in June may be late"),
    "a minus": ("en", "it was -3 degrees", "it was 3 degrees"),
    "after noon": ("en", "at 3 p.m.", "at 3 a.m."),
}


@pytest.mark.parametrize(("language", "text", "article"), FOREIGN.values(), ids=FOREIGN)
def test_what_the_article_measures_otherwise_is_foreign(language: str, text: str, article: str) -> None:
    assert has_foreign_measure(text, article=article, language=language)
    assert not has_foreign_measure(text, article=f"{article} {text}", language=language)


KNOWN = {
    "a sign for a word": ("en", "€5", "5 euros"),
    "a word for a sign": ("en", "5 million euros", "€5m"),
    "an abbreviation": ("en", "84 kilometres", "84 km"),
    "an abbreviation at its number": ("fr", "84 kilomètres", "84km"),
    "a time": ("fr", "vers 14 heures 30", "vers 14:30"),
    "an age": ("en", "the 35-year-old mayor", "the mayor, 35"),
    "no number before it": ("en", "for years to come", "for a long time"),
    "an article for a number": ("en", "one month later", "a month later"),
    "a unit that is another word": ("de", "Die Bahn am Meer und die Minute", "Die Bahn"),
    "an ordinal in digits": ("en", "the fourth storm", "the 4th storm"),
    "a French ordinal in digits": ("fr", "la quatrième tempête", "la 4e tempête"),
    "a capital day": ("fr", "le match de lundi", "Lundi, un match"),
    "half a day's name": ("pt", "na terça-feira", "na terça"),
    "a range": ("en", "between 40-60 homes", "40 to 60 homes"),
    "a verb": ("en", "the vote may be late", "the vote is late"),
    "a month in capitals": ("en", "the vote in May", "VOTE IN MAY"),
    "a day in a language without a table": ("pl", "w sobotę", "w niedzielę"),
    "a language nobody can tell": (None, "mardi", "lundi"),
}


@pytest.mark.parametrize(("language", "text", "article"), KNOWN.values(), ids=KNOWN)
def test_the_same_measure_in_other_letters_is_known(language: str | None, text: str, article: str) -> None:
    assert not has_foreign_measure(text, article=article, language=language)
