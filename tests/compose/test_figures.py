from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.figures import figures, has_foreign_figure

VALUES = {
    "grouped by a comma": ("1,200", "en", "1200"),
    "grouped by a point": ("1.200", "de", "1200"),
    "grouped by a space": ("1 200", "fr", "1200"),
    "grouped by a narrow space": ("1\u202f200\u00a0000", "fr", "1200000"),
    "grouped by an apostrophe": ("12’300", "de", "12300"),
    "grouped twice": ("1,234,567", "en", "1234567"),
    "decimal comma": ("3,50", "fr", "3.5"),
    "decimal point": ("3.5", "en", "3.5"),
    "and a half, in English": ("three and a half", "en", "3.5"),
    "and a half, of millions": ("two and a half million", "en", "2500000"),
    "and a half, after millions": ("due milioni e mezzo", "it", "2500000"),
    "and a half, in French": ("deux millions et demi", "fr", "2500000"),
    "and a half, in German": ("zweieinhalb Millionen", "de", "2500000"),
    "one and a half, in German": ("anderthalb Millionen", "de", "1500000"),
    "and a half, in Dutch": ("tweeënhalf", "nl", "2.5"),
    "below one": ("0.125", "en", "0.125"),
    "grouped with decimals": ("1.234,50", "de", "1234.5"),
    "grouped with decimals, in English": ("1,234.50", "en", "1234.5"),
    "a year": ("2026", "en", "2026"),
    "other digits": ("٣٥", "ar", "35"),
    "thousands by a letter": ("5k", "en", "5000"),
    "a scale": ("3,5 Millionen", "de", "3500000"),
    "a scale cut short": ("3,5 Mrd.", "de", "3500000000"),
    "money": ("$3.5m", "en", "3500000"),
    "two scales": ("2 mil millones", "es", "2000000000"),
    "a scale alone": ("mil millones", "es", "1000000000"),
    "scale after scale": ("two million three hundred thousand", "en", "2300000"),
    "one of a scale": ("un million", "fr", "1000000"),
    "tens": ("thirty-five", "en", "35"),
    "teens": ("dreizehn", "de", "13"),
    "hundreds": ("two hundred and five", "en", "205"),
    "dozens": ("two dozen", "en", "24"),
    "seventies": ("soixante-douze", "fr", "72"),
    "eighties": ("quatre-vingt-dix", "fr", "90"),
    "and one": ("vingt et un", "fr", "21"),
    "turned round": ("dreiundzwanzig", "de", "23"),
    "turned round, with a hundred": ("hundertdreizehn", "de", "113"),
    "Dutch": ("vierentwintig", "nl", "24"),
    "Spanish": ("veintidós", "es", "22"),
    "Italian": ("ventitré", "it", "23"),
    "Portuguese": ("vinte e um", "pt", "21"),
    "a time": ("14:30", "en", "14:30"),
    "a French time": ("14 h 30", "fr", "14:30"),
    "a German time": ("14.30 Uhr", "de", "14:30"),
}


@pytest.mark.parametrize(("text", "language", "value"), VALUES.values(), ids=VALUES)
def test_a_number_is_read_however_it_is_written(text: str, language: str, value: str) -> None:
    (figure,) = figures(text, language)
    assert (value, False) in figure.readings


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("12%", "en"),
        ("12 %", "fr"),
        ("12 percent", "en"),
        ("12 per cent", "en"),
        ("twelve percent", "en"),
        ("12 pour cent", "fr"),
        ("douze pour cent", "fr"),
        ("12 Prozent", "de"),
        ("12 por ciento", "es"),
        ("12 per cento", "it"),
        ("12 por cento", "pt"),
        ("12 procent", "nl"),
    ],
)
def test_a_share_is_a_share_in_every_spelling(text: str, language: str) -> None:
    (figure,) = figures(text, language)
    assert figure.readings == {("12", True)}


@pytest.mark.parametrize("text", ["no number", "one of them", "km²", "antenna"])
def test_what_states_no_number_gives_none(text: str) -> None:
    assert figures(text, "en") == ()


