"""Holds every shortcut of the collect room to the result of the long way round."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.collect.addresses import shared_spelling
from briefing.collect.chrome import _FIRST_ON, _FIRST_ON_HINTS, _READ_ON, _READ_ON_HINTS, _folded_end, cut_tail
from briefing.collect.dates import parse_when
from briefing.collect.text import (
    _BREAKS,
    _UNSEEN,
    clean,
    one_line,
    same_words,
    squeeze,
)
from briefing.collect.values import web_address
from tests.collect.samples import NOW


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("ab \n\t\xa0\u200b\u2028\r\x85e\u0301")))
def test_a_text_without_anything_unseen_is_clean(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", _UNSEEN.sub("", _BREAKS.sub("\n", text)))


@given(st.text("ab \xa0\n\té\u0301\u200b\u2003–", max_size=12))
def test_a_line_without_gaps_is_one_already(text: str) -> None:
    assert one_line(text) == re.sub(r"\s{2,}|[\t\n]", " ", clean(text)).strip()


@given(st.text("aAßsſé _.–日"), st.text("aAßsſé _.–日"))
def test_two_texts_that_begin_differently_are_compared_no_further(one: str, other: str) -> None:
    longest, shortest = max(len(one), len(other)), min(len(one), len(other))
    assert same_words(one, other) == (longest <= 2 * shortest and squeeze(one) == squeeze(other))


LAST_WORDS = st.sampled_from(
    [
        *(
            "The post Ferry",
            "appeared first on",
            "Der Beitrag",
            "erschien zuerst",
            "L’article",
            "est apparu en premier",
        ),
        *(
            "a été publié en premier",
            "est d’abord apparu",
            "La entrada",
            "se publicó primero",
            "apareció primero",
            "O post",
        ),
        *("apareceu primeiro", "foi publicado primeiro", "Il post", "proviene da", "sembra essere il primo su"),
        *("Het bericht", "verscheen eerst op", "Wpis", "pochodzi z serwisu", "pojawił się pierwszy raz", "Inlägget"),
        *(
            "dök först upp på",
            "blev først udgivet på",
            "dukket først opp på",
            "Запись",
            "появилась сначала на",
            "Harbour.",
        ),
        *(
            "Continue reading",
            "KEEP READING",
            "CONTİNUE READıNG",
            "Read full article",
            "read more",
            "Read the rest of it",
        ),
        *("full story", "lire la suite", "Lire plus", "en savoir plus", "weiterlesen", "mehr lesen", "seguir leyendo"),
        *("leer más", "ver más", "leia mais", "continue lendo", "continua a leggere", "leggi tutto", "lees verder"),
        *("czytaj dalej", "läs mer", "læs mer", "читать далее", "→", "»", "[…]", "...", "…", "(", "x.", "words " * 40),
    ]
)


@settings(max_examples=300)
@given(st.lists(LAST_WORDS, min_size=1, max_size=7).map(" ".join), st.sampled_from([str, str.upper, str.lower]))
def test_last_words_that_the_patterns_find_are_hinted_at(line: str, spelt: type[str]) -> None:
    tail = spelt(line)[-800:]
    for pattern, hints in ((_FIRST_ON, _FIRST_ON_HINTS), (_READ_ON, _READ_ON_HINTS)):
        if pattern.search(tail):
            assert any(hint in _folded_end(tail) for hint in hints), (pattern, tail)


@pytest.mark.parametrize("letter", sorted(set("".join(_FIRST_ON_HINTS + _READ_ON_HINTS)) - {" "}))
def test_a_letter_of_a_hint_is_found_however_a_pattern_may_spell_it(letter: str) -> None:
    spellings = re.compile(letter, re.IGNORECASE)
    for code in (*range(0x20, 0x3000), *range(0xA640, 0xABC0), *range(0xFB00, 0xFB10)):
        if spellings.fullmatch(chr(code)):
            assert _folded_end(chr(code)) == letter


def test_last_words_go_after_other_last_words() -> None:
    assert cut_tail(["It sails. Read more. The post It sails appeared first on Harbour."]) == (("It sails.",), True)


@given(st.datetimes(datetime(1995, 1, 1), datetime(2027, 1, 1)), st.integers(-14 * 4, 14 * 4))  # noqa: DTZ001
def test_a_date_of_the_usual_form_is_read_as_the_library_reads_it(moment: datetime, quarters: int) -> None:
    sign = "-" if quarters < 0 else "+"
    printed = f"{format_datetime(moment)[:-6]} {sign}{abs(quarters) // 4:02}{abs(quarters) % 4 * 15:02}"
    read = parse_when(printed, captured_at=NOW)
    assert read is not None
    expected = parsedate_to_datetime(printed)
    assert read.at == (expected if expected.tzinfo else expected.date())
    if expected.tzinfo and isinstance(read.at, datetime):
        assert read.at.utcoffset() == expected.utcoffset()


@pytest.mark.parametrize(
    ("printed", "at"),
    [
        ("Thu, 19 Nov 2026 08:30:00 GMT", datetime(2026, 11, 19, 8, 30, tzinfo=UTC)),
        ("19 Nov 2026 08:30:00 -0000", datetime(2026, 11, 19, tzinfo=UTC).date()),
        ("Thu, 31 Nov 2026 08:30:00 GMT", None),
        ("Thu, 19 Nov 2026 24:30:00 GMT", datetime(2026, 11, 19, 0, 30, tzinfo=UTC)),
        ("Thu, 19 Nov 0026 08:30:00 GMT", datetime(2026, 11, 19, 8, 30, tzinfo=UTC)),
    ],
)
def test_a_date_of_the_usual_form_that_no_calendar_has_is_left_to_the_library(printed: str, at: object) -> None:
    read = parse_when(printed, captured_at=NOW, languages=("en",))
    assert (read.at if read else None) == at


ADDRESSES = st.text("aZ09./-_~?#&=%:@[]é ;,'!", max_size=24)


@given(st.sampled_from(["http://", "https://", "HTTP://", "//", ""]), ADDRESSES)
def test_an_address_without_doubts_is_what_resolving_makes_of_it(scheme: str, rest: str) -> None:
    found = web_address(scheme + rest, None)
    if found == scheme + rest:
        assert urlsplit(found).hostname
        assert quote(found, safe="!#$%&'()*+,/:;=?@[]~-._") == found


@given(st.text("aZ09./-_~&=%:@é", max_size=24))
def test_an_address_with_nothing_to_leave_out_is_spelt_like_one_with_something(rest: str) -> None:
    address = f"http://harbour.example/{rest}"
    assert shared_spelling(address) == shared_spelling(f"{address}?utm_source=feed")
