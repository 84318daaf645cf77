"""Takes the code of a language, gives what its newspapers write before and after a full stop that ends nothing.

The words stand in `knowledge_files/sentence_words.json`, six languages and what they share; a text in any other
language is read by all six at once. To teach a language a new abbreviation, put it, without its last stop and without
spaces ("z.B"), into the list whose description below fits; nothing else has to change.

Next: briefing/compose/full_stops.py, which decides by these lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cache

from briefing.compose.knowledge import sentence_words

_EMPTY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceRules:
    """Tells which words keep a sentence open across a full stop, and which words open a new one.

    Attributes:
        bound: always followed by what they belong to ("Mme", "z.B"): the sentence goes on, whatever comes.
        counted: abbreviations only when a number, a numeral or a letter follows ("art. 5", but "cet art.").
        ending: may stand last; the sentence ends when a word of `starters` follows ("Inc", "etc").
        timed: stand last unless a word of `zones` follows ("p.m").
        units: abbreviations only right after a number; then they are like those of `ending`.
        months: abbreviations only beside a number ("9 sept.", but "il en a pris sept.").
        lettered: nouns that a letter or a number completes: after "plan B." the sentence may end.
        starters: words that, with a capital, begin a sentence rather than a name; elided ones with their apostrophe.
        leading: words that never stand last, so that an ellipsis after them ends nothing ("vient de… Brest").
        particles: starters that also begin surnames, so that "J. Le Goff" stays whole.
        zones: what follows the time of day within a sentence.
        speech: verbs that attribute a quotation to a name before them ("“Why?” Ms. Hale asked").
        ordinals: whether "5." is the fifth.
        heads: the beginnings of entries of several parts ("i.d", "i.d.R"); derived.
        numbered: `counted` in small letters; derived.
        known: every abbreviation and the first part of each, in small letters; derived.
    """

    bound: frozenset[str] = _EMPTY
    counted: frozenset[str] = _EMPTY
    ending: frozenset[str] = _EMPTY
    timed: frozenset[str] = _EMPTY
    units: frozenset[str] = _EMPTY
    months: frozenset[str] = _EMPTY
    lettered: frozenset[str] = _EMPTY
    starters: frozenset[str] = _EMPTY
    leading: frozenset[str] = _EMPTY
    particles: frozenset[str] = _EMPTY
    zones: frozenset[str] = _EMPTY
    speech: frozenset[str] = _EMPTY
    ordinals: bool = False
    heads: frozenset[str] = field(init=False)
    numbered: frozenset[str] = field(init=False)
    known: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Derives `heads`, `numbered` and `known`."""
        entries = self.bound | self.counted | self.ending | self.timed | self.units | self.months
        parted = [entry.split(".") for entry in entries if "." in entry]
        heads = frozenset(".".join(parts[:n]) for parts in parted for n in range(2, len(parts) + 1))
        object.__setattr__(self, "heads", heads)
        object.__setattr__(self, "numbered", frozenset(entry.lower() for entry in self.counted))
        object.__setattr__(self, "known", frozenset(e.lower() for e in (*entries, *(parts[0] for parts in parted))))


_LISTS = tuple(found.name for found in fields(SentenceRules) if found.init and found.name != "ordinals")
#: The languages that count with a full stop ("der 5. Mai").
_ORDINALS = frozenset(("de",))


def has_rules(language: str) -> bool:
    """Tells whether a language has lists of its own."""
    return language != "every" and language in sentence_words()


@cache
def sentence_rules(language: str) -> SentenceRules:
    """The rules of an ISO 639-1 code; for any other code every list of all languages counts, ordinals apart."""
    book = sentence_words()
    read = (book["every"], book[language]) if has_rules(language) else tuple(book.values())
    lists = {name: _EMPTY.union(*(lists.get(name, _EMPTY) for lists in read)) for name in _LISTS}
    return SentenceRules(**lists, ordinals=language in _ORDINALS)
