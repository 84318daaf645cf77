"""Takes one line of any script, gives lines no wider than a terminal, broken where that script may be broken.

Next: briefing/render/text.py.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate

#: Columns; RFC 5322 §2.1.1 recommends no more.
WIDTH = 78

#: Latin, Greek, Cyrillic, Armenian, Hebrew and Arabic without combining marks, and the usual punctuation: a column a
#: character, no line break but at a space.
_PLAIN = re.compile(
    "[ -\u02ff\u0370-\u0482\u048a-\u0590\u05d0-\u05ea\u060c-\u060f\u061b\u061e-\u064a\u0660-\u066f\u0671-\u06d3"
    "\u10a0-\u10ff\u1e00-\u200a\u2010-\u2027\u202f\u20a0-\u20bf]*"
).fullmatch
#: Kinds of characters: n(arrow), W(ide), H(angul), R is half a flag; o and O open, c and C close; m and M belong to
#: what they follow, l to what follows it, v to both, V makes an emoji of what it follows, F colours one, T ends a
#: syllable; z joins two emoji, g and j keep together, b may be broken after; u is part of an address. Their columns:
_COLUMNS = {0: "mvzjbT", 1: " ncoglMVu", 2: "WCOHFR"}
_BY_CATEGORY = {"Mc": "M", "Ps": "o", "Pi": "o", "Pe": "c", "Pf": "c"}
#: As many different characters as one edition ever holds; others are looked up each time.
_KNOWN = 20_000
_NAMED = re.compile(
    "(?P<V>\ufe0f)|(?P<z>\u200d)|(?P<j>\u2060)|(?P<b>\u200b)|(?P<g>[\u00a0\u2007\u2011\u202f])"
    "|(?P<n>[\u00ad\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd])"
    "|(?P<M>[\u0e2f\u0e30\u0e32\u0e33\u0e45\u0e46\u0eb0\u0eb2\u0eb3\u0ec6])"
    "|(?P<l>[\u0e40-\u0e44\u0ec0-\u0ec4])|(?P<F>[\U0001f3fb-\U0001f3ff])|(?P<R>[\U0001f1e6-\U0001f1ff])"
    "|(?P<T>[\u1160-\u11ff\ud7b0-\ud7ff])|(?P<H>[\u1100-\u115f\u3130-\u318f\uac00-\ud7a3])"
    "|(?P<c>[!%,.:;?…‥–—‰℃])"
    "|(?P<C>[、。，．・：；？！ー々ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰ-ㇿ゛゜〜～％])|(?P<O>[￥＄￡])"
)
#: Two columns to the wcwidth package or the C library (glibc 2.36), though not to Unicode's own table.
_WIDER = re.compile("[\u2630-\u2637\u268a-\u268f\u3248-\u324f\u4dc0-\u4dff\U0001d300-\U0001d356\U0001d360-\U0001d376]")
#: As far on as may be: before a space, after a zero-width one, beside a wide character unless its neighbour closes,
#: opens, joins or belongs to it.
_GOOD = re.compile(".+(?=.)(?:(?= )|(?<=b)|(?:(?<=[WC])|(?=[WO]))(?<![oOgjzu])(?![cCgjzumMVvTFb]))").match
_ADDRESS = re.compile("u+").match
#: Never inside what readers see as one character: base and marks, Indic conjunct, Hangul jamo, emoji; after UAX 29.
_BETWEEN = re.compile(".+(?=.)(?<![zvl])(?![mMVvzTF])").match


def wrap(text: str, indent: int = 0, hanging: int | None = None) -> str:
    """Breaks one line of text at spaces, and between Chinese and Japanese characters.

    Never at a no-break space or joiner, nor so that a line begins with a closing mark or ends with an opening one
    (kinsoku, JIS X 4051). A word longer than a line is broken between two characters as readers see them, an address
    is not broken at all. `hanging` indents all lines but the first. Linear time.
    """
    rest = indent if hanging is None else hanging
    if 2 * len(text) <= WIDTH - indent:  # no character is wider than two columns
        return " " * indent + text
    plain = _is_plain(text)
    if plain and len(text) <= WIDTH - indent:
        return " " * indent + text
    broken = _plain_lines if plain and "://" not in text else _lines
    return " " * indent + ("\n" + " " * rest).join(broken(text, WIDTH - indent, WIDTH - rest))


def columns(text: str) -> int:
    """How many columns a terminal gives `text`; where terminals differ (emoji, Indic scripts), the most.

    At least what the C library and the wcwidth package say for every character of Unicode 14.
    """
    return len(text) if _is_plain(text) else sum(_kinds(text).encode().translate(_widths()))


def _is_plain(text: str) -> bool:
    return text.isascii() or _PLAIN(text) is not None


def _plain_lines(text: str, first: int, room: int) -> list[str]:
    lines, start, end = [], 0, first
    while end < len(text):
        at = text.rfind(" ", start + 1, end + 1)
        at = end if at < 0 else at
        lines.append(text[start:at].rstrip(" "))
        start = _past_spaces(text, at)
        end = start + room
    return [*lines, text[start:]]


def _lines(text: str, first: int, room: int) -> list[str]:
    kinds = _kinds_of_words(text)
    widths = kinds.encode().translate(_widths())
    lines, start, end = [], 0, _fitting(widths, 0, first)
    while end < len(text):
        at = _break(kinds, start, end)
        lines.append(text[start:at].rstrip(" "))
        start = _past_spaces(text, at)
        end = _fitting(widths, start, room)
    return [*lines, text[start:]]


def _past_spaces(text: str, at: int) -> int:
    while text.startswith(" ", at):
        at += 1
    return at


def _fitting(widths: bytes, start: int, room: int) -> int:
    """Where the longest run from `start` that needs no more than `room` columns ends."""
    end = start
    while end < len(widths) and room:
        run = widths[end : end + room]
        if sum(run) > room:
            return end + next(place for place, used in enumerate(accumulate(run)) if used > room)
        room -= sum(run)
        end += len(run)
    while end < len(widths) and not widths[end]:
        end += 1
    return end


def _break(kinds: str, start: int, end: int) -> int:
    """The last good place to break up to `end`, where the line is full; failing that, the least bad one."""
    found = _GOOD(kinds, start, end + 1) or _ADDRESS(kinds, start) or _BETWEEN(kinds, start, end + 1)
    return found.end() if found else max(end, start + 1)


def _kinds_of_words(text: str) -> str:
    if "://" not in text:
        return _kinds(text)
    return " ".join("u" * len(word) if "://" in word else _kinds(word) for word in text.split(" "))


def _kinds(text: str) -> str:
    """A letter for each character; the two letters of a flag, which is one character to readers, as one wide one."""
    return text.translate(_known_kinds()).replace("RR", "Wm")


class _Kinds(dict[int, str]):
    def __missing__(self, code: int) -> str:
        kind = _kind(chr(code))
        if len(self) < _KNOWN:
            self[code] = kind
        return kind


@lru_cache(maxsize=1)
def _known_kinds() -> _Kinds:
    return _Kinds({ord(" "): " "})


@lru_cache(maxsize=1)
def _widths() -> bytes:
    return bytes(next((width for width, kinds in _COLUMNS.items() if chr(code) in kinds), 1) for code in range(256))


def _kind(char: str) -> str:
    if found := _NAMED.fullmatch(char):
        return found.lastgroup or "n"
    is_wide = unicodedata.east_asian_width(char) in "WF" or _WIDER.fullmatch(char) is not None
    category = unicodedata.category(char)
    if category in {"Mn", "Me", "Cf"}:
        return "v" if unicodedata.combining(char) == 9 else "m"
    kind = _BY_CATEGORY.get(category, "n")
    if is_wide:
        return {"o": "O", "c": "C"}.get(kind, "C" if category == "Lm" else "W")
    return kind
