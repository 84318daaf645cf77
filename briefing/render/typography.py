"""Takes a publisher's line and its language, gives the line with no-break spaces where that language wants them.

Publishers write ordinary spaces, so a line of the mail may begin with "?" or end with "M.". Only white space changes,
one space for one, so that offsets into the text stay what they were. Nothing is inserted: "Qui?" stays "Qui?".

Next: briefing/render/words.py.
"""

from __future__ import annotations

import re
from functools import lru_cache

from briefing.render.customs import APART, COMMON, CURRENCIES, CUSTOMS, SIGNS, SPACE, SYMBOLS

_WIDE, _NARROW, _THIN = "\u00a0", "\u202f", "\u2009"
#: A run that cannot break is wider than the column of a phone (264 px of 16 px letters) from about here on.
_RUN_CHARS = 40
_TOO_LONG = re.compile(f" [^ ]{{{_RUN_CHARS + 1}}}").search
#: Two last words longer than this fill a fifth of a headline's line: neither looks lost.
_WIDOW_CHARS, _HEADLINE_WORDS = 16, 4
_CAPITAL = "A-ZÀ-ÖØ-ÞĆČİŁŃŚŠŹŻŽ"


def typeset(text: str, language: str | None) -> str:
    """Keeps on one line what belongs together: a number and its unit, "M." and the name, a word and its "?".

    Args:
        text: one line, of any length (linear time).
        language: its BCP 47 tag; None where nobody knows it, then only what holds in every language is done.

    Returns:
        As many characters, every visible one in its place; setting it again changes nothing.
    """
    if _THIN in text:
        line = _expression(_base(language), _THIN).sub(_unbreakable_thin, text)
    else:
        line = _expression(_base(language), "").sub(_unbreakable, text)
    return _with_breaks(line, text) if line != text and _TOO_LONG(f" {line}") else line


def typeset_headline(text: str, language: str | None) -> str:
    """Sets a headline as `typeset` does, and never leaves a short last word alone on its line."""
    line = typeset(text, language)
    if _base(language) in APART or len(line.split()) < _HEADLINE_WORDS:
        return line
    while (at := line.rfind(" ")) > 0:
        before, last = line[line.rfind(" ", 0, at) + 1 : at], line[at + 1 :]
        if not (before and last) or len(before) + len(last) > _WIDOW_CHARS or _count_words(last) > 1:
            break
        line = f"{line[:at]}{_WIDE}{last}"
    return line


def _unbreakable(space: re.Match[str]) -> str:
    return _NARROW if space.lastindex else _WIDE


def _unbreakable_thin(space: re.Match[str]) -> str:
    return _NARROW if space.lastindex or space[0] == _THIN else _WIDE


def _with_breaks(line: str, text: str) -> str:
    """The line, but as it was written wherever it has become too long to break."""
    start, kept = 0, []
    for word in line.split(" "):
        kept.append(word if len(word) <= _RUN_CHARS else text[start : start + len(word)])
        start += len(word) + 1
    return " ".join(kept)


def _count_words(run: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in run.split())


@lru_cache(maxsize=256)
def _base(language: str | None) -> str:
    base = (language or "").replace("_", "-").partition("-")[0].lower()
    return base if base in CUSTOMS or base in APART else ""


@lru_cache(maxsize=64)
def _expression(base: str, thin: str) -> re.Pattern[str]:
    """Finds each space that must not break; one of its empty groups takes part where it becomes a narrow one.

    `re` finds the space in a loop in C, and lets most go after a glance at the character before and the one after:
    the lists of words are tried behind these two guards only (12 µs instead of 56 for 350 characters).
    """
    custom = CUSTOMS.get(base, COMMON)
    space = f"[ {thin}]" if thin else " "
    words = "|".join(filter(None, (SYMBOLS, "" if base in APART else custom.counted)))
    counted = rf"(?={SIGNS})|(?=[^\W\d_])(?=(?:{_written(words)})(?![\w'’]))"
    if base in APART:
        return re.compile(f"{space}(?:(?<=[0-9].)(?:{counted})|(?=[0-9]){_after(CURRENCIES)})")
    counted = rf"{custom.after_number}(?=[0-9]{{3}}(?![0-9]))(?<![0-9]{{4}}.)()|{counted}"
    behind = [f"(?<=[0-9].)(?:{counted})", rf"(?<=(?<![\w.]){custom.initial}\..)(?=\w)", *custom.behind]
    marks = rf"(?=[;:!?»)\]–—-](?:{SPACE}|\Z))"  # what ends or parts a sentence never begins a line
    ahead = [*custom.ahead, marks, f"(?=[0-9]){_after(f'{CURRENCIES}|{custom.numbered}')}", r"(?=[IVX]{2,5}(?!\w))"]
    if custom.titles:
        ends = "".join({title[-1] for title in custom.titles.split("|")})
        ahead.append(f"(?<=[{re.escape(ends)}].)(?=[{_CAPITAL}]){_after(custom.titles)}")
    guarded = [
        f"(?<=[0-9.{custom.behind_guard}].)(?:{'|'.join(behind)})",
        f"(?=[;:!?»›)\\]–—{_CAPITAL}0-9-])(?:{'|'.join(ahead)})",
        *custom.unguarded,
    ]
    return re.compile(f"{space}(?:{'|'.join(guarded)})")


def _written(words: str) -> str:
    """The words as an expression: a space in them is any space, a dot a dot."""
    return words.replace(".", r"\.").replace(" ", SPACE)


def _after(words: str) -> str:
    """Looks back for one of some words; `re` asks that all it looks back for at once be of one length."""
    lengths: dict[int, list[str]] = {}
    for word in words.split("|"):
        lengths.setdefault(len(word), []).append(re.escape(word))
    return "(?:" + "|".join(rf"(?<=(?<!\w)(?:{'|'.join(found)}).)" for found in lengths.values()) + ")"
