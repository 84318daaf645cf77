"""Takes a word of a keyword, gives the forms it may take in a text: plural, case and gender, per language.

Forms are made from the keyword rather than cut from the text: a form that no language makes cannot match, so "strike"
finds "strikes" but neither "striker" nor "striking". Everything is folded: no case, no accents.

Next: briefing/compose/mentions.py, which looks for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from briefing.compose.words import STOP_WORDS

#: Shorter words ("AI", "UE") are taken as they are: an ending would make another word of them.
LEAST_INFLECTED = 4


@dataclass(frozen=True, slots=True)
class _Endings:
    """Lists what may become of a word's end: "y:ies" turns "country" into "countries", ":s" only adds.

    Attributes:
        every: for every word, names too.
        common: for words that the person wrote in lower case: as names, "Conte" and "Conti", "Times" and "time" differ.
        phrase: within phrases alone, where the other words leave no doubt: "banco central" is no "banca", but "banca
            privata" may be "banche private".
        long: for words of at least `LEAST_GENDERED` letters: "président" has a feminine, "port" and "porte" are two.
    """

    every: str
    common: str = ""
    phrase: str = ""
    long: str = ""


LEAST_GENDERED = 6
_ENDINGS = {
    "en": _Endings(":s,es,i,is y:ies f:ves fe:ves man:men", common="ies:y s:"),
    "fr": _Endings(
        ":s,x al:aux ail:aux",
        common="s: aux:al",
        phrase=":e,es en:enne,ennes el:elle,elles er:ere,eres if:ive,ives c:que,ques eux:euse,euses",
        long=":e,es en:enne,ennes er:ere,eres eur:euse,euses teur:trice,trices",
    ),
    "de": _Endings(
        ":e,en,n,er,ern,ens,ns,es,s nis:nisse,nissen,nisses in:innen a:en um:en,a us:en", phrase=":em e:er,es,em"
    ),
    "es": _Endings(":s,es z:ces", common="s: es: ces:z", phrase="o:a,as", long="or:ora,oras"),
    "pt": _Endings(
        ":s,es ao:oes,aos,aes al:ais el:eis ol:ois ul:uis il:is m:ns",
        common="s: oes:ao ais:al ns:m res:r",
        phrase="o:a,as",
        long="or:ora,oras",
    ),
    "it": _Endings(
        "",
        common="o:i a:e,i e:i io:i ca:che ga:ghe co:chi go:ghi cia:ce gia:ge i:o,e,a,io e:a che:ca ghi:go chi:co",
        phrase="o:i,a,e a:e e:i io:i ca:che ga:ghe co:ca,chi,che go:ga,ghi,ghe",
    ),
    "nl": _Endings(":en,s,n,e,eren heid:heden f:ven s:zen", common="en: s:", phrase="f:ve s:ze"),
    "ar": _Endings(":ات,ين,ون,ان,ي,ية,ه,ها,هم ة:ات,ته,تها,تهم,تي"),
}
#: For texts whose language nobody knows: what all of them may do to any word.
_ANY = _Endings(
    every=" ".join(endings.every for code, endings in _ENDINGS.items() if code != "ar"),
    common=" ".join(_ENDINGS[code].common for code in ("en", "fr", "es", "pt", "it")),
    phrase=" ".join(endings.phrase for endings in _ENDINGS.values()),
    long=" ".join(_ENDINGS[code].long for code in ("fr", "es", "pt")),
)
#: Dutch spells a vowel as long as it sounds: school, scholen; plan, plannen.
_DUTCH_LONG = re.compile(r"(.*)([aeou])\2([^aeiou])")
_DUTCH_SHORT = re.compile(r"(?:.*[^aeiou])?[aeiou]([bdfgklmnprst])")
#: An s that makes no plural: crisis, congress, virus.
_NO_PLURAL = ("ss", "us", "is")


def inflected(word: str, *, language: str | None, is_common: bool, in_phrase: bool) -> frozenset[str]:
    """The word and its plain inflections.

    Args:
        word: folded.
        language: of the text to look in, ISO 639-1; None, or one without rules here, takes those of all.
        is_common: the person wrote it in lower case, so it is no name and, in most languages, may lose its plural too.
        in_phrase: it stands in a phrase of several words.
    """
    if len(word) < LEAST_INFLECTED or word in STOP_WORDS or not word.isalpha():
        return frozenset({word})
    endings = _ENDINGS["ar"] if "\u0600" <= word[0] <= "\u06ff" else _ENDINGS.get(language or "", _ANY)
    every = endings.every
    if is_common:
        every += " " + endings.common
    if in_phrase:
        every += " " + endings.phrase
    if len(word) >= LEAST_GENDERED:
        every += " " + endings.long
    forms = {word} | {word[: len(word) - len(cut)] + added for cut, added in _rules(every) if _fits(word, cut, added)}
    if language == "nl":
        forms |= _dutch(word)
    return frozenset(forms)


@cache
def _rules(endings: str) -> tuple[tuple[str, str], ...]:
    """("y", "ies") and so on."""
    pairs = (rule.split(":") for rule in endings.split())
    return tuple(dict.fromkeys((cut, added) for cut, every in pairs for added in every.split(",")))


def _fits(word: str, cut: str, added: str) -> bool:
    """Whether the rule applies; what takes a plural away must leave a word."""
    if not word.endswith(cut):
        return False
    return len(added) >= len(cut) or (len(word) - len(cut) >= LEAST_INFLECTED - 1 and not word.endswith(_NO_PLURAL))


def _dutch(word: str) -> set[str]:
    """The plurals that change the spelling of the last syllable."""
    long, short = _DUTCH_LONG.fullmatch(word), _DUTCH_SHORT.fullmatch(word)
    if long:
        return {f"{long[1]}{long[2]}{long[3]}en"}
    return {f"{word}{short[1]}en", f"{word}{short[1]}e"} if short else set()
