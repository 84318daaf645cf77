"""Takes a text and its article, gives whether every proper name of the text is one of the article's.

A name is a word with a capital letter where the language asks for none. German writes every noun so: there each noun
must be one of the article's, or a part of one.

Next: briefing/compose/figures.py.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from briefing.compose.knowledge import gazetteer, spelt
from briefing.compose.number_words import number_words
from briefing.compose.sentences import split_sentences
from briefing.compose.words import STOP_WORDS, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"[^\W_]+")
# Words that open a sentence and name nobody, beside the function words: folded, of our seven languages.
_OPENING_WORDS = """
    according although amid among another around both despite during each even every few following four however later
    many meanwhile much nearly neither only other others people several since still though three together twenty two
    under until upon whereas whether yet ahead earlier instead nearby overall today
    afin ainsi alors aucun aucune aujourd aupres autre autres beaucoup cependant certains chaque depuis desormais deja
    encore enfin ensuite environ face grace jusqu lors lorsque malgre moins outre parmi pendant plusieurs pourtant pres
    puis quant quelque quelques sinon soit suite tandis tant toutefois trop
    ab alle allerdings angesichts anschliessend ausserdem bereits beide bisher dabei dadurch dafur dagegen daher damals
    danach daran darauf daraus darin daruber darum dazu dennoch derzeit deshalb deswegen dort einige erst etwa fast ganz
    gemass heute hier hierzu hingegen hinzu immer infolge innerhalb insgesamt inzwischen jede jeder jedes jedoch laut
    manche mehrere mittlerweile nachdem neben nie obwohl rund seit seitdem selbst sobald somit sondern sonst sowie statt
    trotz trotzdem uberall viele vielen vorher wahrend wegen weitere weiterhin wenige wobei wodurch zudem zuerst zuletzt
    zunachst zurzeit zuvor zwar
    ademas ahora alli ambos antes apenas aun aunque bajo casi cerca dentro durante ello entonces excepto fuera gracias
    hacia incluso junto luego mediante menos mientras mucho muchos ninguna ningun nunca otros otras pese poco pocos
    primero pronto pues salvo siempre tal tales tampoco tanto todavia unos varias varios
    adesso alcuni alcune allora altri ancora appena attualmente cosi davanti entrambi entro finora fino fuori gia grazie
    infatti infine inoltre insieme intanto invece lungo mai malgrado molti molto nessun nonostante oggi ogni oltre ormai
    perfino poi presso prima proprio pur pure qualche quindi secondo sempre sopra soltanto sotto tuttavia tutta tutte
    vari varie verso vicino
    ainda agora alem alguns algumas apesar apos assim ate atualmente contudo depois embora enquanto entao entretanto
    exceto fora gracas hoje inclusive logo muito muitos nenhum onde outras outros perante porem pouco poucos primeiro
    quase tal todas tudo
    aldus alle allemaal alleen ander andere bijna binnen buiten daarbij daardoor daarna daarom dankzij deels doordat
    echter eerder eerst enkele erg evenals gedurende hierdoor hoewel iedere ieder immers indien inmiddels intussen kort
    langs meerdere meest momenteel naast nadat namelijk niemand niets nooit ondanks ooit opnieuw overal pas rond sinds
    slechts sommige soms steeds tegelijk tenzij terwijl tijdens toch toen tussen vaak vanaf vanuit vanwege veel vele
    verder vervolgens vlak volgens voordat vooral waarbij waardoor waarom wanneer waarschijnlijk weinig welke zelfs
    zodat zodra zonder zoals zowel
    """
_OPENERS = frozenset(_OPENING_WORDS.split())
#: What may stand within a name, and of how many words one is made.
_PARTICLES = frozenset(
    ("al", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "ibn", "la", "le")
)
#: One of these alone makes one name of two, with others after it or not; the rest are articles and prepositions too.
_NOBILITY = frozenset(("bin", "ibn", "van", "von"))
_LONGEST_NAME = 5
#: Every article may have one of these, and North Korea is not South Korea.
_DIRECTIONS = frozenset(("north", "south", "east", "west", "northern", "southern", "eastern", "western"))
# What inflection adds to a name or, in German, to a noun. A name that merely begins alike is another one: Niger and
# Nigeria, Paul and Paula, Austria and Australia.
_ENDINGS = {
    "de": frozenset(("", "s", "es", "e", "n", "en", "er", "ern", "em", "ens", "nen", "innen")),
    "nl": frozenset(("", "s", "e", "en")),
}
_FEW_ENDINGS = frozenset(("", "s", "es"))
#: Cases of languages that decline names ("Варшава", "w Warszawie"); only for languages we have no words of.
_MANY_ENDINGS = frozenset(
    (
        *("", "a", "e", "i", "o", "u", "y", "s", "n", "en", "ie", "em", "om", "owi", "ow", "ego", "emu"),
        *("а", "е", "и", "о", "у", "ы", "я", "ю", "ом", "ем", "ой", "ей", "ов", "ам", "ах", "і", "ї"),
        *("ς", "σ", "υ", "ν", "ου", "ων", "α", "η", "ο"),
    )
)
_OUR_LANGUAGES = frozenset(("de", "en", "es", "fr", "it", "nl", "pt"))
#: A demonym stands for its country: "Spanish" where the article says "Spain". Both are of one country and begin alike,
#: as "Gujarat" and "India" do not; the usual English words that do not either are spelt as the country.
_PEOPLES = frozenset(("names", "peoples", "adjectives"))
_IRREGULAR = {
    "american": "united states",
    "americans": "united states",
    "danes": "denmark",
    "danish": "denmark",
    "dutch": "netherlands",
    "french": "france",
    "irish": "ireland",
    "swiss": "switzerland",
    "welsh": "wales",
}
_STEM = 5


def has_foreign_name(text: str, *, title: str, body: str, language: str | None) -> bool:
    """Whether the text names somebody or something that the article does not, or pairs names up anew.

    "Ada Keller" is foreign to an article on Ada Brandt and Leo Keller, although it knows both words.
    """
    known = _Known(title=title, body=body, language=language)
    candidates = tuple(_candidates(text, language))
    if any(not known.knows(word, opens=opens) for word, opens in candidates):
        return True
    return any(known.is_new_pair(first, second) for first, second in _name_pairs(text))


def _candidates(text: str, language: str | None) -> Iterator[tuple[str, bool]]:
    """Each word with a capital letter, and whether it opens a sentence."""
    for start, end in split_sentences(text, language):
        for place, found in enumerate(_WORD.finditer(text, start, end)):
            if found[0] != found[0].lower():
                yield found[0], place == 0


def _name_pairs(text: str, *, most: int = 1) -> Iterator[tuple[str, str]]:
    """Neighbours that both have a capital letter, folded: "Ada Keller", "Jean-Luc"; not "The Kellers".

    With particles between them only after a given name: "Sanne de Wit", but not "Bank of England". With `most` above 1
    also those up to so many words apart within one name: "Mayor Keller" is of "Mayor Ada Keller".
    """
    for names in _name_runs(text):
        run = [fold(name) for name in names]
        for at, first in enumerate(run):
            if first in STOP_WORDS or first in _OPENERS:
                continue
            yield from ((first, second) for second in run[at + 1 : at + 1 + most])


def _name_runs(text: str) -> Iterator[list[str]]:
    """The words of each name in turn, initials with their full stop, particles left out."""
    run: list[str] = []
    end, gap = 0, ""
    for found in _WORD.finditer(text):
        gap += text[end : found.start()]
        end = found.end()
        if not found[0][0].isupper():
            gap += found[0]
            continue
        if run and not _joins(run[-1], gap):
            yield run
            run = []
        run.append(found[0])
        gap = ""
    yield run


def _joins(before: str, gap: str) -> bool:
    """Whether what stands between two capitals leaves them one name."""
    if gap in {" ", "\u00a0", "-"} or (gap in {". ", ".\u00a0"} and len(before) == 1):
        return True
    particles = gap.split()
    if not particles or gap[:1] != " " or gap[-1:] != " " or not _PARTICLES.union(_NOBILITY).issuperset(particles):
        return False
    return particles[0] in _NOBILITY or fold(before) in gazetteer().given


@dataclass(frozen=True)
class _Known:
    """Looks words up in one article."""

    title: str
    body: str
    language: str | None

    def knows(self, word: str, *, opens: bool) -> bool:
        """Whether the article has this word, or one that only inflection sets apart."""
        name = fold(word)
        if name in self._words or any(self._inflects(name, other) for other in self._alike(name)):
            return True
        if number_words(name, self.language) or _country(name) & self._countries:
            return True  # "Mio." and "Zweiundzwanzig" are for figures.py to check
        if self.language == "de" and self._is_part_or_whole(name):
            return True
        return opens and self._may_open(word, name)

    def is_new_pair(self, first: str, second: str) -> bool:
        """Whether both halves stand beside other names in the article, and never beside each other."""
        follows, precedes = self._pairs
        sets_apart = first in _DIRECTIONS or follows[first]
        return bool(sets_apart and precedes[second]) and second not in follows[first]

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(map(fold, _WORD.findall(f"{self.title}\n{self.body}")))

    @cached_property
    def _ordinary(self) -> frozenset[str]:
        """Beginnings of the longer words that the article writes small."""
        small = (word for word in _WORD.findall(self.body) if word == word.lower())
        return frozenset(fold(word)[:_STEM] for word in small if len(word) >= _STEM)

    @cached_property
    def _by_beginning(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            found[word[:3]].append(word)
        return found

    @cached_property
    def _countries(self) -> frozenset[tuple[str, str]]:
        words = [fold(word) for word in _WORD.findall(f"{self.title}\n{self.body}")]
        phrases = (" ".join(words[at : at + size]) for size in (1, 2, 3) for at in range(len(words)))
        return frozenset(country for phrase in phrases for country in _country(phrase))

    @cached_property
    def _pairs(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        # Of the body alone: a headline may capitalise everything.
        follows: dict[str, set[str]] = defaultdict(set)
        precedes: dict[str, set[str]] = defaultdict(set)
        for first, second in _name_pairs(self.body, most=_LONGEST_NAME):
            follows[first].add(second)
            precedes[second].add(first)
        return follows, precedes

    def _alike(self, name: str) -> list[str]:
        return self._by_beginning.get(name[:3], [])

    def _inflects(self, one: str, other: str) -> bool:
        allowed = _ENDINGS.get(self.language or "", _FEW_ENDINGS if self.language in _OUR_LANGUAGES else _MANY_ENDINGS)
        same = next(
            (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
        )
        # Of the common beginning up to two letters may belong to the endings: "Warszawa", "Warszawie". Three letters
        # are a stem in German ("Tag", "Tagen"); elsewhere "James" would be the plural of a jam.
        least = 3 if self.language == "de" else 4
        stems = range(same, max(same - 3, least - 1), -1)
        return any(one[stem:] in allowed and other[stem:] in allowed for stem in stems)

    def _is_part_or_whole(self, noun: str) -> bool:
        """German compounds: "Park" for "Windpark", "Parkbetreiber" where both halves are the article's."""
        if len(noun) < 4:
            return False
        if any(word.endswith(noun) or (word.startswith(noun) and len(word) > len(noun) + 3) for word in self._words):
            return True
        halves = ((noun[:at], noun[at:]) for at in range(4, len(noun) - 3))
        return any(self._has_noun(left) and self._has_noun(right) for left, right in halves)

    def _has_noun(self, noun: str) -> bool:
        return any(self._inflects(noun, other) for other in self._alike(noun))

    def _may_open(self, word: str, name: str) -> bool:
        """A word that only the beginning of the sentence makes large."""
        if word[1:] != word[1:].lower():
            return False
        is_small = len(name) >= _STEM and name[:_STEM] in self._ordinary
        return is_small or name in STOP_WORDS or name in _OPENERS


def _country(phrase: str) -> frozenset[tuple[str, str]]:
    """The country a name, people or adjective stands for, and how its name begins; nothing for any other word."""
    book = gazetteer()
    name = _IRREGULAR.get(phrase, phrase)
    meaning = book.capital.get(spelt(name)) or book.any_case.get(spelt(name))
    if meaning is None or meaning.kind not in _PEOPLES:
        return frozenset()
    return frozenset((code, name[:3]) for code in meaning.codes[:1])
