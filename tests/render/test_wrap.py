from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.render.clean import clean
from briefing.render.wrap import WIDTH, columns, wrap

#: Characters that readers see as one: a name, the characters, and the columns of the widest terminal.
SEEN_AS_ONE = {
    "letter and accent": ("e\u0301", 1),
    "letter and many marks": ("e" + "\u0301\u0323" * 9, 1),
    "Devanagari conjunct": ("क्षि", 3),
    "Tamil syllable": ("கொ", 2),
    "Thai syllable": ("กำ", 2),
    "Thai leading vowel": ("แล", 2),
    "Hangul jamo": ("\u1112\u1161\u11ab", 2),
    "flag": ("🇫🇷", 2),
    "family": ("👩\u200d👩\u200d👧", 6),
    "coloured hand": ("👍🏽", 4),
    "emoji by its selector": ("❤\ufe0f", 2),
    "kana and its mark": ("か\u3099", 2),
}


def plainly_wide(line: str) -> int:
    """Columns as POSIX terminals count them, from Unicode's own tables."""
    return sum(map(plain_columns, line))


def plain_columns(char: str) -> int:
    code, category = ord(char), unicodedata.category(char)
    if 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF:  # Hangul vowels and finals stand in their consonant's box
        return 0
    if category in {"Mn", "Me", "Cf"} and char != "\u00ad":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def test_text_is_wrapped_at_spaces_and_indented() -> None:
    lines = wrap("word " * 40, 2, 4).splitlines()
    assert lines[0].startswith("  word")
    assert all(line.startswith("    word") for line in lines[1:])
    assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize(
    ("char", "wide"),
    [
        *(("a", 1), ("字", 2), ("e\u0301", 1), ("\u200b", 0), ("Ｆ", 2), ("’", 1), ("م", 1), ("한", 2), ("ｶ", 1)),
        *(("क", 1), ("ि", 1), ("\u0600", 1), ("\u00ad", 1), ("\u200f", 0), ("☰", 2), ("🇫", 2), ("𠮷", 2), ("（", 2)),
        *(("เ", 1), ("ー", 2), ("\u2060", 0), ("\u202f", 1), ("ำ", 1), ("Ⅳ", 1)),
    ],
)
def test_a_terminal_gives_wide_characters_two_columns(char: str, wide: int) -> None:
    assert columns(char) == wide


@pytest.mark.parametrize(("seen", "wide"), SEEN_AS_ONE.values(), ids=SEEN_AS_ONE)
def test_what_is_seen_as_one_has_the_columns_of_the_widest_terminal(seen: str, wide: int) -> None:
    assert columns(seen) == wide


@pytest.mark.parametrize("before", range(8))
@pytest.mark.parametrize(("seen", "wide"), SEEN_AS_ONE.values(), ids=SEEN_AS_ONE)
def test_a_word_too_long_is_never_broken_inside_what_is_seen_as_one(seen: str, wide: int, before: int) -> None:
    lines = wrap("x" * before + seen * 60, 2).split("\n")
    assert len(lines) > 1 or wide == 1
    assert all(line.removeprefix("  ").lstrip("x").replace(seen, "") == "" for line in lines)
    assert all(columns(line) <= WIDTH for line in lines)


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2060"])
def test_a_line_is_never_broken_at_a_no_break_space(space: str) -> None:
    for size in range(60, 80):
        assert f"60{space}%" in wrap(f"{'x' * size} 60{space}% rest", 2)
        assert f"三{space}割" in wrap(f"{'字' * (size // 2)}三{space}割が港を出た", 2)


@pytest.mark.parametrize("mark", "、。」』）！？；：ーっ々…％”")
def test_no_line_begins_with_what_closes(mark: str) -> None:
    for size in range(30, 42):
        lines = wrap(f"{'字' * size}{mark}{'字' * 40}").split("\n")
        assert not any(line.startswith(mark) for line in lines), size
        assert all(columns(line) <= WIDTH for line in lines)


@pytest.mark.parametrize("mark", "「『（［《“￥")
def test_no_line_ends_with_what_opens(mark: str) -> None:
    for size in range(30, 42):
        lines = wrap(f"{'字' * size}{mark}{'字' * 40}").split("\n")
        assert not any(line.endswith(mark) for line in lines), size


def test_korean_is_broken_at_its_spaces() -> None:
    words = "세 항구가 호위 속에 다시 문을 열었다 " * 5
    assert {word for line in wrap(words).split("\n") for word in line.split()} == set(words.split())


def test_a_latin_word_among_chinese_ones_stays_whole() -> None:
    for size in range(30, 40):
        assert "Pivdenny" in wrap(f"{'港' * size}Pivdenny{'港' * 20}")


def test_a_zero_width_space_is_a_place_to_break() -> None:
    assert wrap("ខ្មែរ\u200b" * 40).split("\n")[0].endswith("ខ្មែរ\u200b")


@pytest.mark.parametrize("before", ["see ", "siehe “", "字" * 30, "字 "])
def test_an_address_longer_than_a_line_stays_whole(before: str) -> None:
    address = "https://a.example/字字" + "x" * 100
    (line,) = (line for line in wrap(f"{before}{address} there").split("\n") if "://" in line)
    assert address in line
    assert "there" not in line


TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
    st.text(
        st.sampled_from("a é字。「」क्षि\u0301\u200d👩🏽🇫🇷❤\ufe0f\u1112\u1161\u00a0\u2060\u200bแำ한:/"), max_size=400
    ),
)


@given(TEXTS, st.integers(0, 6))
def test_no_line_is_too_wide_and_no_letter_is_lost(text: str, indent: int) -> None:
    line = clean(text)
    wrapped = wrap(line, indent)
    if "://" not in line:
        assert all(columns(part) <= WIDTH for part in wrapped.split("\n"))
        assert all(plainly_wide(part) <= WIDTH for part in wrapped.split("\n"))
    assert "".join(wrapped.split()) == "".join(line.split())
    assert all(part == part.rstrip(" ") for part in wrapped.split("\n")) or not line


@given(TEXTS)
def test_columns_are_never_fewer_than_a_plain_terminal_gives(text: str) -> None:
    assert columns(clean(text)) >= plainly_wide(clean(text))


def test_more_characters_than_are_kept_in_mind_are_measured_as_well() -> None:
    assert columns("".join(map(chr, range(0x3400, 0x3400 + 27_000)))) == 2 * 27_000


def test_spaces_that_follow_each_other_begin_no_line() -> None:
    for size in range(70, 80):
        for letter in "x", "e\u0301", "é":
            assert [part.strip(" ") for part in wrap(f"{letter * size}   then").split("\n")][-1].endswith("then")
            assert not any(part.startswith(" ") for part in wrap(f"{letter * size}   then").split("\n"))


@pytest.mark.parametrize(
    "unit", ["x", "字", "。", "e\u0301", "\u0301", "👩\u200d", "🇫", "क्ष", "\u00a0", "http://字", "a://b ", "한", "é "]
)
def test_it_takes_a_time_that_grows_with_the_text_alone(unit: str) -> None:
    def measured(size: int) -> float:
        text, begun = unit * (size // len(unit)), time.process_time()
        wrap(text, 2)
        return time.process_time() - begun

    measured(1000)
    short, long = min(measured(50_000) for _ in range(3)), measured(400_000)
    assert long < 8 * 4 * max(short, 0.001)
