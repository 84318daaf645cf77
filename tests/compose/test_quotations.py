"""Quotation marks that find their partner, and those that have none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.quotations import find_quotations


def quoted(text: str) -> list[str]:
    return [text[opened + 1 : closed].strip() for opened, closed in find_quotations(text).closed]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"We leave," she said. "It is over."', ["We leave,", "It is over."]),
        ("“We leave,” she said. “It is over.”", ["We leave,", "It is over."]),
        ("« Nous partons », dit-elle. « C'est fini. »", ["Nous partons", "C'est fini."]),
        ("„Wir gehen“, sagte sie. „Es ist aus.“", ["Wir gehen", "Es ist aus."]),
        ('A "port", a (“quay”) and a "pier".', ["port", "quay", "pier"]),
        ('He wrote: "First line.\n"Second line."', ['First line.\n"Second line.']),
        ("No mark at all.", []),
    ],
)
def test_marks_are_paired_in_the_ways_newspapers_set_them(text: str, expected: list[str]) -> None:
    found = find_quotations(text)
    assert (quoted(text), found.odd, found.damaged) == (expected, (), False)


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ('She said "we leave. He stayed. "It is over," he said.', [9]),
        ('We leave", she said. "It is over," he said.', [8]),
        ("It is over.”", [11]),
        ("« Nous partons, dit-elle.", [0]),
        ('"' + "a" * 1600 + '" she said.', [0, 1601]),
    ],
)
def test_a_lost_mark_spoils_one_quotation_and_not_the_rest(text: str, odd: list[int]) -> None:
    assert list(find_quotations(text).odd) == odd


def test_one_lost_mark_is_no_damaged_text_but_many_are() -> None:
    sound = 'He said "yes". She said "no". They said "perhaps".'
    assert not find_quotations(sound + ' It was "done.').damaged
    assert find_quotations('A "classist? society. A "trolling? remark. He said "yes".').damaged


def test_a_span_that_begins_or_ends_inside_a_quotation_is_cut() -> None:
    text = 'He came. "We leave. It is over," she said.'
    found = find_quotations(text)
    whole, first, second = (9, len(text)), (9, 19), (20, len(text))
    assert [found.cut(*span) for span in (whole, first, second, (0, 8))] == [False, True, True, False]


@given(st.text(alphabet='ab."“”„«» \n', max_size=60))
def test_every_mark_is_either_paired_or_odd(text: str) -> None:
    found = find_quotations(text)
    paired = [at for pair in found.closed for at in pair]
    assert sorted([*paired, *found.odd]) == sorted({*paired, *found.odd})
    assert all(text[at] in '"“”„«»' for at in [*paired, *found.odd])
    assert all(opened < closed for opened, closed in found.closed)