def test_a_half_of_nothing_named_is_no_number() -> None:
    assert [sorted(figure.readings) for figure in figures("a year and a half, then 2.5 and a half", "en")] == [
        [("2.5", False)]
    ]


def test_numbers_side_by_side_stay_apart() -> None:
    found = [
        min(value for value, _ in figure.readings) for figure in figures("In 2026 five of 300 left 12.05.2026", "en")
    ]
    assert found == ["2026", "5", "300", "12", "5", "2026"]


def test_a_larger_scale_or_a_time_ends_a_number() -> None:
    found = [max(value for value, _ in f.readings) for f in figures("two thousand three million", "en")]
    assert found == ["2003", "1000000"]
    assert [min(value for value, _ in f.readings) for f in figures("14:30 5", "en")] == ["14:30", "5"]


def test_a_language_without_number_words_has_digits() -> None:
    assert [figure.readings for figure in figures("trzy 35 miliony", "pl")] == [{("35", False)}]


RANGES = [("3 to 4 million", "3000000"), ("10–12 %", "10"), ("zwischen 3 und 4 Millionen", "3000000")]


@pytest.mark.parametrize(("text", "value"), RANGES)
def test_the_first_end_of_a_range_has_the_unit_of_the_second(text: str, value: str) -> None:
    first, _ = figures(text, "de" if "und" in text else "en")
    assert (value, "%" in text) in first.readings


def test_the_end_of_a_text_ends_a_range() -> None:
    assert not has_foreign_figure("3 to", article="3 to 4 million", language="en")
    assert has_foreign_figure("5 to 4 million", article="3 to 4 million", language="en")


@pytest.mark.parametrize("language", ["en", "de", "nl"])
def test_a_share_is_neither_points_nor_a_share_of_a_thousand(language: str) -> None:
    points = {"en": "12 percentage points", "de": "12 Prozentpunkte", "nl": "12 procentpunt"}[language]
    assert has_foreign_figure("12 %", article=points, language=language)
    assert has_foreign_figure(points, article="12 %", language=language)
    assert has_foreign_figure("12 ‰", article="12 %", language=language)
    assert not has_foreign_figure(points, article=points, language=language)


def test_scales_of_other_englishes_and_portugueses_are_read() -> None:
    assert has_foreign_figure("35 crore rupees", article="35 lakh rupees", language="en")
    assert not has_foreign_figure("3 crore rupees", article="30 million rupees", language="en")
    assert has_foreign_figure("3 trilhões de reais", article="3 milhões de reais", language="pt")


def test_the_parts_of_a_number_in_words_may_stand_apart() -> None:
    assert not has_foreign_figure("cent et deux", article="entre cent et cent deux, puis deux", language="fr")
    assert has_foreign_figure("twenty-three", article="30 and 20", language="en")


@given(st.text(max_size=200), st.sampled_from(["en", "fr", "de", "es", "it", "pt", "nl", "ja", None]))
def test_a_text_states_all_its_own_figures(text: str, language: str | None) -> None:
    assert not has_foreign_figure(text, article=text, language=language)


@given(st.text("0123456789.,' -–:%hkm²½", max_size=120), st.sampled_from(["en", "fr", "de", None]))
def test_digits_in_any_disorder_are_read(text: str, language: str | None) -> None:
    assert not has_foreign_figure(text, article=text, language=language)


@pytest.mark.parametrize(
    "text",
    ["9" * 3_000_000, "1." * 300_000, "a" * 300_000, "a-" * 150_000, "111 " * 100_000, "cent " * 60_000],
    ids=len,
)
def test_a_long_text_without_sense_takes_no_long_time(text: str) -> None:
    began = time.perf_counter()
    figures(text, "fr")
    assert time.perf_counter() - began < 10


@given(st.integers(0, 10**9), st.sampled_from([",", ".", " ", "\u202f", ""]))
def test_grouping_changes_no_value(number: int, mark: str) -> None:
    article = f"{number:,}".replace(",", mark)
    assert not has_foreign_figure(str(number), article=f"There were {article} of them", language="en")
    assert has_foreign_figure(str(number + 1), article=f"There were {article} of them", language="en")
