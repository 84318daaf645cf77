"""Takes keywords, gives an index that says how often a text mentions them: each word of a text is looked up once.

A text is split at its spaces, and what a piece ("l'Ukraine,") may begin is found out once per piece, not once per
text: 50,000 articles of 2,000 characters hold 16 million pieces, but few different ones. Scripts without spaces are
looked into; Arabic and Hebrew words are also known without the article and the prepositions written onto them.

Next: briefing/compose/topics.py, which decides how many mentions make a topic.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import filterfalse
from typing import TYPE_CHECKING, Generic, TypeVar

from briefing.compose.inflections import inflected
from briefing.compose.words import STOP_WORDS, fold, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: Where in a text: number of the piece, and of the word in it.
_Place = tuple[int, int]
#: What one word may be looked up as.
_Readings = tuple[str, ...]

_Found = TypeVar("_Found")

#: Pieces remembered at once, 12 MB: as many different ones stand in a few thousand articles of one language.
MEMORY = 100_000
#: Longer ones come from scripts without spaces, and hardly ever come again.
LONGEST_PIECE = 40
#: Capitals up to this length are an acronym, which has no plural form: NATO, COP30.
LONGEST_ACRONYM = 5
#: Acronyms up to this length are also words when written small: US, AI (French "j'ai"), WHO, UN (French "un").
LONGEST_CAPITALS = 3

#: Scripts whose words touch: Thai to Burmese, Khmer, Hangul (particles), kana, Chinese characters.
_TOUCHING = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u30fa\u30fc-\u318f"
    "\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)
#: Latin letters and digits, which may touch the scripts above without being part of their words.
_SPACED_LETTER = "[0-9A-Za-z\u00c0-\u024f]"
_RAW_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?")
#: What is written onto a word: and, in, for, like, the. Longest first.
_ARABIC_PREFIXES = (
    *("وبال", "وال", "فال", "بال", "كال", "ولل"),
    *("ال", "لل", "وب", "ول"),
    *("و", "ف", "ب", "ل", "ك", "س"),
)
_HEBREW_PREFIXES = (*("וה", "ומ", "וב", "של", "שה", "מה", "כש"), *("ה", "ו", "ב", "ל", "מ", "ש", "כ"))
_LEAST_REST = 3
#: Letters that are written in several ways, and the stroke that only stretches a word.
_ARABIC_LETTERS = str.maketrans("ىیک", "ييك", "\u0640")
#: An apostrophe that counts as a letter, and a hyphen that only shows where a word may be broken.
_SIGNS = str.maketrans({"\u02bc": "'", "\u00ad": None})


@dataclass(frozen=True, slots=True)
class _Keyword:
    """Carries what must follow a first word to make a mention.

    Attributes:
        owner: number of the list of keywords that it stands in.
        rest: the forms of each word after the first.
        written: for an acronym, how it must be written.
    """

    owner: int
    rest: tuple[frozenset[str], ...] = ()
    written: re.Pattern[str] | None = None


class Mentions:
    """Counts the mentions of several lists of keywords at once.

    Args:
        keywords: as a person wrote them, one list per owner.
        language: of the texts, ISO 639-1; None when it is not known.
    """

    def __init__(self, keywords: Sequence[Sequence[str]], *, language: str | None) -> None:
        self._first: dict[str, list[_Keyword]] = {}
        for owner, listed in enumerate(keywords):
            for keyword in listed:
                self._add(keyword, owner, language)
        self._lengths = sorted({len(form) for form in self._first if _TOUCHING.match(form)})
        self._silent: set[str] = set()
        self._begun = _Memo(self._begin)
        self._read = _Memo(self._readings)

    def _add(self, keyword: str, owner: int, language: str | None) -> None:
        if written := _capitals(keyword):
            self._put(fold(_letters(keyword)), _Keyword(owner, written=written))
            return
        parts = [reading[0] for reading in _words_of(keyword, ())]
        raw = set(_RAW_WORD.findall(unicodedata.normalize("NFC", keyword)))
        forms = [
            frozenset({part})
            if _is_acronym(part, raw) or _TOUCHING.match(part)
            else inflected(part, language=language, is_common=keyword == keyword.lower(), in_phrase=len(parts) > 1)
            for part in parts
        ]
        for form in forms[0] if forms else ():
            self._put(form, _Keyword(owner, rest=tuple(forms[1:])))
        if len(parts) > 1 and all(map(_TOUCHING.match, parts)):
            self._put("".join(parts), _Keyword(owner))

    def _put(self, form: str, keyword: _Keyword) -> None:
        self._first.setdefault(form, []).append(keyword)

    def count(self, text: str) -> dict[int, int]:
        """Owner → how often the text mentions any of its keywords; overlapping mentions are one."""
        pieces = text.split()
        spans: dict[int, list[tuple[_Place, _Place]]] = {}
        at = -1
        for piece in filterfalse(self._silent.__contains__, pieces):
            at = pieces.index(piece, at + 1)
            begun = self._begun[piece]
            if not begun:
                self._silence(piece)
            for place, keyword in begun:
                end = self._end(pieces, (at, place), keyword.rest)
                if end is not None:
                    spans.setdefault(keyword.owner, []).append(((at, place), end))
        return {owner: _apart(found) for owner, found in spans.items()}

    def _silence(self, piece: str) -> None:
        """Remembers a piece that begins nothing, as nearly all do: it is passed over by the next text."""
        if len(self._silent) >= MEMORY:
            self._silent.clear()
        if len(piece) <= LONGEST_PIECE:
            self._silent.add(piece)

    def _readings(self, piece: str) -> tuple[_Readings, ...]:
        return tuple(_words_of(piece, self._lengths))

    def _begin(self, piece: str) -> tuple[tuple[int, _Keyword], ...]:
        """What the words of a piece may begin, each with its place."""
        dotted = _DOTTED.search(piece)
        readings = self._readings(piece)
        if dotted:
            readings += ((fold(_letters(dotted[0])),),)
        return tuple(
            (place, keyword)
            for place, read in enumerate(readings)
            for form in read
            for keyword in self._first.get(form, ())
            if keyword.written is None or keyword.written.search(piece)
        )

    def _end(self, pieces: Sequence[str], start: _Place, rest: Sequence[frozenset[str]]) -> _Place | None:
        """Where the mention ends, if all of its words are there."""
        place = start
        if rest:
            following = self._following(pieces, start)
            for forms in rest:
                place, readings = next(following, (start, ()))
                if forms.isdisjoint(readings):
                    return None
        return place

    def _following(self, pieces: Sequence[str], start: _Place) -> Iterator[tuple[_Place, _Readings]]:
        first, skipped = start
        for at in range(first, len(pieces)):
            for place, readings in enumerate(self._read[pieces[at]]):
                if at > first or place > skipped:
                    yield (at, place), readings


class _Memo(dict[str, tuple[_Found, ...]], Generic[_Found]):
    """Finds out about each piece once, and forgets all when there are too many."""

    def __init__(self, find: Callable[[str], tuple[_Found, ...]]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, piece: str) -> tuple[_Found, ...]:
        found = self._find(piece)
        if len(self) >= MEMORY:
            self.clear()
        if found and len(piece) <= LONGEST_PIECE:
            self[piece] = found
        return found


def _words_of(piece: str, lengths: Sequence[int]) -> list[_Readings]:
    """The words of a text, each as everything it may be looked up as.

    Args:
        piece: any text; most often what stands between two spaces.
        lengths: of the keywords in touching scripts; a run of those is read as all of its parts of these lengths.
    """
    if piece.isascii():
        return [(word,) for word in words(piece)]
    clean = piece.translate(_SIGNS)
    # Not folded like the rest: that would take the sounding marks off kana and take Hangul apart.
    composed = unicodedata.normalize("NFKC", clean).casefold()
    if not _TOUCHING.search(composed):
        return [_without_prefixes(word) for word in words(clean)]
    found: list[_Readings] = []
    at = 0
    for run in _TOUCHING.finditer(composed):
        found += [(word,) for word in words(composed[at : run.start()])]
        parts = (run[0][i : i + n] for n in lengths for i in range(len(run[0]) - n + 1))
        found.append(tuple(dict.fromkeys((run[0], *parts))))
        at = run.end()
    return found + [(word,) for word in words(composed[at:])]


def _without_prefixes(word: str) -> _Readings:
    """The word, and what it is without the article and prepositions that Arabic and Hebrew write onto it."""
    if "\u0590" <= word[0] <= "\u05ff":
        prefixes: Sequence[str] = _HEBREW_PREFIXES
    elif "\u0600" <= word[0] <= "\u06ff":
        word, prefixes = word.translate(_ARABIC_LETTERS), _ARABIC_PREFIXES
    else:
        return (word,)
    bare = (word[len(p) :] for p in prefixes if word.startswith(p) and len(word) - len(p) >= _LEAST_REST)
    return (word, *bare)


def _letters(keyword: str) -> str:
    return re.sub("[.+#]", "", keyword.strip())


def _capitals(keyword: str) -> re.Pattern[str] | None:
    """How a short acronym may be written: US, U.S., and Usa, Bce where that is no other word; None for other keywords.

    A sign that belongs to the name, as in C++, must be there too.
    """
    letters = _letters(keyword)
    if not (letters.isalnum() and letters.isupper() and len(letters) <= LONGEST_CAPITALS) or _TOUCHING.search(letters):
        return None
    if re.search("[+#]", keyword):
        forms = [re.escape(keyword.strip())]
    else:
        forms = [letters, r"\.".join(letters)]
        if fold(letters) not in STOP_WORDS and len(letters) > 1:
            forms.append(letters.capitalize())
    return re.compile(rf"(?<!{_SPACED_LETTER})(?:{'|'.join(forms)})(?!{_SPACED_LETTER})")


def _is_acronym(part: str, raw: set[str]) -> bool:
    return len(part) <= LONGEST_ACRONYM and part.upper() in raw


def _apart(spans: list[tuple[_Place, _Place]]) -> int:
    """How many of the spans stand apart: "banque centrale" is one mention, also for who asks for "banque" too."""
    count, last = 0, (-1, -1)
    for start, end in sorted(spans, key=lambda span: (span[0], (-span[1][0], -span[1][1]))):
        if start > last:
            count, last = count + 1, end
    return count
