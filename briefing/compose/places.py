"""Takes a text, gives the place words in it and where they stand, from left to right, none overlapping another.

Words are folded as `words` folds them; a word less its case ending, conjunction or particle counts where that gives a
place we know. Half of somebody's name is no place.

Next: briefing/compose/regions.py, which lets them vote.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from briefing.compose.knowledge import PlaceWord, gazetteer
from briefing.compose.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"[^\W_]+")
_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}")
_AGE = re.compile(r", \d\d,")
_ACRONYM_CHARS = 6
#: Letters that Arabic writes onto the next word: and, in, to, so, like.
_JOINED_LETTERS = "\u0648\u0628\u0644\u0641\u0643"
#: A Korean particle has at most two syllables, which folding takes apart into up to six letters.
_PARTICLE_LETTERS = 6


@dataclass(frozen=True, slots=True)
class Spoken:
    """Carries a text in words, so that what is written beside a place word can be asked.

    Attributes:
        plain: the text; initials without their points ("U.S." is "US").
        written, folded: the words as they stand and as they are looked up, of equal length.
        starts: where each begins in `plain`, in characters.
    """

    plain: str
    written: list[str]
    folded: list[str]
    starts: list[int]

    def capital(self, at: int) -> bool:
        """Whether a word may be a name; a script without small letters does not tell."""
        first = self.written[at][0]
        return first.isalpha() and not first.islower()

    def end(self, at: int) -> int:
        """Where a word ends in `plain`, in characters."""
        return self.starts[at] + len(self.written[at])

    def are_one_name(self, at: int) -> bool:
        """Whether a word and the next are capitalised with one space between."""
        both = self.capital(at) and self.capital(at + 1)
        return both and self.plain[self.end(at) : self.starts[at + 1]] == " "

    @property
    def is_headline_case(self) -> bool:
        """Whether Nearly All Words Are Capitalised, so that a capital says nothing."""
        long_words = [word for word in self.written if len(word) > 3]
        return len(long_words) > 3 and sum(word[0].isupper() for word in long_words) > 0.7 * len(long_words)


@dataclass(frozen=True, slots=True)
class Mention:
    """Says which place word was found and at which word of the text it begins."""

    word: PlaceWord
    at: int


def spoken(text: str) -> Spoken:
    """Cuts a text into words; runs of unspaced scripts come as pairs of characters, as in `words`."""
    plain = unicodedata.normalize("NFC", text)
    if "." in plain:
        plain = _INITIALS.sub(lambda m: m.group().replace(".", "") + " ", plain)
    found = Spoken(plain, [], [], [])
    for match in _WORD.finditer(plain):
        written = match.group()
        for folded in (written.lower(),) if written.isascii() else _folded(written):
            found.written.append(written)
            found.folded.append(folded)
            found.starts.append(match.start())
    return found


@lru_cache(maxsize=20_000)
def _folded(written: str) -> tuple[str, ...]:
    """The folded form of one word, or its pairs of characters; without an ending that hides a name we know."""
    found = words(written)
    return (_bare(found[0]),) if len(found) == 1 else tuple(found)


def _bare(word: str) -> str:
    """A word less its Russian or Ukrainian case, Arabic conjunction or Korean particle, when that gives a place."""
    longest = gazetteer().longest
    if word.isascii() or word in longest:
        return word
    if "\u0400" <= word[0] <= "\u04ff" and len(word) > 4:
        forms = [word[:-1] + ending for ending in ("я", "а", "и", "")] + [word[:-2] + ending for ending in ("я", "")]
    elif word[0] in _JOINED_LETTERS:
        forms = [word[1:]]
    elif "\u1100" <= word[0] <= "\u11ff":
        forms = [word[:-cut] for cut in range(1, min(_PARTICLE_LETTERS + 1, len(word) - 3))]
    else:
        forms = []
    return next((form for form in forms if form in longest), word)


def find_places(text: Spoken) -> Iterator[Mention]:
    """Finds the place words of a text from left to right, the longest first; none overlaps another."""
    longest, free = gazetteer().longest, 0
    # Most words begin no place word, so that one look-up settles them.
    for at in [at for at, folded in enumerate(text.folded) if folded in longest]:
        if at < free:
            continue
        word, length = _match(text, at)
        free = at + length
        if word and word.codes and not (length == 1 and _is_person(text, at)):
            yield Mention(word, at)


def _match(text: Spoken, at: int) -> tuple[PlaceWord | None, int]:
    """What begins at a word, and how many words it takes."""
    book, written = gazetteer(), text.written[at]
    for length in range(min(book.longest[text.folded[at]], len(text.folded) - at), 0, -1):
        phrase = " ".join(text.folded[at : at + length])
        word = book.capital.get(phrase)
        if word and not _is_name(text, at, length, word):
            word = None
        word = word or book.any_case.get(phrase)
        if word and not (length == 1 and written in book.exact):
            return word, length
    if len(written) <= _ACRONYM_CHARS and written in book.exact:
        return book.exact[written], 1
    return _abbreviation(text, at), 1


def _is_name(text: Spoken, at: int, length: int, word: PlaceWord) -> bool:
    """Whether a phrase is written as a name: its last word for places, any word for bodies ("Conseil d'État")."""
    if text.capital(at + length - 1):
        return True
    return word.kind in {"bodies", "names", "void"} and text.capital(at) and len(text.folded[at]) > 3


def _abbreviation(text: Spoken, at: int) -> PlaceWord | None:
    """A state after a place name and a comma: "Springfield, Ill." or "Paris, TX"."""
    word = gazetteer().after_comma.get(text.written[at])
    if word is None or at == 0 or not text.capital(at - 1):
        return None
    after_comma = text.plain[text.end(at - 1) : text.starts[at]] == ", "
    end = text.end(at)
    return word if after_comma and (text.written[at].isupper() or text.plain[end : end + 1] == ".") else None


def _is_person(text: Spoken, at: int) -> bool:
    """Whether a place name is somebody's: "Michael Jordan", "Jordan Spieth", "Jordan, 34, …"."""
    given, folded = gazetteer().given, text.folded
    if at and folded[at - 1] in given and text.are_one_name(at - 1):
        return True
    if folded[at] not in given:
        return False
    if _AGE.match(text.plain, text.end(at)):
        return True
    if at + 1 == len(folded) or text.is_headline_case:
        return False
    return text.are_one_name(at) and folded[at + 1] not in gazetteer().capital
