"""Takes a full stop with its neighbours and the rules of the language, gives whether it ends the sentence.

Next: briefing/compose/sentence_ends.py, which asks here about full stops and judges the other marks itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from briefing.compose.sentence_rules import SentenceRules

#: How far back an opening bracket, dash or quotation mark is looked for.
ASIDE_CHARS = 160
#: A word, with the apostrophe that elides it.
WORD = re.compile(r"[^\W\d_]+['’]?")

_NEXT_PART = re.compile(r"([^\W\d_]{1,5})\.")
_COUNT = re.compile(r"\d|[IVXLCDM]+\b|[^\W\d_a-z]\b")
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,2}\.-?)+[^\W\d_]{1,2}")
_INITIAL = re.compile(r"[^\W\d_](?:-[^\W\d_])?")
_ORDINAL = re.compile(r"\d{1,3}|[IVXLC]{1,6}")
_LETTER = re.compile(r"[^\W\d_]|[IVXLC]{1,6}|\d{1,4}[A-Za-z]?")
_LIST_NUMBER = re.compile(r"\d{1,3}|[IVX]{1,5}|[A-Za-z]")
_MUTE = re.compile(r"[B-DF-HJ-NP-TV-XZb-df-hj-np-tv-xz]{2,5}")
_DASHES = frozenset("–—")


class Place(NamedTuple):
    """One mark and what is near it, all that a decision looks at; offsets are code points of `text`.

    Attributes:
        start: where the sentence began.
        stop, after: the mark with what closes after it.
        following: the first character of what comes next, behind spaces and opening marks.
        token: what stands right before the mark; `joined` with the dotted parts before it ("z.B" of "z. B"), `tail`
            its last part of two letters or more ("Col" of "Lt.-Col").
        previous: the word before the token.
        opener: the next word in small letters.
        starts: whether that begins a sentence.
    """

    text: str
    start: int
    stop: int
    after: int
    following: int
    token: str
    joined: str
    tail: str
    previous: str
    starts: bool
    opener: str


def is_plain(token: str, rules: SentenceRules) -> bool:
    """Tells at once that a token is a word, and nothing that any of the rules below looks at."""
    if not token.isalpha() or len(token) < 2 or token.lower() in rules.known or token.endswith("str"):
        return False
    return (len(token) > 5 or not _MUTE.fullmatch(token)) and not (rules.ordinals and token.isupper())


def full_stop_ends(place: Place, rules: SentenceRules) -> bool:
    """Tells whether the sentence ends at the full stop, which a space and no small letter follow."""
    token = place.token
    if _LIST_NUMBER.fullmatch(token) and _is_first(place):
        return False  # "1. Premier point", "A. Nom"
    if bracket_closes(place) and not place.starts:
        return False
    if _LETTER.fullmatch(token) and _is_label(token, place.previous.lower(), rules):
        return True
    part = _NEXT_PART.match(place.text, place.following)
    if part and f"{place.joined}.{part[1]}" in rules.heads:
        return False  # "z." before "B."
    verdict = _abbreviation_ends(place, rules)
    if verdict is None:
        verdict = _letters_end(place, rules)
    if verdict is None:
        return place.starts or not (rules.ordinals and bool(_ORDINAL.fullmatch(token)))
    return verdict and _DASHES.isdisjoint(place.text[place.after : place.following])  # "ALBANY, N.Y. — A judge"


def _is_first(place: Place) -> bool:
    before = place.stop - len(place.token)
    return before - place.start < ASIDE_CHARS and not place.text[place.start : before].strip()


def _is_label(token: str, word: str, rules: SentenceRules) -> bool:
    """Tells a letter or number that names, not one that counts or abbreviates: "plan B.", "Rang 17.", "Nr. 5."."""
    return word in rules.lettered or (token.isdigit() and word[-1:] == "." and word[:-1] in rules.numbered)


def _listed(place: Place, entries: frozenset[str]) -> bool:
    """Looks up the token as it stands, with the parts before it ("z.B") and without those of a compound ("Lt.-Col")."""
    for token in (place.joined, place.token, place.tail):
        if token in entries:
            return True
        if len(token) > 1 and (token.capitalize() if token.isupper() else token.lower()) in entries:
            return True
    return False


def _abbreviation_ends(place: Place, rules: SentenceRules) -> bool | None:
    """None when the token is no abbreviation that the lists know."""
    if rules.known.isdisjoint((place.token.lower(), place.joined.lower(), place.tail.lower())):
        return None
    after_number = place.previous[-1:].isdigit() or place.previous[:1].isdigit()
    counts = _COUNT.match(place.text, place.following) is not None and not place.starts
    if after_number and _listed(place, rules.units):
        return place.starts or not (rules.ordinals or place.text[place.following].isdigit())
    if _listed(place, rules.months) and (after_number or place.text[place.following].isdigit()):
        return place.starts
    if _listed(place, rules.bound) or (counts and _listed(place, rules.counted)):
        return place.after > place.stop + 1 and place.starts
    if _listed(place, rules.timed):
        return place.starts or not _is_timely(place, rules)
    return place.starts if _listed(place, rules.ending) else None


def _is_timely(place: Place, rules: SentenceRules) -> bool:
    """Tells whether the time of day goes on ("9 p.m. EST") or only opens the sentence ("At 9 p.m. Harbour Road…")."""
    zone = WORD.match(place.text, place.following)
    if zone is not None and zone.group().lower() in rules.zones:
        return True
    words = place.text[place.start : place.stop].split() if place.stop - place.start < 32 else []
    return 0 < len(words) < 5 and words[0].lower() in rules.leading


def _letters_end(place: Place, rules: SentenceRules) -> bool | None:
    """Judges what looks like an initial, an acronym or an abbreviation; None when the token is a plain word."""
    token = place.token
    if _INITIAL.fullmatch(token):
        if not token[0].isupper() or place.previous[-1:].isdigit():
            follows = place.previous[-1:].isdigit() and not place.text[place.following].isdigit()
            return place.starts or follows  # "20 h.", "40 C."; but "5 W. 42nd St."
        return place.starts and (place.opener not in rules.particles or _is_named(place.previous, rules))
    if _ACRONYM.fullmatch(token):
        is_unit = token.islower() and place.previous[-1:].isdigit() and not rules.ordinals  # "92 m.p.h."
        return place.starts or (is_unit and not place.text[place.following].isdigit())
    if token.endswith("str"):
        return place.starts  # "Hauptstr. 5"; no word of the six languages ends so
    if _MUTE.fullmatch(place.tail) and not place.tail.isupper() and not place.previous[-1:].isdigit():
        return place.starts
    return None


def _is_named(previous: str, rules: SentenceRules) -> bool:
    """Tells whether the initial follows a name or a noun ("Hugo B. Le tribunal") and not "par" or "et"."""
    return previous.isalpha() and (previous[0].isupper() or previous not in rules.starters)


def bracket_closes(place: Place) -> bool:
    """Tells whether a bracket closes here that was opened in the middle of the sentence."""
    closed = place.text[place.stop : place.after]
    sign = "(" if ")" in closed else "[" if "]" in closed else ""
    if not sign:
        return False
    opened = place.text.rfind(sign, max(place.start, place.stop - ASIDE_CHARS), place.stop)
    return opened > place.start and bool(place.text[max(place.start, opened - 8) : opened].strip())
