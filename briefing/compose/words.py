"""Takes a headline or a text, gives its words in the forms that comparing needs: folded, stemmed, shingled.

Nothing here knows an article; the same word must come out the same in every stage that compares.

Next: briefing/compose/duplicates.py.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+(?:[.,:]\d+)*")
#: The marks that most accents are decomposed to; one expression takes them out twice as fast as looking at each.
_ACCENTS = re.compile("[\u0300-\u036f]+")
#: Scripts written without spaces: their words are found as pairs of neighbouring characters.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "’": "'", "ı": "i"})

#: Function words, folded, that say nothing about what happened. Needed because among twenty headlines of a small
#: folder no word is frequent enough for its rarity to tell.
_FUNCTION_WORDS = """
    a about after all also am an and any are as at be because been before being but by can could did do does for from
    get gets had has have he her here him his how i if in into is it its just may me might more most my new no not now
    of off on one or our out over own says said say she should so some such than that the their them then there these
    they this those to too under up us was we were what when where which while who whom why will with would you your
    au aux avec ce ces cet cette ceux chez ci comme comment contre d dans de des du elle elles en entre est et ete etre
    eu fait font hors il ils j je l la le les leur leurs lui ma mais meme mes mon n ne ni nos notre nous on ont ou par
    pas peu plus pour pourquoi qu quand que quel quelle quels qui s sa sans se selon ses si son sont sous sur t ta tes
    ton toujours tous tout toute toutes tres tu un une va vers vos votre vous y apres avant aussi
    aber als am an auch auf aus bei bis da damit dann das dass dem den denn der des die dies diese dieser doch durch
    ein eine einem einen einer eines er es fur gegen hat haben hatte ich ihr ihre im ist ja jetzt kann kein keine man
    mehr mit nach nicht noch nun nur ob oder ohne sein seine sich sie sind so uber um und unter vom von vor warum
    was weil wenn wer werden wie wieder will wir wird wo zu zum zur zwischen
    al algo ante aqui asi cada con como cual cuando de del desde donde el ella ellos entre era es esa ese eso esta este
    estan esto estos fue ha han hasta hay la las le les lo los mas me mi muy no nos nuestro o otra otro para pero por
    porque que quien se segun ser si sin sobre son su sus tambien te tiene todo todos tras tu un una unas uno unos y ya
    agli ai al alla alle anche che chi ci coi col come con contro cosa da dagli dai dal dalla dalle degli dei del della
    delle di dopo dove e ecco ed era fra gli ha hanno i il in io la le lo loro ma nei nel nella nelle non nostro o ora
    per perche piu quale quando questa questo se sei senza si sono su sua sue sugli sui sul sulla suo tra tutti un una
    a ao aos as ate com como da das de depois do dos e ela ele em entre era essa esse esta este eu foi ha isso isto ja
    mais mas me mesmo na nao nas no nos num numa o os ou para pela pelas pelo pelos por quando que quem se sem ser seu
    seus sob sobre sua suas tambem tem uma
    aan al als bij dan dat de deze die dit door een en er geen haar hebben heeft hem het hij hoe ik in is kan maar meer
    met na naar niet nog nu of om ook onder ons op over te tegen tot uit van voor waar wat werd wie wij worden wordt
    ze zich zij zijn zo
    """
#: Texts whose words are kept for the next time: whoever edits a config has the same articles compared again and again.
#: What an article costs is 2 to 6 kB.
KEPT = 12_000

STOP_WORDS = frozenset(_FUNCTION_WORDS.split())


def fold(text: str) -> str:
    """The text without case, accents and ligatures, so that "ÉLYSÉE" is "elysee" and "Straße" is "strasse"."""
    if text.isascii():
        return text.lower()
    # Twice, because what a compatibility form hides (ℬ is a B) may have a case, and what has a case may hide an accent.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_LIGATURES)
    plain = _ACCENTS.sub("", plain)
    if plain.isascii() or not any(map(unicodedata.combining, plain)):
        return plain
    return "".join(character for character in plain if not unicodedata.combining(character))


def words(text: str) -> list[str]:
    """Every word of a text in reading order, folded; characters of unspaced scripts come as overlapping pairs."""
    folded = fold(text)
    every: list[str] = _WORD.findall(folded)
    if folded.isascii() or not _UNSPACED.search(folded):
        return every
    found: list[str] = []
    for word in every:
        found += _pairs(word) if _UNSPACED.match(word) else [word]
    return found


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def terms(text: str) -> list[str]:
    """The stemmed words that carry meaning, in reading order, repeats kept."""
    return terms_of(words(text))


def terms_of(found: Sequence[str]) -> list[str]:
    """The stems of those of the folded words that carry meaning, in the same order."""
    return [_stem(word) for word in found if word not in STOP_WORDS and (len(word) > 1 or word.isdigit())]


def _stem(word: str) -> str:
    """Cuts endings in any of our languages: seven letters of a long word, no plural s on a short one."""
    if len(word) > 7:
        return word[:7]
    return word.rstrip("s") if len(word) > 3 else word


def shingles(found: Sequence[str], size: int = 3) -> frozenset[str]:
    """All runs of `size` consecutive words; of fewer words, all of them as one."""
    return frozenset(" ".join(found[i : i + size]) for i in range(max(1, len(found) - size + 1)))


def title_key(title: str) -> str:
    """What two prints of one headline share: its words, folded, without punctuation."""
    return " ".join(words(title))


def skeleton(title: str) -> str:
    """The fixed part of a headline: names and numbers become "*", so "Weather in Lyon" gives "weather in *".

    The first word stays whatever its case, unless it is a number.
    """
    parts: list[str] = []
    for word in _WORD.findall(title):
        part = "*" if word[0].isdigit() or (parts and word[0].isupper()) else fold(word)
        if parts[-1:] != ["*"] or part != "*":
            parts.append(part)
    return " ".join(parts)
